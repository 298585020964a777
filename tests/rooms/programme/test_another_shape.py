"""A fund of another shape runs through as it is: 3 themes x 2 strands, scores to 3, claimed themes only."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.accounts.states import OrganisationKind
from grants.applications import actions as applications
from grants.applications.facts import BudgetLine
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.core.db import unit_of_work
from grants.exports.check_360giving import check_bytes
from grants.exports.collect import collect, programme_of
from grants.exports.to_360giving import to_360giving
from grants.panels import actions as panels
from grants.panels.states import Outcome
from grants.permissions import Actor, MemberRole, Role
from grants.programme import actions as programme
from grants.programme.definition import ReviewerKind
from grants.programme.fund_file import read_fund_file
from grants.programme.models import Round
from grants.reviewing import actions as reviewing
from grants.reviewing.models import Assignment
from grants.reviewing.proposing import run_assignment
from grants.scoring import actions as scoring
from grants.scoring import ranking
from tests.browser import Browser
from tests.rooms.applications import world as w
from tests.signing_in import sign_in
from tests.unit.programme.texts import OTHER_SHAPE

FUND = read_fund_file(OTHER_SHAPE)
OPEN = datetime(2025, 4, 1, 9, tzinfo=UTC)
LATER = datetime(2025, 5, 2, 9, tzinfo=UTC)
STAFF = {
    "manager": Role.MANAGER,
    "chair": Role.CHAIR,
    "ann": Role.REVIEWER,
    "bob": Role.REVIEWER,
}
SHEETS = {
    "ann": {"music": {"making": 3, "sharing": 0}, "craft": {"making": 2, "sharing": 1}},
    "bob": {"music": {"making": 2, "sharing": 3}, "craft": {"making": 3, "sharing": 1}},
}
TOTAL = Fraction(8500, 126)
"""By hand: music (2 x 5/2 + 3/2) / 3 = 13/6, craft (2 x 5/2 + 1) / 3 = 2, and
100 x (1/3 x 13/6 / 3 + 2 x 2/3) / (1/3 + 2) = 8500/126. The stage, which is not claimed, is in no mean."""


def actor(session: Session, name: str) -> Actor:
    person = people.person_by_email(session, f"{name}@example.org")
    assert person is not None
    return people.actor_for(session, person.id)


def prepare(session: Session) -> int:
    """The fund and everybody; gives the lead's id."""
    programme.load_fund(session, definition=FUND, actor=w.OPERATOR, now=datetime(2025, 1, 1, tzinfo=UTC))
    for name, role in STAFF.items():
        accounts.grant_role(session, person_id=w.person(session, name), role=role, actor=w.OPERATOR, now=OPEN)
    lead = w.organisation(session, "Wenbury Library", OrganisationKind.PUBLIC_BODY)
    accounts.add_member(
        session,
        organisation_id=lead,
        person_id=w.person(session, "lead"),
        role=MemberRole.SIGNATORY,
        actor=w.OPERATOR,
        now=OPEN,
    )
    return lead


def send(session: Session, lead_id: int) -> int:
    """A bid of one organisation that claims two of the three themes."""
    lead = actor(session, "lead")
    round_id = session.scalars(select(Round.id)).one()
    bid = applications.start(
        session, round_id=round_id, lead_id=lead_id, eligibility={"in_district": True}, actor=lead, now=OPEN
    )
    pages = {
        "summary": {"title": "Song and loom", "summary": "Songs at work.", "art_forms": "Song\nWeaving"},
        "money": {
            "least_amount": "4000",
            "dropped": "The tour",
            "starts_on": "2025-06-01",
            "ends_on": "2025-12-01",
        },
        "claims": {"themes": "music\ncraft"},
        "theme:music": {"making": "New songs.", "sharing": "In the market."},
        "theme:craft": {"making": "A loom.", "sharing": "Open days."},
    }
    for key, answers in pages.items():
        applications.save_section(
            session, application_id=bid.id, key=key, answers=answers, actor=lead, now=OPEN
        )
    lines = [BudgetLine("Weaver", "Artists", 500_050, "2025-26")]
    applications.save_budget(session, application_id=bid.id, lines=lines, actor=lead, now=OPEN)
    applications.save_partners(
        session, application_id=bid.id, partners=[], lead_share=500_050, actor=lead, now=OPEN
    )
    applications.submit(session, application_id=bid.id, declared=True, actor=lead, now=OPEN)
    return bid.id


