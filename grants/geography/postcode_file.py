"""Reading a postcode file row by row: which columns mean what, and which rows are none."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grants.core.errors import Reason, RuleBroken
from grants.geography.postcodes import postcode

COLUMNS: Mapping[str, re.Pattern[str]] = {
    "postcode": re.compile(r"pcds|postcode|pcd8|pcd7|pcd2|pcd"),
    "ward": re.compile(r"osward|ward|wd\d\dcd|ward_code|ward_cd|ward_cd_official"),
    "authority": re.compile(r"oslaua|laua|lad\d\dcd|lad_code|lad_cd|authority_code"),
    "ended": re.compile(r"doterm|dotermination|terminated"),
    "ward name": re.compile(r"wd\d\dnm|ward_name|ward_nm"),
    "authority name": re.compile(r"lad\d\dnm|lad_name|lad_nm|authority_name"),
}
"""What the columns of the ONS Postcode Directory, and of files made from it, are called over the years."""

CODE = re.compile(r"[A-Z]\d{8}")
MOST_FAULTS = 5


@dataclass(frozen=True)
class Line:
    """One postcode as a file has it. Codes are '' where the file has none."""

    postcode: str
    ward: str
    authority: str
    ended: bool
    names: tuple[tuple[str, str], ...]
    """Codes with names, where the file itself names its areas."""


def read(text: Iterable[str], *, authority: str = "") -> Iterator[Line]:
    """The postcodes of a CSV with a header, one at a time; `authority` where it has no column for it.

    Raises RuleBroken for a file that is none, or at the sixth row that cannot be read: a few broken rows in a
    file of millions are passed over, many mean that the columns are not what they seem.
    """
    rows = csv.reader(text)
    header = next(rows, [])
    columns = _columns(header)
    if "postcode" not in columns:
        raise RuleBroken(
            [Reason("The file needs a header with a column of postcodes, such as pcds", "line 1")]
        )
    if "authority" not in columns and not authority:
        raise RuleBroken(
            [Reason("The file needs a column of local authority codes, such as oslaua", "line 1")]
        )
    faults: list[Reason] = []
    for row in rows:
        line = _line(row, columns, authority) if row else None
        if line is not None:
            yield line
        elif row:
            faults.append(
                Reason(f"“{', '.join(row)[:60]}” has no postcode and codes", f"line {rows.line_num}")
            )
            if len(faults) > MOST_FAULTS:
                raise RuleBroken(faults)


def read_names(text: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Codes and names of areas from a CSV with a header, such as WD23CD,WD23NM. Raises RuleBroken."""
    rows = csv.reader(text)
    header = [_plain(name) for name in next(rows, [])]
    code = next((n for n, name in enumerate(header) if re.fullmatch(r"\w*(cd|code)", name)), None)
    name = next((n for n, name in enumerate(header) if re.fullmatch(r"\w*(nm|name)", name)), None)
    if code is None or name is None:
        raise RuleBroken(
            [Reason("The file of names needs a column of codes and one of names, such as WD23CD and WD23NM")]
        )
    for row in rows:
        if len(row) > max(code, name) and CODE.fullmatch(row[code]) and row[name].strip():
            yield row[code], row[name].strip()[:200]


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Where each column stands; where several mean the same, the one whose name the pattern has first."""
    plain = [_plain(name) for name in header]
    found: dict[str, int] = {}
    for what, names in COLUMNS.items():
        for wanted in names.pattern.split("|"):
            number = next((n for n, name in enumerate(plain) if re.fullmatch(wanted, name)), None)
            if number is not None:
                found[what] = number
                break
    return found


def _plain(name: str) -> str:
    return name.strip().lstrip("\ufeff").lower()


def _line(row: Sequence[str], columns: Mapping[str, int], authority: str) -> Line | None:
    cells = {what: row[n].strip() if n < len(row) else "" for what, n in columns.items()}
    plain = postcode(cells["postcode"])
    codes = (cells.get("ward", ""), cells.get("authority", authority))
    if plain is None or any(code and not CODE.fullmatch(code) for code in codes):
        return None
    named = ((codes[0], cells.get("ward name", "")), (codes[1], cells.get("authority name", "")))
    return Line(
        postcode=plain,
        ward=codes[0],
        authority=codes[1],
        ended=bool(cells.get("ended")),
        names=tuple((code, name[:200]) for code, name in named if code and name),
    )
