"""The chain: how an entry is written down, hashed and signed, and how a trail is checked entry by entry."""

import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from grants.core.money import pounds

GENESIS = "0" * 64
"""What the first entry names as the hash before it."""

MOST_FAULTS = 100
"""How many faults are told one by one; the rest are only counted."""

WINDOW = 1000
"""How many hashes are remembered while walking: enough to tell an insertion from a replacement."""

PENCE = frozenset(
    {"amount", "ask", "award", "extra", "free", "pence", "pot", "share", "shares", "spent", "total"}
)
"""Facts of these names are whole pence."""

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+\-]{0,119}")

Fact = int | bool | str | None | list["Fact"]


class Line(Protocol):
    """What the chain needs to know of an entry; `TrailEntry` and a plain database row both have it."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor_id(self) -> int | None: ...
    @property
    def actor_label(self) -> str: ...
    @property
    def roles(self) -> str: ...
    @property
    def deed(self) -> str: ...
    @property
    def subject_type(self) -> str: ...
    @property
    def subject_id(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, object]: ...
    @property
    def previous_hash(self) -> str: ...
    @property
    def hash(self) -> str: ...


def plain_fact(name: str, value: object) -> Fact:
    """`value` as the trail may keep it: a whole number, yes or no, None, a date, an id or enum value, or a
    list of them.

    Raises ValueError for anything that could be personal: text with spaces, an e-mail address, a fraction.
    Such text goes through `actions.digest`.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [plain_fact(name, item) for item in items]
    raise ValueError(f"the trail does not keep {name}={value!r}: use an id, a number or a digest")


def told(name: str, value: Fact) -> str:
    """A fact as people read it: pounds for pence, words for yes, no and nothing."""
    if isinstance(value, list):
        return ", ".join(told(name, item) for item in value) or "–"
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return pounds(value) if name in PENCE and isinstance(value, int) else str(value)


def moment(at: datetime) -> str:
    """A time as the chain writes it: UTC, always six decimals."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: object) -> bytes:
    """JSON with sorted keys, no spaces and ASCII only: the same bytes on every machine and database."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def chain_hash(previous: str, entry: Line) -> str:
    """SHA-256, in hex, over the hash before and everything the entry says.

    The entry's number is left out: the chain itself fixes the order, and an entry moved to another number
    then still proves to be genuine, which tells moving from changing.
    """
    content = [
        previous,
        moment(entry.at),
        entry.actor_id,
        entry.actor_label,
        entry.roles,
        entry.deed,
        entry.subject_type,
        entry.subject_id,
        entry.facts,
    ]
    return sha256(canonical(content)).hexdigest()


@dataclass(frozen=True)
class Tail:
    """Where a trail ends, or is said to end."""

    seq: int
    hash: str


class FaultKind(StrEnum):
    """What is wrong with a trail."""

    CHANGED = "changed"
    REMOVED = "removed"
    REPLACED = "replaced"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT_OFF = "cut off"
    RECOMPUTED = "recomputed"


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the trail, and the number of the entry where it shows."""

    kind: FaultKind
    seq: int
    text: str


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole trail found. `count` entries were read; `anchored` says against a signed
    head or not.
    """

    count: int
    tail: Tail
    anchored: bool
    faults: tuple[Fault, ...]
    more_faults: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.faults


@dataclass
class _Break:
    """An entry that names another as the one before it than the one that stands there."""

    seq: int
    wants: str
    found_at: int | None


