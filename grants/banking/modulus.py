"""Whether a sort code and an account number fit each other (VocaLink, Validating account numbers)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import NamedTuple

import ukmodulus

from grants.banking.rules import Account
from grants.banking.states import Modulus

WEIGHTS, SUBSTITUTES = "weights", "substitutes"
"""The two tables: valacdos.txt with a line a range of sort codes, scsubtab.txt with pairs of sort codes."""

METHODS = frozenset({"MOD10", "MOD11", "DBLAL"})


class Range(NamedTuple):
    """Sort codes that are checked alike, in the words of the library, which reads these names."""

    range_start: int
    range_end: int
    algorithm: str
    weightings: list[int]
    exception_code: str | None


@dataclass(frozen=True)
class Tables:
    """Both tables, read. Ranges stand in the order of their sort codes."""

    weights: tuple[Range, ...]
    substitutes: Mapping[str, str]


_LOCK = Lock()


def check(account: Account, tables: Tables) -> Modulus:
    """Whether the two numbers fit each other. A sort code that no range covers cannot be checked."""
    code = int(account.sort_code)
    if not any(one.range_start <= code <= one.range_end for one in tables.weights):
        return Modulus.NOT_COVERED
    with _LOCK:  # the library keeps its tables in the module, and two requests may ask for different ones
        _hand_over(tables)
        fits = ukmodulus.validate_number(account.sort_code, account.account_number)
    return Modulus.PASSED if fits else Modulus.FAILED


def _hand_over(tables: Tables) -> None:
    ukmodulus._weightings[:] = tables.weights
    ukmodulus._sc_subs.clear()
    ukmodulus._sc_subs.update(tables.substitutes)


def read_weights(text: str) -> tuple[Range, ...]:
    """The ranges of a valacdos.txt. Raises ValueError naming the first line that is none, or the first that
    stands before a range it should follow.
    """
    found: list[Range] = []
    for number, line in _lines(text):
        cells = line.split()
        if len(cells) not in (17, 18) or cells[2] not in METHODS or not _are_weights(cells):
            raise ValueError(f"line {number} is not a range of sort codes, a method and 14 weights")
        one = Range(int(cells[0]), int(cells[1]), cells[2], [int(cell) for cell in cells[3:17]], _last(cells))
        if one.range_start > one.range_end or (found and one.range_start < found[-1].range_start):
            raise ValueError(f"line {number} is not in the order of sort codes")
        found.append(one)
    if not found:
        raise ValueError("there is no line in it")
    return tuple(found)


def read_substitutes(text: str) -> dict[str, str]:
    """The pairs of an scsubtab.txt. Raises ValueError naming the first line that is none."""
    found = {}
    for number, line in _lines(text):
        cells = line.split()
        if len(cells) != 2 or not all(_is_code(cell) for cell in cells):
            raise ValueError(f"line {number} is not a pair of sort codes")
        found[cells[0]] = cells[1]
    return found


@cache
def built_in() -> Tables:
    """The tables that come with the library, of 2017."""
    folder = files(ukmodulus)
    return Tables(
        read_weights((folder / "valacdos.txt").read_text(encoding="ascii")),
        read_substitutes((folder / "scsubtab.txt").read_text(encoding="ascii")),
    )


def _lines(text: str) -> list[tuple[int, str]]:
    return [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def _is_code(cell: str) -> bool:
    return cell.isascii() and cell.isdecimal() and len(cell) == 6


def _are_weights(cells: list[str]) -> bool:
    numbers = [cell.removeprefix("-") for cell in cells[3:]]
    return all(map(_is_code, cells[:2])) and all(one.isascii() and one.isdecimal() for one in numbers)


def _last(cells: list[str]) -> str | None:
    return cells[17] if len(cells) == 18 else None
