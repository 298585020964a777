"""Clock times in the UK become moments and move over the nights when the clocks change."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from grants.programme.fund_calendar import NoSuchTime, uk_clock, utc_from_uk
from grants.programme.fund_file import read_fund_file, shifted
from tests.unit.programme.texts import OTHER_SHAPE, edited

CASES = [
    ("winter", "2022-01-28T17:00", "2022-01-28T17:00"),
    ("summer", "2022-07-01T17:00", "2022-07-01T16:00"),
    ("last minute before the skip", "2022-03-27T00:59", "2022-03-27T00:59"),
    ("first minute after the skip", "2022-03-27T02:00", "2022-03-27T01:00"),
    ("shown twice: the first", "2022-10-30T01:30", "2022-10-30T00:30"),
    ("after both", "2022-10-30T02:00", "2022-10-30T02:00"),
]


@pytest.mark.parametrize(("clock", "utc"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_a_uk_clock_time_is_one_moment(clock: str, utc: str) -> None:
    naive = datetime.fromisoformat(clock)
    moment = utc_from_uk(naive)

    assert moment == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert moment.tzinfo is UTC
    assert uk_clock(moment) == naive


@pytest.mark.parametrize("clock", ["2022-03-27T01:00", "2022-03-27T01:59"])
def test_a_skipped_time_is_no_moment(clock: str) -> None:
    with pytest.raises(NoSuchTime):
        utc_from_uk(datetime.fromisoformat(clock))


def test_moving_a_fund_moves_every_date_and_nothing_else() -> None:
    fund = read_fund_file(OTHER_SHAPE)
    moved = shifted(fund, days=364)

    assert moved.calendar.opens_at == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    assert moved.calendar.reviews_due_at == datetime(2026, 5, 15, 16, 0, tzinfo=UTC)
    assert moved.calendar.panel_on == date(2026, 5, 20)
    assert moved.calendar.decisions_by == date(2026, 5, 29)
    assert moved.calendar.spend_from == date(2026, 5, 31)
    assert moved.calendar.spend_by == date(2027, 5, 30)
    assert replace(moved, calendar=fund.calendar) == fund


def test_clock_times_stay_when_summer_time_begins_or_ends_in_between() -> None:
    fund = read_fund_file(OTHER_SHAPE)

    into_winter = shifted(fund, days=-100).calendar
    assert into_winter.closes_at == datetime(2025, 1, 20, 12, 0, tzinfo=UTC)
    into_summer = shifted(fund, days=100).calendar
    assert into_summer.opens_at == datetime(2025, 6, 11, 9, 0, tzinfo=UTC)


def test_there_and_back_is_the_same_fund() -> None:
    fund = read_fund_file(OTHER_SHAPE)

    assert shifted(shifted(fund, days=45), days=-45) == fund


def test_a_time_that_moves_into_the_skipped_hour_comes_after_it() -> None:
    fund = read_fund_file(edited(("opens_at = 2025-03-03T10:00:00", "opens_at = 2025-03-03T01:30:00")))

    # 1:30am is skipped that night: 2:30am summer time, half an hour after the skip
    assert shifted(fund, days=27).calendar.opens_at == datetime(2025, 3, 30, 1, 30, tzinfo=UTC)
