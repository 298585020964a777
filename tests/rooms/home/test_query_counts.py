"""Every page of a round that the first page links to sends as many statements for many bids as for few."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.core.db import unit_of_work
from grants.home.views import ROUND_LINKS
from grants.home.waiting import FOR_STAFF
from grants.panels.models import Decision, Override
from grants.panels.states import Outcome
from grants.permissions import GRANTED, Permission, Role
from grants.programme import queries as programme
from grants.scoring.models import Result
from tests.benchmarks.crowd import gather
from tests.browser import Browser
from tests.counting import CountQueries
from tests.rooms.applications import world as w
from tests.rooms.reviewing import panel as p
from tests.signing_in import sign_in

KINDS = 4
FEW, MANY = 3 * KINDS, 30 * KINDS
READERS = {
    "manager": Role.MANAGER,
    "deputy": Role.CHAIR,
    "officer": Role.FINANCE_OFFICER,
    "approver": Role.FINANCE_APPROVER,
}
"""Who may open the linked pages; the chair decided everything, so a deputy reads what waits for signature."""


@pytest.fixture
def rounds(app: Flask) -> tuple[p.Panel, dict[int, str]]:
    """Two rounds, of few and of many bids of each kind: undecided, waiting, released, not ranked."""
    with app.app_context(), unit_of_work() as session:
        panel = p.build(session, bids=0)
        for name in ("officer", "approver"):
            panel.person_ids[name] = w.person(session, name)
            accounts.grant_role(
                session, person_id=panel.person_ids[name], role=READERS[name], actor=w.OPERATOR, now=p.NOW
            )
        return panel, {bids: _round_with(session, panel, bids) for bids in (FEW, MANY)}


def _round_with(session: Session, panel: p.Panel, bids: int) -> str:
    readers = {panel.person_ids[name]: p.REVIEWERS[name] for name in ("rosa", "vera", "carl")}
    chair = panel.person_ids["chair"]
    ref = gather(session, p.fund(), bids=bids, readers=readers, chair=chair, now=p.NOW)
    round_id = programme.round_by_ref(session, ref).id
    found = select(Application.id).where(Application.round_id == round_id).order_by(Application.id)
    _spread(session, session.scalars(found).all())
    session.execute(
        insert(Override),
        [
            {
                "round_id": round_id,
                "extra": 100,
                "reason": "More good bids than money.",
                "asked_by_id": chair,
                "asked_at": p.NOW,
            }
            for _ in range(bids // KINDS)
        ],
    )
    return ref


def _spread(session: Session, ids: Sequence[int]) -> None:
    """Make the bids, all decided and unreleased, as many of each kind."""
    undecided, waiting, released, unranked = ([*ids[kind::KINDS]] for kind in range(KINDS))
    funded: dict[str, Any] = {"outcome": Outcome.FUND, "amount": 1_000}
    later = p.NOW + timedelta(days=28)
    for wanted, decision in (
        (waiting, {**funded, "countersign_needed": True}),
        (released, {**funded, "released_at": p.NOW, "answer_by": later}),
    ):
        session.execute(update(Decision).where(Decision.application_id.in_(wanted)).values(decision))
    session.execute(delete(Decision).where(Decision.application_id.in_(undecided + unranked)))
    session.execute(delete(Result).where(Result.application_id.in_(unranked)))
    for wanted, stage in (
        (undecided, Stage.SCORED),
        (released, Stage.OFFERED),
        (unranked, Stage.IN_REVIEW),
    ):
        session.execute(update(Application).where(Application.id.in_(wanted)).values(stage=stage))


def _reader(wanted: frozenset[Permission]) -> str:
    return next(name for name, role in READERS.items() if wanted & GRANTED[role])


def test_linked_pages_send_as_many_statements_for_many_bids_as_for_few(
    app: Flask, rounds: tuple[p.Panel, dict[int, str]], count_queries: CountQueries
) -> None:
    panel, refs = rounds
    counted: dict[int, dict[str, int]] = {FEW: {}, MANY: {}}
    for _, endpoint, wanted in ROUND_LINKS:
        browser = Browser(app)
        with app.app_context(), unit_of_work() as session:
            sign_in(browser, people.person(session, panel.person_ids[_reader(wanted)]))
        for bids, ref in refs.items():
            with app.test_request_context():
                path = app.url_for(endpoint, round_ref=ref)
            with count_queries() as statements:
                assert browser.get(path).status_code == 200
            counted[bids][endpoint] = len(statements)

    assert counted[MANY] == counted[FEW]


def test_the_first_page_counts_many_bids_as_it_counts_few_for_who_has_every_role(
    app: Flask, session: Session, count_queries: CountQueries
) -> None:
    panel = p.build(session, bids=0)
    for role in FOR_STAFF - {Role.MANAGER}:
        accounts.grant_role(
            session, person_id=panel.person_ids["manager"], role=role, actor=w.OPERATOR, now=p.NOW
        )
    session.commit()
    browser = Browser(app)
    sign_in(browser, people.person(session, panel.person_ids["manager"]))
    session.rollback()
    counted = []
    for bids in (FEW, MANY):
        with unit_of_work():
            _round_with(session, panel, bids)
        with count_queries() as statements:
            page = browser.get("/home/").text
        assert f"{bids} bids by stage" in page
        assert f"{bids // KINDS} decisions to sign" in page
        assert "My bids" not in page
        counted.append(len(statements))

    assert counted[0] == counted[1]
