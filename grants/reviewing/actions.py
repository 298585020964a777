"""Deeds of reviewing: adding reviewers, sharing bids out, and conflicts of interest from first to last."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications import queries as bids
from grants.audit import actions as audit
from grants.core import dispatch
from grants.core.db import JsonDict, unit_of_work
from grants.core.errors import Reason, RuleBroken, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import GRANTED, Actor, Permission, service
from grants.programme import queries as programme
from grants.programme.definition import ReviewerKind
from grants.programme.models import Round
from grants.reviewing import notices, policy, queries, runs
from grants.reviewing.assign import Capacity, Demand, Plan, share_out
from grants.reviewing.models import Assignment, AssignmentRun, Conflict, Reviewer
from grants.reviewing.states import (
    ASSIGNMENT,
    BLOCKING,
    CONFLICT,
    LIVE,
    RUN,
    AssignmentState,
    ConflictSource,
    ConflictState,
    RunState,
)

RUN_JOB = "reviewing.assign"
"""The job that shares a round's bids out."""

REVIEWING_ROLES = [role for role, granted in GRANTED.items() if Permission.REVIEW_BIDS in granted]

MOST_BIDS = 2000
"""More than anybody reads; holds a slip of the keyboard off."""

ConflictFollower = Callable[[Session, Conflict, Actor, datetime], None]

conflict_followers: dict[str, ConflictFollower] = {}
"""What later rooms put right in the same transaction whenever a conflict changes, by the room's name.

Rooms call one way only, so this room cannot call scoring or panels. They enter themselves here when the app
is made (`init_app` of their views) and are called in the order of the rooms.
"""


def add_reviewer(
    session: Session,
    *,
    person_id: int,
    kind: ReviewerKind,
    organisation_id: int | None = None,
    most_bids: int,
    actor: Actor,
    now: datetime,
) -> Reviewer:
    """Make somebody whose role reviews a reviewer, or change what is known of one. Raises RuleBroken."""
    require(policy.may_assign(actor))
    person = accounts.actor_for(session, person_id)
    reasons = []
    if not person.may(Permission.REVIEW_BIDS):
        reasons.append(Reason("This person does not have a role that reviews bids yet.", "email"))
    if not 1 <= most_bids <= MOST_BIDS:
        reasons.append(Reason(f"The most bids must be a number from 1 to {MOST_BIDS:,}.", "most_bids"))
    require_no(reasons)
    reviewer = queries.reviewer(session, person_id) or Reviewer(person_id=person_id, added_at=now)
    reviewer.kind, reviewer.organisation_id = kind, organisation_id
    reviewer.most_bids, reviewer.active = most_bids, True
    session.add(reviewer)
    session.flush()
    audit.record(
        session, actor, "reviewer.added", reviewer, now=now,
        kind=kind, organisation_id=organisation_id, most_bids=most_bids,
    )  # fmt: skip
    return reviewer


def request_assignment(session: Session, *, round_id: int, actor: Actor, now: datetime) -> AssignmentRun:
    """Ask a worker to share out the round's bids in review. Raises RuleBroken while one is doing so."""
    require(policy.may_assign(actor))
    round_ = programme.locked(session, round_id)
    if runs.unfinished_run(session, round_id) is not None:
        raise RuleBroken("Bids of this round are being shared out already.")
    run = AssignmentRun(round_id=round_.id, requested_by_id=actor.person_id, requested_at=now, summary={})
    session.add(run)
    session.flush()
    audit.record(session, actor, "assignment.requested", run, now=now, round_id=round_.id)
    dispatch.after_commit(session, RUN_JOB, run.id)
    return run


def run_assignment(run_id: int, now: datetime) -> None:
    """Share bids out for one requested run, if nobody else has claimed it. Opens its own transactions."""
    with unit_of_work() as session:
        claimed = session.execute(
            update(AssignmentRun)
            .where(AssignmentRun.id == run_id, runs.claimable(now))
            .values(state=RunState.RUNNING, claimed_at=now)
            .returning(AssignmentRun.id)
            .execution_options(synchronize_session=False)
        )
        if claimed.one_or_none() is None:
            return
    with unit_of_work() as session:
        run = runs.run_for_update(session, run_id)
        if run.state is RunState.RUNNING and run.claimed_at == now:
            _apply(session, run, now=now)


