"""A batch as ISO 20022 pain.001.001.09: one debit, pounds, sort codes as GBDSC."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from xml.etree import ElementTree

from grants.banking.rules import Account
from grants.core.cells import visible
from grants.core.money import plain_pounds
from grants.payments.rules import Paid, control_totals
from grants.programme.paying import Payer

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
LONGEST_NAME, LONGEST_ID = 140, 35


def to_pain001(
    payments: Sequence[Paid], *, payer: Payer, batch: str, made_at: datetime, pay_on: date
) -> bytes:
    """UTF-8 with XML declaration. The same payments, batch and times give the same bytes."""
    totals = control_totals(payments)
    root = ElementTree.Element("Document", {"xmlns": NAMESPACE})
    initiation = _under(root, "CstmrCdtTrfInitn")
    head = _under(initiation, "GrpHdr")
    _under(head, "MsgId", batch[:LONGEST_ID])
    _under(head, "CreDtTm", made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _under(head, "NbOfTxs", str(totals.count))
    _under(head, "CtrlSum", plain_pounds(totals.amount))
    _under(_under(head, "InitgPty"), "Nm", _name(payer.name))
    debit = _under(initiation, "PmtInf")
    _under(debit, "PmtInfId", batch[:LONGEST_ID])
    _under(debit, "PmtMtd", "TRF")
    _under(debit, "NbOfTxs", str(totals.count))
    _under(debit, "CtrlSum", plain_pounds(totals.amount))
    _under(_under(debit, "ReqdExctnDt"), "Dt", pay_on.isoformat())
    _under(_under(debit, "Dbtr"), "Nm", _name(payer.name))
    _account(debit, "DbtrAcct", payer.account_number, currency=True)
    _bank(debit, "DbtrAgt", payer.sort_code)
    for one in payments:
        _transfer(debit, one)
    ElementTree.indent(root)
    body: bytes = ElementTree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def _transfer(debit: ElementTree.Element, one: Paid) -> None:
    transfer = _under(debit, "CdtTrfTxInf")
    _under(_under(transfer, "PmtId"), "EndToEndId", one.reference[:LONGEST_ID])
    amount = _under(_under(transfer, "Amt"), "InstdAmt", plain_pounds(one.amount))
    amount.set("Ccy", "GBP")
    _bank(transfer, "CdtrAgt", one.account.sort_code)
    _under(_under(transfer, "Cdtr"), "Nm", _name(one.account.name))
    _account(transfer, "CdtrAcct", one.account.account_number)
    _under(_under(transfer, "RmtInf"), "Ustrd", _remittance(one.account, one.reference))


def _remittance(account: Account, reference: str) -> str:
    """What arrives with the money: the roll number too where a building society finds its customer by it."""
    return f"{account.roll_number} {reference}".strip()


def _bank(parent: ElementTree.Element, name: str, sort_code: str) -> None:
    member = _under(_under(_under(parent, name), "FinInstnId"), "ClrSysMmbId")
    _under(_under(member, "ClrSysId"), "Cd", "GBDSC")
    _under(member, "MmbId", sort_code)


def _account(parent: ElementTree.Element, name: str, number: str, *, currency: bool = False) -> None:
    account = _under(parent, name)
    _under(_under(_under(account, "Id"), "Othr"), "Id", number)
    if currency:
        _under(account, "Ccy", "GBP")


def _name(text: str) -> str:
    return visible(text)[:LONGEST_NAME]


def _under(parent: ElementTree.Element, name: str, text: str | None = None) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, name)
    made.text = text
    return made
