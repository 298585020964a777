"""The deeds of this room: the only functions that write its tables."""

from grants.awards.actions.agreeing import ask_about_shares, keep_agreement
from grants.awards.actions.conditions import (
    approve_waiver,
    draft_waiver,
    keep_condition,
    meet,
    remind_of_conditions,
)
from grants.awards.actions.ending import (
    approve_termination,
    close,
    draft_termination,
    sign_termination,
)
from grants.awards.actions.offering import accept, decline_offer, lapse_offers
from grants.awards.actions.partner_changes import settle_partner_change
from grants.awards.actions.reserving import lift_skip, move_up, skip
from grants.awards.actions.varying import (
    approve_variation,
    ask_variation,
    recommend_variation,
    refuse_variation,
    sign_variation,
    take_back_variation,
)

__all__ = (
    "accept",
    "approve_termination",
    "approve_variation",
    "approve_waiver",
    "ask_about_shares",
    "ask_variation",
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
    "recommend_variation",
    "refuse_variation",
    "remind_of_conditions",
    "settle_partner_change",
    "sign_termination",
    "sign_variation",
    "skip",
    "take_back_variation",
)
