"""The chain by itself: what it writes down, and what each kind of tampering looks like to it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.audit import rules
from grants.audit.rules import GENESIS, FaultKind, Tail, chain_hash, plain_fact, verify

NOON = datetime(2021, 12, 3, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """A line of a trail, without a database."""

    seq: int
    at: datetime = NOON
    actor_id: int | None = 7
    actor_label: str = "person 7"
    roles: str = "manager"
    deed: str = "application.submitted"
    subject_type: str = "application"
    subject_id: str = "1"
    facts: dict[str, Any] = field(default_factory=dict)
    previous_hash: str = ""
    hash: str = ""


def chained(entry: Entry, previous: str) -> Entry:
    """`entry` as it would have been written after `previous`."""
    linked = replace(entry, previous_hash=previous)
    return replace(linked, hash=chain_hash(previous, linked))


def trail(length: int) -> list[Entry]:
    """A sound trail."""
    entries: list[Entry] = []
    for seq in range(1, length + 1):
        entries.append(chained(Entry(seq, facts={"n": seq}), entries[-1].hash if entries else GENESIS))
    return entries


def tail_of(entries: list[Entry]) -> Tail:
    """Where a trail ends."""
    return Tail(entries[-1].seq, entries[-1].hash)


def renumbered(entries: list[Entry]) -> list[Entry]:
    """The same entries with numbers that leave nothing to see."""
    return [replace(entry, seq=seq) for seq, entry in enumerate(entries, start=1)]


def rechained(entries: list[Entry]) -> list[Entry]:
    """The same entries with every hash computed anew, as a careful forger would."""
    made: list[Entry] = []
    for entry in renumbered(entries):
        made.append(chained(entry, made[-1].hash if made else GENESIS))
    return made


def faults(
    entries: list[Entry], *, noted: Tail | None = None, head: Tail | None = None
) -> list[tuple[FaultKind, int]]:
    """What a check finds: kinds and numbers."""
    return [(fault.kind, fault.seq) for fault in verify(entries, noted=noted, head=head).faults]


def test_an_empty_trail_is_whole() -> None:
    verdict = verify([])
    assert (verdict.ok, verdict.count, verdict.tail, verdict.anchored) == (True, 0, Tail(0, GENESIS), False)


def test_a_sound_trail_is_whole() -> None:
    entries = trail(9)
    verdict = verify(entries, noted=tail_of(entries), head=tail_of(entries[:5]))
    assert (verdict.ok, verdict.count, verdict.tail, verdict.anchored) == (True, 9, tail_of(entries), True)


@pytest.mark.parametrize(
    "change",
    [
        {"at": NOON + timedelta(microseconds=1)},
        {"actor_id": None},
        {"actor_id": 8},
        {"actor_label": "person 8"},
        {"roles": ""},
        {"deed": "application.withdrawn"},
        {"subject_type": "award"},
        {"subject_id": "2"},
        {"facts": {"n": 6}},
        {"facts": {"n": 5, "m": 1}},
        {"facts": {"n": True}},
        {"previous_hash": GENESIS},
        {"hash": GENESIS},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_to_any_column_shows_on_its_own_entry(change: dict[str, Any]) -> None:
    entries = trail(9)
    entries[4] = replace(entries[4], **change)
    assert faults(entries)[0] == (FaultKind.CHANGED, 5)


def test_a_changed_entry_with_a_recomputed_hash_shows_at_the_link_after_it() -> None:
    entries = trail(9)
    entries[4] = chained(replace(entries[4], deed="award.paid"), entries[3].hash)
    assert faults(entries) == [(FaultKind.REPLACED, 5)]


@pytest.mark.parametrize(("first", "last"), [(1, 1), (5, 5), (3, 7), (1, 8)])
def test_removed_entries_are_missing(first: int, last: int) -> None:
    entries = trail(9)
    del entries[first - 1 : last]
    assert faults(entries) == [(FaultKind.REMOVED, last)]


def test_an_entry_removed_and_the_rest_renumbered_shows_at_the_link() -> None:
    entries = trail(9)
    del entries[4]
    assert faults(renumbered(entries)) == [(FaultKind.REPLACED, 4)]


def test_an_inserted_entry_shows_though_its_own_hash_is_right() -> None:
    entries = trail(9)
    entries.insert(5, chained(Entry(0), entries[4].hash))
    assert faults(renumbered(entries)) == [(FaultKind.INSERTED, 6)]


@pytest.mark.parametrize(("one", "other"), [(5, 6), (2, 8), (1, 9)])
def test_exchanged_entries_are_reordered(one: int, other: int) -> None:
    entries = trail(9)
    entries[one - 1], entries[other - 1] = entries[other - 1], entries[one - 1]
    found = faults(renumbered(entries))
    assert {kind for kind, _ in found} == {FaultKind.REORDERED}
    assert {seq for _, seq in found} <= {one, one + 1, other, other + 1}


def test_entries_given_higher_numbers_are_reordered() -> None:
    entries = trail(9)
    entries[6:] = [replace(entry, seq=entry.seq + 10) for entry in entries[6:]]
    assert faults(entries) == [(FaultKind.REORDERED, 17)]


def test_a_cut_tail_shows_against_a_head_and_only_then() -> None:
    entries = trail(9)
    assert faults(entries[:6]) == []
    assert faults(entries[:6], head=tail_of(entries)) == [(FaultKind.CUT_OFF, 6)]
    assert faults(entries[:6], noted=tail_of(entries)) == [(FaultKind.CUT_OFF, 6)]


def test_a_cut_that_a_head_is_older_than_does_not_show() -> None:
    entries = trail(9)
    assert faults(entries[:6], head=tail_of(entries[:6])) == []


def test_a_recomputed_trail_shows_against_a_head_and_only_then() -> None:
    entries = trail(9)
    forged = rechained([*entries[:3], replace(entries[3], facts={"n": 99}), *entries[4:]])
    assert faults(forged, noted=tail_of(forged)) == []
    assert faults(forged, noted=tail_of(forged), head=tail_of(entries)) == [(FaultKind.RECOMPUTED, 9)]
    assert faults(forged, head=tail_of(entries[:3])) == []


def test_everything_removed_shows_against_a_head() -> None:
    assert faults([], head=tail_of(trail(3))) == [(FaultKind.CUT_OFF, 0)]


def test_a_head_of_an_empty_trail_holds_for_any_trail() -> None:
    assert faults(trail(3), head=Tail(0, GENESIS)) == []


def test_an_entry_appended_past_the_service_shows_against_the_noted_end() -> None:
    entries = trail(9)
    assert faults(entries, noted=tail_of(entries[:8])) == [(FaultKind.REPLACED, 9)]


def test_faults_without_end_are_counted_not_kept() -> None:
    entries = [replace(entry, deed="changed") for entry in trail(rules.MOST_FAULTS + 20)]
    verdict = verify(entries)
    assert (len(verdict.faults), verdict.more_faults) == (rules.MOST_FAULTS, 20)


@given(
    st.integers(2, 12).flatmap(
        lambda length: st.tuples(
            st.just(length),
            st.integers(0, length - 1),
            st.sampled_from(["drop", "double", "change", "swap"]),
            st.booleans(),
        )
    )
)
def test_no_single_tampering_before_the_end_goes_unseen(case: tuple[int, int, str, bool]) -> None:
    length, at, how, hide = case
    sound = trail(length)
    entries = list(sound)
    tamper: dict[str, Callable[[], object]] = {
        "drop": lambda: entries.pop(at),
        "double": lambda: entries.insert(at, entries[at]),
        "change": lambda: entries.__setitem__(at, replace(entries[at], subject_id="other")),
        "swap": lambda: entries.insert((at + 1) % length, entries.pop(at)),
    }
    tamper[how]()
    assert faults(renumbered(entries) if hide else entries, head=tail_of(sound)) != []


def test_hash_is_the_same_in_any_time_zone_and_key_order() -> None:
    here = Entry(1, facts={"a": 1, "b": [2, None]})
    there = replace(here, at=NOON.astimezone(timezone(timedelta(hours=5))), facts={"b": [2, None], "a": 1})
    assert chain_hash(GENESIS, here) == chain_hash(GENESIS, there)


def test_hash_is_what_it_has_always_been() -> None:
    entry = Entry(1, facts={"amount": 4_750_000, "to": "fund"})
    content = (
        f'["{GENESIS}","2021-12-03T12:00:00.000000Z",7,"person 7","manager","application.submitted",'
        '"application","1",{"amount":4750000,"to":"fund"}]'
    )
    assert chain_hash(GENESIS, entry) == sha256(content.encode()).hexdigest()


class Colour(StrEnum):
    """An enum such as facts may hold."""

    RED = "red"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (5, 5),
        (True, True),
        (None, None),
        (Colour.RED, "red"),
        ("LCR-0042", "LCR-0042"),
        ("f" * 64, "f" * 64),
        (NOON, "2021-12-03T12:00:00.000000Z"),
        (date(2021, 12, 3), "2021-12-03"),
        ((1, 2), [1, 2]),
        ({"b", "a"}, ["a", "b"]),
    ],
)
def test_facts_that_may_be_kept(value: object, kept: object) -> None:
    assert plain_fact("x", value) == kept


@pytest.mark.parametrize(
    "value", ["Mary Smith", "mary@example.org", "", "a\nb", 1.5, b"x", {"a": 1}, ["a b"], "x" * 121, object()]
)
def test_facts_that_could_be_personal_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="the trail does not keep x"):
        plain_fact("x", value)
