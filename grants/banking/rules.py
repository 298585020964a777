"""What a sort code and an account number are, how they are shown, and what the checks of an award ask."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from grants.banking.states import Item
from grants.core.errors import Reason
from grants.core.language import mark, say

CO_OPERATIVE = "08"
"""How sort codes of the Co-operative Bank begin, which writes two more digits behind its account numbers."""

LONGEST_NAME = 70
"""Characters of an account's name as ISO 20022 takes them (Max70Text); a bank's own names are shorter."""

LONGEST_ROLL = 18
"""Characters of a roll number, as Bacs has room for a reference (Standard 18, field 10)."""

LONGEST_NUMBER, LONGEST_CODE, LONGEST_NOTE = 30, 40, 2000

_BETWEEN = re.compile(r"[\s‐-―−-]+")
_ROLL = re.compile(r"[A-Z0-9][A-Z0-9/. -]*")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9/._-]*")


@dataclass(frozen=True)
class Account:
    """An account as a payment names it: six digits, eight digits. Printed, it shows nothing of itself."""

    name: str = field(repr=False)
    sort_code: str = field(repr=False)
    account_number: str = field(repr=False)
    roll_number: str = field(default="", repr=False)

    @property
    def ending(self) -> str:
        """The last two digits, by which people tell accounts apart."""
        return self.account_number[-2:]


def read_account(
    *, name: str, sort_code: str, account_number: str, roll_number: str = ""
) -> tuple[Account | None, list[Reason]]:
    """What was typed as an account, or every reason why it is none. No reason says what was typed.

    Spaces and dashes go. Account numbers of six to ten digits become eight, and a nine-digit one of
    Santander changes the last digit of its sort code (VocaLink, Validating account numbers, 2.2).
    """
    plain_name, code = " ".join(name.split()), _BETWEEN.sub("", sort_code)
    number, roll = _BETWEEN.sub("", account_number), " ".join(roll_number.upper().split())
    reasons = [
        *_name_reasons(plain_name),
        *_digit_reasons(code, "sort_code", 6, 6, _SORT_CODE),
        *_digit_reasons(number, "account_number", 6, 10, _ACCOUNT_NUMBER),
    ]
    if roll and (len(roll) > LONGEST_ROLL or not _ROLL.fullmatch(roll)):
        told = say(
            "The roll number must be %(most)s or fewer letters, numbers, slashes, dashes or dots",
            most=LONGEST_ROLL,
        )
        reasons.append(Reason(told, "roll_number"))
    if reasons:
        return None, reasons
    code, number = eight_digits(code, number)
    return Account(plain_name, code, number, roll), []


_SORT_CODE = (
    mark("Enter the sort code"),
    mark("The sort code must be 6 digits, like 12 34 56"),
)
_ACCOUNT_NUMBER = (
    mark("Enter the account number"),
    mark("The account number must be between 6 and 10 digits, most have 8"),
)


def _name_reasons(name: str) -> list[Reason]:
    if not name:
        return [Reason(say("Enter the name on the account"), "account_name")]
    if len(name) > LONGEST_NAME:
        told = say("The name on the account must be %(most)s characters or fewer", most=LONGEST_NAME)
        return [Reason(told, "account_name")]
    return []


def _digit_reasons(text: str, place: str, least: int, most: int, texts: tuple[str, str]) -> list[Reason]:
    if not text:
        return [Reason(say(texts[0]), place)]
    if not (text.isascii() and text.isdecimal() and least <= len(text) <= most):
        return [Reason(say(texts[1]), place)]
    return []


def eight_digits(sort_code: str, number: str) -> tuple[str, str]:
    """The sort code and an account number of six to ten digits as a payment names them."""
    if len(number) == 10:
        return sort_code, number[:8] if sort_code.startswith(CO_OPERATIVE) else number[-8:]
    if len(number) == 9:
        return sort_code[:-1] + number[0], number[1:]
    return sort_code, number.zfill(8)


def same_account(one: Account, other: Account) -> bool:
    """Whether money sent to either arrives at one place. Different people write a name differently."""
    return (one.sort_code, one.account_number, one.roll_number) == (
        other.sort_code,
        other.account_number,
        other.roll_number,
    )


def in_pairs(sort_code: str) -> str:
    """'12-34-56': a sort code as it is printed."""
    return "-".join(sort_code[start : start + 2] for start in range(0, len(sort_code), 2))


def code_reasons(text: str, *, place: str, what: str, most: int) -> list[Reason]:
    """Why this is no number or code of a ledger: it goes into files, so letters, digits and / . _ - alone."""
    if not text:
        return [Reason(f"Enter {what}", place)]
    if len(text) > most or not _CODE.fullmatch(text):
        told = f"{what[:1].upper()}{what[1:]} must be {most} or fewer letters, numbers or . / _ -"
        return [Reason(told, place)]
    return []


@dataclass(frozen=True)
class Asked:
    """One check of an award: its name, what to do, and what the note has to say."""

    title: str
    hint: str
    note: str
    skippable: bool = False


CHECK_LIST: Mapping[Item, Asked] = {
    Item.REGISTERS: Asked(
        "Registers",
        "Find the organisation in the register of charities, Companies House or the Mutuals Register. "
        "Compare name, number and trustees; see whether its filings are up to date.",
        "Which registers, and what they say",
        skippable=True,
    ),
    Item.ACCOUNTS: Asked(
        "Accounts",
        "Read the last accounts: does the award fit the organisation’s turnover, are there reserves, did the "
        "examiner or auditor raise anything?",
        "Which accounts were read, and what was found",
    ),
    Item.SANCTIONS: Asked(
        "Sanctions",
        "Search the UK Sanctions List for the organisation and its trustees or directors.",
        "Date and result of the search",
    ),
    Item.SUBSIDY: Asked(
        "Subsidy control",
        "Is the award a subsidy under the Subsidy Control Act 2022? If so: Minimal Financial Assistance "
        "(£315,000 over three financial years) or another ground, and whether the organisation confirmed "
        "what it had before.",
        "The statement that goes on the file",
        skippable=True,
    ),
    Item.EQUALITY: Asked(
        "Equality impact",
        "What the award does for people with protected characteristics (Equality Act 2010, section 149).",
        "The note that goes on the file",
    ),
    Item.DUPLICATES: Asked(
        "Duplicate funding",
        "Read the report below: other bids and organisations that share a name, a number or a bank account.",
        "What was found, and why the same work is not paid twice",
    ),
}
"""In the order in which the page shows them. Words of the council's own staff, so not translated."""
