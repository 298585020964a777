"""When a review is due: with its round, or later where a bid was given out late or somebody got more time."""

from datetime import UTC, date, datetime, timedelta

from grants.core.clock import LONDON, today
from grants.core.errors import Reason
from grants.programme.definition import Calendar

LEAST_TIME = timedelta(days=5)
"""How long somebody who is given a bid late has for it, if the panel does not meet before."""


def due_on(day: date, *, like: datetime) -> datetime:
    """The moment (UTC) on `day` at which a clock in Luton shows what it shows at `like`."""
    local = like.astimezone(LONDON)
    return datetime.combine(day, local.time(), LONDON).astimezone(UTC)


def own_due(calendar: Calendar, given_at: datetime) -> datetime | None:
    """When a bid given out at `given_at` is due, if later than its round; None where it is due with it.

    Nobody has less than `LEAST_TIME`, unless the panel meets: then it is due the day before. Once that has
    passed, the panel was put off, and nobody here knows until when.
    """
    like = calendar.reviews_due_at
    eve = due_on(calendar.panel_on - timedelta(days=1), like=like)
    due = due_on(today(given_at + LEAST_TIME), like=like)
    if given_at < eve:
        due = min(due, eve)
    return due if due > like else None


def faults_of_date(until: date | None, calendar: Calendar, *, now: datetime) -> list[Reason]:
    """What is wrong with a date until which somebody is to have time, if it is given at all."""
    if until is None:
        return []
    if until <= today(now):
        return [Reason("The new date must be in the future", "until")]
    if today(now) < calendar.panel_on <= until:
        return [Reason("The new date must be before the day on which the panel meets", "until")]
    return []
