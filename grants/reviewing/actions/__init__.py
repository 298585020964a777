"""Deeds of reviewing: adding reviewers, sharing bids out, and conflicts of interest from first to last."""

from grants.reviewing.actions.assigning import (
    apply_assignment,
    discard_assignment,
    request_assignment,
    team_followers,
)
from grants.reviewing.actions.by_hand import decline, swap
from grants.reviewing.actions.conflicts import (
    UPHOLDING,
    ConflictFollower,
    conflict_followers,
    declare,
    lift_pin,
    record_conflict,
    settle_conflict,
)
from grants.reviewing.actions.expenses import (
    answer_expense,
    correct_expense,
    enter_expense,
    take_back_expense,
)
from grants.reviewing.actions.handing_over import HandedOver, give_more_time, hand_over
from grants.reviewing.actions.interests import (
    declare_interests,
    record_interest,
    remove_interest,
    suggest_conflicts,
    suggest_due,
)
from grants.reviewing.actions.retiring import retire, set_expertise
from grants.reviewing.actions.reviewers import add_reviewer
from grants.reviewing.actions.running import RUN_JOB

__all__ = (
    "RUN_JOB",
    "UPHOLDING",
    "ConflictFollower",
    "HandedOver",
    "add_reviewer",
    "answer_expense",
    "apply_assignment",
    "conflict_followers",
    "correct_expense",
    "declare",
    "declare_interests",
    "decline",
    "discard_assignment",
    "enter_expense",
    "give_more_time",
    "hand_over",
    "lift_pin",
    "record_conflict",
    "record_interest",
    "remove_interest",
    "request_assignment",
    "retire",
    "set_expertise",
    "settle_conflict",
    "suggest_conflicts",
    "suggest_due",
    "swap",
    "take_back_expense",
    "team_followers",
)
