"""The pages of panel meetings, by what one comes to do."""

from grants.meetings.views import agenda, leading, lots
from grants.meetings.views.blueprint import bp

__all__ = ["agenda", "bp", "leading", "lots"]