def review(session: Session, bid_id: int) -> None:
    """Two reviewers, neither a citizen, score the claimed themes alone."""
    manager = actor(session, "manager")
    applications.send_to_review(session, application_id=bid_id, actor=manager, now=LATER)
    for name in SHEETS:
        reviewing.add_reviewer(
            session,
            person_id=actor(session, name).person_id or 0,
            kind=ReviewerKind.VCS,
            most_bids=9,
            actor=manager,
            now=LATER,
        )
    round_id = session.scalars(select(Round.id)).one()
    run = reviewing.request_assignment(session, round_id=round_id, actor=manager, now=LATER)
    session.commit()
    run_assignment(run.id, LATER)
    with unit_of_work() as fresh:
        reviewing.apply_assignment(
            fresh, run_id=run.id, reason="As proposed.", actor=actor(fresh, "manager"), now=LATER
        )
    with unit_of_work() as fresh:
        for name, themes in SHEETS.items():
            _fill(fresh, actor(fresh, name), themes)


def _fill(session: Session, reviewer: Actor, themes: dict[str, dict[str, int]]) -> None:
    assignment = session.scalars(
        select(Assignment.id).where(Assignment.person_id == reviewer.person_id)
    ).one()
    reviewing.declare(session, assignment_id=assignment, conflict=False, reason="", actor=reviewer, now=LATER)
    sheet = scoring.open_sheet(session, assignment_id=assignment, actor=reviewer, now=LATER)
    for theme, scores in themes.items():
        scoring.save_theme(
            session,
            sheet_id=sheet.id,
            theme=theme,
            scores=scores,
            not_addressed=False,
            justification="For good reason",
            version=sheet.version,
            actor=reviewer,
            now=LATER,
        )
    scoring.lock(session, sheet_id=sheet.id, version=sheet.version, actor=reviewer, now=LATER)


def fund(session: Session, bid: Application) -> None:
    """Funded, released; no second signature, since this fund has no threshold."""
    chair, manager = actor(session, "chair"), actor(session, "manager")
    panels.decide(
        session,
        application_id=bid.id,
        outcome=Outcome.FUND,
        amount=bid.ask,
        reason="The best",
        actor=chair,
        now=LATER,
    )
    release = panels.draft_release(session, round_id=bid.round_id, actor=manager, now=LATER)
    panels.approve_release(session, release_id=release.id, actor=chair, now=LATER)


@pytest.mark.usefixtures("app")
def test_it_runs_from_draft_to_open_data(session: Session) -> None:
    bid_id = send(session, prepare(session))
    review(session, bid_id)
    session.rollback()
    bid = session.get_one(Application, bid_id)
    (ranked,) = ranking.ranking(session, round_id=bid.round_id).rows
    assert (bid.stage, ranked.rank, ranked.total) == (Stage.SCORED, 1, TOTAL)
    assert set(ranked.themes) == {"music", "craft"}

    fund(session, bid)
    assert bid.stage is Stage.OFFERED
    round_ = session.scalars(select(Round)).one()
    rows = collect(session, round_id=round_.id)
    content = to_360giving(rows, programme_of(round_, public_url="https://grants.example"))
    assert [row.award for row in rows] == [500_050]
    assert check_bytes(content, today=date(2025, 5, 3)).is_valid


def test_its_pages_are_made_from_its_file(app: object, client: Browser, session: Session) -> None:
    with time_machine.travel(OPEN, tick=False):
        lead_id = prepare(session)
        person = people.person_by_email(session, "lead@example.org")
        bid = applications.start(
            session,
            round_id=session.scalars(select(Round.id)).one(),
            lead_id=lead_id,
            eligibility={"in_district": True},
            actor=actor(session, "lead"),
            now=OPEN,
        )
        session.commit()
        assert person is not None
        sign_in(client, person)
        ref = f"{FUND.slug}-{FUND.round_key}"
        claims = f"/applications/{bid.ref}/claims/"
        assert "Theatre and dance" in client.get(claims).text
        client.post(claims, data={"themes": ["stage", "craft"], "go": "next"})
        for path, words in {
            f"/rounds/{ref}/": "Only the themes that a bid claims count",
            f"/rounds/{ref}/questions/": "What will people make, and with whom?",
            f"/applications/{bid.ref}/": "Theatre and dance",
            f"/applications/{bid.ref}/themes/craft/": "Materials from nearby.",
            f"/applications/{bid.ref}/sections/summary/": "Weaving",
        }.items():
            page = client.get(path)
            assert page.status_code == 200, path
            assert words in page.text, path