def _apply(session: Session, run: AssignmentRun, *, now: datetime) -> None:
    round_ = programme.locked(session, run.round_id)
    reviewers = queries.all_reviewers(session)
    refs = runs.bids_in_review(session, round_.id)
    plan = _plan(session, round_, refs, reviewers)
    for bid, person in plan.added:
        session.add(Assignment(application_id=bid, person_id=person, run_id=run.id, assigned_at=now))
    run.state = RUN.next(run.state, "apply" if plan.added or not plan.short else "fail")
    run.finished_at, run.summary = now, _summary(plan, refs)
    session.flush()
    audit.record(
        session, service(RUN_JOB), "assignment.applied", run, now=now,
        added=len(plan.added), short=len(plan.short), pairs=audit.digest(repr(plan.added)),
    )  # fmt: skip
    given = Counter(person for _, person in plan.added)
    told = {reviewer.person: given[reviewer.person_id] for reviewer in reviewers if given[reviewer.person_id]}
    for notice in notices.assigned(round_, run, told):
        outbox.queue(session, notice, now=now)


def _plan(session: Session, round_: Round, in_review: Collection[int], reviewers: Sequence[Reviewer]) -> Plan:
    """The plan for the round as it stands."""
    rules = programme.definition_of(round_).rules
    pairs = runs.pairs_of_round(session, round_.id)
    closed = {(bid, person) for bid, person, state in pairs if state not in LIVE}
    return share_out(
        demands=[Demand(bid, rules.reviews_per_bid, rules.citizen_reviews_per_bid) for bid in in_review],
        reviewers=_capacities(session, reviewers),
        standing=[(bid, person) for bid, person, state in pairs if state in LIVE],
        forbidden=closed | runs.conflict_pairs(session, round_.id) | runs.own_bids(session, round_.id),
        seed=round_.ref,
    )


def _capacities(session: Session, reviewers: Sequence[Reviewer]) -> list[Capacity]:
    """What the rule may load on each: nothing more on the inactive, nor on those who lost the role."""
    able = {person.id for role in REVIEWING_ROLES for person in accounts.people_with_role(session, role)}
    return [
        Capacity(
            reviewer.person_id,
            citizen=reviewer.kind is ReviewerKind.CITIZEN,
            most=reviewer.most_bids if reviewer.active and reviewer.person_id in able else 0,
        )
        for reviewer in reviewers
    ]


def _summary(plan: Plan, refs: dict[int, str]) -> JsonDict:
    return {
        "added": len(plan.added),
        "reviewers": len({person for _, person in plan.added}),
        "short": [
            {"ref": refs[short.bid], "reviews": short.reviews, "citizens": short.citizens}
            for short in plan.short
        ],
    }


def declare(
    session: Session, *, assignment_id: int, conflict: bool, reason: str = "", actor: Actor, now: datetime
) -> Assignment:
    """A reviewer says, before a bid opens or later, whether they have a conflict of interest with it.

    A declared conflict blocks the bid for them at once and waits to be settled. Raises NotAllowed for anybody
    else, RuleBroken without a reason or where the assignment's state does not allow it.
    """
    assignment = queries.assignment_for_update(session, assignment_id)
    require(policy.may_declare(actor, assignment))
    if not conflict:
        assignment.state = ASSIGNMENT.next(assignment.state, "declare_clear")
        assignment.declared_at = now
        session.flush()
        audit.record(session, actor, "assignment.declared_clear", assignment, now=now)
        return assignment
    found = _raise_conflict(
        session, person_id=assignment.person_id, application_id=assignment.application_id,
        source=ConflictSource.DECLARED, reason=reason, now=now,
    )  # fmt: skip
    assignment.declared_at = now
    session.flush()
    audit.record(
        session, actor, "conflict.declared", found, now=now,
        application_id=found.application_id, reason=audit.digest(found.reason),
    )  # fmt: skip
    application = bids.application(session, found.application_id)
    for notice in notices.declared(session, found, application):
        outbox.queue(session, notice, now=now)
    _tell_followers(session, found, actor=actor, now=now)
    return assignment


def record_conflict(
    session: Session, *, person_id: int, application_id: int, reason: str, actor: Actor, now: datetime
) -> Conflict:
    """Put somebody's conflict of interest on record, found early or late: it blocks them until it is settled.

    Raises NotAllowed, or RuleBroken where it is on record already or no reason is given.
    """
    require(policy.may_record(actor))
    conflict = _raise_conflict(
        session, person_id=person_id, application_id=application_id,
        source=ConflictSource.RECORDED, reason=reason, now=now,
    )  # fmt: skip
    audit.record(
        session, actor, "conflict.recorded", conflict, now=now,
        person_id=person_id, application_id=application_id, reason=audit.digest(conflict.reason),
    )  # fmt: skip
    application = bids.application(session, application_id)
    outbox.queue(session, notices.recorded(session, conflict, application), now=now)
    _tell_followers(session, conflict, actor=actor, now=now)
    return conflict


