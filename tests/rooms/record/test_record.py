"""The record of a bid: all that happened is in it; redacted it names nobody and keeps the panel's words."""

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grants.accounts import queries as people
from grants.audit.models import TrailEntry
from grants.core.db import commit
from grants.panels import actions as panels
from grants.panels.models import Decision
from grants.panels.states import Outcome
from grants.record.collect import bid_account
from grants.reviewing import actions as reviewing
from grants.scoring import actions as scoring
from grants.scoring.models import ThemeNote
from tests.browser import Browser
from tests.counting import CountQueries
from tests.rooms.awards.signing import take_up
from tests.rooms.panels.scored import SCORERS, scored
from tests.rooms.record import followed
from tests.rooms.reviewing.panel import NOW, Panel
from tests.signing_in import sign_in

SECRET = "A word for the panel alone"
SHARED = "A sentence that may be shared"
TIE = "Her cousin runs it"
FOLLOWED = (
    "Conditions the panel set",
    "Appeals",
    "Passed over on the reserve list",
    "Agreements",
    "Conditions of the award",
    "Changes of the award",
    "Reports",
)
MONEY = (
    "Checks before payment",
    "Bank details",
    "In the ledger",
    "Instalments",
    "Schedules changed by hand",
    "Payment batches",
    "Payments",
    "Payment files",
    "Money owed back",
    "Money that came back",
    "Written off",
)
"""What nothing has happened to here."""


@pytest.fixture
def panel(session: Session) -> Panel:
    """Two bids; the first has been through everything."""
    made = scored(session, 5, 3)
    bid, chair = made.bids[0], made.actor("chair")
    session.execute(update(ThemeNote).values(justification=SECRET, shareable=False))
    session.execute(
        update(ThemeNote).where(ThemeNote.theme == "youth").values(justification=SHARED, shareable=True)
    )
    reviewing.record_conflict(
        session,
        person_id=made.person_ids["pat"],
        application_id=bid.id,
        reason=TIE,
        actor=made.actor("manager"),
        now=NOW,
    )
    scoring.agree_score(
        session,
        application_id=bid.id,
        theme="poverty",
        strand="",
        score=Decimal(4),
        reason=SECRET,
        actor=chair,
        now=NOW,
    )
    panels.decide(
        session,
        application_id=bid.id,
        outcome=Outcome.FUND,
        amount=bid.ask,
        reason="Strong.",
        actor=chair,
        now=NOW,
    )
    release = panels.draft_release(session, round_id=made.round.id, actor=made.actor("manager"), now=NOW)
    panels.approve_release(session, release_id=release.id, actor=chair, now=NOW)
    take_up(session, application_id=bid.id, actor=made.actor("applicant1"), now=NOW)
    lead, staff = made.person_ids["applicant1"], made.person_ids["manager"]
    followed.add(session, bid.id, lead=lead, staff=staff, private=SECRET)
    session.commit()
    return made


def read(panel: Panel, app: Flask, name: str, path: str) -> Any:
    browser = Browser(app)
    sign_in(browser, people.person(panel.session, panel.person_ids[name]))
    return browser.get(path)


def test_everything_is_in_the_whole_record(panel: Panel, app: Flask) -> None:
    bid = panel.bids[0]
    told = json.loads(read(panel, app, "auditor", f"/record/bids/{bid.ref}/json/").get_data())
    counts = {title: len(rows) for title, rows in told["sections"].items()}
    cells, themes = len(panel.definition.rubric.cells), len(panel.definition.rubric.themes)
    deeds = {row["Deed"] for row in told["sections"]["Trail"]}
    assert (counts.pop("Trail") > 20, counts.pop("Letters") > 0) == (True, True)
    assert counts == {
        "Versions": 1,
        "Conflicts of interest": 1,
        "Who reviewed": 3,
        "Scores": 3 * cells,
        "Justifications": 3 * themes,
        "Earlier locks of sheets": 3,
        "Agreed scores": 1,
        "Decision": 1,
        "Award": 1,
        "Decisions taken back": 0,
        **dict.fromkeys(FOLLOWED, 1),
        **dict.fromkeys(MONEY, 0),
    }
    assert {"sheet.locked", "decision.recorded", "decision.released", "offer.accepted"} <= deeds
    assert told["trail"]["hash"] == panel.session.scalar(
        select(TrailEntry.hash).order_by(TrailEntry.seq.desc()).limit(1)
    )
    assert told["sections"]["Conflicts of interest"][0]["Reason"] == TIE


def test_the_redacted_record_names_nobody(panel: Panel, app: Flask) -> None:
    path = f"/record/bids/{panel.bids[0].ref}/json/"
    whole = read(panel, app, "manager", path).get_data(as_text=True)
    redacted = read(panel, app, "manager", f"{path}?form=redacted").get_data(as_text=True)
    named = [people.person(panel.session, id_) for id_ in panel.person_ids.values()]
    words = {SECRET, TIE, *(person.email for person in named), *(f'"{person.name}"' for person in named)}
    assert {word for word in words if word in redacted} == set()
    assert {SECRET, TIE} <= {word for word in words if word in whole}
    assert (SHARED in redacted, "Strong." in redacted) == (True, True)
    assert len({row["Person"] for row in json.loads(redacted)["sections"]["Scores"]}) == len(SCORERS)


def test_its_own_digest_covers_all_of_it(panel: Panel, app: Flask) -> None:
    told = json.loads(read(panel, app, "auditor", f"/record/rounds/{panel.round.ref}/json/").get_data())
    digest = told.pop("sha256")
    assert hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest() == digest
    assert [row["Reference"] for row in told["sections"]["Bids"]] == [bid.ref for bid in panel.bids]


def test_both_forms_are_made_on_paper(panel: Panel, app: Flask) -> None:
    path = f"/record/bids/{panel.bids[0].ref}/pdf/"
    for form in (path, f"{path}?form=redacted"):
        assert read(panel, app, "chair", form).get_data().startswith(b"%PDF-1.7")


def test_a_longer_record_takes_no_more_statements(
    panel: Panel, app: Flask, count_queries: CountQueries
) -> None:
    counts = []
    for bid in panel.bids:
        with app.app_context(), count_queries() as statements:
            bid_account(panel.session, bid, now=NOW)
        counts.append(len(statements))
    assert max(counts) <= 54


def test_the_history_of_a_bid_has_all_its_deeds_and_names_people_and_bids(panel: Panel, app: Flask) -> None:
    bid, session = panel.bids[0], panel.session
    path = f"/audit/application/{bid.id}/"
    page = read(panel, app, "auditor", path).text
    deeds = ("application.submit", "conflict.recorded", "sheet.locked", "decision.recorded", "offer.accepted")
    assert [deed for deed in deeds if deed not in page] == []
    chair = people.person(session, panel.person_ids["chair"])
    decision = session.scalars(select(Decision).where(Decision.application_id == bid.id)).one()
    named = f"decision {decision.id}, {bid.ref}, {bid.lead.name}</a>"
    assert (named in page, f"person {chair.id}, {chair.name} " in page) == (True, True)
    assert panel.bids[1].ref not in page
    reviewing.record_conflict(
        session, person_id=panel.person_ids["auditor"], application_id=bid.id, reason=TIE,
        actor=panel.actor("manager"), now=NOW,
    )  # fmt: skip
    commit(session)
    assert read(panel, app, "auditor", path).status_code == 403
    hidden = read(panel, app, "auditor", f"/audit/decision/{decision.id}/").text
    seen = ("Hidden from you", bid.ref, bid.lead.name, chair.name, "amount")
    assert [word in hidden for word in seen] == [True, True, False, False, False]