@dataclass
class _Walk:
    """What is remembered while the entries go by: bounded, however long the trail is."""

    tail: Tail
    count: int = 0
    faults: list[Fault] = field(default_factory=list)
    more: int = 0
    breaks: list[_Break] = field(default_factory=list)
    wanted: dict[str, _Break] = field(default_factory=dict)
    recent: OrderedDict[str, int] = field(default_factory=OrderedDict)

    def tell(self, kind: FaultKind, seq: int, text: str) -> None:
        """Note a fault, or count it if many are noted already."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(kind, seq, text))
        else:
            self.more += 1

    def passed(self, entry: Line) -> None:
        """Remember that this entry went by."""
        self.recent[entry.hash] = entry.seq
        if len(self.recent) > WINDOW:
            self.recent.popitem(last=False)
        if entry.hash in self.wanted:
            self.wanted.pop(entry.hash).found_at = entry.seq
        self.tail = Tail(entry.seq, entry.hash)
        self.count += 1


def verify(
    entries: Iterable[Line], *, genesis: str = GENESIS, noted: Tail | None = None, head: Tail | None = None
) -> Verdict:
    """Check a trail, given in the order of its numbers; memory stays the same for millions of entries.

    `noted` is where the database itself says the trail ends; `head` is a signed head from outside the
    database, whose signature the caller has checked. Without `head`, somebody who may write to the database
    can still cut the tail off or rewrite everything after some entry and recompute the hashes: that shows
    against a head alone.
    """
    walk = _Walk(Tail(0, genesis))
    walk.recent[genesis] = 0
    at_head: str | None = genesis if head is not None and head.seq == 0 else None
    for entry in entries:
        _check_own_hash(walk, entry)
        walk.passed(entry)
        if head is not None and entry.seq == head.seq:
            at_head = entry.hash
    _tell_breaks(walk)
    _check_ends(walk, noted, head, at_head)
    faults = tuple(sorted(walk.faults, key=lambda fault: fault.seq))
    return Verdict(walk.count, walk.tail, head is not None, faults, walk.more)


def _check_own_hash(walk: _Walk, entry: Line) -> None:
    missing = entry.seq - walk.tail.seq - 1
    linked = entry.previous_hash == walk.tail.hash
    if entry.hash != chain_hash(entry.previous_hash, entry):
        walk.tell(FaultKind.CHANGED, entry.seq, f"Entry {entry.seq} is not as it was written.")
    elif missing != 0 and linked:
        walk.tell(FaultKind.REORDERED, entry.seq, f"Entry {entry.seq} has been given another number.")
    elif not linked and missing <= 0:
        _note_break(walk, entry)
    if missing > 0 and not linked:
        first, last = walk.tail.seq + 1, entry.seq - 1
        text = f"Entry {last} is missing." if first == last else f"Entries {first} to {last} are missing."
        walk.tell(FaultKind.REMOVED, last, text)


def _note_break(walk: _Walk, entry: Line) -> None:
    found_at = walk.recent.get(entry.previous_hash)
    broken = _Break(entry.seq, entry.previous_hash, found_at)
    if len(walk.breaks) >= MOST_FAULTS:
        walk.more += 1
        return
    walk.breaks.append(broken)
    if found_at is None:
        walk.wanted[entry.previous_hash] = broken


def _tell_breaks(walk: _Walk) -> None:
    """Say of each broken link what it means, now that it is known whether the wanted entry turned up."""
    moved = {b.seq for b in walk.breaks if b.found_at is not None and b.found_at > b.seq}
    covered: set[int] = set()
    for b in walk.breaks:
        if b.found_at is None or b.found_at > b.seq:
            continue
        between = range(b.found_at + 1, b.seq)
        if moved.isdisjoint(between):
            covered.update(between)
            text = f"Entry {b.seq - 1} was put in: entry {b.seq} was written to follow entry {b.found_at}."
            walk.tell(FaultKind.INSERTED, b.seq - 1, text)
        else:
            moved.add(b.seq)
    for b in walk.breaks:
        if b.seq in moved:
            walk.tell(FaultKind.REORDERED, b.seq, f"Entry {b.seq} stands where it was not written.")
        elif b.found_at is None and b.seq not in covered:
            text = f"The entry that entry {b.seq} was written to follow was replaced or removed."
            walk.tell(FaultKind.REPLACED, b.seq - 1, text)


def _check_ends(walk: _Walk, noted: Tail | None, head: Tail | None, at_head: str | None) -> None:
    end = walk.tail.seq
    if head is not None and end < head.seq:
        text = (
            f"The trail ends at entry {end}, the signed head stands at entry {head.seq}: its end was cut off."
        )
        walk.tell(FaultKind.CUT_OFF, end, text)
    elif head is not None and at_head != head.hash:
        text = f"Entry {head.seq} is not the one that was signed: the trail was rewritten and recomputed."
        walk.tell(FaultKind.RECOMPUTED, head.seq, text)
    if noted is not None and end < noted.seq:
        text = f"The trail ends at entry {end}, but the database noted entry {noted.seq} as its last."
        walk.tell(FaultKind.CUT_OFF, end, text)
    elif noted is not None and noted != walk.tail:
        text = f"Entry {end} is not the one the database noted as its last: it was written past the service."
        walk.tell(FaultKind.REPLACED, end, text)
