"""An offer is taken up, turned down or lapses; an award is closed, or ended early by two people."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.applications.states import Stage
from grants.awards import actions, agreements, queries
from grants.core.errors import NotAllowed, NotFound, RuleBroken
from grants.notifications.models import Message
from grants.panels import actions as panels
from grants.panels import queries as decisions
from grants.panels.states import Outcome
from grants.permissions import Role
from grants.reviewing import actions as reviewing
from tests.rooms.applications import world as w
from tests.rooms.awards.signing import prepared, signed
from tests.rooms.panels.scored import NOW, Panel, scored


def offered(session: Session) -> Panel:
    """One bid with an open offer of its whole ask."""
    panel = scored(session, 5)
    panels.decide(
        session,
        application_id=panel.bids[0].id,
        outcome=Outcome.FUND,
        amount=panel.bids[0].ask,
        reason="Strong",
        actor=panel.actor("chair"),
        now=NOW,
    )
    release = panels.draft_release(session, round_id=panel.round.id, actor=panel.actor("manager"), now=NOW)
    panels.approve_release(session, release_id=release.id, actor=panel.actor("chair"), now=NOW)
    return panel


def accept(panel: Panel, name: str = "applicant1", *, days: int = 1) -> None:
    """Sign the agreement, which was made in time if it was made."""
    bid_id = panel.bids[0].id
    if panel.bids[0].stage is Stage.OFFERED and agreements.current(panel.session, bid_id) is None:
        prepared(panel.session, application_id=bid_id, now=NOW)
    actions.accept(
        panel.session,
        application_id=bid_id,
        signature=signed(panel.session, bid_id),
        actor=panel.actor(name),
        now=NOW + timedelta(days=days),
    )


def test_the_signatory_takes_the_offer_up(session: Session) -> None:
    panel = offered(session)
    accept(panel)
    award = queries.award_of(session, panel.bids[0].id)
    assert award is not None
    assert (panel.bids[0].stage, award.amount) == (Stage.ACTIVE, panel.bids[0].ask)
    with pytest.raises(RuleBroken):
        accept(panel)


@pytest.mark.parametrize("name", ["manager", "chair", "rosa", "approver"])
def test_nobody_else_takes_it_up(session: Session, name: str) -> None:
    panel = offered(session)
    with pytest.raises(NotAllowed):
        accept(panel, name)


def test_turning_it_down_frees_the_money(session: Session) -> None:
    panel = offered(session)
    assert decisions.pot_position(session, panel.round).released == panel.bids[0].ask
    with pytest.raises(RuleBroken):
        decline(panel, "  ")
    decline(panel, "We found money elsewhere")
    assert panel.bids[0].stage is Stage.LAPSED
    assert decisions.pot_position(session, panel.round).released == 0


def decline(panel: Panel, reason: str) -> None:
    actions.decline_offer(
        panel.session,
        application_id=panel.bids[0].id,
        reason=reason,
        actor=panel.actor("applicant1"),
        now=NOW,
    )


def test_an_offer_lapses_after_its_last_minute_and_not_before(session: Session) -> None:
    panel = offered(session)
    decision = decisions.decision_of(session, panel.bids[0].id)
    assert decision is not None
    assert decision.answer_by is not None
    assert actions.lapse_offers(session, now=decision.answer_by) == 0
    assert actions.lapse_offers(session, now=decision.answer_by + timedelta(seconds=1)) == 1
    assert actions.lapse_offers(session, now=decision.answer_by + timedelta(days=1)) == 0
    assert panel.bids[0].stage is Stage.LAPSED


def test_a_late_answer_is_refused_before_the_job_has_come_round(session: Session) -> None:
    panel = offered(session)
    with pytest.raises(RuleBroken):
        accept(panel, days=400)


def test_closing_an_award(session: Session) -> None:
    panel = offered(session)
    with pytest.raises(NotFound):
        close(panel, "manager")
    accept(panel)
    with pytest.raises(NotAllowed):
        close(panel, "chair")
    close(panel, "manager")
    assert panel.bids[0].stage is Stage.CLOSED


def close(panel: Panel, name: str) -> None:
    actions.close(panel.session, application_id=panel.bids[0].id, actor=panel.actor(name), now=NOW)


def end_early(panel: Panel, name: str) -> None:
    actions.approve_termination(
        panel.session, application_id=panel.bids[0].id, actor=panel.actor(name), now=NOW
    )


def sign_ending(panel: Panel, name: str) -> None:
    actions.sign_termination(panel.session, application_id=panel.bids[0].id, actor=panel.actor(name), now=NOW)


def told(panel: Panel, kind: str) -> set[str]:
    """Who was written to."""
    names = {person_id: name for name, person_id in panel.person_ids.items()}
    rows = panel.session.scalars(select(Message.person_id).where(Message.kind == kind))
    return {names[one] for one in rows if one is not None}


def draft_ending(panel: Panel) -> None:
    actions.draft_termination(
        panel.session,
        application_id=panel.bids[0].id,
        reason="The group has closed",
        actor=panel.actor("manager"),
        now=NOW,
    )


def test_a_chair_who_scored_the_bid_or_has_a_conflict_does_not_end_its_award(session: Session) -> None:
    panel = offered(session)
    accept(panel)
    draft_ending(panel)
    accounts.grant_role(
        session, person_id=panel.person_ids["rosa"], role=Role.CHAIR, actor=w.OPERATOR, now=NOW
    )
    reviewing.record_conflict(
        session,
        person_id=panel.person_ids["chair"],
        application_id=panel.bids[0].id,
        reason="A cousin runs it",
        actor=panel.actor("manager"),
        now=NOW,
    )
    for name in ("rosa", "chair"):
        with pytest.raises(NotAllowed):
            end_early(panel, name)
    accounts.grant_role(
        session, person_id=panel.person_ids["rosa"], role=Role.FINANCE_APPROVER, actor=w.OPERATOR, now=NOW
    )
    end_early(panel, "deputy")
    assert told(panel, "ending_waits") == {"chair", "deputy", "approver"}
    sign_ending(panel, "approver")
    assert panel.bids[0].stage is Stage.TERMINATED


def test_ending_an_award_that_is_not_paid_takes_three_people(session: Session) -> None:
    panel = offered(session)
    accept(panel)
    with pytest.raises(RuleBroken):
        end_early(panel, "chair")
    draft_ending(panel)
    assert panel.bids[0].stage is Stage.ACTIVE
    for name in ("manager", "second_manager", "approver", "applicant1"):
        with pytest.raises(NotAllowed):
            end_early(panel, name)
    with pytest.raises(RuleBroken, match="chair has not approved"):
        sign_ending(panel, "approver")
    assert told(panel, "ending_waits") == {"chair", "deputy"}
    end_early(panel, "chair")
    assert panel.bids[0].stage is Stage.ACTIVE
    assert told(panel, "ending_waits") == {"chair", "deputy", "approver"}
    with pytest.raises(RuleBroken, match="finance approver has to sign"):
        end_early(panel, "deputy")
    for name in ("manager", "chair", "officer", "applicant1"):
        with pytest.raises(NotAllowed):
            sign_ending(panel, name)
    sign_ending(panel, "approver")
    assert (panel.bids[0].stage, panel.bids[0].closed_reason) == (Stage.TERMINATED, "The group has closed")
    assert (
        decisions.pot_position(session, panel.round).released == 0
    )  # nothing was paid, so all is free again
