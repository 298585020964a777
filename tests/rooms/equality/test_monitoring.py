"""Equality monitoring: asked after sending, added up at once, and nothing that leads back."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from grants.audit.models import TrailEntry
from grants.core.db import Base, db, unit_of_work
from grants.equality import actions, queries
from grants.equality.models import EqualityCount
from tests.rooms.applications import world as w
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.world import CLOSES, OPEN, World

ANSWERS = {"q-age": "25 to 34", "q-sex": "Female", "q-carer": "Prefer not to say"}
LATER = CLOSES + timedelta(days=15)


def send(world: World) -> str:
    with unit_of_work():
        w.sent(world)
        return f"/equality/{world.round.ref}/"


def kept(session: Session) -> dict[tuple[str, str], int]:
    session.rollback()
    rows = session.scalars(select(EqualityCount))
    return {(row.question, row.choice): row.people for row in rows}


def test_answers_are_counted_and_the_rest_is_not_said(as_: AsPerson, world: World, session: Session) -> None:
    page = send(world)
    editor = as_("editor")
    shown = editor.get(page).text
    assert "voluntary" in shown
    assert shown.count(">Prefer not to say<") == len(world.definition.equality)
    editor.post(page, data=ANSWERS)
    as_("viewer").post(page, data={"q-age": "25 to 34"})

    counts = kept(session)
    assert counts["age", "25 to 34"] == 2
    assert (counts["sex", "Female"], counts["sex", "Prefer not to say"]) == (1, 1)
    assert counts["carer", "Prefer not to say"] == 2
    assert sum(counts.values()) == 2 * len(world.definition.equality)


def test_a_browser_counts_once(as_: AsPerson, world: World, session: Session) -> None:
    page = send(world)
    editor = as_("editor")
    for _ in range(2):
        assert editor.post(page, data=ANSWERS).location == "/equality/"
    assert set(kept(session).values()) == {1}
    assert "answered from this browser" in editor.get("/equality/").text


def test_nothing_is_asked_before_a_bid_is_sent_or_of_others(as_: AsPerson, world: World) -> None:
    with unit_of_work():
        w.complete(world)
    page = f"/equality/{world.round.ref}/"
    assert as_("editor").get(page).status_code == 403
    assert world.round.name not in as_("editor").get("/equality/").text
    assert as_("stranger").get(page).status_code == 404
    assert as_("stranger").post(page, data=ANSWERS).status_code == 404


def test_no_column_leads_to_a_person_a_bid_or_a_moment(as_: AsPerson, world: World, session: Session) -> None:
    page = send(world)
    table = inspect(EqualityCount).local_table
    assert {column.name for column in table.columns} == {"round_id", "question", "choice", "people"}
    assert [key.target_fullname for key in table.foreign_keys] == ["round.id"]
    assert [
        other.name
        for other in Base.metadata.tables.values()
        if any(key.column.table is table for key in other.foreign_keys)
    ] == []
    before = session.scalar(select(TrailEntry.seq).order_by(TrailEntry.seq.desc()).limit(1))
    as_("editor").post(page, data=ANSWERS)
    session.rollback()
    assert session.scalar(select(TrailEntry.seq).order_by(TrailEntry.seq.desc()).limit(1)) == before


@pytest.mark.parametrize(
    ("name", "status"), [("editor", 403), ("chair", 403), ("manager", 200), ("auditor", 200)]
)
def test_who_sees_the_counts(
    as_: AsPerson, world: World, clock: time_machine.Traveller, name: str, status: int
) -> None:
    page = send(world) + "counts/"
    clock.move_to(LATER)
    assert as_(name).get(page).status_code == status


def test_counts_wait_until_no_answer_can_come_in_and_hide_small_ones(
    as_: AsPerson, world: World, session: Session, clock: time_machine.Traveller
) -> None:
    page = send(world)
    with unit_of_work():
        for n in range(12):
            answers = {"age": "25 to 34" if n < 6 else "35 to 44", "sex": "Male" if n < 2 else "Female"}
            actions.add_answers(
                session, round_id=world.round.id, answers=answers, actor=world.actor("editor"), now=OPEN
            )
    early = as_("manager").get(f"{page}counts/").text
    assert "14 days after the round has closed" in early
    assert "25 to 34" not in early

    clock.move_to(LATER)
    assert as_("editor").post(page, data=ANSWERS).status_code == 403
    text = as_("manager").get(f"{page}counts/").text
    assert "25 to 34" in text
    counts = dict(queries.counts_of(session, world.round))
    by_key = {question.key: people for question, people in counts.items()}
    assert by_key["sex"] == {"Female": None, "Male": None, "Prefer not to say": None}
    assert by_key["age"]["25 to 34"] is None
    assert by_key["age"]["35 to 44"] == 6
    db.session().rollback()


def test_the_receipt_and_the_account_lead_there(as_: AsPerson, world: World) -> None:
    page = send(world)
    with unit_of_work() as session:
        ref = (
            session.scalars(select(EqualityCount)).first() is None
            and w.queries.bids_of(session, [world.lead_id])[0][0].ref
        )
    assert page in as_("editor").get(f"/applications/{ref}/receipt/").text
    assert 'href="/equality/"' in as_("editor").get("/accounts/me/").text
