"""A batch as a file of Bacs Standard 18: labels of 80 characters, records of 100, one contra debit."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

from grants.payments.rules import Paid, control_totals
from grants.programme.paying import Payer

WIDTH = 18
"""Characters of names and references."""

CREDIT, CONTRA = "99", "17"
MOST_PENCE = 10**11 - 1
"""Eleven digits of pence: the most that one record holds."""

_NOT_TAKEN = re.compile(r"[^A-Z0-9.&/ -]")


def to_bacs(payments: Sequence[Paid], *, payer: Payer, serial: int, made_on: date, pay_on: date) -> bytes:
    """A single-day file: VOL1, HDR1, HDR2, UHL1, the credits, their contra, EOF1, EOF2, UTL1; CRLF, ASCII.

    `pay_on` is the processing day, the day before money reaches the accounts. Raises ValueError where an
    amount has more than eleven digits of pence.
    """
    totals = control_totals(payments)
    if totals.amount > MOST_PENCE:
        raise ValueError("a record holds no such amount")
    user = payer.service_user_number.rjust(6, "0")
    number = f"{serial % 1_000_000:06d}"
    records = [
        _volume(user, number),
        *_header("HDR", user, number, made_on),
        _label(f"UHL1{_day(pay_on)}999999    000000001 DAILY  001"),
        *(_credit(one, payer) for one in payments),
        _contra(totals.amount, payer),
        *_header("EOF", user, number, made_on),
        _label(f"UTL1{totals.amount:013d}{totals.amount:013d}{1:07d}{totals.count:07d}"),
    ]
    return "".join(record + "\r\n" for record in records).encode("ascii")


def plain(text: str) -> str:
    """`text` in the characters of Bacs: capitals A to Z, digits, . & / - and spaces; others become spaces.

    Letters lose their accents first. Padded or cut to 18 characters.
    """
    bare = unicodedata.normalize("NFKD", text).upper()
    without = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return _NOT_TAKEN.sub(" ", without)[:WIDTH].ljust(WIDTH)


def _credit(one: Paid, payer: Payer) -> str:
    """A payment. A building society finds its customer by the roll number, which is its reference then."""
    return _record(
        destination=one.account.sort_code + one.account.account_number,
        code=CREDIT,
        payer=payer,
        amount=one.amount,
        texts=(payer.name, one.account.roll_number or one.reference, one.account.name),
    )


def _contra(total: int, payer: Payer) -> str:
    """The debit that balances the credits, of the payer's own account."""
    return _record(
        destination=payer.sort_code + payer.account_number,
        code=CONTRA,
        payer=payer,
        amount=total,
        texts=("GRANTS", "CONTRA", payer.name),
    )


def _record(*, destination: str, code: str, payer: Payer, amount: int, texts: tuple[str, str, str]) -> str:
    origin = payer.sort_code + payer.account_number
    return f"{destination}0{code}{origin}    {amount:011d}" + "".join(plain(text) for text in texts)


def _volume(user: str, number: str) -> str:
    return _label(f"VOL1{number}0{'':30}{user}").ljust(79)[:79] + "1"


def _header(kind: str, user: str, number: str, made_on: date) -> tuple[str, str]:
    kept_until = _day(made_on + timedelta(days=1))
    first = f"{kind}1A{user}S  1{user}{number}00010001      {_day(made_on)}{kept_until}0000000"
    return _label(first), _label(f"{kind}2F0200000100{'':35}00")


def _label(text: str) -> str:
    return text.ljust(80)


def _day(day: date) -> str:
    """' YYDDD': the year's last two digits and the day of the year."""
    return f" {day:%y%j}"