def settle_conflict(
    session: Session, *, conflict_id: int, deed: str, reason: str, actor: Actor, now: datetime
) -> Conflict:
    """Confirm, reject, pin, unpin or reopen a conflict (`deed` of the machine CONFLICT); never one's own.

    A confirmed or pinned one takes the person's sheet out of every mean; a rejected one lets them back in.
    Raises NotAllowed, or RuleBroken without a reason or where the state does not allow the deed.
    """
    conflict = queries.conflict_for_update(session, conflict_id)
    require(policy.may_settle(actor, conflict))
    require_no([Reason("Enter the reason", "reason")] if not reason.strip() else [])
    if deed not in CONFLICT.steps:
        raise RuleBroken("Select what you decide about this conflict of interest.")
    conflict.state = CONFLICT.next(conflict.state, deed)
    conflict.settled_by_id, conflict.settled_reason = actor.person_id, reason.strip()
    conflict.settled_at = None if conflict.state is ConflictState.PROPOSED else now
    _fit_assignment(session, conflict)
    session.flush()
    audit.record(
        session, actor, "conflict.settled", conflict, now=now,
        state=conflict.state, application_id=conflict.application_id,
        reason=audit.digest(conflict.settled_reason),
    )  # fmt: skip
    application = bids.application(session, conflict.application_id)
    outbox.queue(session, notices.settled(session, conflict, application), now=now)
    _tell_followers(session, conflict, actor=actor, now=now)
    return conflict


def _raise_conflict(
    session: Session,
    *,
    person_id: int,
    application_id: int,
    source: ConflictSource,
    reason: str,
    now: datetime,
) -> Conflict:
    """The one conflict of this person and bid, raised anew where it was rejected before."""
    require_no([Reason("Enter what the conflict of interest is", "reason")] if not reason.strip() else [])
    conflict = queries.conflict_between(session, person_id=person_id, application_id=application_id)
    if conflict is None:
        conflict = Conflict(person_id=person_id, application_id=application_id, state=CONFLICT.initial)
        session.add(conflict)
    elif conflict.state in BLOCKING:
        raise RuleBroken("This conflict of interest is on record already.")
    else:
        conflict.state = CONFLICT.next(conflict.state, "propose_again")
    conflict.source, conflict.reason, conflict.raised_at = source, reason.strip(), now
    conflict.settled_by_id = conflict.settled_at = None
    conflict.settled_reason = ""
    _fit_assignment(session, conflict)
    session.flush()
    return conflict


def _fit_assignment(session: Session, conflict: Conflict) -> None:
    """Close the person's assignment while a conflict blocks them; give it back once it does not.

    Where the bid has found enough other reviewers meanwhile, the person is taken off instead. Somebody who
    had declared that there is none, and was found to be right, need not declare again.
    """
    assignment = queries.assignment_of(
        session, application_id=conflict.application_id, person_id=conflict.person_id
    )
    if assignment is None:
        return
    if conflict.state in BLOCKING:
        if assignment.state in LIVE:
            assignment.state = ASSIGNMENT.next(assignment.state, "declare_conflict")
    elif assignment.state is AssignmentState.CONFLICTED:
        assignment.state = ASSIGNMENT.next(assignment.state, "assign_again")
        if not _still_wanted(session, assignment):
            assignment.state = ASSIGNMENT.next(assignment.state, "remove")
        elif conflict.source is ConflictSource.RECORDED and assignment.declared_at is not None:
            assignment.state = ASSIGNMENT.next(assignment.state, "declare_clear")


def _still_wanted(session: Session, assignment: Assignment) -> bool:
    """Whether the bid has fewer other live reviewers than its round demands."""
    application = bids.application(session, assignment.application_id)
    rules = programme.definition_of(programme.round_by_id(session, application.round_id)).rules
    live = queries.live_assignments(session, application.id)
    return sum(other.id != assignment.id for other in live) < rules.reviews_per_bid


def _tell_followers(session: Session, conflict: Conflict, *, actor: Actor, now: datetime) -> None:
    for follow in conflict_followers.values():
        follow(session, conflict, actor, now)
