"""When reminders of reviews go out: mornings in Luton, also where the clocks change, and never two a day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from grants.core.clock import in_london, today
from grants.scoring.chasing_rules import Batch, is_news, is_wanted, may_write, morning_of, next_moments

TICK = timedelta(microseconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def batch(
    due: str, *, given: str = "2000-01-01T00:00", days: tuple[int, ...] = (7, 2), person: int = 1
) -> Batch:
    return Batch(person, 1, at(due), at(given), days, 3, 1, 1)


@pytest.mark.parametrize(
    ("due", "moments"),
    [
        ("2022-02-25T17:00", ["2022-02-18T08:00", "2022-02-23T08:00", "2022-02-28T08:00"]),
        (
            "2022-03-29T16:00",
            ["2022-03-22T08:00", "2022-03-27T07:00", "2022-04-01T07:00"],
        ),  # summer time begins
        ("2022-11-01T17:00", ["2022-10-25T07:00", "2022-10-30T08:00", "2022-11-04T08:00"]),  # and ends
        ("2022-03-26T23:30", ["2022-03-19T08:00", "2022-03-24T08:00", "2022-03-29T07:00"]),
        ("2024-03-02T17:00", ["2024-02-24T08:00", "2024-02-29T08:00", "2024-03-05T08:00"]),
    ],
)
def test_reminders_go_out_in_the_morning_of_their_day_in_luton(due: str, moments: list[str]) -> None:
    assert batch(due).reminders() == [at(moment) for moment in moments]


def test_nobody_is_reminded_of_a_day_before_they_had_the_bids() -> None:
    late = batch("2022-02-25T17:00", given="2022-02-18T08:00")
    assert late.reminders() == [at("2022-02-23T08:00"), at("2022-02-28T08:00")]


@given(some.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), some.integers(1, 60))
def test_a_morning_is_eight_o_clock_on_its_day(day: datetime, days: int) -> None:
    moment = morning_of(day.date())
    assert (in_london(moment).date(), in_london(moment).hour, in_london(moment).minute) == (day.date(), 8, 0)
    assert (may_write(moment), may_write(moment - TICK)) == (True, False)


def test_one_email_covers_what_has_fallen_due_by_its_day() -> None:
    both = [batch("2022-02-25T17:00"), batch("2022-02-20T17:00")]  # reminders on 13, 18, 18, 23, 23 and 28
    sent: list[date] = []
    now = at("2022-02-01T00:00")
    while now < at("2022-03-20T00:00"):
        if may_write(now) and is_wanted(both, sent[-1] if sent else None, now=now):
            sent.append(today(now))
        now += timedelta(minutes=15)
    assert [day.isoformat() for day in sent] == ["2022-02-13", "2022-02-18", "2022-02-23", "2022-02-28"]


def test_a_reminder_that_was_delayed_is_sent_once_and_managers_are_told_once() -> None:
    one = [batch("2022-02-25T17:00")]
    assert is_wanted(one, None, now=at("2022-02-21T12:00"))
    assert not is_wanted(one, date(2022, 2, 21), now=at("2022-02-22T12:00"))
    assert is_wanted(one, date(2022, 2, 21), now=at("2022-02-23T08:00"))
    assert not is_news(one, None, now=at("2022-02-28T08:00") - TICK)
    assert is_news(one, None, now=at("2022-02-28T08:00"))
    assert is_news(one, date(2022, 2, 27), now=at("2022-03-05T09:00"))
    assert not is_news(one, date(2022, 2, 28), now=at("2022-03-05T09:00"))


def test_the_coming_moments_count_people_not_batches() -> None:
    owed = [
        batch("2022-02-25T17:00"),
        batch("2022-02-25T18:00"),
        batch("2022-02-25T17:00", person=2, days=()),
    ]
    assert next_moments(owed, now=at("2022-02-18T08:00")) == [
        (at("2022-02-23T08:00"), 1),
        (at("2022-02-28T08:00"), 2),
    ]
