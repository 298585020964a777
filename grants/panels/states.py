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
