"""Bids in a file from elsewhere: 360Giving JSON, CSV or Excel, told apart by content, and checked whole."""

from collections.abc import Callable, Mapping

from grants.applications.bid_checks import check
from grants.applications.bid_fields import RawBid, Unreadable
from grants.applications.bid_file_json import read_json
from grants.applications.bid_file_sheets import read_csv
from grants.applications.bid_file_xlsx import read_xlsx
from grants.applications.imported_bid import ReadFile

MOST_BYTES = 50 * 1024 * 1024

_READERS: Mapping[str, Callable[[bytes], list[RawBid]]] = {
    "360Giving JSON": read_json,
    "CSV": read_csv,
    "Excel workbook": read_xlsx,
}

_OTHER_KINDS = {
    b"\xd0\xcf\x11\xe0": "This is an old Excel file (.xls) or a locked workbook. Save it as .xlsx or as CSV.",
    b"%PDF": "This is a PDF. Bids are read from JSON, CSV or Excel (.xlsx) files.",
    b"<": "This is XML or a web page. Bids are read from JSON, CSV or Excel (.xlsx) files.",
}


def read_bid_file(name: str, content: bytes) -> ReadFile:
    """Every bid in the file and every fault of every other row. Never raises: a broken file is a fault too.

    The kind of file follows from its content; `name` is for the report.
    """
    kind = ""
    try:
        kind = _kind(content)
        raw = _READERS[kind](content)
    except Unreadable as error:
        return ReadFile(name, kind, 0, file_faults=(str(error),))
    bids, faults = check(raw)
    return ReadFile(name, kind, len(raw), bids=tuple(bids), faults=tuple(faults))


def _kind(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Unreadable(f"This file is larger than {MOST_BYTES // 1024**2} MB. Split it into several files.")
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:4]
    if not start:
        raise Unreadable("This file is empty.")
    for mark, reason in _OTHER_KINDS.items():
        if start.startswith(mark):
            raise Unreadable(reason)
    if start.startswith(b"PK"):
        return "Excel workbook"
    return "360Giving JSON" if start[:1] in (b"{", b"[") else "CSV"
