"""The minutes of a meeting, in the parts of which all our papers are made: plain in, plain out."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from grants.applications.outline import Card, Column, Line, Part, Table, Value, listed, missing, typed, words
from grants.core.clock import clock_time, exact_minute, long_date


@dataclass(frozen=True)
class MetBid:
    """A bid on the agenda as the minutes tell it. `called_at` is None where the panel did not come to it."""

    ref: str
    title: str
    lead: str
    score: str
    decision: str
    called_at: datetime | None
    outside: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Stay:
    """A stretch of time that somebody was at the meeting."""

    name: str
    came_at: datetime
    left_at: datetime | None


@dataclass(frozen=True)
class Lots:
    """Lots between bids; `order` is empty until they are drawn."""

    refs: tuple[str, ...]
    source: str
    commitment: str
    seed: str
    order: tuple[str, ...]


@dataclass(frozen=True)
class Minutes:
    """Everything that the minutes tell to one reader. `hidden` are references that they may not read of."""

    round_name: str
    held_on: date
    place: str
    quorum: int
    opened_at: datetime | None
    closed_at: datetime | None
    stays: Sequence[Stay]
    bids: Sequence[MetBid]
    lots: Sequence[Lots]
    hidden: Sequence[str]


def on_paper(told: Minutes) -> dict[str, Any]:
    """The data of `letters/bid.typ`."""
    title = f"Minutes of the panel’s meeting on {long_date(told.held_on)}"
    return {
        "title": title,
        "author": "",
        "description": f"{told.round_name}: {title.lower()}",
        "mark": "" if told.closed_at else "DRAFT – THE MEETING IS NOT OVER",
        "foot": f"{told.round_name}, IN CONFIDENCE",
        "facts": [asdict(line) for line in _facts(told)],
        "parts": [asdict(part) for part in _parts(told)],
        "declaration": "",
        "words": {"declaration": ""},
    }


def _facts(told: Minutes) -> Iterator[Line]:
    yield Line("Round", words(told.round_name))
    if told.place:
        yield Line("Where", typed(told.place))
    yield Line("Opened", _moment(told.opened_at, "The meeting has not been opened"))
    yield Line("Closed", _moment(told.closed_at, "The meeting is not over"))
    yield Line("Members who must be in the room for a bid", words(str(told.quorum)))
    if told.hidden:
        yield Line(
            "Left out",
            words(f"{', '.join(told.hidden)}: the reader of this copy has a conflict of interest."),
        )


def _parts(told: Minutes) -> Iterator[Part]:
    stays = tuple(
        (typed(stay.name), words(_clock(stay.came_at)), words(_clock(stay.left_at))) for stay in told.stays
    )
    columns = (Column("Member"), Column("Came"), Column("Left"))
    yield Part(
        "Who was there",
        note="" if stays else "Nobody is on record.",
        tables=(Table("Who was there", columns, stays),) if stays else (),
    )
    yield Part("Bids", cards=tuple(_card(bid) for bid in told.bids))
    if told.lots:
        yield Part("Lots", cards=tuple(_drawn(lots) for lots in told.lots))


def _card(bid: MetBid) -> Card:
    lines = [Line("Led by", typed(bid.lead)), Line("Score of record", words(bid.score))]
    if bid.called_at is None:
        return Card(
            f"{bid.ref}: {bid.title}", (*lines, Line("Discussed", missing("The panel did not come to it")))
        )
    away = listed(bid.outside) if bid.outside else words("Nobody")
    lines += [
        Line("Called", words(_clock(bid.called_at))),
        Line("Out of the room, with a conflict of interest", away),
        Line("Decision so far", words(bid.decision)),
    ]
    if bid.note:
        lines.append(Line("Minutes", typed(bid.note)))
    return Card(f"{bid.ref}: {bid.title}", tuple(lines))


def _drawn(lots: Lots) -> Card:
    order = listed(lots.order) if lots.order else missing("Not drawn yet")
    return Card(
        f"Between {', '.join(lots.refs)}",
        (
            Line("Seed from", typed(lots.source)),
            Line("Fixed beforehand (SHA-256)", words(lots.commitment)),
            Line("Seed", typed(lots.seed) if lots.seed else missing("Not public yet")),
            Line("Order", order),
        ),
    )


def _moment(at: datetime | None, otherwise: str) -> Value:
    return words(exact_minute(at)) if at else missing(otherwise)


def _clock(at: datetime | None) -> str:
    return clock_time(at) if at else "–"
