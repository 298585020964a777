"""When reports are due, reminded of and overdue: whole days in Luton, over the change of the clocks too."""

from datetime import UTC, date, datetime

from grants.monitoring.rules import (
    Owed,
    due_at,
    due_day,
    is_overdue,
    is_silent,
    is_wanted,
    may_write,
    unspent,
)
from grants.programme.reporting import DueFrom, ReportAsked

TOLD = datetime(2022, 1, 1, tzinfo=UTC)
OWED = Owed(date(2022, 3, 28), TOLD, reminder_days=(28, 7), overdue_days=(1,))


def test_days_count_from_start_end_or_the_file_and_not_too_soon() -> None:
    days = {"starts_on": date(2022, 8, 31), "ends_on": date(2023, 3, 31), "accepted_on": date(2022, 4, 1)}
    assert due_day(ReportAsked("a", "A", DueFrom.START, months=6), **days) == date(2023, 2, 28)
    assert due_day(ReportAsked("a", "A", DueFrom.END, months=1), **days) == date(2023, 4, 30)
    assert due_day(ReportAsked("a", "A", DueFrom.DATE, on=date(2022, 4, 2)), **days) == date(2022, 4, 29)
    assert due_at(date(2022, 3, 26)) == datetime(2022, 3, 26, 23, 59, tzinfo=UTC)
    assert due_at(date(2022, 3, 27)) == datetime(2022, 3, 27, 22, 59, tzinfo=UTC)
    assert not is_overdue(date(2022, 3, 27), datetime(2022, 3, 27, 22, 59, 59, tzinfo=UTC))
    assert is_overdue(date(2022, 3, 27), datetime(2022, 3, 27, 23, 0, tzinfo=UTC))
    assert is_silent(date(2022, 3, 1), datetime(2022, 3, 15, tzinfo=UTC), after=14)
    assert not is_silent(date(2022, 3, 1), datetime(2022, 3, 14, tzinfo=UTC), after=14)
    assert [unspent(paid=900, spent=700, asked_back=back) for back in (0, 50, 300)] == [200, 150, 0]


def test_people_are_reminded_once_for_each_day_that_has_come_from_eight_in_the_morning() -> None:
    assert OWED.reminders() == [
        datetime(2022, 2, 28, 8, tzinfo=UTC),
        datetime(2022, 3, 21, 8, tzinfo=UTC),
        datetime(2022, 3, 29, 7, tzinfo=UTC),
    ]
    first = datetime(2022, 2, 28, 8, tzinfo=UTC)
    assert not is_wanted([OWED], None, now=datetime(2022, 2, 28, 7, 59, tzinfo=UTC))
    assert is_wanted([OWED], None, now=first)
    assert not is_wanted([OWED], date(2022, 2, 28), now=datetime(2022, 3, 20, 8, tzinfo=UTC))
    assert is_wanted([OWED], date(2022, 2, 28), now=datetime(2022, 3, 25, 8, tzinfo=UTC))
    assert not is_wanted([Owed(date(2022, 3, 28), first, (28,), ())], None, now=first)
    assert [may_write(datetime(2022, 7, 1, hour, tzinfo=UTC)) for hour in (6, 7)] == [False, True]
