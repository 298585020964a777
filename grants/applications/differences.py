"""Two versions of a bid side by side: what stayed, what changed, word by word and row by row."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeVar

from grants.applications.outline import Card, Line, Part, Shape, Table, Value
from grants.core.differences import Mark, Stretch
from grants.core.money import parse_pounds, pounds

T = TypeVar("T")

_SENTENCES = re.compile(r".+?(?:[.!?]+\s+|\n+|$)", re.DOTALL)

_WORDS = re.compile(r"\S+\s*|\s+")
"""A word with the space after it: half as many pieces, and none that stands everywhere."""

TOLD_APART = 0.3
"""Where less than this part of two passages is the same, marking single words would be a muddle."""


@dataclass(frozen=True)
class LineDifference:
    """One answer in two versions: two runs of text; equal where nothing changed."""

    label: str
    before: Sequence[Stretch]
    after: Sequence[Stretch]
    changed: bool


@dataclass(frozen=True)
class RowDifference:
    """One row of a table in two versions. `mark` says whether it is new, gone or in both; `by` how much more
    it is now, such as '+£250', for each column of amounts, '' for others.
    """

    mark: Mark
    before: Sequence[str]
    after: Sequence[str]
    by: Sequence[str]

    @property
    def changed(self) -> bool:
        """Whether the row differs at all."""
        return self.mark is not Mark.SAME or list(self.before) != list(self.after)


@dataclass(frozen=True)
class TableDifference:
    """A table in two versions; the last row is its totals where it has any."""

    caption: str
    columns: Sequence[str]
    numeric: Sequence[bool]
    rows: Sequence[RowDifference]


@dataclass(frozen=True)
class CardDifference:
    """A card, such as a partner, in two versions."""

    title: str
    mark: Mark
    lines: Sequence[LineDifference]

    @property
    def changed(self) -> bool:
        """Whether the card is new or gone, or any of its lines changed."""
        return self.mark is not Mark.SAME or any(line.changed for line in self.lines)


@dataclass(frozen=True)
class PartDifference:
    """A part of the bid in two versions."""

    title: str
    note: LineDifference | None
    lines: Sequence[LineDifference]
    tables: Sequence[TableDifference]
    cards: Sequence[CardDifference]

    @property
    def changed(self) -> bool:
        """Whether anything in it changed."""
        lines = [*([self.note] if self.note else []), *self.lines]
        rows = [row.changed for table in self.tables for row in table.rows]
        return any([*(line.changed for line in lines), *rows, *(card.changed for card in self.cards)])


def compare(before: Sequence[Part], after: Sequence[Part]) -> list[PartDifference]:
    """Both outlines part by part, in the order of the second; what is gone stands at the end."""
    pairs = _paired(before, after, lambda part: part.title)
    return [_part(first or _empty(second), second or _empty(first)) for first, second in pairs]


def _empty(other: Part | None) -> Part:
    return Part(other.title if other else "")


def in_words(before: str, after: str) -> tuple[list[Stretch], list[Stretch]]:
    """The first text with what is gone marked, the second with what is new marked.

    Sentences are matched first and words only inside those that changed, so that 45 answers of 500 words are
    compared while a person waits.
    """
    first, second = _SENTENCES.findall(before), _SENTENCES.findall(after)
    old: list[Stretch] = []
    new: list[Stretch] = []
    for deed, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        gone, come = "".join(first[a:b]), "".join(second[c:d])
        found = [Stretch(Mark.SAME, gone)] if deed == "equal" else _words(gone, come)
        old += [stretch for stretch in found if stretch.mark is not Mark.NEW]
        new += [stretch for stretch in found if stretch.mark is not Mark.GONE]
    return old, new


def _words(gone: str, come: str) -> list[Stretch]:
    first, second = _WORDS.findall(gone), _WORDS.findall(come)
    found: list[Stretch] = []
    for deed, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if deed == "equal":
            found.append(Stretch(Mark.SAME, "".join(first[a:b])))
            continue
        found.append(Stretch(Mark.GONE, "".join(first[a:b])))
        found.append(Stretch(Mark.NEW, "".join(second[c:d])))
    same = sum(len(stretch.text.strip()) for stretch in found if stretch.mark is Mark.SAME)
    if same < TOLD_APART * max(len(gone), len(come)):
        found = [Stretch(Mark.GONE, gone), Stretch(Mark.NEW, come)]
    return [stretch for stretch in found if stretch.text]


def _part(before: Part, after: Part) -> PartDifference:
    noted = _line(after.title, before.note, after.note) if before.note or after.note else None
    lines = _paired(before.lines, after.lines, lambda line: line.label)
    tables = _paired(before.tables, after.tables, lambda table: table.caption)
    cards = _paired(before.cards, after.cards, lambda card: card.title)
    return PartDifference(
        title=after.title,
        note=noted,
        lines=[_line_of(first, second) for first, second in lines],
        tables=[_table(first, second) for first, second in tables],
        cards=[_card(first, second) for first, second in cards],
    )


def _line_of(before: Line | None, after: Line | None) -> LineDifference:
    label = (after or before or Line("", Value(Shape.MISSING))).label
    return _line(label, _text(before.value) if before else "", _text(after.value) if after else "")


def _line(label: str, before: str, after: str) -> LineDifference:
    if before == after:
        same = [Stretch(Mark.SAME, before)] if before else []
        return LineDifference(label, same, same, changed=False)
    return LineDifference(label, *in_words(before, after), changed=True)


def _text(value: Value) -> str:
    return "\n".join(value.items) if value.shape is Shape.ITEMS else value.text


def _card(before: Card | None, after: Card | None) -> CardDifference:
    mark = Mark.NEW if before is None else Mark.GONE if after is None else Mark.SAME
    lines = _paired(before.lines if before else (), after.lines if after else (), lambda line: line.label)
    title = (after or before or Card("", ())).title
    return CardDifference(title, mark, [_line_of(first, second) for first, second in lines])


def _table(before: Table | None, after: Table | None) -> TableDifference:
    shown = after or before or Table("", (), ())
    rows = _paired(_rows(before), _rows(after), lambda row: row[0])
    numeric = [column.numeric for column in shown.columns]
    return TableDifference(
        caption=shown.caption,
        columns=[column.label for column in shown.columns],
        numeric=numeric,
        rows=[_row(first, second, numeric) for first, second in rows],
    )


def _rows(table: Table | None) -> list[tuple[str, ...]]:
    if table is None:
        return []
    return [tuple(map(_text, row)) for row in (*table.rows, *((table.foot,) if table.foot else ()))]


def _row(
    before: tuple[str, ...] | None, after: tuple[str, ...] | None, numeric: Sequence[bool]
) -> RowDifference:
    mark = Mark.NEW if before is None else Mark.GONE if after is None else Mark.SAME
    blank = ("",) * len(numeric)
    # A version from before a column was added has shorter rows than the later one.
    first, second = ((*(row or ()), *blank)[: len(numeric)] for row in (before, after))
    by = [_by(old, new) if counted else "" for old, new, counted in zip(first, second, numeric, strict=True)]
    return RowDifference(mark, first, second, by)


def _by(before: str, after: str) -> str:
    """How much more it is now; '' where nothing changed or there is no amount."""
    old, new = _amount(before), _amount(after)
    if old is None or new is None or old == new:
        return ""
    return f"+{pounds(new - old)}" if new > old else pounds(new - old)


def _amount(text: str) -> int | None:
    if not text:
        return 0
    try:
        return parse_pounds(text)
    except ValueError:
        return None


def _paired(
    before: Sequence[T], after: Sequence[T], name: Callable[[T], str]
) -> list[tuple[T | None, T | None]]:
    """Things of the same name together, the n-th of a name with the n-th of that name; what is gone last."""
    waiting: dict[str, list[T]] = {}
    for thing in before:
        waiting.setdefault(name(thing), []).append(thing)
    found: list[tuple[T | None, T | None]] = []
    for thing in after:
        of_that_name = waiting.get(name(thing), [])
        found.append((of_that_name.pop(0) if of_that_name else None, thing))
    return found + [(thing, None) for things in waiting.values() for thing in things]
