"""The allocation table as an Excel workbook: typed cells, totals, and a second sheet with every share."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from grants.core.cells import visible
from grants.core.spreadsheet import OPTIONS, units, write_cell
from grants.core.spreadsheet import formats as cell_formats
from grants.exports.allocation_row import AllocationRow, Programme
from grants.exports.sheet_columns import COLUMNS, SHARE_COLUMNS, Column, ShareLine

NOTHING_YET = datetime(2000, 1, 1, tzinfo=UTC)


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
        formats = cell_formats(book)
        _write_sheet(book.add_worksheet("Allocations"), formats, COLUMNS, rows)
        shares: Iterable[ShareLine] = ((row.ref, share) for row in rows for share in row.shares)
        _write_sheet(book.add_worksheet("Shares"), formats, SHARE_COLUMNS, shares)
    return content.getvalue()


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
            write_cell(sheet, last, i, column.kind, cell, formats[column.kind])
            if column.summed and isinstance(cell, int):
                sums[i] += cell
    sheet.write_string(last + 1, 0, "Total", formats["total"])
    for i, column in enumerate(columns):
        if column.summed:
            sheet.write_number(last + 1, i, units(sums[i]), formats["total"])
