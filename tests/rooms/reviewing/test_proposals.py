"""Proposals: smallest change, fit, staleness, discarding, and work that always fails."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from grants.applications.models import Version
from grants.core.db import unit_of_work
from grants.core.errors import RuleBroken, Stale
from grants.notifications.letters import write
from grants.notifications.models import Message
from grants.programme.definition import ReviewerKind
from grants.reviewing import actions, queries, runs, staffing
from grants.reviewing.actions.running import MOST_ATTEMPTS
from grants.reviewing.models import Assignment, AssignmentRun
from grants.reviewing.proposing import run_assignment
from grants.reviewing.states import AssignmentState, RunState
from tests.rooms.reviewing import panel as p

pytestmark = pytest.mark.usefixtures("ctx")


def asked(panel: p.Panel) -> int:
    """A run that the manager asked for."""
    return actions.request_assignment(
        panel.session, round_id=panel.round.id, actor=panel.actor("manager"), now=p.NOW
    ).id


def proposed(*, bids: int = 2) -> tuple[p.Panel, int]:
    """A panel, and a proposal worked out for it."""
    with unit_of_work() as session:
        panel = p.build(session, bids=bids)
        run_id = asked(panel)
    run_assignment(run_id, p.NOW)
    return panel, run_id


@pytest.fixture
def failing() -> int:
    """A run that fails whenever it is tried: its round's definition cannot be read any more."""
    with unit_of_work() as session:
        panel = p.build(session)
        run_id = asked(panel)
        panel.round.definition = {"spoilt": True}
        panel.round.fingerprint = "spoilt"
    return run_id


def state_of(run_id: int) -> AssignmentRun:
    with unit_of_work() as session:
        return runs.run_for_update(session, run_id)


def test_a_proposal_changes_nothing_until_it_is_applied() -> None:
    panel, run_id = proposed()
    with unit_of_work() as session:
        panel.session = session
        assert session.scalars(select(Assignment)).all() == []
        run = actions.apply_assignment(
            session, run_id=run_id, reason=" As it should be. ", actor=panel.actor("manager"), now=p.NOW
        )
        assert (run.state, run.reason) == (RunState.APPLIED, "As it should be.")
        assert len(session.scalars(select(Assignment)).all()) == 6
        with pytest.raises(RuleBroken, match="dealt with already"):
            actions.discard_assignment(
                session, run_id=run_id, reason="No.", actor=panel.actor("manager"), now=p.NOW
            )


def test_a_proposal_is_stale_once_a_conflict_is_found() -> None:
    panel, run_id = proposed()
    with unit_of_work() as session:
        panel.session = session
        actions.record_conflict(
            session,
            person_id=panel.person_ids["rosa"],
            application_id=panel.bids[0].id,
            reason="A cousin.",
            actor=panel.actor("manager"),
            now=p.NOW,
        )
    with unit_of_work() as session, pytest.raises(Stale, match="Nothing was applied"):
        panel.session = session
        actions.apply_assignment(
            session, run_id=run_id, reason="Fine.", actor=panel.actor("manager"), now=p.NOW
        )
    with unit_of_work() as session:
        panel.session = session
        newer = asked(panel)
    assert state_of(run_id).state is RunState.DISCARDED
    run_assignment(newer, p.NOW)
    with unit_of_work() as session:
        panel.session = session
        actions.apply_assignment(
            session, run_id=newer, reason="Fine.", actor=panel.actor("manager"), now=p.NOW
        )
        pairs = session.execute(select(Assignment.application_id, Assignment.person_id)).all()
        assert (panel.bids[0].id, panel.person_ids["rosa"]) not in [tuple(pair) for pair in pairs]


def test_what_is_begun_stays_and_an_untouched_bid_goes_only_where_another_would_be_short() -> None:
    with unit_of_work() as session:
        panel = p.build(session, definition=p.fund(reviews=1, citizens=1), bids=2)
        first, second = panel.bids
        panel.assign(first, "rosa", cleared=False)
        for name, most in (("rosa", 1), ("cem", 1)):
            reviewer = queries.reviewer(session, panel.person_ids[name])
            assert reviewer is not None
            reviewer.most_bids = most
        actions.record_conflict(
            session,
            person_id=panel.person_ids["cem"],
            application_id=second.id,
            reason="A cousin.",
            actor=panel.actor("manager"),
            now=p.NOW,
        )
        run_id = asked(panel)
    run_assignment(run_id, p.NOW)
    with unit_of_work() as session:
        panel.session = session
        actions.apply_assignment(
            session, run_id=run_id, reason="Best.", actor=panel.actor("manager"), now=p.NOW
        )
        assert panel.assignment("rosa", first).state is AssignmentState.REMOVED
        assert panel.assignment("rosa", second).state is AssignmentState.ASSIGNED
        assert panel.assignment("cem", first).state is AssignmentState.ASSIGNED
        messages = session.scalars(select(Message).where(Message.kind == "bids_assigned")).all()
        assert sorted(message.to_address for message in messages) == ["cem@example.org", "rosa@example.org"]
        facts: dict[str, object] = {
            "name": "", "round": "R", "bids": 1, "taken": 0, "due": "noon", "path": "/scoring/", "in_all": 3,
            "contact": "fund@council.example", "council": "The council",
        }  # fmt: skip
        for practice, said in (("required", "Score the practice bid first"), ("offered", "to try first")):
            letter = write("bids_assigned", {**facts, "practice": practice}, public_url="")
            assert letter.subject == "R: 1 more bid to review by noon, 3 in all"
            wanted = (said, "\n/scoring/\n", "You now have 3 bids", "Questions: fund@council.example")
            assert [word in letter.body for word in wanted] == [True] * 4


