"""The pages of this room."""

from grants.panels.views import deciding, releasing
from grants.panels.views.blueprint import bp, init_app

__all__ = ("bp", "deciding", "init_app", "releasing")
