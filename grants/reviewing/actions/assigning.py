"""Sharing a round's bids out: asked for, and once a proposal is there, applied as one deed or discarded."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core import dispatch
from grants.core.errors import Reason, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.programme.definition import Calendar
from grants.programme.models import Round
from grants.reviewing import due_rules, policy, queries, runs, sharing_notices
from grants.reviewing import ground as grounds
from grants.reviewing.actions.running import RUN_JOB
from grants.reviewing.models import Assignment, AssignmentRun
from grants.reviewing.states import ASSIGNMENT, RUN

Pair = tuple[int, int]

TeamFollower = Callable[[Session, int, Actor, datetime], None]

team_followers: dict[str, TeamFollower] = {}
"""What later rooms put right in the same transaction when somebody leaves a bid's team, by the room's name.

Given the bid's id. Those who are left may all have finished. Rooms enter themselves when the app is made.
"""


def request_assignment(session: Session, *, round_id: int, actor: Actor, now: datetime) -> AssignmentRun:
    """Ask a worker to work out who reads what. Raises RuleBroken while one is doing so.

    A proposal that waits for a decision is discarded: this asks for a newer one.
    """
    require(policy.may_assign(actor))
    round_ = programme.locked(session, round_id)
    if runs.unfinished_run(session, round_id) is not None:
        raise RuleBroken("Bids of this round are being shared out already.")
    older = runs.open_proposal(session, round_id)
    if older is not None:
        _settle(session, older, "discard", reason="A newer one was asked for.", actor=actor, now=now)
    run = AssignmentRun(round_id=round_.id, requested_by_id=actor.person_id, requested_at=now, summary={})
    session.add(run)
    session.flush()
    audit.record(session, actor, "assignment.requested", run, now=now, round_id=round_.id)
    dispatch.after_commit(session, RUN_JOB, run.id)
    return run


def apply_assignment(
    session: Session, *, run_id: int, reason: str, actor: Actor, now: datetime
) -> AssignmentRun:
    """Do what a proposal says, all of it at once, and tell each reviewer in one message.

    Raises NotAllowed, RuleBroken without a reason or where the run is no open proposal, Stale where bids,
    reviewers, conflicts or assignments have changed since it was worked out.
    """
    require(policy.may_assign(actor))
    require_no([] if reason.strip() else [Reason("Enter why you apply this proposal", "reason")])
    round_id = runs.run_of(session, run_id).round_id
    round_ = programme.locked(session, round_id)
    runs.hold_bids(session, round_id)
    run = runs.run_for_update(session, run_id)
    there = runs.assignments_between(session, round_id)
    if not RUN.allows(run.state, "apply"):
        raise RuleBroken("This proposal has been dealt with already.")
    if grounds.read(session, round_).digest() != run.basis:
        raise Stale(
            "Bids, reviewers, conflicts of interest or assignments have changed since this proposal was "
            "worked out. Nothing was applied. Go back and have it worked out again."
        )
    added, dropped = _changes(run)
    for pair in dropped:
        there[pair].state = ASSIGNMENT.next(there[pair].state, "remove")
        there[pair].run_id = run.id
    calendar = programme.definition_of(round_).calendar
    for pair in added:
        give(session, there, pair, calendar=calendar, run_id=run.id, now=now)
    _settle(session, run, "apply", reason=reason, actor=actor, now=now)
    tell_team_followers(session, {bid for bid, _ in dropped}, actor=actor, now=now)
    _tell(session, round_, run, added=added, dropped=dropped, now=now)
    return run


def discard_assignment(
    session: Session, *, run_id: int, reason: str, actor: Actor, now: datetime
) -> AssignmentRun:
    """Let a proposal go. Raises NotAllowed, or RuleBroken without a reason or where it was dealt with."""
    require(policy.may_assign(actor))
    require_no([] if reason.strip() else [Reason("Enter why you discard this proposal", "reason")])
    run = runs.run_for_update(session, run_id)
    if not RUN.allows(run.state, "discard"):
        raise RuleBroken("This proposal has been dealt with already.")
    _settle(session, run, "discard", reason=reason, actor=actor, now=now)
    return run


def give(
    session: Session,
    there: Mapping[Pair, Assignment],
    pair: Pair,
    *,
    calendar: Calendar,
    run_id: int | None,
    now: datetime,
    reason: str = "",
) -> Assignment:
    """Give a bid to a reviewer, anew where it was theirs once (`there`: the round's or bid's assignments).

    Given out late, it has a due date of its own.
    """
    bid, person = pair
    assignment = there.get(pair)
    if assignment is None:
        assignment = Assignment(application_id=bid, person_id=person)
        session.add(assignment)
    else:
        assignment.state = ASSIGNMENT.next(assignment.state, "assign_again")
        assignment.declared_at = None
    assignment.run_id, assignment.assigned_at, assignment.reason = run_id, now, reason
    assignment.due_at, assignment.due_reason = due_rules.own_due(calendar, now), ""
    return assignment


def tell_team_followers(
    session: Session, application_ids: Collection[int], *, actor: Actor, now: datetime
) -> None:
    """Let later rooms put right what depends on who still reviews these bids."""
    for application_id in sorted(application_ids):
        for follow in team_followers.values():
            follow(session, application_id, actor, now)


def _settle(
    session: Session, run: AssignmentRun, deed: str, *, reason: str, actor: Actor, now: datetime
) -> None:
    run.state = RUN.next(run.state, deed)
    run.reason, run.settled_by_id, run.settled_at = reason.strip(), actor.person_id, now
    session.flush()
    audit.record(
        session, actor, f"assignment.{run.state}", run, now=now,
        added=run.summary.get("added", 0), dropped=run.summary.get("dropped", 0),
        pairs=audit.digest(repr(run.proposal)), reason=audit.digest(run.reason),
    )  # fmt: skip


def _changes(run: AssignmentRun) -> tuple[list[Pair], list[Pair]]:
    added, dropped = run.proposal.get("added", []), run.proposal.get("dropped", [])
    return [(bid, person) for bid, person in added], [(bid, person) for bid, person in dropped]


def _tell(
    session: Session,
    round_: Round,
    run: AssignmentRun,
    *,
    added: list[Pair],
    dropped: list[Pair],
    now: datetime,
) -> None:
    given, taken = Counter(person for _, person in added), Counter(person for _, person in dropped)
    told = [one.person for one in queries.all_reviewers(session) if one.person_id in {*given, *taken}]
    for notice in sharing_notices.list_changed(
        session,
        round_,
        about=run,
        people=told,
        due_at=due_rules.own_due(programme.definition_of(round_).calendar, now),
        given=given,
        taken=taken,
        key=f"run:{run.id}",
    ):
        outbox.queue(session, notice, now=now)
