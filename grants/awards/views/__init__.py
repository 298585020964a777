"""The pages of this room."""

from grants.awards.views import agreement, award, conditions, offer, partner_changes, reserve, varying
from grants.awards.views.blueprint import bp

__all__ = ("agreement", "award", "bp", "conditions", "offer", "partner_changes", "reserve", "varying")
