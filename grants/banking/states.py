"""Where bank details stand, what a check of a payee says, and the check list of an award."""

from collections.abc import Mapping
from enum import StrEnum

from grants.core.language import mark
from grants.core.states import Label, Machine, step


class BankState(StrEnum):
    """A row is never overwritten: a newer one replaces it."""

    DRAFT = "draft"
    ENTERED = "entered"
    APPROVED = "approved"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    REPLACED = "replaced"


S = BankState
PENDING = (S.DRAFT, S.ENTERED)
"""What waits for somebody, and holds payments until it is settled."""

BANK = Machine(
    name=mark("bank details"),
    initial=S.DRAFT,
    steps={
        "hand_in": step(S.ENTERED, S.DRAFT),
        "approve": step(S.APPROVED, S.ENTERED),
        "refuse": step(S.REFUSED, S.ENTERED),
        "take_back": step(S.TAKEN_BACK, S.DRAFT, S.ENTERED),
        "replace": step(S.REPLACED, S.DRAFT, S.ENTERED, S.APPROVED),
    },
    labels={
        S.DRAFT: Label("Waiting for a second person", mark("Waiting for a second person")),
        S.ENTERED: Label("To be checked", mark("Being checked by the council")),
        S.APPROVED: Label("Approved", mark("Approved")),
        S.REFUSED: Label("Refused", mark("Not approved")),
        S.TAKEN_BACK: Label("Taken back", mark("Taken back")),
        S.REPLACED: Label("Replaced", mark("Replaced")),
    },
)
BANK_COLOURS: Mapping[BankState, str] = {
    S.DRAFT: "yellow",
    S.ENTERED: "blue",
    S.APPROVED: "green",
    S.REFUSED: "red",
}
"""Of the tags that show a state; others are grey."""
del S


class Modulus(StrEnum):
    """What the modulus check says of a sort code and account number."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_COVERED = "not_covered"


MODULUS_LABELS: Mapping[Modulus, str] = {
    Modulus.PASSED: "Passed",
    Modulus.FAILED: "Failed",
    Modulus.NOT_COVERED: "Cannot be checked: this sort code is not in the table",
}


class PayeeCheck(StrEnum):
    """What Confirmation of Payee answered when finance asked the bank whose account it is."""

    MATCH = "match"
    CLOSE = "close"
    NO_MATCH = "no_match"
    UNAVAILABLE = "unavailable"


PAYEE_LABELS: Mapping[PayeeCheck, str] = {
    PayeeCheck.MATCH: "Match",
    PayeeCheck.CLOSE: "Close match",
    PayeeCheck.NO_MATCH: "No match",
    PayeeCheck.UNAVAILABLE: "Not available",
}


class Item(StrEnum):
    """One thing that is looked at before an award is paid."""

    REGISTERS = "registers"
    ACCOUNTS = "accounts"
    SANCTIONS = "sanctions"
    SUBSIDY = "subsidy"
    EQUALITY = "equality"
    DUPLICATES = "duplicates"


class Finding(StrEnum):
    """What came of looking. A concern holds payments of the award until it is settled."""

    CLEAR = "clear"
    CONCERN = "concern"
    NOT_NEEDED = "not_needed"


FINDING_LABELS: Mapping[Finding, str] = {
    Finding.CLEAR: "Clear",
    Finding.CONCERN: "There is a concern",
    Finding.NOT_NEEDED: "Not needed for this award",
}
