"""Bids in an Excel workbook, as found. Hostile archives and XML are refused; no formula is worked out."""

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl

from grants.applications.bid_fields import RawBid, Unreadable, Unusable
from grants.applications.bid_file_sheets import MOST_ROWS, Table, looks_like_bids, raw_bids

MOST_PARTS = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_COLUMNS = 300
LAST_ROW = 4 * MOST_ROWS
"""A sheet whose used cells lie further down than this is mostly gaps."""

FORMULA = Unusable("a formula. Put its value in its place")
ERROR = Unusable("an error of the spreadsheet")

_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def read_xlsx(content: bytes) -> list[RawBid]:
    """The rows of the sheet called “grants”, or of the first whose headings are those of bids. Raises
    Unreadable.
    """
    refuse_hostile(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl does not support is nothing we read
            workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            return list(raw_bids(_table(workbook)))
    except Unreadable:
        raise
    except Exception as error:  # a broken workbook makes openpyxl raise nearly anything
        raise Unreadable(f"This workbook is broken and cannot be read ({type(error).__name__}).") from error


def refuse_hostile(content: bytes) -> None:
    """Raise Unreadable for an archive that is broken, encrypted or unpacks to too much, or has a document
    type.

    No workbook that a spreadsheet program writes has document types; entities can only be declared there.
    """
    if not openpyxl.DEFUSEDXML:
        raise Unreadable("Workbooks are not read here, because defusedxml has been switched off.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable("This workbook unpacks to far more than a list of bids needs.")
            for part in parts:
                if any(mark in archive.read(part) for mark in _DOCTYPES):
                    raise Unreadable("This workbook declares an XML document type. No real one does.")
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Unreadable("This workbook is damaged, or locked with a password.") from error


def _table(workbook: Any) -> Table:
    """The sheet with the bids."""
    sheets = sorted(workbook.worksheets, key=lambda sheet: sheet.title.casefold() != "grants")
    for sheet in sheets:
        sheet.reset_dimensions()  # what the file says of its size is not to be trusted
        rows = _rows(sheet)
        headings = ["" if cell is None else str(cell) for cell in next(rows, (1, ()))[1]]
        if looks_like_bids(headings):
            return Table(headings, rows)
    raise Unreadable("No sheet of this workbook has the headings of bids, such as Identifier and Title.")


def _rows(sheet: Any) -> Iterator[tuple[int, Sequence[object]]]:
    """The rows that hold anything, with their numbers."""
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, max_row=LAST_ROW), 1):
        values = [_value(cell) for cell in cells]
        if any(value is not None for value in values):
            yield number, values


def _value(cell: Any) -> object:
    if cell.data_type == "f":
        return FORMULA
    return ERROR if cell.data_type == "e" else cell.value
