"""Single assignments: given and taken off by hand, declined by the reviewer, handed over."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.audit import actions as audit
from grants.core.errors import NotFound, Reason, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor, Permission
from grants.programme import queries as programme
from grants.reviewing import ground as grounds
from grants.reviewing import policy, queries, runs, sharing_notices, staffing
from grants.reviewing.actions.assigning import give, tell_team_followers
from grants.reviewing.models import Assignment
from grants.reviewing.states import ASSIGNMENT, LIVE


def swap(
    session: Session,
    *,
    application_id: int,
    off: int | None,
    on: int | None,
    reason: str,
    beyond: bool = False,
    actor: Actor,
    now: datetime,
) -> None:
    """Take one person off a bid, put another on, or both, as one deed with a reason; each gets one message.

    `beyond` says that the new reviewer may get more bids than they said. Raises NotAllowed, or RuleBroken
    with every reason: a locked sheet, a conflict, an own bid, no role, no room, nobody named.
    """
    require(policy.may_assign(actor))
    require(policy.no_conflict(session, actor, application_id))
    application = bids.for_update(session, application_id)
    there = runs.team_of(session, application_id)
    wrong = [] if reason.strip() else [Reason("Enter the reason", "reason")]
    if off is None and on is None:
        wrong.append(Reason("Select somebody to take off, somebody to put on, or both", "on"))
    if application.stage is not Stage.IN_REVIEW:
        wrong.append(Reason("This bid is not in review, so its reviewers stay as they are."))
    if off is not None:
        wrong += _why_not_off(session, application, there.get((application_id, off)))
    if on is not None:
        wrong += why_not_on(session, application, there, on)
        wrong += no_room_for(session, on, round_id=application.round_id, beyond=beyond)
    require_no(wrong)
    changed = []
    if off is not None:
        changed.append(take_off(there[application_id, off], reason=reason))
    if on is not None:
        changed.append(put_on(session, application, there, on, reason=reason, now=now))
    session.flush()
    for assignment in changed:
        note_change(session, assignment, actor=actor, now=now)
        _tell(session, application, assignment, now=now)
    if off is not None:
        tell_team_followers(session, {application_id}, actor=actor, now=now)


def decline(session: Session, *, assignment_id: int, reason: str, actor: Actor, now: datetime) -> Assignment:
    """A reviewer gives a bid back for a reason that is no conflict; the programme managers are told.

    Raises NotAllowed for anybody else, RuleBroken without a reason or once their sheet is locked.
    """
    application = bids.for_update(session, staffing.bid_of_assignment(session, assignment_id))
    assignment = queries.assignment_for_update(session, assignment_id)
    require(policy.may_declare(actor, assignment))
    locked = grounds.begun(session, application.round_id).get((application.id, assignment.person_id), False)
    require_no(
        [
            *([] if reason.strip() else [Reason("Enter why you decline this bid", "reason")]),
            *([Reason("You have locked your scores of this bid, so it stays yours.")] if locked else []),
        ]
    )
    assignment.state, assignment.reason = ASSIGNMENT.next(assignment.state, "decline"), reason.strip()
    session.flush()
    audit.record(
        session, actor, "assignment.declined", assignment, now=now,
        application_id=application.id, reason=audit.digest(assignment.reason),
    )  # fmt: skip
    for notice in sharing_notices.declined(session, assignment, application):
        outbox.queue(session, notice, now=now)
    tell_team_followers(session, {application.id}, actor=actor, now=now)
    return assignment


def take_off(assignment: Assignment, *, reason: str) -> Assignment:
    """Take its reviewer off the bid."""
    assignment.state, assignment.reason = ASSIGNMENT.next(assignment.state, "remove"), reason.strip()
    return assignment


def put_on(
    session: Session,
    application: Application,
    there: dict[tuple[int, int], Assignment],
    person_id: int,
    *,
    reason: str,
    now: datetime,
    until: datetime | None = None,
) -> Assignment:
    """Give the bid to the person, due at `until` or as any bid that is given out now."""
    calendar = programme.definition_of(programme.round_by_id(session, application.round_id)).calendar
    pair = (application.id, person_id)
    given = give(session, there, pair, calendar=calendar, run_id=None, now=now, reason=reason.strip())
    given.due_at = until or given.due_at
    return given


def note_change(session: Session, assignment: Assignment, *, actor: Actor, now: datetime) -> None:
    """The line in the trail for an assignment given or taken off by hand."""
    audit.record(
        session, actor, "assignment.by_hand", assignment, now=now,
        state=assignment.state, application_id=assignment.application_id,
        person_id=assignment.person_id, reason=audit.digest(assignment.reason),
    )  # fmt: skip


def _why_not_off(session: Session, application: Application, assignment: Assignment | None) -> list[Reason]:
    if assignment is None or assignment.state not in LIVE:
        return [Reason("This person does not review the bid.", "off")]
    touched = grounds.begun(session, application.round_id)
    if touched.get((application.id, assignment.person_id)):
        return [Reason("This reviewer has locked their scores of the bid, so it stays theirs.", "off")]
    return []


def why_not_on(
    session: Session,
    application: Application,
    there: dict[tuple[int, int], Assignment],
    person_id: int,
    *,
    called: str = "this bid",
) -> list[Reason]:
    """What stands between the person and the bid, but for the number of bids they read already."""
    reviewer = queries.reviewer(session, person_id)
    if reviewer is None:
        raise NotFound("There is no such reviewer.")
    name = reviewer.person.name or reviewer.person.email
    person = accounts.actor_for(session, person_id)
    wrong = []
    mine = there.get((application.id, person_id))
    if mine is not None and mine.state in LIVE:
        wrong.append(Reason(f"{name} reviews {called} already.", "on"))
    if not reviewer.active or not person.may(Permission.REVIEW_BIDS):
        wrong.append(Reason(f"{name} does not review any more.", "on"))
    if not policy.no_conflict(session, person, application.id).allowed:
        wrong.append(Reason(f"{name} has a conflict of interest with {called}, or takes part in it.", "on"))
    return wrong


def no_room_for(
    session: Session, person_id: int, *, round_id: int, beyond: bool, more: int = 1
) -> list[Reason]:
    """Whether `more` bids are too many for a reviewer, unless they may get them `beyond` what they said."""
    reviewer = queries.reviewer(session, person_id)
    load = staffing.load_of(session, person_id, round_id=round_id)
    if reviewer is None or beyond or load + more <= reviewer.most_bids:
        return []
    name = reviewer.person.name or reviewer.person.email
    return [
        Reason(
            f"{name} reads {load} of at most {reviewer.most_bids} bids already. Tick the box below to "
            f"give them {'one' if more == 1 else more} more all the same.",
            "on",
        )
    ]


def _tell(session: Session, application: Application, assignment: Assignment, *, now: datetime) -> None:
    person = accounts.person(session, assignment.person_id)
    one = {person.id: 1}
    for notice in sharing_notices.list_changed(
        session,
        programme.round_by_id(session, application.round_id),
        about=assignment,
        people=[person],
        due_at=assignment.due_at,
        given=one if assignment.state in LIVE else {},
        taken={} if assignment.state in LIVE else one,
        key=f"hand:{assignment.id}:{now.isoformat()}",
    ):
        outbox.queue(session, notice, now=now)
