"""When the closing of a bid is near, when its writers are reminded of it, and how what is missing is told."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from grants.applications.rules import TaskGroup
from grants.core.clock import LONDON
from grants.core.errors import Reason

REMINDER_DAYS = (7, 1)
"""How many days before the closing writers are reminded, by the clock in Luton."""

SETTLING_IN = timedelta(hours=1)
"""Whoever began a bid less than this ago is at work on it and needs no reminder yet."""


def due_at(closes_at: datetime, days: int) -> datetime:
    """When the reminder so many days ahead is due (UTC): at the same time of day in Luton, also where the
    clocks change in between.
    """
    local = closes_at.astimezone(LONDON).replace(tzinfo=None) - timedelta(days=days)
    return local.replace(tzinfo=LONDON).astimezone(UTC)


def is_due(days: int, *, started_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Whether the writers are to be reminded now, so many days ahead.

    Not of a bid that was begun after the reminder was due or within the last hour, and never once the next
    reminder, or the closing, is due.
    """
    later = [due_at(closes_at, fewer) for fewer in REMINDER_DAYS if fewer < days]
    due = due_at(closes_at, days)
    return due <= now < min([closes_at, *later]) and started_at <= due and now - started_at >= SETTLING_IN


def by_page(
    reasons: Sequence[Reason], tasks: Sequence[TaskGroup], *, path: str
) -> list[tuple[str, str, list[str]]]:
    """What is missing, under the title of the page where it is put right and the path of that page.

    `path` is the bid's own. What belongs to no page comes under the bid itself.
    """
    titles = {task.place: task.title for group in tasks for task in group.tasks}
    found: dict[str, list[str]] = {}
    for reason in reasons:
        place = reason.place.partition("#")[0]
        found.setdefault(place if place in titles else "", []).append(reason.text)
    return [
        (titles.get(place, "The bid"), f"{path}{place}/" if place else path, texts)
        for place, texts in found.items()
    ]
