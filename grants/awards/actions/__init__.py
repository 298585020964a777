"""The deeds of this room: the only functions that write its tables."""

from grants.awards.actions.agreeing import ask_about_shares, keep_agreement
from grants.awards.actions.conditions import (
    approve_waiver,
    draft_waiver,
    keep_condition,
    meet,
    remind_of_conditions,
)
from grants.awards.actions.ending import approve_termination, close, draft_termination
from grants.awards.actions.offering import accept, decline_offer, lapse_offers
from grants.awards.actions.partner_changes import settle_partner_change
from grants.awards.actions.reserving import lift_skip, move_up, skip

__all__ = (
    "accept",
    "approve_termination",
    "approve_waiver",
    "ask_about_shares",
    "close",
    "decline_offer",
    "draft_termination",
    "draft_waiver",
    "keep_agreement",
    "keep_condition",
    "lapse_offers",
    "lift_skip",
    "meet",
    "move_up",
    "remind_of_conditions",
    "settle_partner_change",
    "skip",
)
