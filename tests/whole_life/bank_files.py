"""The three files of a payment batch, each read by a reader of this test's own."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from xml.etree import ElementTree

from grants.programme.paying import FileKind

PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


@dataclass(frozen=True)
class Read:
    """What a file pays: pence by reference, and the last ten digits of the sum of its accounts."""

    payments: Mapping[str, int]
    hash_total: str


def read(kind: FileKind, content: bytes) -> Read:
    """What this file pays. Raises AssertionError where its own totals are not those of its payments."""
    return _READERS[kind](content)


def _csv(content: bytes) -> Read:
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    accounts = [row["Sort code"] + row["Account number"] for row in rows]
    return _read([(row["Reference"], _pence(row["Amount"]), account)
                  for row, account in zip(rows, accounts, strict=True)])  # fmt: skip


def _bacs(content: bytes) -> Read:
    """Records of 100 characters are payments, but the contra (17) that balances them; UTL1 ends the file."""
    lines = content.decode("ascii").split("\r\n")
    records = [line for line in lines if len(line) == 100]
    credits = [line for line in records if line[15:17] == "99"]
    (contra,) = [line for line in records if line[15:17] == "17"]
    (end,) = [line for line in lines if line.startswith("UTL1")]
    total = sum(int(line[35:46]) for line in credits)
    assert int(contra[35:46]) == total == int(end[4:17]) == int(end[17:30])
    assert int(end[37:44]) == len(credits)
    return _read([(line[64:82].strip(), int(line[35:46]), line[:14]) for line in credits])


def _pain001(content: bytes) -> Read:
    root = ElementTree.fromstring(content)  # noqa: S314 - a file that we have written
    found = []
    for one in root.iter(f"{PAIN}CdtTrfTxInf"):
        sort_code = _text(one, "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId")
        account = sort_code + _text(one, "CdtrAcct/Id/Othr/Id")
        found.append((_text(one, "PmtId/EndToEndId"), _pence(_text(one, "Amt/InstdAmt")), account))
    for head in (f"{PAIN}GrpHdr", f"{PAIN}PmtInf"):
        (block,) = root.iter(head)
        assert int(_text(block, "NbOfTxs")) == len(found)
        assert _pence(_text(block, "CtrlSum")) == sum(pence for _, pence, _ in found)
    return _read(found)


def _read(found: list[tuple[str, int, str]]) -> Read:
    payments = {reference: pence for reference, pence, _ in found}
    assert len(payments) == len(found), "a reference is in the file twice"
    return Read(payments, f"{sum(int(account) for _, _, account in found) % 10**10:010d}")


def _text(element: ElementTree.Element, path: str) -> str:
    found = element.findtext("/".join(PAIN + part for part in path.split("/")))
    assert found is not None, f"there is no {path}"
    return found


def _pence(pounds: str) -> int:
    return int(Decimal(pounds) * 100)


_READERS: Mapping[FileKind, Callable[[bytes], Read]] = {
    FileKind.CSV: _csv,
    FileKind.BACS: _bacs,
    FileKind.PAIN001: _pain001,
}
