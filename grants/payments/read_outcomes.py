"""What a bank's file says became of payments: CSV with the columns reference, amount and outcome."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from grants.core.errors import Reason, require_no
from grants.core.money import parse_pounds, pounds

WANTED = ("reference", "amount", "outcome")
DEEDS: Mapping[str, str] = {"paid": "pay", "failed": "fail", "returned": "return"}
LARGEST_FILE = 1024 * 1024
MOST_REASONS = 20


@dataclass(frozen=True)
class Told:
    """What the bank says of one payment: the deed of `states.LINE` that it means."""

    reference: str
    amount: int
    deed: str
    note: str = ""


def read_outcomes(content: bytes, *, expected: Mapping[str, int]) -> tuple[Told, ...]:
    """The file's lines. `expected` are the batch's references with their pence.

    A column `reason` is taken if there is one. Raises RuleBroken with what is wrong, line by line, where
    anything is: then nothing of the file is taken.
    """
    try:
        text = content[: LARGEST_FILE + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        require_no([Reason("The file is not text in UTF-8. Save it as “CSV UTF-8”", "file")])
        raise
    if len(content) > LARGEST_FILE:
        require_no([Reason("The file must be smaller than 1 MB", "file")])
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    except csv.Error:
        rows = []
    heads = [cell.strip().lower() for cell in rows[0]] if rows else []
    missing = [name for name in WANTED if name not in heads]
    require_no(Reason(f"The file has no column “{name}”", "file") for name in missing)
    found, reasons, seen = [], [], set[str]()
    for number, row in enumerate(rows[1:], 2):
        cells = dict(zip(heads, (cell.strip() for cell in row), strict=False))
        told = _told({name: cells.get(name, "") for name in (*WANTED, "reason")}, expected)
        if isinstance(told, str):
            reasons.append(Reason(f"Line {number}: {told}", "file"))
        elif told.reference in seen:
            reasons.append(Reason(f"Line {number}: {told.reference} is in the file twice", "file"))
        else:
            seen.add(told.reference)
            found.append(told)
    if not rows[1:]:
        reasons.append(Reason("The file has no payments in it", "file"))
    require_no(reasons[:MOST_REASONS])
    return tuple(found)


def _told(cells: Mapping[str, str], expected: Mapping[str, int]) -> Told | str:
    """One line, or why it is none."""
    name, outcome = cells["reference"].upper(), cells["outcome"].lower()
    if name not in expected:
        return "no payment of this batch has its reference"
    if outcome not in DEEDS:
        return "the outcome must be paid, failed or returned"
    try:
        amount = parse_pounds(cells["amount"])
    except ValueError:
        return "the amount is not an amount in pounds"
    if amount != expected[name]:
        return f"{name} is {pounds(expected[name])} in this batch, not {pounds(amount)}"
    return Told(name, amount, DEEDS[outcome], cells["reason"][:200])
