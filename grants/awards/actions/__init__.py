"""The deeds of this room: the only functions that write its tables."""

from grants.awards.actions.ending import approve_termination, close, draft_termination
from grants.awards.actions.offering import accept, decline_offer, lapse_offers
from grants.awards.actions.partner_changes import settle_partner_change

__all__ = (
    "accept",
    "approve_termination",
    "close",
    "decline_offer",
    "draft_termination",
    "lapse_offers",
    "settle_partner_change",
)
