"""The pages of this room."""

from grants.awards.views import award, offer, partner_changes
from grants.awards.views.blueprint import bp

__all__ = ("award", "bp", "offer", "partner_changes")
