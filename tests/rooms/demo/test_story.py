"""The story as it was told: every stage, sums that are right, a trail that verifies, nobody real."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.accounts.models import Organisation, Person, RoleGrant
from grants.appeals.models import Appeal
from grants.appeals.states import AppealState
from grants.applications import queries as bids
from grants.applications.models import Application, Partner
from grants.applications.rules import blockers_to_submit
from grants.applications.states import Consent, Origin, Stage
from grants.audit import queries as audit
from grants.audit.models import TrailEntry
from grants.audit.rules import verify
from grants.awards.models import Award, Variation
from grants.awards.states import VariationState
from grants.core.errors import RuleBroken
from grants.demo.actions import tell
from grants.demo.partnerships import groups
from grants.demo.people import APPLICANT_GROUP, ROSA
from grants.meetings.models import Meeting, Recusal
from grants.meetings.states import MeetingState
from grants.monitoring.models import Report
from grants.monitoring.rules import months_after
from grants.monitoring.states import ReportState
from grants.notifications.models import Message
from grants.panels import queries as panels
from grants.panels.models import Decision, Override
from grants.panels.states import Outcome
from grants.payments import queries as payments
from grants.payments.models import PaymentBatch, PaymentLine
from grants.payments.states import BatchState, LineState
from grants.programme.models import Round
from grants.reviewing.models import Assignment, Conflict, ReviewerExpense
from grants.reviewing.states import AssignmentState, ConflictSource, ConflictState, ExpenseState
from grants.scoring.models import AgreedScore, PracticeSheet, Result, Sheet
from grants.scoring.states import SheetState
from tests.paths import SHARED_DATA, needs_shared_data
from tests.rooms.demo.conftest import Story
from tests.unit.applications.bids import fund

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("story")]

MOST_MESSAGES = 450


def every_bid(session: Session) -> list[Application]:
    return list(session.scalars(select(Application).order_by(Application.id)))


def test_forty_bids_stand_in_every_stage_and_say_that_they_are_invented(
    story: Story, session: Session
) -> None:
    told = every_bid(session)

    assert len(told) == story.told.bids == 40
    assert {bid.stage for bid in told} == set(Stage)
    assert {bid.origin for bid in told} == {Origin.DEMO}


def test_the_rounds_are_decided_before_the_panel_and_open(session: Session) -> None:
    stages = [
        {bid.stage for bid in every_bid(session) if bid.round_id == round_.id}
        for round_ in session.scalars(select(Round).order_by(Round.id))
    ]

    assert stages == [
        {
            Stage.ACTIVE,
            Stage.CLOSED,
            Stage.DECIDED,
            Stage.INELIGIBLE,
            Stage.LAPSED,
            Stage.OFFERED,
            Stage.TERMINATED,
            Stage.WITHDRAWN,
        },
        {Stage.DECIDED, Stage.IN_REVIEW, Stage.SCORED, Stage.SUBMITTED},
        {Stage.DRAFT, Stage.SUBMITTED},
    ]


def test_shares_add_up_to_the_ask_of_every_bid_or_to_its_partial_award(session: Session) -> None:
    shared = {
        bid.ref: bid.lead_share + sum(partner.share or 0 for partner in bids.partners_of(session, bid.id))
        for bid in every_bid(session)
        if bids.partners_of(session, bid.id)
    }

    asks = {bid.ref: bid.ask for bid in every_bid(session) if bid.ref in shared}
    parts = session.execute(
        select(Application.ref, Award.amount).join(Award, Award.application_id == Application.id)
    )
    awarded = {ref: amount for ref, amount in parts if amount < asks[ref]}
    assert shared == {**asks, **awarded}
    assert len(awarded) == 1
    assert len(shared) == 38


def test_every_partner_of_a_sent_bid_has_agreed(session: Session) -> None:
    consents = session.scalars(
        select(Partner.consent)
        .join(Application, Application.id == Partner.application_id)
        .where(Application.submitted_at.is_not(None))
    )

    assert set(consents) == {Consent.GIVEN}


def test_the_trail_verifies_and_reads_as_history(story: Story, session: Session) -> None:
    verdict = verify(audit.walk(session), noted=audit.noted_tail(session), head=None)

    assert verdict.ok, verdict.faults
    assert list(story.trail) == sorted(story.trail)
    assert story.at - timedelta(days=330) < story.trail[0] < story.trail[-1] < story.at


def test_the_money_decided_fits_each_rounds_pot(session: Session) -> None:
    first, second, _ = session.scalars(select(Round).order_by(Round.id))
    released = session.scalar(
        select(func.sum(Decision.amount)).join(Application).where(Application.round_id == first.id)
    )
    awarded = session.scalar(select(func.sum(Award.amount)))

    assert 0 <= panels.pot_position(session, first).left < first.pot // 10
    assert 0 < panels.pot_position(session, second).left < second.pot
    assert awarded is not None
    assert released is not None
    assert 0 < awarded < released


def test_every_outcome_was_decided(session: Session) -> None:
    assert set(session.scalars(select(Decision.outcome))) == set(Outcome)


def test_no_message_can_reach_anybody(story: Story, session: Session) -> None:
    addresses = set(session.scalars(select(Message.to_address)))
    people = set(session.scalars(select(Person.email)))
    contacts = set(session.scalars(select(Partner.contact_email)))
    count = session.scalar(select(func.count()).select_from(Message)) or 0

    assert [
        one for one in addresses | people | contacts if not one.endswith((".example", "@example.org"))
    ] == []
    assert story.told.messages <= count < MOST_MESSAGES


def test_every_address_in_a_letter_stands_on_a_line_of_its_own(session: Session) -> None:
    lines = {
        (kind, line)
        for kind, body in session.execute(select(Message.kind, Message.body))
        for line in body.splitlines()
        if "http" in line
    }

    assert len({kind for kind, _ in lines}) > 10
    assert [(kind, line) for kind, line in lines if not line.startswith("http") or " " in line] == []


def test_nothing_can_be_told_twice(story: Story, session: Session) -> None:
    before = session.scalar(select(func.count()).select_from(TrailEntry))
    session.rollback()

    with pytest.raises(RuleBroken, match="already has a round of the fund"):
        tell(definition=fund(), now=story.at, progress=print)

    assert session.scalar(select(func.count()).select_from(TrailEntry)) == before


def test_progress_is_told_on_the_way(story: Story) -> None:
    assert 3 <= len(story.progress) <= 12
    assert f"{story.told.deeds:,} deeds" in story.progress[-1]


# --- what is left for visitors to do


def test_the_reviewer_to_try_has_a_sheet_to_finish_and_a_bid_to_declare_on(session: Session) -> None:
    mine = session.execute(
        select(Assignment.state, Sheet.state)
        .join(Person, Person.id == Assignment.person_id)
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .where(Person.email == ROSA.email)
    )

    assert {tuple(row) for row in mine} == {
        (AssignmentState.CLEARED, SheetState.LOCKED),
        (AssignmentState.CLEARED, SheetState.DRAFT),
        (AssignmentState.ASSIGNED, None),
    }


def test_the_known_applicants_have_an_offer_and_a_bid_that_is_ready(session: Session) -> None:
    ours = [bid for bid in every_bid(session) if bid.lead.name == groups()[APPLICANT_GROUP].name]
    drafts = [bid for bid in ours if bid.stage is Stage.DRAFT]
    missing = [
        blockers_to_submit(bids.facts_of(session, bids.bid_of(session, draft))) == [] for draft in drafts
    ]

    assert Counter(bid.stage for bid in ours) == {Stage.OFFERED: 1, Stage.DECIDED: 1, Stage.DRAFT: 2}
    assert sorted(missing) == [False, True]


def test_one_partner_has_not_answered_and_one_has_declined(session: Session) -> None:
    drafts = (
        select(Partner.consent)
        .join(Application, Application.id == Partner.application_id)
        .where(Application.stage == Stage.DRAFT, Partner.asked_at.is_not(None))
    )

    assert Counter(session.scalars(drafts)) == {Consent.GIVEN: 5, Consent.ASKED: 1, Consent.DECLINED: 1}


def test_the_panel_has_something_to_agree_decide_sign_and_settle(session: Session) -> None:
    (_, second, _) = session.scalars(select(Round).order_by(Round.id))
    conflicts = Counter(
        (source, state) for source, state in session.execute(select(Conflict.source, Conflict.state))
    )

    assert len(panels.waiting_for_countersignature(session, second.id)) == 1
    assert len(panels.to_release(session, second.id)) == 3
    assert session.scalars(select(Override.approved_at)).all() == [None]
    assert len(session.scalars(select(AgreedScore.id)).all()) == 1
    assert session.scalars(select(Result.late_conflict).where(Result.late_conflict)).all() == [True]
    assert conflicts == {
        (ConflictSource.DECLARED, ConflictState.CONFIRMED): 1,
        (ConflictSource.DECLARED, ConflictState.PROPOSED): 1,
        (ConflictSource.RECORDED, ConflictState.CONFIRMED): 1,
        (ConflictSource.SUGGESTED, ConflictState.PROPOSED): 5,
    }


def test_reviewers_have_practised_and_entered_time_and_a_fare(session: Session) -> None:
    assert session.scalars(select(PracticeSheet.state)).all() == [SheetState.LOCKED] * 4
    assert Counter(session.scalars(select(ReviewerExpense.state))) == {
        ExpenseState.ACCEPTED: 1,
        ExpenseState.ENTERED: 1,
        ExpenseState.QUERIED: 1,
    }


def test_the_panel_has_met_and_finance_has_paid_all_but_one(session: Session) -> None:
    states = session.execute(select(Round.id, Meeting.state).join(Meeting, Meeting.round_id == Round.id))
    assert [tuple(row) for row in states] == [(1, MeetingState.CLOSED), (2, MeetingState.CALLED)]
    assert session.scalar(select(func.count()).select_from(Recusal)) == 3
    batches = session.scalars(select(PaymentBatch).order_by(PaymentBatch.id)).all()
    assert [(batch.count, batch.state) for batch in batches] == [
        (6, BatchState.SETTLED),
        (2, BatchState.SETTLED),
    ]
    lines = session.scalars(select(PaymentLine.state).where(PaymentLine.batch_id == batches[0].id)).all()
    assert Counter(lines) == {LineState.PAID: 5, LineState.FAILED: 1, LineState.LEFT_OUT: 2}
    found = payments.reconciliation(session, session.get_one(Round, 1))
    assert (found.difference, found.net_paid > 0, found.unpaid > 0) == (0, True, True)


def test_the_asked_for_override_would_fund_the_first_bid_below_the_line(session: Session) -> None:
    (_, second, _) = session.scalars(select(Round).order_by(Round.id))
    left = panels.pot_position(session, second).left
    ranked = select(Application.ask).join(Result, Result.application_id == Application.id)
    asks = session.scalars(
        ranked.where(Application.round_id == second.id, Application.stage == Stage.SCORED).order_by(
            Result.sort_key.desc()
        )
    ).all()
    extra = session.scalars(select(Override.extra)).one()

    assert sum(asks[:2]) <= left < sum(asks[:3]) <= left + extra


def test_one_role_waits_for_the_second_administrator(session: Session) -> None:
    assert len(session.scalars(select(RoleGrant).where(RoleGrant.in_force_since.is_(None))).all()) == 1


# --- nobody real


def real_names() -> Iterator[str]:
    """Names of organisations in the shared data: who received grants, and registers."""
    for file in sorted((SHARED_DATA / "1_grants").glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        for grant in content if isinstance(content, list) else content.get("grants", []):
            yield from (one["name"] for one in grant.get("recipientOrganization", ()) if one.get("name"))
    for file in sorted(SHARED_DATA.glob("[13]_*/*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as rows:
            yield from _names_in(rows)


def _names_in(rows: Iterator[str]) -> Iterator[str]:
    for row in csv.DictReader(rows):
        yield from (str(row[column]) for column in ("name", "recipient_name") if row.get(column))


def plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


@needs_shared_data
def test_no_group_has_the_name_of_one_in_the_shared_data(session: Session) -> None:
    real = {plain(name) for name in real_names()}
    invented = {*session.scalars(select(Organisation.name)), *session.scalars(select(Partner.name))}

    assert len(real) > 1000
    assert {name for name in invented if plain(name) in real} == set()


@needs_shared_data
def test_a_real_name_would_be_found() -> None:
    with Path(SHARED_DATA / "3_identifiers" / "charities_luton.csv").open(encoding="utf-8-sig") as rows:
        (first, *_) = csv.DictReader(rows)

    assert plain(first["name"].title()) in {plain(name) for name in real_names()}


def test_one_report_waits_for_its_review(session: Session) -> None:
    states = Counter(session.scalars(select(Report.state)))
    assert states == {ReportState.DUE: 9, ReportState.SUBMITTED: 1}


def test_one_appeal_was_answered_one_award_changed_and_one_bid_is_on_the_reserve_list(
    session: Session,
) -> None:
    assert session.scalars(select(Appeal.state)).all() == [AppealState.NOT_UPHELD]
    assert session.scalars(select(Variation.state)).all() == [VariationState.AGREED]
    varied = session.scalars(select(Variation)).one()
    final = select(Report).where(Report.application_id == varied.application_id, Report.key == "final")
    assert varied.ends_on is not None
    assert session.scalars(final).one().due_on == months_after(varied.ends_on, 1)
    reserved = select(Decision.reserve_order).where(Decision.outcome == Outcome.RESERVE)
    assert session.scalars(reserved).all() == [1]
