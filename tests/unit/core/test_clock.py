"""The clock: Luton's time on ordinary days, on the nights the clocks change, and in leap years."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from grants.core.clock import (
    clock_time,
    exact_minute,
    in_london,
    long_date,
    now,
    short_moment,
    today,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("utc", "said"),
    [
        ("2021-12-03T11:59", "11:59am on Friday 3 December 2021 (UK time)"),
        ("2021-12-03T12:00", "midday on Friday 3 December 2021 (UK time)"),
        ("2021-12-03T00:00", "midnight at the start of Friday 3 December 2021 (UK time)"),
        ("2021-12-03T12:01", "12:01pm on Friday 3 December 2021 (UK time)"),
        ("2021-12-03T17:00", "5pm on Friday 3 December 2021 (UK time)"),
        ("2021-07-01T11:00", "midday on Thursday 1 July 2021 (UK time)"),
        ("2021-06-30T23:05", "12:05am on Thursday 1 July 2021 (UK time)"),
        ("2024-02-29T09:30", "9:30am on Thursday 29 February 2024 (UK time)"),
        # the clocks go forward at 1am: there is no 1:30am
        ("2021-03-28T00:59", "12:59am on Sunday 28 March 2021 (UK time)"),
        ("2021-03-28T01:00", "2am on Sunday 28 March 2021 (UK time)"),
        # the clocks go back at 2am: there are two 1:30am
        ("2021-10-31T00:30", "1:30am on Sunday 31 October 2021 (UK time, before the clocks go back)"),
        ("2021-10-31T01:30", "1:30am on Sunday 31 October 2021 (UK time, after the clocks go back)"),
        ("2021-10-31T02:00", "2am on Sunday 31 October 2021 (UK time)"),
    ],
)
def test_the_exact_minute(utc: str, said: str) -> None:
    assert exact_minute(at(utc)) == said


def test_the_two_half_past_ones_are_an_hour_apart() -> None:
    first, second = at("2021-10-31T00:30"), at("2021-10-31T01:30")

    assert clock_time(first) == clock_time(second) == "1:30am"
    assert second - first == timedelta(hours=1)
    assert in_london(first).utcoffset() == timedelta(hours=1)
    assert in_london(second).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2021-06-30T22:59", date(2021, 6, 30)),
        ("2021-06-30T23:00", date(2021, 7, 1)),
        ("2021-12-31T23:59", date(2021, 12, 31)),
        ("2024-02-28T23:59", date(2024, 2, 28)),
        ("2024-02-29T00:00", date(2024, 2, 29)),
    ],
)
def test_the_date_in_luton(utc: str, day: date) -> None:
    assert today(at(utc)) == day


def test_dates_and_moments_in_words() -> None:
    assert long_date(date(2024, 2, 29)) == "29 February 2024"
    assert long_date(at("2021-06-30T23:30")) == "1 July 2021"
    assert short_moment(at("2021-12-03T11:59")) == "3 Dec 2021, 11:59am"


@time_machine.travel(datetime(2021, 10, 31, 1, 30, tzinfo=UTC), tick=False)
def test_now_is_utc() -> None:
    assert now() == at("2021-10-31T01:30")
    assert now().utcoffset() == timedelta(0)
