"""Tables as files for spreadsheet programs, CSV and Excel: typed cells, and nothing that would be run."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import xlsxwriter

from grants.core.cells import defused, visible
from grants.core.money import plain_pounds

LONGEST_CELL = 32_767
"""UTF-16 units an Excel cell can hold; the writer would cut longer text without a word."""

CUT = "… [cut here: an Excel cell holds no more]"

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Kind(StrEnum):
    """What a column holds. Money and scores are whole hundredths (pence), shown with two decimals."""

    TEXT = "text"
    MONEY = "money"
    SCORE = "score"
    NUMBER = "number"
    DAY = "day"


Cell = str | int | date | None


@dataclass(frozen=True)
class Heading:
    """The head of a column of a plain table. `width` is in characters."""

    text: str
    kind: Kind = Kind.TEXT
    width: int = 16


def table_csv(headings: Sequence[Heading], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with byte order mark, CRLF, headings first. The same rows give the same bytes."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow([defused(visible(heading.text)) for heading in headings])
    for row in rows:
        writer.writerow([csv_cell(head.kind, cell) for head, cell in zip(headings, row, strict=True)])
    return sheet.getvalue().encode("utf-8-sig")


def table_xlsx(
    headings: Sequence[Heading], rows: Iterable[Sequence[Cell]], *, name: str, title: str, dated: datetime
) -> bytes:
    """A workbook with one sheet called `name`; `dated` stands in its properties. Same input, same bytes."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as book:
        book.set_properties(
            {"title": visible(title), "created": dated.astimezone(UTC).replace(tzinfo=None, microsecond=0)}
        )
        looks = formats(book)
        sheet = book.add_worksheet(name)
        for i, heading in enumerate(headings):
            sheet.set_column(i, i, heading.width)
            sheet.write_string(0, i, cell_text(heading.text), looks["heading"])
        sheet.freeze_panes(1, 1)
        for line, row in enumerate(rows, 1):
            for i, (heading, cell) in enumerate(zip(headings, row, strict=True)):
                write_cell(sheet, line, i, heading.kind, cell, looks[heading.kind])
    return content.getvalue()


def csv_cell(kind: Kind, cell: Cell) -> str:
    """A cell of a CSV file: plain decimals, ISO dates, and text that no spreadsheet takes for a formula."""
    if cell is None:
        return ""
    if kind in (Kind.MONEY, Kind.SCORE) and isinstance(cell, int):
        return plain_pounds(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return defused(visible(cell)) if isinstance(cell, str) else str(cell)


def formats(book: Any) -> dict[str, Any]:
    """The looks of a workbook's cells, by kind, and 'heading' and 'total'."""
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


def write_cell(sheet: Any, row: int, column: int, kind: Kind, cell: Cell, look: Any) -> None:
    """Put a cell into a worksheet; nothing is written where there is nothing."""
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(row, column, cell_text(cell), look)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), look)  # noqa: DTZ001 - a day
    else:
        number = units(cell) if kind in (Kind.MONEY, Kind.SCORE) else cell
        sheet.write_number(row, column, number, look)


def units(hundredths: int) -> Decimal:
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