def test_bids_go_to_those_who_know_what_they_claim() -> None:
    with unit_of_work() as session:
        panel = p.build(session, definition=p.fund(reviews=1, citizens=0), bids=1)
        (bid,) = panel.bids
        themes = [theme.key for theme in panel.definition.rubric.themes]
        version = session.get(Version, bid.current_version_id)
        assert version is not None
        session.execute(
            update(Version)
            .where(Version.id == version.id)
            .values(content={**version.content, "claims": themes[:2]})
        )
        actions.set_expertise(
            session,
            person_id=panel.person_ids["pat"],
            levels={themes[0]: 3},
            most_bids=9,
            actor=panel.actor("pat"),
            now=p.NOW,
        )
        run_id = asked(panel)
    run_assignment(run_id, p.NOW)
    with unit_of_work() as session:
        run = runs.run_of(session, run_id)
        assert run.proposal["added"] == [[bid.id, panel.person_ids["pat"]]]
        assert run.summary["no_expert"] == [themes[1]]


def test_work_that_always_fails_ends(failing: int) -> None:
    for attempt in range(MOST_ATTEMPTS):
        run_assignment(failing, p.NOW + timedelta(minutes=attempt))
    run = state_of(failing)
    assert (run.state, run.attempts) == (RunState.FAILED, MOST_ATTEMPTS)
    assert run.failure.startswith("Something went wrong while this was worked out")
    run_assignment(failing, p.NOW + timedelta(hours=1))
    assert state_of(failing).attempts == MOST_ATTEMPTS


def test_work_that_kills_its_workers_ends_too() -> None:
    with unit_of_work() as session:
        run_id = asked(p.build(session))
        run = runs.run_for_update(session, run_id)
        run.state, run.claimed_at, run.attempts = RunState.RUNNING, p.NOW, MOST_ATTEMPTS
    run_assignment(run_id, p.NOW + runs.LEASE + timedelta(seconds=1))
    run = state_of(run_id)
    assert (run.state, run.failure.startswith("The worker stopped")) == (RunState.FAILED, True)


def test_swapping_by_hand_says_everything_that_is_wrong_and_keeps_the_reason() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        panel.assign(bid, "rosa")
        cem = queries.reviewer(session, panel.person_ids["cem"])
        assert cem is not None
        cem.most_bids = 0
        manager = panel.actor("manager")
        rosa_id, cem_id = panel.person_ids["rosa"], panel.person_ids["cem"]
        with pytest.raises(RuleBroken) as refused:
            actions.swap(
                session, application_id=bid.id, off=rosa_id, on=cem_id, reason="", actor=manager, now=p.NOW
            )
        assert [reason.place for reason in refused.value.reasons] == ["reason", "on"]
        actions.swap(
            session,
            application_id=bid.id,
            off=rosa_id,
            on=cem_id,
            reason="Ill.",
            beyond=True,
            actor=manager,
            now=p.NOW,
        )
        assert (panel.assignment("rosa", bid).state, panel.assignment("rosa", bid).reason) == (
            AssignmentState.REMOVED, "Ill.",
        )  # fmt: skip
        assert panel.assignment("cem", bid).state is AssignmentState.ASSIGNED
        told = session.execute(
            select(Message.kind, Message.to_address)
            .where(Message.kind.startswith("bids_"))
            .order_by(Message.kind)
        ).all()
        assert [tuple(row) for row in told] == [
            ("bids_assigned", "cem@example.org"), ("bids_taken_off", "rosa@example.org"),
        ]  # fmt: skip
        kinds = {one.person_id: one.kind for one in staffing.team(session, bid.id)}
        assert kinds[cem_id] is ReviewerKind.CITIZEN


def test_a_declined_bid_is_short_again_and_does_not_come_back() -> None:
    with unit_of_work() as session:
        panel = p.build(session, definition=p.fund(reviews=1, citizens=1))
        (bid,) = panel.bids
        panel.assign(bid, "rosa", cleared=False)
        mine = panel.assignment("rosa", bid).id
        with pytest.raises(RuleBroken):
            actions.decline(session, assignment_id=mine, reason=" ", actor=panel.actor("rosa"), now=p.NOW)
        actions.decline(session, assignment_id=mine, reason="Ill.", actor=panel.actor("rosa"), now=p.NOW)
        assert [row.ref for row in queries.short_bids(session, panel.round, panel.definition.rules).rows] == [
            bid.ref
        ]
        told = session.scalars(select(Message.to_address).where(Message.kind == "bid_declined")).all()
        assert told == ["manager@example.org"]
        run_id = asked(panel)
    run_assignment(run_id, p.NOW)
    with unit_of_work() as session:
        assert runs.run_of(session, run_id).proposal["added"] == [[bid.id, panel.person_ids["cem"]]]


def test_who_leaves_the_panel_hands_over_what_they_have_not_begun() -> None:
    with unit_of_work() as session:
        panel = p.build(session, definition=p.fund(reviews=1, citizens=1))
        (bid,) = panel.bids
        panel.assign(bid, "rosa", cleared=False)
        (run,) = actions.retire(
            session,
            person_id=panel.person_ids["rosa"],
            reason="Moved away.",
            actor=panel.actor("manager"),
            now=p.NOW,
        )
        assert panel.assignment("rosa", bid).state is AssignmentState.REMOVED
        run_id = run.id
    run_assignment(run_id, p.NOW)
    with unit_of_work() as session:
        assert runs.run_of(session, run_id).proposal["added"] == [[bid.id, panel.person_ids["cem"]]]
