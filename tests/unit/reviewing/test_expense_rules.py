"""What reviewers may enter of time and expenses."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from grants.reviewing.expense_rules import (
    LONGEST_NOTE,
    MOST_MINUTES,
    MOST_PENCE,
    Entry,
    Sum,
    faults,
    hours,
    total,
)
from grants.reviewing.states import EXPENSE, ExpenseKind

TODAY = date(2022, 2, 10)
SINCE = date(2021, 11, 29)
GOOD = Entry(TODAY, ExpenseKind.READING, minutes=95, pence=0, note="Three bids.")


def places(**changes: Any) -> list[str]:
    """Where an entry with these changes is at fault."""
    return [reason.place for reason in faults(replace(GOOD, **changes), today=TODAY, since=SINCE)]


def test_an_entry_is_of_a_day_of_the_round_and_has_minutes_or_money_within_reason() -> None:
    assert places() == places(minutes=0, pence=1) == places(minutes=MOST_MINUTES, pence=MOST_PENCE) == []
    assert places(day=SINCE) == []
    assert places(day=TODAY + timedelta(days=1)) == places(day=SINCE - timedelta(days=1)) == ["day"]
    assert places(minutes=0) == places(minutes=MOST_MINUTES + 1) == ["minutes"]
    assert places(pence=MOST_PENCE + 1) == ["pounds"]
    assert places(note="x" * (LONGEST_NOTE + 1)) == ["note"]


def test_sums_and_hours() -> None:
    assert total([(30, 250), (95, 0)]) == Sum(125, 250)
    assert [hours(minutes) for minutes in (0, 45, 60, 125)] == ["0 min", "45 min", "1 h", "2 h 5 min"]


def test_an_accepted_entry_is_done_with() -> None:
    accepted = EXPENSE.next(EXPENSE.initial, "accept")

    assert not any(EXPENSE.allows(accepted, deed) for deed in ("correct", "query", "accept", "take_back"))
