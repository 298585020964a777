"""Money comes free and the reserve list moves up: in order, once, within the pot, and released."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.states import Stage
from grants.awards import actions, reserve_list
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, RuleBroken
from grants.notifications.models import Message
from grants.panels import queries as decisions
from grants.panels.models import Decision, DecisionLetter
from grants.panels.states import Outcome
from tests.rooms.panels.scored import NOW, Panel, scored
from tests.rooms.panels.test_actions import decide, fund_it, small_fund
from tests.rooms.panels.test_deciding_again import release_all
from tests.rooms.scoring.test_together import at_once
from tests.rooms.scoring.visits import House


def with_reserves(session: Session) -> Panel:
    """One bid is offered all the money, the next two are on the reserve list, the second of them first."""
    panel = scored(session, 5, 4, 3, definition=small_fund(pot=1_100_000))
    fund_it(panel, 1)
    decide(panel, 2, Outcome.RESERVE, reserve_order=2)
    decide(panel, 3, Outcome.RESERVE, reserve_order=1)
    release_all(panel)
    return panel


def turn_down(panel: Panel) -> None:
    actions.decline_offer(
        panel.session,
        application_id=panel.bids[0].id,
        reason="No",
        actor=panel.actor("applicant1"),
        now=NOW,
    )


def move_up(panel: Panel, number: int, amount: int, name: str = "manager") -> Decision:
    return actions.move_up(
        panel.session,
        application_id=panel.bids[number - 1].id,
        amount=amount,
        actor=panel.actor(name),
        now=NOW,
    )


def skip(panel: Panel, number: int, name: str = "chair", reason: str = "The venue has closed") -> None:
    actions.skip(
        panel.session,
        application_id=panel.bids[number - 1].id,
        reason=reason,
        actor=panel.actor(name),
        now=NOW,
    )


def test_the_first_in_the_panels_order_moves_up_and_gets_an_offer_of_its_own(session: Session) -> None:
    panel = with_reserves(session)
    second, first = panel.bids[1], panel.bids[2]
    with pytest.raises(RuleBroken) as broken:
        move_up(panel, 3, first.ask)
    assert [reason.place for reason in broken.value.reasons] == ["amount"]
    turn_down(panel)
    told = select(Message.to_address).where(Message.kind == "money_free").order_by(Message.id)
    assert session.scalars(told).all() == ["manager@example.org", "second_manager@example.org"]
    assert reserve_list.free(session, panel.round) == 1_100_000
    for name in ("chair", "officer", "rosa", "applicant3"):
        with pytest.raises(NotAllowed):
            move_up(panel, 3, first.ask, name)
    with pytest.raises(RuleBroken):
        move_up(panel, 2, second.ask)

    moved = move_up(panel, 3, first.ask)
    assert (moved.outcome, moved.amount, first.stage) == (Outcome.FUND, first.ask, Stage.DECIDED)
    assert reserve_list.free(session, panel.round) == 1_100_000 - first.ask
    assert decisions.released_of(session, [first.id])[first.id].outcome is Outcome.RESERVE
    with pytest.raises(RuleBroken):
        move_up(panel, 3, first.ask)
    release_all(panel, days=2)
    assert first.stage is Stage.OFFERED
    told_of = select(DecisionLetter.told).where(DecisionLetter.application_id == first.id)
    letters = session.scalars(told_of.order_by(DecisionLetter.id)).all()
    assert ["next on the reserve list" in str(told["paragraphs"]) for told in letters] == [False, True]
    assert [bid.id for bid, _ in reserve_list.moved_up(session, panel.round.id)] == [first.id]


def test_only_the_chair_skips_with_a_reason_and_takes_it_back(session: Session) -> None:
    panel = with_reserves(session)
    with pytest.raises(RuleBroken):
        skip(panel, 3)
    turn_down(panel)
    with pytest.raises(NotAllowed):
        skip(panel, 3, "manager")
    with pytest.raises(RuleBroken):
        skip(panel, 3, reason=" ")
    skip(panel, 3)
    with pytest.raises(RuleBroken):
        skip(panel, 3)
    with pytest.raises(RuleBroken):
        move_up(panel, 3, panel.bids[2].ask)
    actions.lift_skip(session, application_id=panel.bids[2].id, actor=panel.actor("chair"), now=NOW)
    with pytest.raises(RuleBroken):
        move_up(panel, 2, panel.bids[1].ask)
    skip(panel, 3, reason="It has changed its mind")
    move_up(panel, 2, panel.bids[1].ask)
    lifted = [entry.lifted_at for _, entry in reserve_list.earlier_skips(session, panel.round.id)]
    assert lifted == [NOW]


def test_two_managers_let_the_same_bid_move_up_at_once(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        panel = with_reserves(session)
        turn_down(panel)
        house = House(app, panel, panel.round.ref, [bid.ref for bid in panel.bids])
        bid_id, ask = panel.bids[2].id, panel.bids[2].ask

    def as_of(name: str) -> Callable[[Panel], object]:
        return lambda mine: actions.move_up(
            mine.session, application_id=bid_id, amount=ask, actor=mine.actor(name), now=NOW
        )

    with pytest.raises(RuleBroken):
        at_once(house, as_of("manager"), as_of("second_manager"))
    with house.writing() as after:
        made = select(Decision.decided_by_id).where(
            Decision.application_id == bid_id, Decision.from_reserve.is_(True)
        )
        assert after.session.scalars(made).all() == [after.person_ids["manager"]]
        assert decisions.pot_position(after.session, after.round).decided == ask
