"""Sharing bids out: a row a worker claims, one message a reviewer, and top-ups after somebody dropped out."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.accounts.states import OrganisationKind
from grants.applications.models import Partner
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, RuleBroken
from grants.notifications.models import Message
from grants.permissions import MemberRole
from grants.programme.definition import ReviewerKind
from grants.reviewing import actions, queries, runs
from grants.reviewing.models import Assignment, AssignmentRun, Reviewer
from grants.reviewing.proposing import run_assignment
from grants.reviewing.states import AssignmentState, RunState
from tests.rooms.applications import world as w
from tests.rooms.reviewing import panel as p

pytestmark = pytest.mark.usefixtures("ctx")


def run_now(run_id: int) -> AssignmentRun:
    """Do what a worker does with the run, apply what it proposes, and read the run again."""
    run_assignment(run_id, p.NOW)
    with unit_of_work() as session:
        if runs.run_for_update(session, run_id).state is RunState.PROPOSED:
            manager = people.person_by_email(session, "manager@example.org")
            assert manager is not None
            actor = people.actor_for(session, manager.id)
            actions.apply_assignment(session, run_id=run_id, reason="As proposed.", actor=actor, now=p.NOW)
    with unit_of_work() as session:
        return runs.run_for_update(session, run_id)


def requested(panel: p.Panel) -> int:
    """A run asked for by the manager."""
    return actions.request_assignment(
        panel.session, round_id=panel.round.id, actor=panel.actor("manager"), now=p.NOW
    ).id


def test_every_bid_gets_its_reviewers_and_every_reviewer_one_message() -> None:
    with unit_of_work() as session:
        run_id = requested(p.build(session, bids=5))
    run = run_now(run_id)
    assert run.state is RunState.APPLIED
    assert {key: run.summary[key] for key in ("added", "reviewers", "short", "citizens")} == {
        "added": 15, "reviewers": 5, "short": [], "citizens": {"1": 4, "2": 1},
    }  # fmt: skip
    with unit_of_work() as session:
        rows = session.execute(
            select(Assignment.application_id, Reviewer.kind).join(
                Reviewer, Reviewer.person_id == Assignment.person_id
            )
        ).all()
        citizens = {bid for bid, kind in rows if kind is ReviewerKind.CITIZEN}
        assert Counter(Counter(bid for bid, _ in rows).values()) == {3: 5}
        assert len(citizens) == 5
        messages = session.scalars(
            select(Message).where(Message.kind == "bids_assigned").order_by(Message.to_address)
        ).all()
        assert [message.to_address for message in messages] == [
            f"{name}@example.org" for name in ("carl", "cem", "pat", "rosa", "vera")
        ]
        assert messages[0].subject.endswith(": 3 bids to review by 5pm on Friday 25 February 2022 (UK time)")


def test_running_twice_does_nothing() -> None:
    with unit_of_work() as session:
        run_id = requested(p.build(session, bids=2))
    first = run_now(run_id)
    run_assignment(run_id, p.NOW + timedelta(hours=1))
    with unit_of_work() as session:
        assert session.query(Assignment).count() == 6
        assert runs.run_for_update(session, run_id).finished_at == first.finished_at


def test_a_run_whose_worker_died_is_found_and_done_again() -> None:
    with unit_of_work() as session:
        run_id = requested(p.build(session, bids=1))
        run = runs.run_for_update(session, run_id)
        run.state, run.claimed_at, run.attempts = RunState.RUNNING, p.NOW, 1
    with unit_of_work() as session:
        assert runs.waiting_runs(session, p.NOW + runs.LEASE) == []
        late = p.NOW + runs.LEASE + timedelta(seconds=1)
        assert runs.waiting_runs(session, late) == [run_id]
    run_assignment(run_id, late)
    with unit_of_work() as session:
        assert runs.run_for_update(session, run_id).state is RunState.PROPOSED


def test_one_run_at_a_time() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        requested(panel)
        with pytest.raises(RuleBroken, match="being shared out already"):
            requested(panel)


def test_only_the_manager_asks() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        with pytest.raises(NotAllowed):
            actions.request_assignment(
                session, round_id=panel.round.id, actor=panel.actor("chair"), now=p.NOW
            )


def test_a_conflict_leaves_a_bid_short_and_the_next_run_tops_it_up() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        panel.assign(bid, "rosa", "vera", "carl", cleared=False)
        actions.declare(
            session,
            assignment_id=panel.assignment("rosa", bid).id,
            conflict=True,
            reason="My sister works there.",
            actor=panel.actor("rosa"),
            now=p.NOW,
        )
        short = queries.short_bids(session, panel.round, panel.definition.rules)
        assert [(row.ref, row.reviews, row.citizens) for row in short.rows] == [(bid.ref, 1, 1)]
        run_id = requested(panel)
    run_now(run_id)
    with unit_of_work() as session:
        panel.session = session
        assert panel.assignment("cem", bid).state is AssignmentState.ASSIGNED
        assert panel.assignment("rosa", bid).state is AssignmentState.CONFLICTED
        assert queries.short_bids(session, panel.round, panel.definition.rules).total == 0


def test_says_which_bids_stay_short_and_of_what() -> None:
    with unit_of_work() as session:
        panel = p.build(session, bids=2)
        for name in ("rosa", "cem"):
            reviewer = queries.reviewer(session, panel.person_ids[name])
            assert reviewer is not None
            reviewer.active = False
        refs = [bid.ref for bid in panel.bids]
        run_id = requested(panel)
    run = run_now(run_id)
    assert run.state is RunState.APPLIED
    assert run.summary["short"] == [{"ref": ref, "reviews": 1, "citizens": 1} for ref in refs]


def test_a_run_that_can_add_nobody_has_failed() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        for reviewer in queries.all_reviewers(session):
            reviewer.active = False
        run_id = requested(panel)
    assert run_now(run_id).state is RunState.FAILED


def test_somebody_who_lost_the_role_gets_no_more_bids() -> None:
    with unit_of_work() as session:
        panel = p.build(session, bids=1)
        for name in ("vera", "carl"):
            (grant,) = people.grants_of(session, panel.person_ids[name])
            accounts.revoke_role(session, grant_id=grant.id, actor=w.OPERATOR, now=p.NOW)
        run_id = requested(panel)
    run_now(run_id)
    with unit_of_work() as session:
        left = {panel.person_ids[name] for name in ("rosa", "cem", "pat")}
        assert set(session.scalars(select(Assignment.person_id))) == left


def test_nobody_reads_a_bid_of_their_own() -> None:
    """Neither of the lead they work for, nor of one they belong to, nor of a partner of theirs."""
    with unit_of_work() as session:
        panel = p.build(session, bids=3)
        first, second, third = panel.bids
        hive = w.organisation(session, "The Hive")
        rosa, vera = (queries.reviewer(session, panel.person_ids[name]) for name in ("rosa", "vera"))
        assert rosa is not None
        assert vera is not None
        rosa.organisation_id, vera.organisation_id = first.lead_id, hive
        accounts.add_member(
            session,
            organisation_id=second.lead_id,
            person_id=panel.person_ids["carl"],
            role=MemberRole.VIEWER,
            actor=w.OPERATOR,
            now=p.NOW,
        )
        session.add(
            Partner(
                application_id=third.id,
                position=1,
                name="the hive",
                kind=OrganisationKind.CONSTITUTED_GROUP,
                contact_name="",
                contact_email="",
                role="",
                share=0,
            )
        )
        session.flush()
        assert runs.own_bids(session, panel.round.id) == {
            (first.id, panel.person_ids["rosa"]),
            (second.id, panel.person_ids["carl"]),
            (third.id, panel.person_ids["vera"]),
        }


def test_a_reviewer_needs_the_role_and_a_sensible_number() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        stranger = w.person(session, "stranger")
        with pytest.raises(RuleBroken) as refused:
            actions.add_reviewer(
                session,
                person_id=stranger,
                kind=ReviewerKind.VCS,
                most_bids=0,
                actor=panel.actor("manager"),
                now=p.NOW,
            )
        assert [reason.place for reason in refused.value.reasons] == ["email", "most_bids"]


def test_the_list_of_reviewers_counts_their_bids_of_the_round() -> None:
    with unit_of_work() as session:
        panel = p.build(session, bids=2)
        first, second = panel.bids
        panel.assign(first, "rosa")
        panel.assign(second, "rosa", cleared=False)
        rows = {row.name: row for row in queries.reviewers(session, round_id=panel.round.id)}
        assert len(rows) == 5
        assert (rows["Rosa Person"].live, rows["Rosa Person"].undeclared) == (2, 1)
        assert (rows["Cem Person"].live, rows["Cem Person"].undeclared) == (0, 0)
        elsewhere = queries.reviewers(session, round_id=panel.round.id + 1)
        assert [row.live for row in elsewhere] == [0] * 5
