"""Conditions of an award: taken over at acceptance, met on evidence, waived by two people, reminded of."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.awards import actions, queries
from grants.awards.models import AwardCondition
from grants.awards.states import ConditionState
from grants.core.errors import NotAllowed, RuleBroken
from grants.notifications.models import Message
from grants.panels import actions as panels
from grants.panels.rules import Condition
from grants.panels.states import ConditionKind, Outcome
from tests.rooms.awards.signing import take_up
from tests.rooms.exports.awarded import release
from tests.rooms.panels.scored import NOW, Panel, scored

DUE = (NOW + timedelta(days=60)).date()
CONDITIONS = (
    Condition(ConditionKind.BEFORE_PAYMENT, "Insurance is shown"),
    Condition(ConditionKind.BY_DATE, "The lease is signed", DUE),
)


def awarded(session: Session) -> Panel:
    panel = scored(session, 5)
    bid = panel.bids[0]
    panels.decide(
        session, application_id=bid.id, outcome=Outcome.FUND, amount=bid.ask, reason="Strong",
        conditions=CONDITIONS, actor=panel.actor("chair"), now=NOW,
    )  # fmt: skip
    release(panel)
    take_up(session, application_id=bid.id, actor=panel.actor("applicant1"), now=NOW)
    return panel


def conditions(panel: Panel) -> list[AwardCondition]:
    return queries.conditions_of(panel.session, panel.bids[0].id)


def test_met_on_evidence_or_waived_by_two_people(session: Session) -> None:
    panel = awarded(session)
    first, second = conditions(panel)
    assert [(one.number, one.kind, one.text, one.due_on, one.state) for one in (first, second)] == [
        (1, ConditionKind.BEFORE_PAYMENT, "Insurance is shown", None, ConditionState.OPEN),
        (2, ConditionKind.BY_DATE, "The lease is signed", DUE, ConditionState.OPEN),
    ]
    manager, chair = panel.actor("manager"), panel.actor("chair")
    with pytest.raises(NotAllowed):
        actions.meet(session, condition_id=first.id, evidence="Seen", actor=chair, now=NOW)
    with pytest.raises(RuleBroken):
        actions.meet(session, condition_id=first.id, evidence=" ", actor=manager, now=NOW)
    actions.meet(session, condition_id=first.id, evidence="Policy 12 seen", actor=manager, now=NOW)
    assert (first.state, first.settled_by_id, first.evidence) == (
        ConditionState.MET,
        manager.person_id,
        "Policy 12 seen",
    )
    with pytest.raises(RuleBroken):
        actions.approve_waiver(session, condition_id=second.id, actor=chair, now=NOW)
    actions.draft_waiver(session, condition_id=second.id, reason="No lease is needed", actor=manager, now=NOW)
    assert queries.open_conditions(session, panel.bids[0].id) == [second]
    with pytest.raises(NotAllowed):
        actions.approve_waiver(session, condition_id=second.id, actor=manager, now=NOW)
    actions.keep_condition(session, condition_id=second.id, actor=chair, now=NOW)
    assert second.state is ConditionState.OPEN
    actions.draft_waiver(session, condition_id=second.id, reason="They moved", actor=manager, now=NOW)
    actions.approve_waiver(session, condition_id=second.id, actor=chair, now=NOW)
    assert (second.state, queries.open_conditions(session, panel.bids[0].id)) == (ConditionState.WAIVED, [])


def test_reminders_go_out_once_for_each_day_and_then_it_is_overdue(session: Session) -> None:
    panel = awarded(session)

    def run(days: int) -> int:
        return actions.remind_of_conditions(session, now=NOW + timedelta(days=60 - days))

    assert [run(days) for days in (15, 14, 14, 3, 2, 1, 0, -1)] == [0, 1, 0, 0, 1, 0, 0, 0]
    sent = session.scalars(select(Message.to_address).where(Message.kind == "condition_due"))
    assert list(sent) == ["applicant1@example.org"] * 2
    round_id = panel.round.id
    assert queries.overdue_conditions(session, round_id, today=DUE) == []
    late = queries.overdue_conditions(session, round_id, today=DUE + timedelta(days=1))
    assert [(one.number, bid.id) for one, bid in late] == [(2, panel.bids[0].id)]
    actions.meet(session, condition_id=late[0][0].id, evidence="Seen", actor=panel.actor("manager"), now=NOW)
    assert queries.overdue_conditions(session, round_id, today=DUE + timedelta(days=1)) == []
