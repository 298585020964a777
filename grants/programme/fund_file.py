"""The face of the fund file: reading it, keeping it as JSON, comparing two versions, moving its dates."""

import re
import tomllib
from decimal import Decimal

from grants.programme.definition import FundDefinition
from grants.programme.fund_calendar import shifted
from grants.programme.fund_changes import Change, changes, merge_allowed
from grants.programme.fund_checks import check
from grants.programme.fund_faults import Fault, Faults, FundFileFaulty
from grants.programme.fund_json import fingerprint, from_json, to_json
from grants.programme.fund_shape import read_record

__all__ = [
    "Change",
    "Fault",
    "FundFileFaulty",
    "changes",
    "fingerprint",
    "from_json",
    "merge_allowed",
    "read_fund_file",
    "shifted",
    "to_json",
]

_POSITION = re.compile(r"(?P<what>.*?) \(at (?P<place>.+)\)", re.DOTALL)


def read_fund_file(text: str) -> FundDefinition:
    """The fund that `text` (TOML) defines.

    Amounts are pounds in the file (5000 or 5000.50, read exactly) and whole pence in the definition; dates
    with a time are what a UK clock shows in the file and UTC in the definition; weights are kept exactly.
    Raises FundFileFaulty with all faults at once; a text that is no TOML has one fault with line and column.
    """
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise FundFileFaulty([_syntax_fault(error)]) from None
    faults = Faults()
    definition: FundDefinition = read_record(FundDefinition, raw, place="", faults=faults)
    check(definition, faults)
    if faults.found():
        raise FundFileFaulty(faults.found())
    return definition


def _syntax_fault(error: ValueError) -> Fault:
    """Where the TOML breaks off, from the parser's own words."""
    parts = _POSITION.fullmatch(str(error))
    if parts is None:
        return Fault("the file", f"This is not TOML. {error}")
    return Fault(parts["place"], f"This is not TOML. {parts['what']}.")
