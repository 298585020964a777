"""A table of finance as CSV and as an Excel workbook, and its total read back from either."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from grants.core.cells import visible
from grants.core.spreadsheet import OPTIONS, Cell, cell_text, table_csv, units, write_cell
from grants.core.spreadsheet import formats as cell_formats
from grants.exports.allocation_row import Programme
from grants.exports.finance_table import FinanceTable, Sheet, described
from grants.exports.states import Format

DATED = datetime(2000, 1, 1, tzinfo=UTC)
"""What stands in a workbook for its date: nothing of the clock, so the same rows give the same bytes."""

TELL_EVERY = 500

Told = Callable[[int], None]
"""Is called with the hundredths of the file that are written."""


def finance_file(table: FinanceTable, about: Programme, format_: Format, *, tell: Told) -> bytes:
    """The table in CSV or Excel. CSV holds the groups where there are any; Excel the lines as well."""
    return _csv(table, tell) if format_ is Format.CSV else _xlsx(table, about, tell)


def read_total(content: bytes, format_: Format, heading: str) -> int:
    """The sum of the column with that heading, pence, as the file itself has it.

    Raises ValueError if the totals line of an Excel file says something else.
    """
    return _in_csv(content, heading) if format_ is Format.CSV else _in_xlsx(content, heading)


def _csv(table: FinanceTable, tell: Told) -> bytes:
    sheet = table.first_sheet()
    many = len(table.groups) or len(table.rows)
    return table_csv(sheet.headings, _counted(sheet.lines, tell, many))


def _xlsx(table: FinanceTable, about: Programme, tell: Told) -> bytes:
    content = io.BytesIO()
    sheets = [table.first_sheet()]
    if table.groups:
        sheets.append(table.row_sheet())
    many = len(table.rows) + len(table.groups)
    with xlsxwriter.Workbook(content, OPTIONS) as book:
        title = f"{about.fund}, {about.round}: {described(table.wanted)}"
        book.set_properties(
            {"title": visible(title), "author": visible(about.funder), "created": DATED.replace(tzinfo=None)}
        )
        looks = cell_formats(book)
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), looks, sheet, _counted(sheet.lines, tell, many))
        _write_about(book.add_worksheet("About"), looks, table, about)
    return content.getvalue()


def _write(page: Any, looks: dict[str, Any], sheet: Sheet, lines: Iterable[tuple[Cell, ...]]) -> None:
    """Headings, lines, a totals line; the first row and column stay in view."""
    sums = [0] * len(sheet.headings)
    for i, heading in enumerate(sheet.headings):
        page.set_column(i, i, heading.width)
        page.write_string(0, i, cell_text(heading.text), looks["heading"])
    page.freeze_panes(1, 1)
    last = 0
    for last, line in enumerate(lines, 1):
        for i, (heading, cell) in enumerate(zip(sheet.headings, line, strict=True)):
            write_cell(page, last, i, heading.kind, cell, looks[heading.kind])
            if sheet.summed[i] and isinstance(cell, int):
                sums[i] += cell
    page.write_string(last + 1, 0, "Total", looks["total"])
    for i, is_summed in enumerate(sheet.summed):
        if is_summed:
            page.write_number(last + 1, i, units(sums[i]), looks["total"])


def _write_about(page: Any, looks: dict[str, Any], table: FinanceTable, about: Programme) -> None:
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 60)
    told: list[tuple[str, str]] = [
        ("Fund", about.fund),
        ("Round", f"{about.round} ({about.round_ref})"),
        ("What it tells", described(table.wanted)),
        ("Note", about.note),
    ]
    page.write_string(0, 0, "About this file", looks["heading"])
    page.freeze_panes(1, 1)
    for line, (name, text) in enumerate(told, 1):
        page.write_string(line, 0, name)
        page.write_string(line, 1, cell_text(text))
    page.write_string(len(told) + 1, 0, "Lines")
    page.write_number(len(told) + 1, 1, len(table.rows))
    for line, (name, pence) in enumerate(table.totals(), len(told) + 2):
        page.write_string(line, 0, name)
        page.write_number(line, 1, units(pence), looks["total"])


def _counted(lines: Iterable[tuple[Cell, ...]], tell: Told, many: int) -> Iterator[tuple[Cell, ...]]:
    for number, line in enumerate(lines):
        if number and number % TELL_EVERY == 0:
            tell(min(99, 100 * number // many))
        yield line


def _in_csv(content: bytes, heading: str) -> int:
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    column = next(lines).index(heading)
    return sum(_pence(line[column]) for line in lines)


def _in_xlsx(content: bytes, heading: str) -> int:
    """Read from the first sheet's own XML: a reader of workbooks takes longer than writing one did."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
    found = re.search(rf'<c r="([A-Z]+)1"[^>]*><is><t[^>]*>{re.escape(heading)}</t>', xml)
    if found is None:
        raise ValueError(f"there is no column {heading}")
    *amounts, total = [_pence(text) for text in re.findall(rf'<c r="{found[1]}\d+"[^>]*><v>([^<]+)</v>', xml)]
    if sum(amounts) != total:
        raise ValueError(f"the totals line says {total} where the lines add up to {sum(amounts)}")
    return total


def _pence(pounds: str) -> int:
    return int(Decimal(pounds) * 100)
