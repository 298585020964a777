"""An appeal is made in time by the lead, and answered by somebody who had no part in the decision."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.appeals import actions, queries
from grants.appeals.models import Appeal
from grants.appeals.states import AppealState, Ground
from grants.applications import actions as applications
from grants.applications.states import Stage
from grants.core.errors import NotAllowed, NotFound, RuleBroken, Stale
from grants.notifications.models import Message
from grants.panels import actions as panels
from grants.panels import queries as decisions
from grants.panels.states import Outcome
from grants.permissions import Role
from tests.rooms.applications import world as w
from tests.rooms.panels.scored import NOW, Panel, give_signatory, scored
from tests.rooms.reviewing.panel import build, fund

DAYS = 28
RULES = replace(fund().rules, appeal_days=DAYS)
FUND = replace(fund(), rules=RULES)


def declined(session: Session) -> Panel:
    """One bid that the panel declined; nobody outside knows."""
    panel = scored(session, 2, definition=FUND)
    panels.decide(
        session,
        application_id=panel.bids[0].id,
        outcome=Outcome.DECLINE,
        reason="Too thin",
        actor=panel.actor("chair"),
        now=NOW,
    )
    return panel


def released(panel: Panel) -> None:
    release = panels.draft_release(
        panel.session, round_id=panel.round.id, actor=panel.actor("manager"), now=NOW
    )
    panels.approve_release(panel.session, release_id=release.id, actor=panel.actor("chair"), now=NOW)


def make(panel: Panel, name: str = "applicant1", *, days: int = 1) -> Appeal:
    return actions.make(
        panel.session,
        application_id=panel.bids[0].id,
        ground=Ground.OVERLOOKED,
        text="Our page 4 was not read.",
        actor=panel.actor(name),
        now=NOW + timedelta(days=days),
    )


def settle(
    panel: Panel, appeal: Appeal, name: str, *, upheld: bool = True, answer: str = "It was not."
) -> None:
    actions.settle(
        panel.session,
        appeal_id=appeal.id,
        upheld=upheld,
        answer=answer,
        version=appeal.version,
        actor=panel.actor(name),
        now=NOW + timedelta(days=2),
    )


def kinds(session: Session) -> list[str]:
    return sorted(kind for kind in session.scalars(select(Message.kind)) if kind.startswith("appeal"))


def test_only_what_was_told_can_be_appealed_against_and_only_once(session: Session) -> None:
    panel = declined(session)
    with pytest.raises(RuleBroken, match="no decision"):
        make(panel)  # decided, but nobody outside knows
    released(panel)
    with pytest.raises(NotFound):
        make(panel, "manager")
    with pytest.raises(RuleBroken, match="time to appeal"):
        make(panel, days=DAYS + 1)
    appeal = make(panel)
    assert appeal.about == "The panel has decided not to fund this bid"
    assert queries.open_until(session, panel.bids[0], NOW + timedelta(days=1)) is None
    with pytest.raises(RuleBroken, match="already"):
        make(panel)
    # one to the applicant, one to each of two managers and two chairs
    assert kinds(session) == ["appeal_arrived"] * 4 + ["appeal_received"]
    actions.withdraw(session, appeal_id=appeal.id, actor=panel.actor("applicant1"), now=NOW)
    assert make(panel).state is AppealState.RECEIVED


def test_nobody_answers_who_had_a_part_in_the_decision(session: Session) -> None:
    panel = declined(session)
    released(panel)
    appeal = make(panel)
    for name in ("chair", "rosa", "manager", "approver", "applicant1"):
        with pytest.raises(NotAllowed):
            settle(panel, appeal, name)
    accounts.grant_role(
        session, person_id=panel.person_ids["rosa"], role=Role.CHAIR, actor=w.OPERATOR, now=NOW
    )
    with pytest.raises(NotAllowed, match="scored"):
        settle(panel, appeal, "rosa")
    with pytest.raises(RuleBroken, match="reason"):
        settle(panel, appeal, "deputy", answer=" ")
    seen = appeal.version
    settle(panel, appeal, "deputy", upheld=False)
    assert (appeal.state, appeal.answer) == (AppealState.NOT_UPHELD, "It was not.")
    assert kinds(session).count("appeal_answered") == 1
    with pytest.raises(Stale):
        actions.settle(
            session,
            appeal_id=appeal.id,
            upheld=True,
            answer="Yes",
            version=seen,
            actor=panel.actor("deputy"),
            now=NOW,
        )
    with pytest.raises(RuleBroken):
        settle(panel, appeal, "deputy")


def test_a_decision_goes_back_to_the_panel_when_its_appeal_is_upheld(session: Session) -> None:
    panel = declined(session)
    released(panel)
    settle(panel, make(panel), "deputy")
    decision = decisions.decision_of(session, panel.bids[0].id)
    assert decision is not None
    assert (panel.bids[0].stage, decision.reopening_reason) == (
        Stage.SCORED,
        "An appeal was upheld: It was not.",
    )


def test_a_bid_found_ineligible_is_checked_again_when_its_appeal_is_upheld(session: Session) -> None:
    panel = build(session, bids=0, definition=FUND)
    bid = applications.receive_imported(
        session,
        round_id=panel.round.id,
        lead_id=w.organisation(session, "Lead 1"),
        title="A bid",
        ask=1_000_000,
        answers={},
        source_id="source-1",
        source_digest="",
        submitted_at=w.OPEN,
        not_collected=["partners", "answers"],
        imported={},
        actor=w.OPERATOR,
        now=NOW,
    )
    give_signatory(panel, bid, "applicant1")
    panel.bids.append(bid)
    applications.reject_as_ineligible(
        session, application_id=bid.id, reason="No account", actor=panel.actor("manager"), now=NOW
    )
    session.commit()  # the trail, which says who found it ineligible, is written with the commit
    appeal = make(panel)
    assert (appeal.about, appeal.decision_id) == ("Your bid was found not to be eligible", None)
    settle(panel, appeal, "chair")
    assert (bid.stage, bid.closed_reason) == (Stage.SUBMITTED, "")
