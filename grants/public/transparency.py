"""Grants to the voluntary sector as the Local Government Transparency Code 2015 (paragraph 42) wants them."""

import csv
import io
from collections.abc import Sequence

from grants.core.cells import defused, visible
from grants.exports.allocation_row import AllocationRow, Programme
from grants.exports.open_text import without_contacts

HEADINGS = (
    "Date the grant was awarded",
    "Time period for which the grant has been given",
    "Local authority department which awarded the grant",
    "Beneficiary",
    "Beneficiary's registration number",
    "Summary of the purpose of the grant",
    "Amount",
)


def to_transparency_csv(rows: Sequence[AllocationRow], programme: Programme) -> bytes:
    """UTF-8 with byte order mark, CRLF. Dates are ISO, amounts plain decimals of pounds."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for row in rows:
        cells = (
            row.award_date,
            _period(row),
            programme.funder,
            row.lead.name,
            row.lead.charity_number or row.lead.company_number or "",
            f"{without_contacts(row.title)}. {without_contacts(row.summary)}".strip(),
        )
        writer.writerow([*(defused(visible(str(cell))) for cell in cells), f"{row.award / 100:.2f}"])
    return sheet.getvalue().encode("utf-8-sig", "replace")


def _period(row: AllocationRow) -> str:
    if row.planned.run_backwards or not (row.planned.start and row.planned.end):
        return ""
    return f"{row.planned.start} to {row.planned.end}"
