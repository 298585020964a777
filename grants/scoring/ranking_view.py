"""One way to look at a ranking: which columns, in what order, which bids. An address's query says it all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode

from grants.applications.states import BID, ORIGIN_LABELS, Origin, Stage
from grants.core.paging import Order, order_from
from grants.core.spreadsheet import Kind
from grants.programme.definition import Rubric
from grants.scoring.breakdown import CITIZENS, OTHERS, SPREAD, cell_column, theme_column

REVIEWS, ASK, TOTAL, RANK, BID_TITLE = "reviews", "ask", "total", "rank", "bid"
BY_RANK = Order(RANK)
LONGEST_SEARCH = 200


class Flag(StrEnum):
    """Something about a bid's score that a reader should know."""

    LATE_CONFLICT = "late_conflict"
    AGREED = "agreed"
    SIMULATED = "simulated"
    ANY = "any"


FLAG_LABELS: Mapping[Flag, str] = {
    Flag.ANY: "Any of these",
    Flag.LATE_CONFLICT: "Late conflict of interest",
    Flag.AGREED: "Agreed scores",
    Flag.SIMULATED: "Simulated reviews",
}

SHOWN_STAGES = (Stage.IN_REVIEW, Stage.SCORED, Stage.DECIDED, Stage.OFFERED, Stage.ACTIVE, Stage.CLOSED)
"""The stages by which a ranking may be filtered."""


@dataclass(frozen=True)
class Column:
    """A column that may be shown. `group` is what it belongs to in the list of choices."""

    key: str
    label: str
    group: str
    kind: Kind = Kind.SCORE


@dataclass(frozen=True)
class View:
    """What an address asks for. Empty filters leave every bid in."""

    columns: tuple[str, ...]
    order: Order = BY_RANK
    theme: str = ""
    stage: Stage | None = None
    origin: Origin | None = None
    flag: Flag | None = None
    text: str = ""

    @property
    def filtered(self) -> bool:
        """Whether some bids may be left out."""
        return any((self.theme, self.stage, self.origin, self.flag, self.text))


def columns_of(rubric: Rubric) -> tuple[Column, ...]:
    """Every column that a round's ranking may show, in the order in which they are shown."""
    whole = "The whole bid"
    first = (
        Column(REVIEWS, "Reviews (by citizens)", whole, Kind.NUMBER),
        Column(ASK, "Asks for", whole, Kind.MONEY),
        Column(CITIZENS, "Citizens’ mean", whole),
        Column(OTHERS, "Others’ mean", whole),
        Column(SPREAD, "Highest less lowest review", whole),
    )
    themes = tuple(Column(theme_column(theme.key), theme.name, "Themes") for theme in rubric.themes)
    cells = tuple(
        Column(cell_column(theme.key, strand.key), f"{theme.name}: {strand.name}", theme.name)
        for theme in rubric.themes
        for strand in rubric.strands
    )
    return first + themes + cells


def usual_columns(rubric: Rubric) -> tuple[str, ...]:
    """What is shown where the address does not choose."""
    return (REVIEWS, ASK, *(theme_column(key) for key in rubric.theme_keys))


def view_from(query: Mapping[str, Sequence[str]], rubric: Rubric) -> View:
    """The view that a query asks for, by name and values. What it asks for that is not there is left out."""
    known = [column.key for column in columns_of(rubric)]
    asked = frozenset(query.get("column", ()))
    text = _one(query, "text")[:LONGEST_SEARCH].replace("\0", "").strip()
    theme = _one(query, "theme")
    return View(
        columns=tuple(key for key in known if key in asked) or usual_columns(rubric),
        order=order_from(_one(query, "sort"), [RANK, TOTAL, BID_TITLE, *known], BY_RANK),
        theme=theme if theme in rubric.theme_keys else "",
        stage=next((stage for stage in SHOWN_STAGES if stage == _one(query, "stage")), None),
        origin=next((origin for origin in Origin if origin == _one(query, "origin")), None),
        flag=next((flag for flag in Flag if flag == _one(query, "flag")), None),
        text=text,
    )


def query_of(view: View, rubric: Rubric) -> str:
    """The shortest query that asks for `view`."""
    pairs: list[tuple[str, str]] = []
    if view.columns != usual_columns(rubric):
        pairs += [("column", key) for key in view.columns]
    if view.order != BY_RANK:
        pairs.append(("sort", f"-{view.order.key}" if view.order.descending else view.order.key))
    filters = {
        "theme": view.theme,
        "stage": view.stage or "",
        "origin": view.origin or "",
        "flag": view.flag or "",
        "text": view.text,
    }
    return urlencode(pairs + [(name, str(value)) for name, value in filters.items() if value])


def pressed(view: View, key: str, rubric: Rubric) -> str:
    """The query once the head of column `key` has been pressed: numbers go from the highest down first."""
    highest_first = key not in (RANK, BID_TITLE)
    order = view.order
    descending = not order.descending if order.key == key else highest_first
    return query_of(replace(view, order=Order(key, descending)), rubric)


def in_words(view: View, rubric: Rubric) -> str:
    """What is left in, as part of a sentence; empty where every bid is."""
    parts = [
        f"claiming {rubric.theme(view.theme).name}" if view.theme else "",
        f"at the stage “{BID.staff_label(view.stage)}”" if view.stage else "",
        f"marked “{ORIGIN_LABELS[view.origin]}”" if view.origin else "",
        f"flagged “{FLAG_LABELS[view.flag]}”" if view.flag else "",
        f"with “{view.text}” in reference, title or lead" if view.text else "",
    ]
    return ", ".join(part for part in parts if part)


def _one(query: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(query.get(name, ())), "")
