"""What a reviewer may enter of time and expenses, and what entries add up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from grants.core.errors import Reason
from grants.reviewing.states import ExpenseKind

MOST_MINUTES = 24 * 60
MOST_PENCE = 1_000_00
"""Of one entry. More than a pound amount like this on one day is a slip of the finger."""

LONGEST_NOTE = 500


@dataclass(frozen=True)
class Entry:
    """What was typed. `pence` are whole pence; at least one of `minutes` and `pence` is more than 0."""

    day: date
    kind: ExpenseKind
    minutes: int = 0
    pence: int = 0
    note: str = ""


@dataclass(frozen=True)
class Sum:
    """What several entries add up to."""

    minutes: int = 0
    pence: int = 0


def faults(entry: Entry, *, today: date, since: date) -> list[Reason]:
    """What is wrong with an entry; `place` is the field. `since`: the day on which the round opened."""
    reasons = []
    if entry.day > today:
        reasons.append(Reason("The day must be today or in the past", "day"))
    elif entry.day < since:
        reasons.append(Reason("The day must not be before the round opened", "day"))
    if entry.minutes == entry.pence == 0:
        reasons.append(Reason("Enter minutes or an amount", "minutes"))
    if not 0 <= entry.minutes <= MOST_MINUTES:
        reasons.append(Reason(f"The minutes of one day must be at most {MOST_MINUTES:,}", "minutes"))
    if not 0 <= entry.pence <= MOST_PENCE:
        reasons.append(Reason("The amount of one entry must be at most £1,000", "pounds"))
    if len(entry.note) > LONGEST_NOTE:
        reasons.append(Reason(f"The note must be {LONGEST_NOTE} characters or fewer", "note"))
    return reasons


def total(entries: Iterable[tuple[int, int]]) -> Sum:
    """The sum of (minutes, pence)."""
    minutes = pence = 0
    for more_minutes, more_pence in entries:
        minutes, pence = minutes + more_minutes, pence + more_pence
    return Sum(minutes, pence)


def hours(minutes: int) -> str:
    """Minutes as people say them: '2 h 5 min'."""
    whole, left = divmod(minutes, 60)
    return " ".join([f"{whole} h"] * bool(whole) + [f"{left} min"] * bool(left or not whole))
