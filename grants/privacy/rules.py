"""When a period is over, how what is held is told, and what a person's deletion has to wait for."""

import json
from calendar import monthrange
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from grants.core.clock import in_london, short_moment
from grants.core.language import say
from grants.core.money import pounds
from grants.privacy.labels import LABELS

GONE = "removed.invalid"
"""The domain of addresses of people who were removed: no mail can go there (RFC 2606)."""

PENCE = frozenset({"ask", "least_amount", "lead_share", "share", "amount", "extra", "income"})


def later(day: date, months: int) -> date:
    """The same day so many months later; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_over(event: date, months: int, now: datetime) -> bool:
    """Whether a period that began with the event's day has passed in London."""
    return in_london(now).date() > later(event, months)


def begun_before(months: int, now: datetime) -> date:
    """The first day of which a period has not passed yet: what happened before it is due."""
    today = in_london(now).date()
    return later(today, -months)


def address_of(person_id: int) -> str:
    """What stands for the address of somebody who was removed: unique, and nobody's."""
    return f"removed-{person_id}@{GONE}"


def label(column: str) -> str:
    """A column's name as a person reads it."""
    return say(LABELS[column])


def told(column: str, value: Any) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, datetime):
        return short_moment(value)
    if isinstance(value, StrEnum):
        return value.value.replace("_", " ")
    if isinstance(value, int) and column in PENCE:
        return pounds(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, indent=1)
    return str(value)


def plain(value: Any) -> Any:
    """A value as JSON keeps it: times in ISO 8601, everything else as it is."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
