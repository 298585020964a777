"""Conflicts of interest: declared or recorded, settled by somebody else, and what they close and open."""

import pytest
from sqlalchemy import select

from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, RuleBroken
from grants.notifications.models import Message
from grants.reviewing import actions, policy, queries
from grants.reviewing.models import Conflict
from grants.reviewing.states import AssignmentState, ConflictSource, ConflictState
from tests.rooms.reviewing import panel as p

pytestmark = pytest.mark.usefixtures("ctx")


def declare(panel: p.Panel, name: str, *, conflict: bool = True, reason: str = "We are related.") -> None:
    """The person declares on the first bid."""
    actions.declare(
        panel.session,
        assignment_id=panel.assignment(name, panel.bids[0]).id,
        conflict=conflict,
        reason=reason,
        actor=panel.actor(name),
        now=p.NOW,
    )


def record(panel: p.Panel, name: str, *, by: str = "deputy") -> Conflict:
    """Somebody records a conflict of that person with the first bid."""
    return actions.record_conflict(
        panel.session,
        person_id=panel.person_ids[name],
        application_id=panel.bids[0].id,
        reason="They chair the group.",
        actor=panel.actor(by),
        now=p.NOW,
    )


def settle(
    panel: p.Panel, conflict: Conflict, deed: str, *, by: str = "manager", reason: str = "We asked."
) -> None:
    """Somebody settles the conflict."""
    actions.settle_conflict(
        panel.session, conflict_id=conflict.id, deed=deed, reason=reason, actor=panel.actor(by), now=p.NOW
    )


def conflict_of(panel: p.Panel, name: str) -> Conflict:
    """The person's conflict with the first bid."""
    found = queries.conflict_between(
        panel.session, person_id=panel.person_ids[name], application_id=panel.bids[0].id
    )
    assert found is not None
    return found


def messages(panel: p.Panel, kind: str) -> list[str]:
    """Who was sent a message of that kind."""
    return list(panel.session.scalars(select(Message.to_address).where(Message.kind == kind)))


def test_no_conflict_opens_the_bid() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera", cleared=False)
        before = policy.may_read(panel.assignment("vera", panel.bids[0]))
        declare(panel, "vera", conflict=False)
        assignment = panel.assignment("vera", panel.bids[0])
        assert before.reason == "Say first whether you have a conflict of interest with this bid."
        assert (assignment.state, assignment.declared_at) == (AssignmentState.CLEARED, p.NOW)
        assert bool(policy.may_read(assignment)) is True


def test_a_declared_conflict_blocks_at_once_and_the_manager_is_told() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera", cleared=False)
        declare(panel, "vera")
        found = conflict_of(panel, "vera")
        assert (found.state, found.source) == (ConflictState.PROPOSED, ConflictSource.DECLARED)
        assert panel.assignment("vera", panel.bids[0]).state is AssignmentState.CONFLICTED
        assert bool(policy.no_conflict(session, panel.actor("vera"), panel.bids[0].id)) is False
        assert messages(panel, "conflict_declared") == ["manager@example.org"]


def test_a_conflict_needs_a_reason() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera", cleared=False)
        with pytest.raises(RuleBroken) as refused:
            declare(panel, "vera", reason=" ")
        assert [reason.place for reason in refused.value.reasons] == ["reason"]


def test_nobody_declares_for_somebody_else() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera", cleared=False)
        with pytest.raises(NotAllowed):
            actions.declare(
                session,
                assignment_id=panel.assignment("vera", panel.bids[0]).id,
                conflict=False,
                actor=panel.actor("manager"),
                now=p.NOW,
            )


def test_a_confirmed_conflict_keeps_blocking() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera")
        declare(panel, "vera")
        settle(panel, conflict_of(panel, "vera"), "confirm")
        found = conflict_of(panel, "vera")
        assert (found.state, found.settled_reason) == (ConflictState.CONFIRMED, "We asked.")
        assert queries.blocked(session, person_id=panel.person_ids["vera"], application_id=panel.bids[0].id)
        assert messages(panel, "conflict_settled") == ["vera@example.org"]


def test_a_rejected_one_gives_the_bid_back_to_be_declared_on() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera")
        declare(panel, "vera")
        settle(panel, conflict_of(panel, "vera"), "reject")
        assert panel.assignment("vera", panel.bids[0]).state is AssignmentState.ASSIGNED
        assert bool(policy.no_conflict(session, panel.actor("vera"), panel.bids[0].id)) is True


def test_a_rejected_one_takes_the_person_off_where_the_bid_found_others() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera", "rosa", "carl")
        declare(panel, "vera")
        panel.assign(panel.bids[0], "cem")
        settle(panel, conflict_of(panel, "vera"), "reject")
        assert panel.assignment("vera", panel.bids[0]).state is AssignmentState.REMOVED


def test_one_recorded_by_mistake_gives_the_bid_back_without_another_declaration() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera")
        conflict = record(panel, "vera")
        assert panel.assignment("vera", panel.bids[0]).state is AssignmentState.CONFLICTED
        assert messages(panel, "conflict_recorded") == ["vera@example.org"]
        settle(panel, conflict, "reject")
        assert panel.assignment("vera", panel.bids[0]).state is AssignmentState.CLEARED


def test_one_rejected_can_be_raised_again() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera")
        settle(panel, record(panel, "vera"), "reject")
        again = record(panel, "vera")
        assert (again.state, again.settled_at, again.settled_reason) == (ConflictState.PROPOSED, None, "")
        with pytest.raises(RuleBroken, match="on record already"):
            record(panel, "vera")


def test_nobody_settles_their_own() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        conflict = record(panel, "chair", by="manager")
        with pytest.raises(NotAllowed, match="your own"):
            settle(panel, conflict, "reject", by="chair")
        settle(panel, conflict, "confirm", by="deputy")


def test_reviewers_and_auditors_settle_nothing() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        conflict = record(panel, "vera")
        for name in ("vera", "rosa", "auditor"):
            with pytest.raises(NotAllowed):
                settle(panel, conflict, "reject", by=name)
            with pytest.raises(NotAllowed):
                record(panel, "carl", by=name)


def test_settling_needs_a_reason_and_a_deed_the_state_allows() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        conflict = record(panel, "vera")
        for deed, reason in (("confirm", " "), ("unpin", "because"), ("explode", "because")):
            with pytest.raises(RuleBroken):
                settle(panel, conflict, deed, reason=reason)
        assert conflict_of(panel, "vera").state is ConflictState.PROPOSED


def test_later_rooms_are_told_of_every_change() -> None:
    seen: list[ConflictState] = []
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera", cleared=False)
        actions.conflict_followers["test"] = lambda session, conflict, actor, now: seen.append(conflict.state)
        try:
            declare(panel, "vera")
            settle(panel, conflict_of(panel, "vera"), "confirm")
            settle(panel, conflict_of(panel, "vera"), "pin")
        finally:
            del actions.conflict_followers["test"]
    assert seen == [ConflictState.PROPOSED, ConflictState.CONFIRMED, ConflictState.PINNED]
