"""A round's calendar: UK clock times to UTC and back, the order of its dates, and moving it as a whole."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from grants.programme.definition import Calendar, FundDefinition
from grants.programme.fund_faults import Fault

UK = ZoneInfo("Europe/London")


class NoSuchTime(Exception):
    """The clock never shows this time: it falls in the hour that is skipped when summer time begins."""


def utc_from_uk(clock: datetime) -> datetime:
    """The moment, UTC, at which a UK clock shows `clock` (naive).

    A time shown twice, when summer time ends, means the first one. Raises NoSuchTime for a skipped one.
    """
    moment = clock.replace(tzinfo=UK, fold=0).astimezone(UTC)
    if uk_clock(moment) != clock:
        raise NoSuchTime(clock.isoformat())
    return moment


def is_shown_twice(clock: datetime) -> bool:
    """Whether a UK clock shows `clock` (naive) twice: in the last hour of summer time, and in the next."""
    first, second = (clock.replace(tzinfo=UK, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first < second


def uk_clock(moment: datetime) -> datetime:
    """What a UK clock shows at `moment` (naive)."""
    return moment.astimezone(UK).replace(tzinfo=None, fold=0)


def calendar_faults(calendar: Calendar) -> Iterator[tuple[Fault, tuple[str, str]]]:
    """Dates that stand in the wrong order, each with the two places it compares."""
    pairs = (
        (
            "opens_at",
            "closes_at",
            calendar.closes_at <= calendar.opens_at,
            "The round must close after it opens.",
        ),
        (
            "closes_at",
            "reviews_due_at",
            calendar.reviews_due_at < calendar.closes_at,
            "Reviews cannot be due before the round closes.",
        ),
        (
            "reviews_due_at",
            "panel_on",
            calendar.panel_on < uk_clock(calendar.reviews_due_at).date(),
            "The panel cannot meet before the day reviews are due.",
        ),
        (
            "panel_on",
            "decisions_by",
            calendar.decisions_by < calendar.panel_on,
            "Decisions cannot be promised before the panel meets.",
        ),
        (
            "spend_from",
            "spend_by",
            calendar.spend_by < calendar.spend_from,
            "Spending cannot end before it starts.",
        ),
    )
    for earlier, later, wrong, text in pairs:
        if wrong:
            place = f"calendar.{later}"
            yield Fault(place, text), (f"calendar.{earlier}", place)


def financial_years(calendar: Calendar) -> tuple[str, ...]:
    """The financial years in which the fund's money can be spent, such as '2022-23'.

    A council's financial year begins on 1 April (Local Government Finance Act 1992, section 116).
    """
    first, last = (
        day.year if (day.month, day.day) >= (4, 1) else day.year - 1
        for day in (calendar.spend_from, calendar.spend_by)
    )
    return tuple(f"{year}-{(year + 1) % 100:02d}" for year in range(first, last + 1))


def shifted(definition: FundDefinition, *, days: int) -> FundDefinition:
    """The same fund with its whole calendar moved by `days` (earlier if negative).

    Clock times in the UK stay as they are when summer time begins or ends in between; a time that the
    clock skips on its new day becomes the same number of minutes after the skip. For the demo, which
    tells a past round around today.
    """
    by = timedelta(days=days)
    moved: dict[str, date] = {}
    for field in fields(Calendar):
        value: date = getattr(definition.calendar, field.name)
        if isinstance(value, datetime):
            moved[field.name] = (uk_clock(value) + by).replace(tzinfo=UK).astimezone(UTC)
        else:
            moved[field.name] = value + by
    return replace(definition, calendar=replace(definition.calendar, **moved))  # type: ignore[arg-type]  # by field
