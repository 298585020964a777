"""Which bids hang on one reviewer at the funding line follows the money that is really left."""

from dataclasses import replace

from sqlalchemy.orm import Session

from grants.panels import actions
from grants.panels.states import Outcome
from grants.scoring.moderation import Trigger
from grants.scoring.triggered import bids_to_look_at
from tests.rooms.panels.scored import NOW, Panel, score_bid, scored
from tests.rooms.reviewing import panel as p


def hanging(panel: Panel) -> list[str]:
    """The bids that would be on the other side of the line without one of their reviews."""
    looking = bids_to_look_at(
        panel.session, round_=panel.round, definition=panel.definition, without=(), knows_line=True,
        trigger=Trigger.ONE_REVIEWER,
    )  # fmt: skip
    return [row.ref for row in looking.page.rows]


def test_the_line_runs_where_the_money_ends_that_decisions_and_overrides_leave(session: Session) -> None:
    """The pot pays for two of three bids: the second best is there thanks to one reviewer alone."""
    fund = p.fund()
    panel = scored(session, 5, 2, definition=replace(fund, amounts=replace(fund.amounts, pot=2_000_010)))
    best, steady, third = *panel.bids, p.add_bid(panel, 3)
    for name, score in {"rosa": 1, "vera": 5, "carl": 1}.items():
        score_bid(panel, third, score, [name])
    assert hanging(panel) == [third.ref]

    override = actions.ask_override(
        session, round_id=panel.round.id, extra=1_000_000, reason="All.", actor=panel.actor("chair"), now=NOW
    )
    assert hanging(panel) == [third.ref]
    with session.begin_nested() as undone:
        actions.approve_override(session, override_id=override.id, actor=panel.actor("approver"), now=NOW)
        assert hanging(panel) == []
        undone.rollback()

    actions.decide(
        session, application_id=best.id, outcome=Outcome.DECLINE, reason="Weak.",
        actor=panel.actor("chair"), now=NOW,
    )  # fmt: skip
    assert hanging(panel) == []
    actions.decide(
        session, application_id=best.id, outcome=Outcome.FUND, amount=best.ask, reason="Back.", version=1,
        actor=panel.actor("chair"), now=NOW,
    )  # fmt: skip
    assert hanging(panel) == [third.ref]
    assert steady.ref not in hanging(panel)
