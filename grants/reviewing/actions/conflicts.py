"""Conflicts of interest from first to last: declared, recorded, settled."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts.actions.inserting import insert_unless_there
from grants.applications import queries as bids
from grants.audit import actions as audit
from grants.core.errors import Reason, RuleBroken, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.reviewing import ground as grounds
from grants.reviewing import notices, policy, queries, staffing
from grants.reviewing.models import Assignment, Conflict, ConflictStep
from grants.reviewing.states import (
    ASSIGNMENT,
    BLOCKING,
    CONFLICT,
    LIVE,
    SETTLING_LABELS,
    AssignmentState,
    ConflictSource,
    ConflictState,
)

ConflictFollower = Callable[[Session, Conflict, Actor, datetime], None]

conflict_followers: dict[str, ConflictFollower] = {}
"""What later rooms put right in the same transaction whenever a conflict changes, by the room's name.

Rooms call one way only, so this room cannot call scoring or panels. They enter themselves here when the app
is made (`init_app` of their views) and are called in the order of the rooms.
"""


ON_RECORD = "This conflict of interest is on record already."

UPHOLDING = ("confirm", "pin")
"""Deeds that somebody other than who raised the conflict has to do."""


def declare(
    session: Session, *, assignment_id: int, conflict: bool, reason: str = "", actor: Actor, now: datetime
) -> Assignment:
    """A reviewer says, before a bid opens or later, whether they have a conflict of interest with it.

    A declared conflict blocks the bid for them at once and waits to be settled. Raises NotAllowed for anybody
    else, RuleBroken without a reason or where the assignment's state does not allow it.
    """
    bids.for_update(session, staffing.bid_of_assignment(session, assignment_id))
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
        source=ConflictSource.DECLARED, reason=reason, actor=actor, now=now,
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
    tell_followers(session, found, actor=actor, now=now)
    return assignment


def record_conflict(
    session: Session, *, person_id: int, application_id: int, reason: str, actor: Actor, now: datetime
) -> Conflict:
    """Put somebody's conflict of interest on record, found early or late: it blocks them until it is settled.

    Raises NotAllowed, or RuleBroken where it is on record already or no reason is given.
    """
    require(policy.may_record(session, actor, person_id=person_id, application_id=application_id))
    conflict = _raise_conflict(
        session, person_id=person_id, application_id=application_id,
        source=ConflictSource.RECORDED, reason=reason, actor=actor, now=now,
    )  # fmt: skip
    audit.record(
        session, actor, "conflict.recorded", conflict, now=now,
        person_id=person_id, application_id=application_id, reason=audit.digest(conflict.reason),
    )  # fmt: skip
    application = bids.application(session, application_id)
    outbox.queue(session, notices.recorded(session, conflict, application), now=now)
    tell_followers(session, conflict, actor=actor, now=now)
    return conflict


def settle_conflict(
    session: Session, *, conflict_id: int, deed: str, reason: str, actor: Actor, now: datetime
) -> Conflict:
    """Confirm, reject or pin a conflict (`deed` of the machine CONFLICT): never one's own, and no confirming
    or pinning by whoever put it on record.

    A confirmed or pinned one takes the person's sheet out of every mean; a rejected one lets them back in.
    Raises NotAllowed, or RuleBroken without a reason or where the state does not allow the deed.
    """
    bids.for_update(session, queries.conflict(session, conflict_id).application_id)
    conflict = queries.conflict_for_update(session, conflict_id)
    require(policy.may_settle(session, actor, conflict))
    if deed in UPHOLDING:
        require(policy.may_uphold(actor, conflict))
    require_no([Reason("Enter the reason", "reason")] if not reason.strip() else [])
    if deed not in SETTLING_LABELS:
        raise RuleBroken("Select what you decide about this conflict of interest.")
    return _settle(session, conflict, deed=deed, reason=reason, actor=actor, now=now)


def lift_pin(session: Session, *, conflict_id: int, reason: str, actor: Actor, now: datetime) -> Conflict:
    """An administrator lifts the pin, with a reason: the conflict stays confirmed, and can be settled anew.

    Raises NotAllowed, or RuleBroken without a reason or where nothing is pinned.
    """
    bids.for_update(session, queries.conflict(session, conflict_id).application_id)
    conflict = queries.conflict_for_update(session, conflict_id)
    require(policy.may_lift(session, actor, conflict))
    require_no([Reason("Enter the reason", "reason")] if not reason.strip() else [])
    return _settle(session, conflict, deed="unpin", reason=reason, actor=actor, now=now)


def _settle(
    session: Session, conflict: Conflict, *, deed: str, reason: str, actor: Actor, now: datetime
) -> Conflict:
    conflict.state = CONFLICT.next(conflict.state, deed)
    conflict.settled_by_id, conflict.settled_reason = actor.person_id, reason.strip()
    conflict.settled_at = None if conflict.state is ConflictState.PROPOSED else now
    fit_assignment(session, conflict)
    note_step(session, conflict, deed=deed, by_id=actor.person_id, at=now, reason=conflict.settled_reason)
    audit.record(
        session, actor, "conflict.settled", conflict, now=now,
        state=conflict.state, application_id=conflict.application_id,
        reason=audit.digest(conflict.settled_reason),
    )  # fmt: skip
    application = bids.application(session, conflict.application_id)
    outbox.queue(session, notices.settled(session, conflict, application), now=now)
    tell_followers(session, conflict, actor=actor, now=now)
    return conflict


def _raise_conflict(
    session: Session,
    *,
    person_id: int,
    application_id: int,
    source: ConflictSource,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Conflict:
    """The one conflict of this person and bid, raised anew where it was rejected before."""
    require_no([Reason("Enter what the conflict of interest is", "reason")] if not reason.strip() else [])
    bids.for_update(session, application_id)
    conflict = queries.conflict_between(session, person_id=person_id, application_id=application_id)
    if conflict is None:
        conflict = insert_conflict(
            session, person_id=person_id, application_id=application_id, source=source, now=now
        )
        if conflict is None:
            raise RuleBroken(ON_RECORD)
    elif conflict.state in BLOCKING:
        raise RuleBroken(ON_RECORD)
    else:
        conflict.state = CONFLICT.next(conflict.state, "propose_again")
    conflict.source, conflict.reason, conflict.raised_at = source, reason.strip(), now
    conflict.raised_by_id = actor.person_id
    conflict.settled_by_id = conflict.settled_at = None
    conflict.settled_reason = ""
    fit_assignment(session, conflict)
    note_step(session, conflict, deed=source, by_id=actor.person_id, at=now, reason=conflict.reason)
    return conflict


def insert_conflict(
    session: Session, *, person_id: int, application_id: int, source: ConflictSource, now: datetime
) -> Conflict | None:
    """A new, proposed conflict; None where somebody else was faster: there is one of a person and bid."""
    row = {"person_id": person_id, "application_id": application_id, "source": source, "raised_at": now}
    start = {"state": CONFLICT.initial, "reason": "", "settled_reason": ""}
    return insert_unless_there(session, Conflict, {**row, **start})


def note_step(
    session: Session, conflict: Conflict, *, deed: str, by_id: int | None, at: datetime, reason: str
) -> None:
    """Write down who said or decided what about a conflict, and when."""
    session.add(
        ConflictStep(
            conflict_id=conflict.id, deed=deed, state=conflict.state, by_id=by_id, at=at, reason=reason
        )
    )
    session.flush()


def fit_assignment(session: Session, conflict: Conflict) -> None:
    """Close the person's assignment while a conflict blocks them; give it back once it does not.

    Where the bid has found enough other reviewers meanwhile, the person is taken off instead, unless their
    work on it is finished. Somebody who had declared that there is none, and was found to be right, need not
    declare again.
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
        elif conflict.source is not ConflictSource.DECLARED and assignment.declared_at is not None:
            assignment.state = ASSIGNMENT.next(assignment.state, "declare_clear")


def _still_wanted(session: Session, assignment: Assignment) -> bool:
    """Whether theirs is finished, or the bid has fewer other live reviewers than its round demands."""
    application = bids.application(session, assignment.application_id)
    if grounds.begun(session, application.round_id).get((application.id, assignment.person_id)):
        return True
    rules = programme.definition_of(programme.round_by_id(session, application.round_id)).rules
    live = queries.live_assignments(session, application.id)
    return sum(other.id != assignment.id for other in live) < rules.reviews_per_bid


def tell_followers(session: Session, conflict: Conflict, *, actor: Actor, now: datetime) -> None:
    """Let later rooms put right what depends on the conflict."""
    for follow in conflict_followers.values():
        follow(session, conflict, actor, now)
