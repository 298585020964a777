"""Deciding a ranking along the line: what fits is funded, what is tied or conflicted is left for a person."""

import pytest
from sqlalchemy.orm import Session

from grants.allocations import actions, queries
from grants.allocations.actions import DecidedToLine
from grants.core.errors import NotAllowed, RuleBroken
from grants.panels import queries as panels
from grants.panels.states import Outcome
from grants.reviewing import actions as reviewing
from tests.rooms.panels.scored import NOW, Panel, score_bid, scored
from tests.rooms.panels.test_actions import record_conflict, small_fund


def decide(panel: Panel, name: str = "chair") -> DecidedToLine:
    return actions.decide_to_the_line(
        panel.session,
        round_id=panel.round.id,
        reason_above="Above the line",
        reason_below="Below the line",
        actor=panel.actor(name),
        now=NOW,
    )


def outcomes(panel: Panel) -> list[Outcome | None]:
    decisions = [panels.decision_of(panel.session, bid.id) for bid in panel.bids]
    return [decision.outcome if decision else None for decision in decisions]


def test_the_best_that_fit_are_funded(session: Session) -> None:
    panel = scored(session, 1, 5, 3, definition=small_fund(pot=2_100_000))
    assert decide(panel) == DecidedToLine(funded=2, declined=1, tied=())
    assert outcomes(panel) == [Outcome.DECLINE, Outcome.FUND, Outcome.FUND]
    assert panels.pot_position(session, panel.round).left == 2_100_000 - 1_000_002 - 1_000_003


def test_equals_at_the_line_are_left_for_the_panel(session: Session) -> None:
    panel = scored(session, 5, 3, 3, 1, definition=small_fund(pot=2_100_000))
    decided = decide(panel)
    assert (decided.funded, decided.declined, decided.tied) == (1, 1, (panel.bids[1].id, panel.bids[2].id))
    assert outcomes(panel) == [Outcome.FUND, None, None, Outcome.DECLINE]


def test_nobody_draws_the_line_through_a_bid_they_have_a_conflict_with(session: Session) -> None:
    panel = scored(session, 5, 3, definition=small_fund(pot=1_100_000))
    reviewing.record_conflict(
        session,
        person_id=panel.person_ids["chair"],
        application_id=panel.bids[0].id,
        reason="Their sister runs it",
        actor=panel.actor("manager"),
        now=NOW,
    )
    with pytest.raises(NotAllowed, match=f"You have a conflict of interest with {panel.bids[0].ref}, "):
        decide(panel)
    assert outcomes(panel) == [None, None]
    assert queries.proposal(session, panel.round).line.left == 99_999


def test_deciding_twice_finds_nothing_left(session: Session) -> None:
    panel = scored(session, 5)
    decide(panel)
    with pytest.raises(RuleBroken):
        decide(panel)


@pytest.mark.usefixtures("app")
def test_a_bid_that_came_back_to_the_panel_is_on_the_line_once_it_is_scored_again(session: Session) -> None:
    panel = scored(session, 5, 3)
    decide(panel)
    record_conflict(panel, "rosa", 1)
    back = queries.proposal(session, panel.round)
    assert (back.in_review, list(back.line.above)) == (1, [])
    score_bid(panel, panel.bids[0], 5, ["cem"])
    again = queries.proposal(session, panel.round)
    assert (again.in_review, [bid.application_id for bid in again.line.above]) == (0, [panel.bids[0].id])
    assert decide(panel) == DecidedToLine(funded=1, declined=0, tied=())


@pytest.mark.parametrize("name", ["manager", "approver", "rosa", "auditor"])
def test_only_the_chair_decides(session: Session, name: str) -> None:
    panel = scored(session, 5)
    with pytest.raises(NotAllowed):
        decide(panel, name)
