"""Tampering with the trail by SQL: the database refuses it, and where it is forced, the check tells."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from grants.audit import actions, queries
from grants.audit.models import TrailEntry
from grants.audit.rules import FaultKind, Tail, chain_hash, verify
from grants.core.db import begin_write, unit_of_work
from grants.permissions import service

NOON = datetime(2021, 12, 3, 12, tzinfo=UTC)

DROP_GUARDS = {
    "sqlite": (
        "DROP TRIGGER trail_entry_no_update",
        "DROP TRIGGER trail_entry_no_delete",
        "DROP TRIGGER trail_entry_no_replace",
    ),
    "postgresql": (
        "DROP TRIGGER trail_entry_no_change ON trail_entry",
        "DROP TRIGGER trail_entry_no_truncate ON trail_entry",
    ),
}


@pytest.fixture
def head(session: Session) -> Tail:
    """Where the trail of nine entries ends, as a signed head would say."""
    for n in range(1, 10):
        with unit_of_work():
            actions.record(session, service("t"), "deed.done", ("thing", n), now=NOON, amount=n * 100)
    return queries.noted_tail(session)


def dialect(session: Session) -> str:
    """Which database this is."""
    return session.get_bind().dialect.name


def force(session: Session, *statements: str) -> None:
    """Do what somebody with every right in the database can do."""
    begin_write(session)
    for statement in (*DROP_GUARDS[dialect(session)], *statements):
        session.execute(text(statement))
    session.commit()


def rewrite(session: Session, *, first: int, **changes: object) -> None:
    """Change entry `first` and compute every hash after it anew, the database's own note of the end
    included.
    """
    force(session)
    entries = session.query(TrailEntry).filter(TrailEntry.seq >= first).order_by(TrailEntry.seq).all()
    previous = entries[0].previous_hash
    for name, value in changes.items():
        setattr(entries[0], name, value)
    for entry in entries:
        entry.previous_hash = previous
        entry.hash = previous = chain_hash(previous, entry)
    session.execute(text("UPDATE trail_head SET hash = :hash"), {"hash": previous})
    session.commit()


def found(session: Session, head: Tail | None = None) -> list[tuple[FaultKind, int]]:
    """What the check finds."""
    session.rollback()
    verdict = verify(queries.walk(session), noted=queries.noted_tail(session), head=head)
    return [(fault.kind, fault.seq) for fault in verdict.faults]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail_entry SET deed = 'x' WHERE seq = 3",
        "UPDATE trail_entry SET seq = 30 WHERE seq = 3",
        "DELETE FROM trail_entry WHERE seq = 9",
        "DELETE FROM trail_entry",
    ],
)
def test_the_database_refuses_to_change_the_trail(session: Session, head: Tail, statement: str) -> None:
    begin_write(session)
    with pytest.raises(DatabaseError, match="the trail is append-only"):
        session.execute(text(statement))
    assert found(session, head) == []


def test_the_database_refuses_to_empty_or_replace(session: Session, head: Tail) -> None:
    statement = {
        "sqlite": "INSERT OR REPLACE INTO trail_entry SELECT * FROM trail_entry WHERE seq = 3",
        "postgresql": "TRUNCATE trail_entry",
    }[dialect(session)]
    begin_write(session)
    with pytest.raises(DatabaseError, match="the trail is append-only"):
        session.execute(text(statement))
    assert found(session, head) == []


def test_changed(session: Session, head: Tail) -> None:
    force(session, "UPDATE trail_entry SET actor_label = 'somebody else' WHERE seq = 4")
    assert found(session) == [(FaultKind.CHANGED, 4)]


def test_changed_facts(session: Session, head: Tail) -> None:
    force(session, "UPDATE trail_entry SET facts = '{\"amount\": 999999}' WHERE seq = 4")
    assert found(session) == [(FaultKind.CHANGED, 4)]


def test_changed_by_a_microsecond(session: Session, head: Tail) -> None:
    moment = {"sqlite": "2021-12-03 12:00:00.000001", "postgresql": "2021-12-03 12:00:00.000001+00"}
    force(session, f"UPDATE trail_entry SET at = '{moment[dialect(session)]}' WHERE seq = 4")
    assert found(session) == [(FaultKind.CHANGED, 4)]


def test_removed(session: Session, head: Tail) -> None:
    force(session, "DELETE FROM trail_entry WHERE seq IN (4, 5)")
    assert found(session) == [(FaultKind.REMOVED, 5)]


def test_removed_and_renumbered(session: Session, head: Tail) -> None:
    shift = [f"UPDATE trail_entry SET seq = {n - 1} WHERE seq = {n}" for n in range(5, 10)]
    force(session, "DELETE FROM trail_entry WHERE seq = 4", *shift, "UPDATE trail_head SET seq = 8")
    assert found(session) == [(FaultKind.REPLACED, 3)]


def test_inserted(session: Session, head: Tail) -> None:
    shift = [f"UPDATE trail_entry SET seq = {n + 1} WHERE seq = {n}" for n in range(9, 4, -1)]
    force(session, *shift, "UPDATE trail_head SET seq = 10")
    begin_write(session)
    before = session.get_one(TrailEntry, 4)
    forged = TrailEntry(
        seq=5,
        at=NOON,
        actor_id=None,
        actor_label="t",
        roles="",
        deed="deed.done",
        subject_type="thing",
        subject_id="99",
        facts={},
        previous_hash=before.hash,
    )
    forged.hash = chain_hash(before.hash, forged)
    session.add(forged)
    session.commit()
    assert found(session) == [(FaultKind.INSERTED, 5)]


def test_reordered(session: Session, head: Tail) -> None:
    force(
        session,
        "UPDATE trail_entry SET seq = 100 WHERE seq = 4",
        "UPDATE trail_entry SET seq = 4 WHERE seq = 5",
        "UPDATE trail_entry SET seq = 5 WHERE seq = 100",
    )
    assert found(session) == [(FaultKind.REORDERED, 4), (FaultKind.REORDERED, 5), (FaultKind.REORDERED, 6)]


def test_cut_off_shows_in_the_noted_end(session: Session, head: Tail) -> None:
    force(session, "DELETE FROM trail_entry WHERE seq > 6")
    assert found(session) == [(FaultKind.CUT_OFF, 6)]


def test_cut_off_with_the_noted_end_adjusted_shows_only_against_a_head(session: Session, head: Tail) -> None:
    force(
        session,
        "DELETE FROM trail_entry WHERE seq > 6",
        "UPDATE trail_head SET seq = 6, hash = (SELECT hash FROM trail_entry WHERE seq = 6)",
    )
    assert found(session) == []
    assert found(session, head) == [(FaultKind.CUT_OFF, 6)]


def test_recomputed_shows_only_against_a_head(session: Session, head: Tail) -> None:
    rewrite(session, first=4, facts={"amount": 999_999})
    assert found(session) == []
    assert found(session, head) == [(FaultKind.RECOMPUTED, 9)]


def test_recomputed_after_more_deeds_still_shows(session: Session, head: Tail) -> None:
    rewrite(session, first=9, facts={"amount": 999_999})
    with unit_of_work():
        actions.record(session, service("t"), "deed.done", ("thing", 10), now=NOON)
    assert found(session) == []
    assert found(session, head) == [(FaultKind.RECOMPUTED, 9)]


def test_appended_past_the_service_shows_in_the_noted_end(session: Session, head: Tail) -> None:
    begin_write(session)
    last = session.get_one(TrailEntry, 9)
    forged = {
        name: getattr(last, name) for name in ("at", "actor_id", "actor_label", "roles", "deed", "facts")
    }
    entry = TrailEntry(**forged, seq=10, subject_type="thing", subject_id="1", previous_hash=last.hash)
    entry.hash = chain_hash(last.hash, entry)
    session.add(entry)
    session.commit()
    assert found(session, head) == [(FaultKind.REPLACED, 10)]
