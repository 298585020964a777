"""Made-up files of bids, small enough to read, and edits of them."""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl

from grants.applications.bid_files import read_bid_file
from grants.applications.imported_bid import ImportedBid, ReadFile

HEADINGS = (
    "Identifier,Title,Description,Currency,Amount Applied For,Recipient Org:Name,Recipient Org:Identifier"
)
ROW = "B-1,Allotment for all,Beds that a wheelchair reaches.,GBP,1250.50,Marsh Growers,GB-CHC-1123126"


def grant(**changes: object) -> dict[str, Any]:
    """A whole grant; `changes` by key, None takes a key out."""
    whole: dict[str, Any] = {
        "id": "360G-example-1",
        "title": "Allotment for all",
        "description": "Beds that a wheelchair reaches.",
        "currency": "GBP",
        "amountAppliedFor": 1250.50,
        "amountAwarded": 1000,
        "awardDate": "2021-06-01",
        "recipientOrganization": [{"id": "GB-CHC-1123126", "name": "Marsh Growers"}],
        "fundingOrganization": [{"id": "GB-CHC-1000000", "name": "An example funder"}],
    }
    return {key: value for key, value in (whole | changes).items() if value is not None}


def as_json(*grants: object) -> bytes:
    return json.dumps({"grants": grants}).encode()


def from_json(**changes: object) -> ReadFile:
    """What reading one grant, so changed, comes to."""
    return read_bid_file("bids.json", as_json(grant(**changes)))


def from_csv(*rows: str, headings: str = HEADINGS) -> ReadFile:
    return read_bid_file("bids.csv", "\r\n".join((headings, *rows)).encode())


def one(file: ReadFile) -> ImportedBid:
    """The only bid of a file without faults."""
    assert (list(file.faults), list(file.file_faults)) == ([], [])
    (bid,) = file.bids
    return bid


def faults(file: ReadFile) -> list[tuple[str, str]]:
    """Field and reason of every fault of a file that holds no bid."""
    assert list(file.bids) == []
    return [(fault.field, fault.reason) for fault in file.faults]


def workbook(*rows: Sequence[Any], title: str = "grants", before: Mapping[str, str] | None = None) -> bytes:
    """An Excel file with these rows. `before` are sheets in front: title to the content of A1."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for name, cell in (before or {}).items():
        sheet.title = name
        sheet["A1"] = cell
        sheet = book.create_sheet()
    sheet.title = title
    for row in rows:
        sheet.append([*row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
