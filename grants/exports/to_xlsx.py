"""The allocation table as an Excel workbook: typed cells, totals, and a second sheet with every share."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from grants.core.cells import visible
from grants.exports.allocation_row import AllocationRow, Programme
from grants.exports.sheet_columns import COLUMNS, SHARE_COLUMNS, Cell, Column, Kind, ShareLine

LONGEST_CELL = 32_767
"""UTF-16 units an Excel cell can hold; the writer would cut longer text without a word."""

CUT = "… [cut here: an Excel cell holds no more]"
NOTHING_YET = datetime(2000, 1, 1, tzinfo=UTC)

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def to_xlsx(rows: Sequence[AllocationRow], programme: Programme) -> bytes:
    """A workbook with the sheets “Allocations” and “Shares”. The same rows give the same bytes.

    Amounts are numbers of pounds with two decimals. No cell is a formula or a link, whatever its text. The
    file's date is that of the last change in the rows, not of the clock.
    """
    content = io.BytesIO()
    changed = max((row.modified_at for row in rows), default=NOTHING_YET)
    with xlsxwriter.Workbook(content, OPTIONS) as book:
        book.set_properties(
            {
                "title": visible(f"{programme.fund}, {programme.round}: allocations"),
                "author": visible(programme.funder),
                "comments": visible(programme.note),
                "created": changed.astimezone(UTC).replace(tzinfo=None, microsecond=0),
            }
        )
        formats = _formats(book)
        _write_sheet(book.add_worksheet("Allocations"), formats, COLUMNS, rows)
        shares: Iterable[ShareLine] = ((row.ref, share) for row in rows for share in row.shares)
        _write_sheet(book.add_worksheet("Shares"), formats, SHARE_COLUMNS, shares)
    return content.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    made = {
        Kind.TEXT: {"valign": "top"},
        Kind.MONEY: {"num_format": "#,##0.00", "valign": "top"},
        Kind.SCORE: {"num_format": "0.00", "valign": "top"},
        Kind.NUMBER: {"num_format": "0", "valign": "top"},
        Kind.DAY: {"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"},
        "heading": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
        "total": {"bold": True, "num_format": "#,##0.00", "top": 1},
    }
    return {str(name): book.add_format(look) for name, look in made.items()}


def _write_sheet(
    sheet: Any, formats: dict[str, Any], columns: Sequence[Column], things: Iterable[object]
) -> None:
    """Headings, one line a thing, a totals line; the first row and column stay in view."""
    sums = [0] * len(columns)
    for i, column in enumerate(columns):
        sheet.set_column(i, i, column.width)
        sheet.write_string(0, i, column.heading, formats["heading"])
    sheet.freeze_panes(1, 1)
    last = 0
    for last, thing in enumerate(things, 1):
        for i, column in enumerate(columns):
            cell = column.cell(thing)
            _write_cell(sheet, last, i, column.kind, cell, formats[column.kind])
            if column.summed and isinstance(cell, int):
                sums[i] += cell
    sheet.write_string(last + 1, 0, "Total", formats["total"])
    for i, column in enumerate(columns):
        if column.summed:
            sheet.write_number(last + 1, i, _units(sums[i]), formats["total"])


def _write_cell(sheet: Any, row: int, column: int, kind: Kind, cell: Cell, look: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(row, column, cell_text(cell), look)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), look)  # noqa: DTZ001 - a day
    else:
        number = _units(cell) if kind in (Kind.MONEY, Kind.SCORE) else cell
        sheet.write_number(row, column, number, look)


def _units(hundredths: int) -> Decimal:
    """Pounds as a decimal: a float would be written with sixteen digits, 70.09999999999999 for 70.10."""
    return Decimal(hundredths).scaleb(-2)


def cell_text(text: str) -> str:
    """`text` as a cell can hold it: all of it visible, plain line ends, cut with a mark if too long.

    The writer takes text from <r> to </r> for markup of its own and would not escape it; a space behind it
    makes it plain text.
    """
    text = visible(text).replace("\r\n", "\n").replace("\r", "\n")
    if _units16(text) > LONGEST_CELL:
        text = text[: LONGEST_CELL - len(CUT)]
        while _units16(text) > LONGEST_CELL - len(CUT):
            text = text[: -max(1, (_units16(text) - LONGEST_CELL + len(CUT)) // 2)]
        text += CUT
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _units16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
