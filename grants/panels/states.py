"""What a panel may decide."""

from collections.abc import Mapping
from enum import StrEnum


class Outcome(StrEnum):
    """The panel's outcome for a bid: its own record beside the bid's stage."""

    FUND = "fund"
    FUND_IN_PART = "fund_in_part"
    RESERVE = "reserve"
    DEFER = "defer"
    DECLINE = "decline"


OUTCOME_LABELS: Mapping[Outcome, str] = {
    Outcome.FUND: "Fund",
    Outcome.FUND_IN_PART: "Fund in part",
    Outcome.RESERVE: "Reserve list",
    Outcome.DEFER: "Defer",
    Outcome.DECLINE: "Decline",
}
FUNDED = frozenset({Outcome.FUND, Outcome.FUND_IN_PART})


class ConditionKind(StrEnum):
    """When a condition of an award has to be met."""

    BEFORE_PAYMENT = "before_payment"
    BY_DATE = "by_date"


CONDITION_LABELS: Mapping[ConditionKind, str] = {
    ConditionKind.BEFORE_PAYMENT: "Before anything is paid",
    ConditionKind.BY_DATE: "By a date",
}


class Fate(StrEnum):
    """What became of one person's letter."""

    ON_ITS_WAY = "on_its_way"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    UNSURE = "unsure"


FATE_LABELS: Mapping[Fate, str] = {
    Fate.ON_ITS_WAY: "On its way",
    Fate.DELIVERED: "Delivered",
    Fate.BOUNCED: "Came back",
    Fate.FAILED: "Failed",
    Fate.UNSURE: "May have been delivered",
}
"""“Delivered” means that the addressee's mail server, or the one that passes mail on, has taken it."""
