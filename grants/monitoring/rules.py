"""When reports are due and when people are reminded of them, and what is left of an award. Times are UTC."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from grants.core.clock import LONDON, in_london, today
from grants.programme.reporting import DueFrom, ReportAsked

NO_SOONER = timedelta(days=28)
"""From the day an award is taken up: no report is due before that."""

MORNING = time(8)
"""From this time of day in Luton on, the day's e-mail may go out."""

LONGEST_TEXT = 10_000
LONGEST_REASON = 2000


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last where the month is too short."""
    months += day.year * 12 + day.month - 1
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_day(asked: ReportAsked, *, starts_on: date, ends_on: date, accepted_on: date) -> date:
    """The day by whose end a report on an award is due."""
    if asked.due is DueFrom.DATE:
        day = asked.on
    else:
        day = months_after(starts_on if asked.due is DueFrom.START else ends_on, asked.months)
    return max(day, accepted_on + NO_SOONER)


def moved_day(asked: ReportAsked, *, ends_on: date, accepted_on: date, before: date, on: date) -> date:
    """The day for a report that counts from the end of the project, once that has moved to `ends_on`.

    `before` is its day so far. It can come sooner than that only with the notice that every report has, from
    the day `on` which it moves.
    """
    day = due_day(asked, starts_on=ends_on, ends_on=ends_on, accepted_on=accepted_on)
    return max(day, min(before, on + NO_SOONER))


def due_at(day: date) -> datetime:
    """The last minute of `day` in Luton. A report is in time until that minute is over."""
    return datetime.combine(day, time(23, 59), LONDON).astimezone(UTC)


def is_overdue(day: date, now: datetime) -> bool:
    """Whether `day` is over in Luton."""
    return today(now) > day


def morning_of(day: date) -> datetime:
    """The moment at which the e-mails of a day in Luton begin to go out."""
    return datetime.combine(day, MORNING, LONDON).astimezone(UTC)


def may_write(now: datetime) -> bool:
    """Whether it is late enough in the day to write to anybody."""
    return in_london(now).time() >= MORNING


@dataclass(frozen=True)
class Owed:
    """A report that somebody owes by the end of `wanted_by`. They were told of that day at `told_at`."""

    wanted_by: date
    told_at: datetime
    reminder_days: Sequence[int]
    overdue_days: Sequence[int]

    def reminders(self) -> list[datetime]:
        """When its writers are reminded: not before they knew of the day."""
        days = [*(-before for before in self.reminder_days), *self.overdue_days]
        moments = [morning_of(self.wanted_by + timedelta(days=one)) for one in days]
        return sorted(at for at in moments if at > self.told_at)

    def passed(self, now: datetime) -> list[datetime]:
        """Those of them that have come."""
        return [at for at in self.reminders() if at <= now]


def is_wanted(reports: Sequence[Owed], last: date | None, *, now: datetime) -> bool:
    """Whether somebody who owes `reports` is reminded now, given the day on which they last were.

    One e-mail covers everything that has fallen due by its day; one that an outage delayed is still sent.
    """
    passed = [at for one in reports for at in one.passed(now)]
    return bool(passed) and (last is None or today(max(passed)) > last)


def is_silent(day: date, now: datetime, *, after: int) -> bool:
    """Whether a report that was due on `day` is so late that the manager has to step in."""
    return today(now) >= day + timedelta(days=after)


def unspent(*, paid: int, spent: int, asked_back: int) -> int:
    """What was paid, was not spent and nobody has asked back yet. Pence."""
    return max(0, paid - spent - asked_back)
