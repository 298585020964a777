"""A batch as CSV, in the layout of the fund file."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from grants.core.cells import defused
from grants.core.money import plain_pounds
from grants.payments.rules import Paid
from grants.programme.paying import CsvColumn, Holds


def to_payment_csv(
    payments: Sequence[Paid], *, batch: str, pay_on: date, columns: Sequence[CsvColumn]
) -> bytes:
    """UTF-8 with byte order mark, CRLF, headings first, amounts such as 1234.50, days as 2022-03-01.

    Text that a spreadsheet might run begins with an apostrophe. The same payments give the same bytes.
    """
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow([defused(column.heading) for column in columns])
    for one in payments:
        held = {
            Holds.BATCH: batch,
            Holds.REFERENCE: one.reference,
            Holds.BID: one.bid,
            Holds.ORGANISATION: one.organisation,
            Holds.SUPPLIER: one.supplier,
            Holds.COST_CODE: one.cost_code,
            Holds.AMOUNT: plain_pounds(one.amount),
            Holds.PENCE: str(one.amount),
            Holds.PAY_ON: pay_on.isoformat(),
            Holds.ACCOUNT_NAME: one.account.name,
            Holds.SORT_CODE: one.account.sort_code,
            Holds.ACCOUNT_NUMBER: one.account.account_number,
            Holds.ROLL_NUMBER: one.account.roll_number,
        }
        writer.writerow([defused(held[column.holds]) for column in columns])
    return sheet.getvalue().encode("utf-8-sig")
