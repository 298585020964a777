"""An account of what happened, as sections of rows, in two forms: whole, and redacted for the public.

Cells are plain values, a person (`Who`), or words that only the whole form holds (`Private`). In the redacted
form each person is 'Person 1', 'Person 2' … in the order in which they appear, with the roles they held, and
private words are '[withheld]'.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from grants.applications.outline import Column, Line, Part, Table, Value, missing, typed, words
from grants.core.clock import short_moment

WITHHELD = "[withheld]"
NOBODY = "The service"


@dataclass(frozen=True)
class Who:
    """A person by id; None where the service acted by itself."""

    person_id: int | None


@dataclass(frozen=True)
class Private:
    """Words that the redacted form leaves out."""

    text: str


Cell = Who | Private | str | int | bool | date | datetime | None
Rows = Iterator[tuple[Cell, ...]]


@dataclass(frozen=True)
class Section:
    """One table of the account."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "Nothing is on record."


@dataclass(frozen=True)
class Account:
    """The whole account, and where the trail stood: its number of entries and the hash of the last."""

    title: str
    facts: tuple[tuple[str, Cell], ...]
    sections: tuple[Section, ...]
    trail_entries: int
    trail_hash: str
    made_at: datetime


@dataclass(frozen=True)
class People:
    """What people are called, and the roles they have held, by id."""

    names: Mapping[int, str]
    roles: Mapping[int, str]


class Telling:
    """How cells are told in one of the two forms. People are numbered as they come up."""

    def __init__(self, people: People, *, redacted: bool) -> None:
        self.people = people
        self.redacted = redacted
        self._numbers: dict[int, int] = {}

    def tell(self, cell: Cell) -> str | int | bool | None:
        """The cell as JSON has it: times in UTC, dates ISO."""
        if isinstance(cell, Who):
            return self._who(cell.person_id)
        if isinstance(cell, Private):
            return WITHHELD if self.redacted and cell.text else cell.text
        if isinstance(cell, datetime | date):
            return cell.isoformat()
        return str(cell) if isinstance(cell, StrEnum) else cell

    def _who(self, person_id: int | None) -> str:
        if person_id is None:
            return NOBODY
        if not self.redacted:
            return self.people.names.get(person_id, f"Person {person_id}")
        number = self._numbers.setdefault(person_id, len(self._numbers) + 1)
        roles = self.people.roles.get(person_id, "")
        return f"Person {number}{f' ({roles})' if roles else ''}"


def to_json(account: Account, people: People, *, redacted: bool) -> bytes:
    """The account in UTF-8 JSON with its own SHA-256 over everything else. Same account, same bytes."""
    telling = Telling(people, redacted=redacted)
    told: dict[str, Any] = {
        "title": account.title,
        "form": "redacted" if redacted else "whole",
        "made_at": account.made_at.isoformat(),
        "facts": {name: telling.tell(cell) for name, cell in account.facts},
        "sections": {
            section.title: [
                dict(zip(section.columns, map(telling.tell, row), strict=True)) for row in section.rows
            ]
            for section in account.sections
        },
        "trail": {"entries": account.trail_entries, "hash": account.trail_hash},
    }
    plain = json.dumps(told, ensure_ascii=False, sort_keys=True)
    told["sha256"] = hashlib.sha256(plain.encode()).hexdigest()
    return json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "replace")


MOST_COLUMNS = 7
"""As many stand side by side on paper without running into each other."""


def on_paper(account: Account, people: People, *, redacted: bool) -> dict[str, Any]:
    """The data of `letters/bid.typ`."""
    telling = Telling(people, redacted=redacted)
    facts = [Line(name, _value(telling, cell)) for name, cell in account.facts]
    facts.append(
        Line(
            "The trail so far", words(f"{account.trail_entries:,} entries; the last is {account.trail_hash}")
        )
    )
    return {
        "title": account.title,
        "author": "",
        "description": "What was decided, by whom, when and why",
        "mark": "REDACTED" if redacted else "IN CONFIDENCE",
        "foot": account.title,
        "facts": [asdict(line) for line in facts],
        "parts": [asdict(part) for part in _parts(account, telling)],
        "declaration": "",
        "words": {"declaration": ""},
    }


def _parts(account: Account, telling: Telling) -> Iterator[Part]:
    for section in account.sections:
        tables = tuple(_tables(section, telling))
        yield Part(section.title, note="" if tables else section.empty, tables=tables)


def _tables(section: Section, telling: Telling) -> Iterator[Table]:
    """A section as a table; what is too wide for a sheet of paper as a table of two columns a row."""
    rows = [tuple(_value(telling, cell) for cell in row) for row in section.rows]
    if len(section.columns) <= MOST_COLUMNS:
        if rows:
            yield Table(section.title, tuple(map(Column, section.columns)), tuple(rows))
        return
    for number, told in enumerate(rows, 1):
        pairs = zip(section.columns, told, strict=True)
        lines = tuple((words(name), value) for name, value in pairs if value != missing("–"))
        yield Table(f"{section.title}, {number}", (Column("What"), Column("Entry")), lines)


def _value(telling: Telling, cell: Cell) -> Value:
    if cell is None or cell == "":
        return missing("–")
    if isinstance(cell, datetime):
        return words(short_moment(cell))
    if isinstance(cell, bool):
        return words("Yes" if cell else "No")
    told = str(telling.tell(cell))
    return typed(told) if told else missing("–")
