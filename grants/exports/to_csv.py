"""The allocation table as CSV: one row a bid, safe to open in any spreadsheet program."""

import csv
import io
from collections.abc import Sequence

from grants.core.spreadsheet import csv_cell
from grants.exports.allocation_row import AllocationRow
from grants.exports.sheet_columns import COLUMNS


def to_csv(rows: Sequence[AllocationRow]) -> bytes:
    """UTF-8 with byte order mark, CRLF, headings first, no totals row. The same rows give the same bytes.

    Amounts are plain decimals such as 1234.50 and dates are ISO. Text that a spreadsheet might run begins
    with an apostrophe (`grants.core.cells.restored` takes it off again).
    """
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow([column.heading for column in COLUMNS])
    for row in rows:
        writer.writerow([csv_cell(column.kind, column.cell(row)) for column in COLUMNS])
    return sheet.getvalue().encode("utf-8-sig")
