"""Bids in a spreadsheet, as found: which column is which field, one row a bid."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grants.applications.bid_fields import (
    OF_A_PLACE,
    Field,
    RawBid,
    Unreadable,
    field_called,
    further_place,
    official_title,
)
from grants.core.cells import restored

NEEDED = (Field.ID, Field.TITLE, Field.DESCRIPTION, Field.CURRENCY, Field.ORGANISATION)
"""Without a column for each of these no row can be a bid."""

MOST_ROWS = 50_000
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class Table:
    """A sheet: its heading row, then rows with the numbers that a spreadsheet program shows beside them."""

    headings: Sequence[str]
    rows: Iterable[tuple[int, Sequence[object]]]


def read_csv(content: bytes) -> list[RawBid]:
    """The rows of a CSV file in UTF-8 or Windows-1252, with commas, semicolons or tabs. Raises
    Unreadable.
    """
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=lambda mark: len(_known(first.rstrip("\r").split(mark))))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        numbered = [(number, cells) for number, cells in enumerate(reader, 1) if any(map(str.strip, cells))]
    except csv.Error as error:
        raise Unreadable(f"This CSV breaks off near line {reader.line_num}: {error}.") from None
    if not numbered:
        raise Unreadable("This file is empty.")
    # our own files put an apostrophe before what a spreadsheet program would run
    rows = [(number, [restored(cell) for cell in cells]) for number, cells in numbered[1:]]
    return list(raw_bids(Table(numbered[0][1], rows)))


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable("This file is in UTF-16. Save it as “CSV UTF-8”.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Unreadable(f"This is neither UTF-8 nor Windows text (byte {error.start + 1:,}).") from None


def raw_bids(table: Table) -> Iterator[RawBid]:
    """The rows of `table` that hold anything. Raises Unreadable when its headings are not those of bids."""
    columns = columns_of(table.headings)
    names = {field: official_title(field) for field in Field} | {
        field: table.headings[column].strip() for column, field in columns.items()
    }
    further, found = _further(table.headings), 0
    for number, cells in table.rows:
        if all(cell is None or cell == "" for cell in cells):
            continue
        found += 1
        if found > MOST_ROWS:
            raise Unreadable(f"This sheet has more than {MOST_ROWS:,} rows. Split it into several files.")
        broken = []
        if len(cells) > len(table.headings) and any(cells[len(table.headings) :]):
            broken.append(
                ("the row", f"This row has {len(cells)} cells under {len(table.headings)} headings.")
            )
        values = {
            field: cells[column]
            for column, field in columns.items()
            if column < len(cells) and not _is_empty(cells[column])
        }
        first = {field: values.pop(field) for field in OF_A_PLACE if field in values}
        places = [place for place in (first, *_given(cells, further)) if place]
        yield RawBid(number, values, places, False, names, broken)
    if not found:
        raise Unreadable("This sheet has headings and no rows.")


def _further(headings: Sequence[str]) -> list[dict[Field, int]]:
    """The columns of the places beside the first, in the order of their numbers."""
    found: dict[int, dict[Field, int]] = {}
    for column, heading in enumerate(headings):
        named = further_place(heading.strip().strip('"'))
        if named is not None:
            found.setdefault(named[0], {})[named[1]] = column
    return [found[number] for number in sorted(found)]


def _given(cells: Sequence[object], places: Iterable[Mapping[Field, int]]) -> Iterator[dict[Field, object]]:
    for columns in places:
        yield {
            field: cells[column]
            for field, column in columns.items()
            if column < len(cells) and not _is_empty(cells[column])
        }


def columns_of(headings: Sequence[str]) -> dict[int, Field]:
    """Which column is which field. Raises Unreadable when one is missing or there twice."""
    columns = _known(headings)
    twice = sorted({headings[i] for i, field in columns.items() if list(columns.values()).count(field) > 1})
    if twice:
        raise Unreadable(f"Two columns stand for the same thing: {', '.join(twice)}.")
    found = set(columns.values())
    missing = [official_title(field) for field in NEEDED if field not in found]
    if not found & {Field.APPLIED_FOR, Field.AWARDED}:
        missing.append(official_title(Field.APPLIED_FOR))
    if missing:
        raise Unreadable(f"The heading row has no column called: {', '.join(missing)}.")
    return columns


def looks_like_bids(headings: Sequence[str]) -> bool:
    """Whether a heading row names bids at all, if perhaps not every column needed."""
    return {Field.ID, Field.TITLE} <= set(_known(headings).values())


def _known(headings: Sequence[str]) -> dict[int, Field]:
    named = ((i, field_called(heading.strip().strip('"'))) for i, heading in enumerate(headings))
    return {i: field for i, field in named if field is not None}


def _is_empty(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
