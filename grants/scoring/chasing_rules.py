"""When reviewers are reminded of what is left, and when managers are told who is silent. Times are UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from grants.core.clock import LONDON, in_london, today

MORNING = time(8)
"""From this time of day in Luton on, the day's e-mail may go out."""


@dataclass(frozen=True)
class Batch:
    """Reviews that one person owes one round by one moment, the first of which was given out at `given_at`.

    So many bids are `to_declare` on and, of those declared on, `to_score`. `reminder_days` and
    `escalate_after_days` are the round's.
    """

    person_id: int
    round_id: int
    due_at: datetime
    given_at: datetime
    reminder_days: Sequence[int]
    escalate_after_days: int
    to_declare: int
    to_score: int

    @property
    def escalates_at(self) -> datetime:
        """When managers are told that they are still not done."""
        return morning_of(today(self.due_at) + timedelta(days=self.escalate_after_days))

    def reminders(self) -> list[datetime]:
        """When the person is reminded, the last time as managers are told; not before they had the bids."""
        before = [morning_of(today(self.due_at) - timedelta(days=days)) for days in self.reminder_days]
        return sorted(at for at in (*before, self.escalates_at) if at > self.given_at)

    def is_silent(self, now: datetime) -> bool:
        """Whether managers are told of it by now."""
        return self.escalates_at <= now


def morning_of(day: date) -> datetime:
    """The moment at which the e-mails of a day in Luton begin to go out."""
    return datetime.combine(day, MORNING, LONDON).astimezone(UTC)


def may_write(now: datetime) -> bool:
    """Whether it is late enough in the day to write to anybody."""
    return in_london(now).time() >= MORNING


def is_wanted(batches: Sequence[Batch], last: date | None, *, now: datetime) -> bool:
    """Whether a reviewer with these batches is reminded now, given the day on which they last were.

    One e-mail covers everything that has fallen due by its day, so that nobody is ever told twice of the
    same day, and a reminder that an outage delayed is still sent, once.
    """
    passed = [at for batch in batches for at in batch.reminders() if at <= now]
    return bool(passed) and (last is None or today(max(passed)) > last)


def is_news(batches: Sequence[Batch], last: date | None, *, now: datetime) -> bool:
    """Whether a manager is told now who is silent, given the day on which they last were."""
    passed = [batch.escalates_at for batch in batches if batch.is_silent(now)]
    return bool(passed) and (last is None or today(max(passed)) > last)


def next_moments(batches: Sequence[Batch], *, now: datetime) -> list[tuple[datetime, int]]:
    """When people with these batches will be written to, first to last, and how many of them."""
    people: dict[datetime, set[int]] = {}
    for batch in batches:
        for at in batch.reminders():
            if at > now:
                people.setdefault(at, set()).add(batch.person_id)
    return [(at, len(who)) for at, who in sorted(people.items())]
