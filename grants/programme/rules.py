"""When a round is open, to the exact minute, and what its rubric can yield. The clock decides, never a
job.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from grants.programme.definition import Rubric


class Openness(StrEnum):
    """Where a round stands against the clock."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


def openness(opens_at: datetime, closes_at: datetime, now: datetime) -> Openness:
    """A round is open from the moment of opening and until, but not at, the moment of closing."""
    if now < opens_at:
        return Openness.COMING
    return Openness.OPEN if now < closes_at else Openness.CLOSED


def is_open(opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Whether a bid that arrives at `now` is in time."""
    return openness(opens_at, closes_at, now) is Openness.OPEN


class Urgency(StrEnum):
    """How near the closing is, for pages that must say so."""

    AHEAD = "ahead"
    LAST_WEEK = "last_week"
    LAST_HOUR = "last_hour"
    CLOSED = "closed"


def urgency(closes_at: datetime, now: datetime) -> Urgency:
    """How near the closing is at `now`."""
    if now >= closes_at:
        return Urgency.CLOSED
    if closes_at - now <= timedelta(hours=1):
        return Urgency.LAST_HOUR
    return Urgency.LAST_WEEK if closes_at - now <= timedelta(days=7) else Urgency.AHEAD


def minutes_left(closes_at: datetime, now: datetime) -> int:
    """Whole minutes until the closing, rounded down: nobody is promised a second they do not have."""
    return max(0, (closes_at - now) // timedelta(minutes=1))


def best_total_for(rubric: Rubric, themes: int) -> Fraction:
    """The most of 100 that a bid for so many themes can reach where every theme counts.

    The heaviest themes are taken, so no bid for as many can do better.
    """
    weights = sorted((theme.weight for theme in rubric.themes), reverse=True)
    return 100 * sum(weights[:themes], Fraction(0)) / sum(weights, Fraction(0))
