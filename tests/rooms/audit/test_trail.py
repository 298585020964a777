"""Recording deeds: what is written, when, and what a rollback takes back."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from grants import config
from grants.accounts.models import Person
from grants.audit import actions, heads, queries
from grants.audit.models import TrailEntry
from grants.audit.rules import GENESIS, Tail, verify
from grants.core.db import unit_of_work
from grants.permissions import Actor, Role, service

NOON = datetime(2021, 12, 3, 12, 0, 0, 123456, tzinfo=UTC)
CHAIR = Actor(person_id=3, roles=frozenset({Role.REVIEWER, Role.CHAIR}), label="person 3")
BEAT = service("beat")


def deeds(session: Session) -> list[tuple[int, str]]:
    """The trail in short."""
    return [(entry.seq, entry.deed) for entry in reversed(queries.page_of(session).entries)]


def test_a_deed_is_one_whole_line(session: Session) -> None:
    with unit_of_work():
        actions.record(
            session, CHAIR, "decision.made", ("application", 5), now=NOON, amount=4_750_000, x=None
        )
    entry = session.get_one(TrailEntry, 1)
    assert (entry.at, entry.actor_id, entry.actor_label, entry.roles) == (
        NOON,
        3,
        "person 3",
        "chair reviewer",
    )
    assert (entry.deed, entry.subject_type, entry.subject_id) == ("decision.made", "application", "5")
    assert (entry.facts, entry.previous_hash) == ({"amount": 4_750_000, "x": None}, GENESIS)
    assert queries.noted_tail(session) == Tail(1, entry.hash)


def test_a_record_that_is_new_gets_its_number_first(session: Session) -> None:
    with unit_of_work():
        person = Person(email="a@example.org", created_at=NOON)
        session.add(person)
        actions.record(session, BEAT, "person.made", person, now=NOON)
    assert [entry.subject_id for entry in queries.history_of(session, person)] == [str(person.id)]


def test_entries_of_one_deed_keep_their_order(session: Session) -> None:
    with unit_of_work():
        for n in range(5):
            actions.record(session, BEAT, f"deed.{n}", ("thing", n), now=NOON)
    with unit_of_work():
        actions.record(session, BEAT, "deed.last", ("thing", 9), now=NOON)
    assert deeds(session) == [*[(n + 1, f"deed.{n}") for n in range(5)], (6, "deed.last")]
    verdict = verify(queries.walk(session), noted=queries.noted_tail(session))
    assert (verdict.ok, verdict.count) == (True, 6)


def test_a_deed_that_did_not_happen_leaves_no_line(session: Session) -> None:
    class Trouble(Exception):
        pass

    with pytest.raises(Trouble), unit_of_work():
        actions.record(session, BEAT, "deed.refused", ("thing", 1), now=NOON)
        raise Trouble
    with unit_of_work():
        actions.record(session, BEAT, "deed.done", ("thing", 1), now=NOON)
    assert deeds(session) == [(1, "deed.done")]


def test_a_closed_session_takes_its_lines_with_it(session: Session) -> None:
    actions.record(session, BEAT, "deed.abandoned", ("thing", 1), now=NOON)
    session.close()
    with unit_of_work():
        actions.record(session, BEAT, "deed.done", ("thing", 1), now=NOON)
    assert deeds(session) == [(1, "deed.done")]


def test_savepoints_keep_and_drop_their_own_lines(session: Session) -> None:
    with unit_of_work():
        actions.record(session, BEAT, "before", ("thing", 1), now=NOON)
        with session.begin_nested():
            actions.record(session, BEAT, "kept", ("thing", 1), now=NOON)
        dropped = session.begin_nested()
        actions.record(session, BEAT, "dropped", ("thing", 1), now=NOON)
        with session.begin_nested():
            actions.record(session, BEAT, "dropped with it", ("thing", 1), now=NOON)
        dropped.rollback()
        actions.record(session, BEAT, "after", ("thing", 1), now=NOON)
    assert deeds(session) == [(1, "before"), (2, "kept"), (3, "after")]


def test_personal_text_is_refused_before_anything_is_written(session: Session) -> None:
    with pytest.raises(ValueError, match="does not keep reason"), unit_of_work():
        actions.record(session, BEAT, "deed", ("thing", 1), now=NOON, reason="Mary asked us to")
    assert deeds(session) == []


@pytest.mark.parametrize(
    ("deed", "subject"), [("d" * 81, ("thing", 1)), ("deed", ("t" * 61, 1)), ("deed", ("thing", "1" * 61))]
)
def test_what_does_not_fit_is_refused_on_every_database(
    session: Session, deed: str, subject: tuple[str, object]
) -> None:
    with pytest.raises(ValueError, match="too long for the trail"), unit_of_work():
        actions.record(session, BEAT, deed, subject, now=NOON)
    assert deeds(session) == []


def test_a_digest_confirms_a_text_and_needs_the_key(session: Session) -> None:
    digest = actions.digest("Mary asked us to")
    assert digest == actions.digest("Mary asked us to") != actions.digest("Mary asked us too")
    assert len(digest) == 64
    before = config.current()
    config.use(replace(before, secret_key="another"))
    other = actions.digest("Mary asked us to")
    config.use(before)
    assert other != digest


def test_a_signed_head_vouches_for_the_trail(session: Session) -> None:
    with unit_of_work():
        for n in range(3):
            actions.record(session, BEAT, f"deed.{n}", ("thing", n), now=NOON)
    head = heads.read(actions.sign_head(session, now=NOON).to_json(), seed=actions.head_seed())
    assert (head.tail, head.count) == (queries.noted_tail(session), 3)
    assert verify(queries.walk(session), head=head.tail).ok


def test_the_history_of_one_thing_is_its_own(session: Session) -> None:
    with unit_of_work():
        for n in (1, 2, 12):
            actions.record(session, BEAT, f"deed.{n}", ("thing", n), now=NOON)
        actions.record(session, BEAT, "deed.other", ("other", 1), now=NOON)
        actions.record(session, BEAT, "deed.again", ("thing", 1), now=NOON)
    assert [entry.deed for entry in queries.history_of(session, ("thing", 1))] == ["deed.1", "deed.again"]


def test_pages_follow_one_another_without_gap(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 4)
    monkeypatch.setattr(queries, "CHUNK", 3)
    with unit_of_work():
        for n in range(10):
            actions.record(session, BEAT, "odd" if n % 2 else "even", ("thing", n), now=NOON)
    pages, before = [], None
    while True:
        page = queries.page_of(session, before=before)
        pages.append([entry.seq for entry in page.entries])
        if page.older is None:
            break
        before = page.older
    assert pages == [[10, 9, 8, 7], [6, 5, 4, 3], [2, 1]]
    assert [entry.seq for entry in queries.page_of(session, deed="odd", before=9).entries] == [8, 6, 4, 2]
    assert [
        entry.seq for entry in queries.page_of(session, subject_type="thing", subject_id="4").entries
    ] == [5]
    assert [line.seq for line in queries.walk(session)] == list(range(1, 11))
