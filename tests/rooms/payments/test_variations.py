"""A variation changes an award: the pot stays true, and the schedule is off until finance changes it."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from grants.awards import actions as awards
from grants.awards.varying import Change
from grants.core.clock import in_london
from grants.core.errors import RuleBroken
from grants.payments import actions, queries
from grants.payments.rules import Planned
from grants.programme.paying import DueBy
from tests.rooms.payments import world as p


def vary(panel: p.Panel, amount: int) -> None:
    session, bid = panel.session, panel.bids[0]
    made = awards.ask_variation(
        session,
        application_id=bid.id,
        change=Change(amount=amount, reason="So"),
        actor=panel.actor("applicant1"),
        now=p.LATER,
    )
    awards.recommend_variation(
        session, variation_id=made.id, in_favour=True, recommendation="So", version=made.version,
        actor=panel.actor("manager"), now=p.LATER,
    )  # fmt: skip
    for deed, name in ((awards.approve_variation, "chair"), (awards.sign_variation, "approver")):
        deed(session, variation_id=made.id, version=made.version, actor=panel.actor(name), now=p.LATER)


@pytest.mark.usefixtures("app")
def test_the_schedule_follows_by_its_own_deed(session: Session) -> None:
    panel = p.funded(session)
    bid, round_ = panel.bids[0], panel.round
    batch = p.sent(panel)
    p.settle(panel, batch, 1, "pay")
    paid = queries.money_of(session, bid).paid
    assert 0 < paid < bid.ask
    with pytest.raises(RuleBroken, match="paid"):
        vary(panel, paid - 1)
    vary(panel, paid + 100)

    assert queries.off_schedule(session, round_.id) == [bid.ref]
    money = queries.money_of(session, bid)
    assert (money.gap, money.unpaid) == (paid + 100 - bid.ask, 100)
    standing = queries.reconciliation(session, round_)
    assert standing.difference == 0
    assert standing.left == round_.pot - (paid + 100) - panel.bids[1].ask
    steps = queries.schedule_of(session, bid.id)
    day = in_london(p.LATER + timedelta(days=9)).date()
    refused = pytest.raises(RuleBroken, match="At least £1 must go on waiting")
    for due_by, what in ((DueBy.DAY, refused), (DueBy.REPORT, nullcontext())):
        with what:
            actions.replan(
                session,
                application_id=bid.id,
                parts=[Planned("The rest", 100, due_by, day)],
                reason="The award was varied",
                seen=max(step.instalment.number for step in steps),
                actor=panel.actor("officer"),
                now=p.LATER,
            )
    change = queries.schedule_changes(session, [bid.id])[0]
    assert change.before.startswith("2. Second half: £")
    assert change.after.startswith("3. The rest: £1, a report, ")
    assert queries.off_schedule(session, round_.id) == []
    assert queries.money_of(session, bid).gap == queries.reconciliation(session, round_).difference == 0
