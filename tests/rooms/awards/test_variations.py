"""A running award is changed: asked for, recommended on, approved, signed where money changes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.applications.states import Stage
from grants.awards import actions, variations
from grants.awards import queries as awards
from grants.awards.models import Variation
from grants.awards.states import VariationState
from grants.awards.varying import Change
from grants.core.errors import NotAllowed, NotFound, RuleBroken, Stale
from grants.notifications.models import Message
from grants.panels import queries as decisions
from grants.permissions import Role
from tests.rooms.applications import world as w
from tests.rooms.awards.signing import take_up
from tests.rooms.panels.scored import NOW, Panel, scored
from tests.rooms.panels.test_actions import fund_it, messages, small_fund
from tests.rooms.panels.test_deciding_again import release_all

LESS = Change(amount=900_000, reason="We need one worker less")


def running(session: Session) -> Panel:
    """One award of the whole ask, £10,000.01, in a pot of £11,000."""
    panel = scored(session, 5, definition=small_fund(pot=1_100_000))
    fund_it(panel, 1)
    release_all(panel)
    bid = panel.bids[0]
    take_up(session, application_id=bid.id, actor=panel.actor("applicant1"), now=NOW)
    return panel


def ask(panel: Panel, change: Change, name: str = "applicant1") -> Variation:
    return actions.ask_variation(
        panel.session, application_id=panel.bids[0].id, change=change, actor=panel.actor(name), now=NOW
    )


def recommend(panel: Panel, variation: Variation, name: str = "manager") -> Variation:
    return actions.recommend_variation(
        panel.session,
        variation_id=variation.id,
        in_favour=True,
        recommendation="It is sound",
        version=variation.version,
        actor=panel.actor(name),
        now=NOW,
    )


def approve(panel: Panel, variation: Variation, name: str = "chair") -> Variation:
    return actions.approve_variation(
        panel.session,
        variation_id=variation.id,
        version=variation.version,
        actor=panel.actor(name),
        now=NOW,
    )


def sign(panel: Panel, variation: Variation, name: str = "approver") -> Variation:
    return actions.sign_variation(
        panel.session,
        variation_id=variation.id,
        version=variation.version,
        actor=panel.actor(name),
        now=NOW,
    )


def test_everything_that_is_wrong_with_a_request_is_said_at_once(session: Session) -> None:
    panel = running(session)
    bid = panel.bids[0]
    with pytest.raises(NotFound):
        ask(panel, LESS, "rosa")
    with pytest.raises(RuleBroken) as broken:
        ask(panel, Change(amount=bid.ask + 1, budget={"Staff": 5}))
    assert [reason.place for reason in broken.value.reasons] == ["amount", "budget_0", "reason"]
    ask(panel, LESS)
    with pytest.raises(RuleBroken):
        ask(panel, LESS)


def test_less_money_takes_three_signatures_and_frees_the_rest(session: Session) -> None:
    panel = running(session)
    bid = panel.bids[0]
    variation = ask(panel, LESS)
    for name in ("chair", "approver", "applicant1"):
        with pytest.raises(NotAllowed):
            recommend(panel, variation, name)
    with pytest.raises(RuleBroken):
        approve(panel, variation)
    seen = variation.version
    recommend(panel, variation)
    with pytest.raises(Stale):
        actions.approve_variation(
            session, variation_id=variation.id, version=seen, actor=panel.actor("chair"), now=NOW
        )
    accounts.grant_role(
        session, person_id=panel.person_ids["rosa"], role=Role.CHAIR, actor=w.OPERATOR, now=NOW
    )
    for name in ("manager", "approver", "rosa"):
        with pytest.raises(NotAllowed):
            approve(panel, variation, name)
    approve(panel, variation)
    assert variation.state is VariationState.TO_SIGN
    award = awards.award_of(session, bid.id)
    assert award is not None
    assert award.amount == bid.ask
    for name in ("chair", "officer", "manager"):
        with pytest.raises(NotAllowed):
            sign(panel, variation, name)
    sign(panel, variation)

    assert (variation.state, award.amount) == (VariationState.AGREED, 900_000)
    pot = decisions.pot_position(session, panel.round)
    assert (pot.released, pot.left) == (900_000, 200_000)
    kept = [(one.number, one.amount, one.variation_id) for one in variations.terms_of(session, bid.id)]
    assert kept == [(2, 900_000, variation.id), (1, bid.ask, None)]
    decision = decisions.decision_of(session, bid.id)
    assert decision is not None
    assert decision.amount == bid.ask
    assert messages(session, "variation_settled") == ["applicant1@example.org"]


def test_more_money_only_within_the_pot(session: Session) -> None:
    panel = running(session)
    bid = panel.bids[0]
    sign(panel, approve(panel, recommend(panel, ask(panel, LESS))))
    more = ask(panel, Change(amount=bid.ask, reason="We need the worker after all"))
    recommend(panel, more)
    award = awards.award_of(session, bid.id)
    assert award is not None
    panel.round.pot = 950_000
    session.flush()
    with pytest.raises(RuleBroken, match="override"):
        approve(panel, more)
    panel.round.pot = 1_100_000
    session.flush()
    sign(panel, approve(panel, more))
    assert decisions.pot_position(session, panel.round).released == award.amount == bid.ask
    assert [one.amount for one in variations.terms_of(session, bid.id)] == [bid.ask, 900_000, bid.ask]
    told = session.scalars(select(Message.to_address).where(Message.kind == "variation_waits")).all()
    assert {"manager@example.org", "chair@example.org", "approver@example.org"} <= set(told)


def test_what_is_not_money_needs_no_finance_and_can_be_refused_or_taken_back(session: Session) -> None:
    panel = running(session)
    bid = panel.bids[0]
    change = Change(
        ends_on=NOW.date() + timedelta(days=30), delivery="Online instead", reason="The hall has closed"
    )
    agreed = approve(panel, recommend(panel, ask(panel, change)))
    assert agreed.state is VariationState.AGREED
    last = variations.terms_of(session, bid.id)[0]
    assert (last.amount, last.ends_on, last.delivery) == (bid.ask, change.ends_on, "Online instead")
    refused = recommend(panel, ask(panel, replace(change, delivery="Not at all")))

    def refuse(reason: str) -> None:
        actions.refuse_variation(
            session,
            variation_id=refused.id,
            reason=reason,
            version=refused.version,
            actor=panel.actor("chair"),
            now=NOW,
        )

    with pytest.raises(RuleBroken):
        refuse(" ")
    refuse("It would miss its aim")
    assert (refused.state, refused.refusal) == (VariationState.REFUSED, "It would miss its aim")
    back = ask(panel, change)
    actions.take_back_variation(session, variation_id=back.id, actor=panel.actor("applicant1"), now=NOW)
    assert len(variations.terms_of(session, bid.id)) == 2
    bid.stage = Stage.CLOSED
    with pytest.raises(RuleBroken):
        ask(panel, change)
