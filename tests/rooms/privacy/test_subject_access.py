"""What is held about a person: theirs, all of it, and nobody else's."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.audit.models import TrailEntry
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.privacy import queries
from tests.rooms.access.town import email_of, verdict_of
from tests.rooms.privacy.conftest import Settled
from tests.signing_in import sign_in

PEOPLE = (
    "lone", "stranger", "viewer", "editor", "signatory", "reviewer", "undeclared", "conflicted", "colleague",
    "chair", "chair in conflict", "manager", "finance officer", "administrator", "auditor",
)  # fmt: skip


def held(session: Session, settled: Settled, name: str) -> Mapping[str, list[dict[str, Any]]]:
    session.rollback()
    person = people.person(session, settled.town.person_ids[name])
    return {kind.title: kind.as_json()["records"] for kind in queries.held_about(session, person)}


def test_a_reviewer_gets_scores_reasons_and_conflicts_of_their_own(
    session: Session, settled: Settled
) -> None:
    mine = held(session, settled, "reviewer")
    assert mine["Your account"] == [
        {
            "email": email_of("reviewer"),
            "name": "Reviewer Person",
            "created_at": mine["Your account"][0]["created_at"],
        }
    ]
    reasons = {record["justification"] for record in mine["Your reasons for your scores"]}
    assert f"{verdict_of('reviewed')}byreviewer" in reasons
    assert not any("bycolleague" in reason for reason in reasons)
    assert {record["score"] for record in mine["Your scores"]} == {4}
    assert all(record["ref"] for record in mine["Your scores"])

    conflicts = held(session, settled, "conflicted")["Your conflicts of interest"]
    assert {record["reason"] for record in conflicts} == {"My sister works there."}


def test_applicants_get_what_they_did_and_not_the_bid(session: Session, settled: Settled) -> None:
    editor = held(session, settled, "editor")
    assert editor["Organisations that you belong to"][0]["organisation"] == "Organisation A"
    assert len(editor["Bids that you started"]) >= 12
    assert "Answersof" not in json.dumps(editor)
    assert held(session, settled, "signatory")["Bids that you sent"]
    assert "Bids that you sent" not in editor


@pytest.mark.parametrize("name", PEOPLE)
def test_nobody_elses_name_or_address_is_in_it(session: Session, settled: Settled, name: str) -> None:
    text = json.dumps(held(session, settled, name))
    others = [other for other in settled.town.person_ids if other != name]

    assert email_of(name) in text
    assert [other for other in others if email_of(other) in text.replace(email_of(name), "")] == []
    assert [
        other
        for other in others
        if f"{other.capitalize()} Person" in text.replace(f"{name.capitalize()} Person", "")
    ] == []
    if name != "colleague":
        assert "bycolleague" not in text


def test_a_partners_contact_gets_theirs_by_signing_in_with_that_address(
    session: Session, settled: Settled
) -> None:
    with unit_of_work() as writing:
        ada = accounts.find_or_create_person(writing, email="Ada-sent@hive.example", now=now())
    browser = settled.browser("lone")
    sign_in(browser, ada)
    page = browser.get("/privacy/held/").text

    assert "Bids in which you are a partner’s contact" in page
    assert "Runs the Thursday evenings" in page
    assert "ada-offered@hive.example" not in page
    kinds = {kind.title: kind for kind in queries.held_about(session, people.person(session, ada.id))}
    mine = kinds["Bids in which you are a partner’s contact"].as_json()["records"]
    assert {record["contact_email"] for record in mine} == {"ada-sent@hive.example"}
    assert kinds["Your account"].rows


def test_it_can_be_downloaded_whole(settled: Settled) -> None:
    browser = settled.browser("reviewer")
    page = browser.get("/privacy/held/")
    assert page.status_code == 200
    machine, paper = browser.get("/privacy/held/file.json"), browser.get("/privacy/held/file.html")

    content = json.loads(machine.text)
    assert content["held_about"] == email_of("reviewer")
    assert "Your reasons for your scores" in {kind["kind"] for kind in content["held"]}
    for file, name in ((machine, "json"), (paper, "html")):
        assert file.headers["Content-Disposition"] == f"attachment; filename=what-is-held-about-me.{name}"
        assert file.headers["Cache-Control"] == "no-store"
    rows = sum(len(kind["records"]) for kind in content["held"])
    assert paper.text.count("<tr>") == rows + len(content["held"])
    assert "<script" not in paper.text
    for kind in content["held"]:
        assert kind["kind"].replace("’", "’") in paper.text


def test_somebody_without_anything_still_has_an_account(settled: Settled, session: Session) -> None:
    with unit_of_work() as writing:
        accounts.find_or_create_person(writing, email="nobody@example.org", now=now())
    nobody = people.person_by_email(session, "nobody@example.org")
    assert nobody is not None
    assert [kind.title for kind in queries.held_about(session, nobody)] == ["Your account"]
    assert settled.browser("lone").get("/privacy/held/").status_code == 200


def test_looking_writes_nothing(settled: Settled, session: Session) -> None:
    def last() -> int | None:
        session.rollback()
        return session.scalar(select(TrailEntry.seq).order_by(TrailEntry.seq.desc()).limit(1))

    before = last()
    settled.browser("reviewer").get("/privacy/held/file.json")
    assert last() == before
