"""What differs between two versions of a fund, and which of it may still change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from grants.core.money import pounds
from grants.programme.agreeing import GrantAgreement, Term
from grants.programme.definition import Area, Cell, FundDefinition, Level, Place, Retention
from grants.programme.fund_calendar import calendar_faults, uk_clock
from grants.programme.limits import PublishedLimit
from grants.programme.paying import CsvColumn, Payer, Paying, PlannedInstalment
from grants.programme.practice import PracticeAnswer
from grants.programme.reporting import Monitoring

WORDING = frozenset({"name", "round_name", "summary", "purpose", "who_may_apply", "source", "origin_note"})
"""Words about the fund that no answer, score or decision rests on."""

LATER_DATES = frozenset({"reviews_due_at", "panel_on", "decisions_by"})
"""Dates the council keeps for itself, which may move after the round has opened."""

OF_THE_FUNDER = frozenset({"email", "publisher_prefix"})
"""How the funder is written to, and how its open data is marked."""

KEPT_FOR = frozenset(field.name for field in fields(Retention))
"""How long records are kept: the law, or the council's schedule, may change at any time."""

OF_MONEY = re.compile(r"allocation\.(each_\w+|limits\[\d+\]\.(least|most))")
"""Amounts outside [amounts]."""

STILL_FREE = frozenset(
    WORDING
    | {"map_rows"}
    | {f"agreement.{field.name}" for field in fields(GrantAgreement)}
    | {f"paying.{field.name}" for field in fields(Paying)}
    | {f"paying.payer.{field.name}" for field in fields(Payer)}
    | {f"monitoring.{field.name}" for field in fields(Monitoring)}
    | {f"funder.{name}" for name in OF_THE_FUNDER}
    | {f"calendar.{name}" for name in LATER_DATES}
    | {f"retention.{name}" for name in KEPT_FOR}
)
"""What may change after the round has opened. The closing time moves by an extension, never by a file."""


@dataclass(frozen=True)
class Change:
    """One difference, as words. `place` as in the new file; `frozen` once the round has opened."""

    place: str
    old: str
    new: str
    frozen: bool


def changes(old: FundDefinition, new: FundDefinition) -> tuple[Change, ...]:
    """Every difference between two versions, in the order of the file.

    Members of lists are compared by key, not by position, so a theme that moved is told as a new order and
    not as changed words. Amounts and times are given as the file has them: pounds, and UK clock times.
    """
    return tuple(
        Change(place=place, old=before, new=after, frozen=place.partition("[")[0] not in STILL_FREE)
        for place, before, after in _differences(old, new, "")
    )


def merge_allowed(
    old: FundDefinition, new: FundDefinition, *, opened: bool
) -> tuple[FundDefinition, tuple[Change, ...], tuple[Change, ...]]:
    """`old` with what may still change taken from `new`; then what was applied and what was refused.

    Before opening everything may change but the fund's slug and the round's key, by which a round is found
    (another address is another round). After it, what `STILL_FREE` names; if the new later dates do not fit
    the closing time that stays, all calendar changes are refused.
    """
    free = _free(old, new) if opened else replace(new, slug=old.slug, round_key=old.round_key)
    if opened and any(True for _ in calendar_faults(free.calendar)):
        free = replace(free, calendar=old.calendar)
    applied = changes(old, free)
    taken = {change.place for change in applied}
    return free, applied, tuple(change for change in changes(old, new) if change.place not in taken)


def _free(old: FundDefinition, new: FundDefinition) -> FundDefinition:
    """`old` with everything in `STILL_FREE` from `new`."""
    words: dict[str, Any] = {name: getattr(new, name) for name in WORDING}
    dates: dict[str, Any] = {name: getattr(new.calendar, name) for name in LATER_DATES}
    marks: dict[str, Any] = {name: getattr(new.funder, name) for name in OF_THE_FUNDER}
    return replace(
        old,
        **words,
        retention=new.retention,
        map_rows=new.map_rows,
        agreement=new.agreement,
        paying=new.paying,
        monitoring=new.monitoring,
        funder=replace(old.funder, **marks),
        calendar=replace(old.calendar, **dates),
    )


def _differences(old: Any, new: Any, place: str) -> Iterator[tuple[str, str, str]]:
    """(place, old, new) of each difference at or under `place`."""
    if old == new:
        return
    if is_dataclass(new):
        for field in fields(new):
            inside = f"{place}.{field.name}" if place else field.name
            yield from _differences(getattr(old, field.name), getattr(new, field.name), inside)
    elif isinstance(new, tuple) and any(is_dataclass(member) for member in old + new):
        yield from _list_differences(old, new, place)
    else:
        yield place, _written(old, place), _written(new, place)


def _list_differences(
    old: tuple[Any, ...], new: tuple[Any, ...], place: str
) -> Iterator[tuple[str, str, str]]:
    """Members added, removed or moved as one difference of the list; then each changed member's own."""
    earlier = {_identity(member): member for member in old}
    order = [_identity(member) for member in new]
    if list(earlier) != order:
        yield place, ", ".join(earlier), ", ".join(order)
    for i, (identity, member) in enumerate(zip(order, new, strict=True), 1):
        if identity in earlier:
            yield from _differences(earlier[identity], member, f"{place}[{i}]")


def _identity(member: Any) -> str:
    """What a member of a list is known by."""
    match member:
        case Cell() | PracticeAnswer():
            return f"{member.theme}/{member.strand}"
        case Level():
            return str(member.score)
        case Place():
            return member.code
        case Area():
            return member.name
        case Term():
            return member.title
        case PlannedInstalment():
            return member.name
        case CsvColumn():
            return member.holds.value
        case PublishedLimit():
            return f"{member.of}/{member.name}"
        case _:
            return str(member.key)


def _written(value: Any, place: str) -> str:
    """A value in words: nothing, pounds, UK clock time, yes or no, or the text itself."""
    if value is None:
        return "not set"
    if place.startswith("amounts.") or OF_MONEY.fullmatch(place):
        return pounds(value)
    if isinstance(value, datetime):
        return f"{uk_clock(value):%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "\n".join(str(one) for one in value)
    return str(value)
