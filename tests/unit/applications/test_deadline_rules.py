"""When reminders are due: ordinary days, nights the clocks change, leap days; and clock times as typed."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from grants.applications.deadline_rules import SETTLING_IN, by_page, due_at, is_due
from grants.applications.extension_rules import Wanted, blockers_to_extend, read_clock
from grants.applications.rules import Task, TaskGroup, TaskStatus
from grants.applications.states import Stage
from grants.core.clock import in_london
from grants.core.errors import Reason
from grants.programme.fund_calendar import NoSuchTime, is_shown_twice, uk_clock, utc_from_uk
from grants.programme.rules import Urgency, is_open, minutes_left, urgency

TICK = timedelta(microseconds=1)
MOMENTS = some.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("closes", "days", "due"),
    [
        ("2022-01-28T17:00", 7, "2022-01-21T17:00"),
        ("2022-03-30T11:00", 7, "2022-03-23T12:00"),  # summer time begins in between
        ("2022-03-28T11:00", 1, "2022-03-27T11:00"),
        ("2022-03-27T16:00", 1, "2022-03-26T17:00"),
        ("2022-10-31T12:00", 1, "2022-10-30T12:00"),  # summer time has ended the night before
        ("2022-10-30T12:00", 1, "2022-10-29T11:00"),
        ("2024-03-01T12:00", 1, "2024-02-29T12:00"),
        ("2024-03-07T12:00", 7, "2024-02-29T12:00"),
        ("2023-03-01T12:00", 1, "2023-02-28T12:00"),
        ("2028-02-29T17:00", 7, "2028-02-22T17:00"),
    ],
)
def test_a_reminder_is_due_at_the_same_time_of_day(closes: str, days: int, due: str) -> None:
    assert due_at(at(closes), days) == at(due)


@given(MOMENTS, some.integers(1, 30))
def test_a_reminder_falls_on_the_right_day(closes_at: datetime, days: int) -> None:
    due = due_at(closes_at, days)
    assert abs(due - (closes_at - timedelta(days=days))) <= timedelta(hours=1)
    assert in_london(closes_at).date() - in_london(due).date() == timedelta(days=days)


@given(
    MOMENTS,
    some.timedeltas(timedelta(0), timedelta(days=9)),
    some.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_at_no_moment_is_more_than_one_reminder_due(
    closes_at: datetime, before: timedelta, age: timedelta
) -> None:
    now = closes_at - before
    started_at = now - age
    due = [days for days in (7, 1) if is_due(days, started_at=started_at, closes_at=closes_at, now=now)]
    assert len(due) <= 1
    assert not (due and age < SETTLING_IN)


@given(MOMENTS)
def test_reminders_begin_and_end_at_their_moments(closes_at: datetime) -> None:
    week, day = due_at(closes_at, 7), due_at(closes_at, 1)

    def due(days: int, now: datetime, started_at: datetime = LONG_AGO) -> bool:
        return is_due(days, started_at=started_at, closes_at=closes_at, now=now)

    assert [due(7, week - TICK), due(7, week), due(7, day - TICK), due(7, day)] == [False, True, True, False]
    assert [due(1, day - TICK), due(1, day), due(1, closes_at)] == [False, True, False]
    assert due(1, closes_at - TICK)
    assert not due(7, week + timedelta(days=2), started_at=week + TICK)
    assert due(7, week + SETTLING_IN, started_at=week)
    assert not due(7, week + SETTLING_IN - TICK, started_at=week)


@given(MOMENTS, some.timedeltas(timedelta(microseconds=1), timedelta(days=400)))
def test_exactly_at_the_closing_is_late_and_a_moment_before_is_not(
    closes_at: datetime, open_for: timedelta
) -> None:
    opens_at = closes_at - open_for
    assert is_open(opens_at, closes_at, closes_at - TICK)
    assert not is_open(opens_at, closes_at, closes_at)
    assert (urgency(closes_at, closes_at), urgency(closes_at, closes_at - TICK)) == (
        Urgency.CLOSED,
        Urgency.LAST_HOUR,
    )


@given(MOMENTS, some.timedeltas(timedelta(0), timedelta(days=20)))
def test_minutes_left_are_never_too_many(closes_at: datetime, before: timedelta) -> None:
    now = closes_at - before
    left = timedelta(minutes=minutes_left(closes_at, now))
    assert left <= before < left + timedelta(minutes=1)
    stands = urgency(closes_at, now)
    assert (stands is Urgency.LAST_HOUR) == (timedelta(0) < before <= timedelta(hours=1))
    assert (stands is Urgency.LAST_WEEK) == (timedelta(hours=1) < before <= timedelta(days=7))


@given(MOMENTS)
def test_every_moment_has_one_clock_time_and_a_clock_time_at_most_two_moments(moment: datetime) -> None:
    shown = uk_clock(moment)
    back = utc_from_uk(shown)
    assert back in (moment, moment - timedelta(hours=1))
    assert is_shown_twice(shown) or back == moment


@pytest.mark.parametrize(
    ("clock", "twice"),
    [
        ("2021-10-31T00:59", False),
        ("2021-10-31T01:00", True),
        ("2021-10-31T01:30", True),
        ("2021-10-31T01:59", True),
        ("2021-10-31T02:00", False),
        ("2022-03-27T01:30", False),
        ("2024-02-29T12:00", False),
    ],
)
def test_which_times_the_clocks_show_twice(clock: str, twice: bool) -> None:
    assert is_shown_twice(datetime.fromisoformat(clock)) is twice


@pytest.mark.parametrize("day", ["2022-03-27", "2023-03-26", "2024-03-31"])
def test_half_past_one_is_no_time_on_the_night_the_clocks_go_forward(day: str) -> None:
    with pytest.raises(NoSuchTime):
        utc_from_uk(datetime.fromisoformat(f"{day}T01:30"))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("17:00", time(17)),
        ("5pm", time(17)),
        ("5.30 PM", time(17, 30)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("midday", time(12)),
        ("12 noon", time(12)),
        ("Midnight", time(0)),
        ("09:05", time(9, 5)),
        ("00:00", time(0)),
        ("17", None),
        ("25:00", None),
        ("13pm", None),
        ("0am", None),
        ("5:7pm", None),
        ("17:60", None),
        ("", None),
        ("five", None),
        ("²pm", None),
        ("-1:00", None),
    ],
)
def test_times_of_day_as_people_type_them(typed: str, read: time | None) -> None:
    assert read_clock(typed) == read


@given(some.times(), some.sampled_from(["{h}:{m:02d}", "{t}:{m:02d}{half}", "{t}.{m:02d} {half}"]))
def test_every_time_of_day_can_be_typed(clock: time, shape: str) -> None:
    half = "am" if clock.hour < 12 else "pm"
    typed = shape.format(h=clock.hour, t=clock.hour % 12 or 12, m=clock.minute, half=half)
    assert read_clock(typed) == time(clock.hour, clock.minute)


@given(some.text(max_size=12))
def test_anything_may_be_typed_for_a_time(typed: str) -> None:
    read_clock(typed)


def wanted(**changes: object) -> Wanted:
    given: dict[str, object] = {
        "opens_at": at("2021-12-01T09:00"),
        "closes_at": at("2022-01-28T17:00"),
        "reviews_due_at": at("2022-03-01T17:00"),
        "until": at("2022-01-29T17:00"),
        "reason": "An outage",
        "bid": None,
        "was_sent": False,
        "stages": (Stage.DRAFT,),
        "shared_out": False,
    }
    return Wanted(**{**given, **changes})  # type: ignore[arg-type]  # by name


def test_nothing_stands_in_the_way_of_a_sound_extension() -> None:
    assert blockers_to_extend(wanted(), now=at("2022-01-28T18:00")) == []
    for stage in (Stage.DRAFT, Stage.LAPSED):
        assert blockers_to_extend(wanted(bid=stage), now=at("2022-01-28T18:00")) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"bid": Stage.SUBMITTED, "was_sent": True},
        {"bid": Stage.LAPSED, "was_sent": True},
        {"bid": Stage.WITHDRAWN},
        {"stages": (Stage.DECIDED,)},
        {"bid": Stage.DRAFT, "stages": (Stage.DRAFT, Stage.OFFERED)},
        {"shared_out": True},
        {"until": at("2022-01-28T17:00")},
        {"until": at("2022-01-28T17:59")},
        {"until": at("2022-03-01T17:01")},
        {"reason": "  "},
        {"opens_at": at("2022-01-28T18:01")},
    ],
)
def test_each_thing_that_stands_in_the_way(changes: dict[str, object]) -> None:
    assert len(blockers_to_extend(wanted(**changes), now=at("2022-01-28T18:00"))) == 1


def test_what_is_missing_is_told_by_page() -> None:
    tasks = [
        TaskGroup("About", [Task("The project", "sections/summary", TaskStatus.NOT_STARTED)]),
        TaskGroup("Money", [Task("Budget", "budget", TaskStatus.IN_PROGRESS)]),
    ]
    reasons = [
        Reason("Enter a title", "sections/summary#q-title"),
        Reason("Add a line", "budget#lines-0-item"),
        Reason("Say who benefits", "sections/summary#q-who"),
        Reason("Two themes at least"),
    ]
    assert by_page(reasons, tasks, path="/applications/X-1/") == [
        (
            "The project",
            "/applications/X-1/sections/summary/",
            ["Enter a title", "Say who benefits"],
        ),
        ("Budget", "/applications/X-1/budget/", ["Add a line"]),
        ("The bid", "/applications/X-1/", ["Two themes at least"]),
    ]
