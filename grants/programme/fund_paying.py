"""What must hold of how a fund file has its awards paid."""

import re

from grants.programme.definition import FundDefinition
from grants.programme.fund_faults import Faults
from grants.programme.paying import FileKind, Holds

NEEDED = frozenset({Holds.REFERENCE, Holds.ACCOUNT_NAME, Holds.SORT_CODE, Holds.ACCOUNT_NUMBER})
"""What a bank cannot do without, beside an amount."""

DIGITS = {"sort_code": 6, "account_number": 8, "service_user_number": 6}


def check_paying(definition: FundDefinition, faults: Faults) -> None:
    """Shares that make a whole award; a CSV file that can be paid from; the payer's account where a file
    names it, in plain digits.
    """
    paying = definition.paying
    if faults.clean("paying.instalments"):
        total = sum(part.share for part in paying.instalments)
        if total != 100:
            faults.add("paying.instalments", f"The shares add up to {total} per cent, and must make 100.")
    held = [column.holds for column in paying.columns]
    if faults.clean("paying.columns"):
        missing = sorted(NEEDED.difference(held))
        if missing or not {Holds.AMOUNT, Holds.PENCE} & set(held):
            wanted = ", ".join([*missing, *([] if {Holds.AMOUNT, Holds.PENCE} & set(held) else ["amount"])])
            faults.add("paying.columns", f"Nothing can be paid without: {wanted}.")
    _check_payer(definition, faults)


def _check_payer(definition: FundDefinition, faults: Faults) -> None:
    payer, files = definition.paying.payer, definition.paying.files
    if FileKind.BACS in files or FileKind.PAIN001 in files:
        for name in ("name", "sort_code", "account_number"):
            if not getattr(payer, name) and faults.clean(f"paying.payer.{name}"):
                faults.add(f"paying.payer.{name}", "This is missing: Bacs and pain.001 files name it.")
    if FileKind.BACS in files and not payer.service_user_number:
        faults.add("paying.payer.service_user_number", "This is missing: Bacs files name it.")
    for name, digits in DIGITS.items():
        given = getattr(payer, name)
        if given and not re.fullmatch(rf"[0-9]{{{digits}}}", given):
            faults.add(f"paying.payer.{name}", f"This must be {digits} digits.")
