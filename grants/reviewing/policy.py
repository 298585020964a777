"""Who may add reviewers, share bids out, declare and settle conflicts, and who must not open a bid."""

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from grants.accounts.models import Membership, Organisation
from grants.applications.models import Application, Partner
from grants.core.policy import YES, Decision, first_no, no
from grants.permissions import Actor, Permission
from grants.reviewing.models import Assignment, Conflict, Reviewer, ReviewerExpense
from grants.reviewing.states import BLOCKING, OVER, AssignmentState, ConflictState

ENTER_INTERESTS = (Permission.REVIEW_BIDS, Permission.APPROVE_OVERRIDE)
"""What those who enter their interests may do."""

OWN_BID = no(
    "Your own organisation leads this bid or takes part in it, so you cannot work on it for the council. "
    "If you belong to its lead, you find it under “My bids”."
)


def blocking_conflict(session: Session, *, person_id: int, application_id: int) -> Conflict | None:
    """The person's conflict with the bid while it is proposed, confirmed or pinned; None if there is none."""
    return session.scalars(
        select(Conflict).where(
            Conflict.person_id == person_id,
            Conflict.application_id == application_id,
            Conflict.state.in_(BLOCKING),
        )
    ).one_or_none()


def no_conflict(session: Session, actor: Actor, application_id: int) -> Decision:
    """A yes unless a proposed, confirmed or pinned conflict of interest stands between actor and bid.

    Who belongs to, or reviews for, the lead or a partner has one, recorded or not.
    """
    if actor.person_id is None:
        return YES
    conflict = blocking_conflict(session, person_id=actor.person_id, application_id=application_id)
    if conflict is not None:
        return why_blocked(conflict.state)
    own = select(Application.id).where(Application.id == application_id, is_tied_to(actor.person_id))
    return YES if session.scalar(own) is None else OWN_BID


def is_tied_to(person_id: int | None) -> ColumnElement[bool]:
    """Holds for a bid that an organisation of the person leads or takes part in.

    Theirs are those they belong to and the one they review for. Partners are recognised by name, whatever its
    case, or by charity or company number.
    """
    works_for = select(Reviewer.organisation_id).where(Reviewer.person_id == person_id)
    belongs_to = select(Membership.organisation_id).where(Membership.person_id == person_id)
    theirs = or_(Organisation.id.in_(belongs_to), Organisation.id.in_(works_for))
    same = or_(
        func.lower(Organisation.name) == func.lower(Partner.name),
        and_(
            Partner.number != "",
            Partner.number.in_((Organisation.charity_number, Organisation.company_number)),
        ),
    )
    return or_(
        Application.lead_id.in_(select(Organisation.id).where(theirs)),
        exists().where(Partner.application_id == Application.id, Organisation.id.is_not(None), theirs, same),
    )


def has_declared(session: Session, actor: Actor, application_id: int) -> Decision:
    """A no for a reviewer of the bid who has still to say whether they have a conflict of interest."""
    waiting = select(Assignment.id).where(
        Assignment.person_id == actor.person_id,
        Assignment.application_id == application_id,
        Assignment.state == AssignmentState.ASSIGNED,
    )
    if session.scalar(waiting) is None:
        return YES
    return no("Say first whether you have a conflict of interest with this bid.")


def why_blocked(state: ConflictState) -> Decision:
    """The refusal for somebody whose conflict stands at a blocking `state`."""
    if state is ConflictState.PROPOSED:
        return no(
            "A conflict of interest between you and this bid is on record, so you cannot open or score it "
            "or decide on it unless the programme team finds that there is none."
        )
    return no(
        "You have a conflict of interest with this bid, so you cannot open or score it or decide on it."
    )


def may_read(assignment: Assignment | None) -> Decision:
    """A reviewer may read a bid assigned to them once they have said that they have no conflict with it."""
    if assignment is None or assignment.state in OVER:
        return no("This bid is not one of those you review.")
    if assignment.state is AssignmentState.CONFLICTED:
        return why_blocked(ConflictState.PROPOSED)
    if assignment.state is AssignmentState.ASSIGNED:
        return no("Say first whether you have a conflict of interest with this bid.")
    return YES


def may_assign(actor: Actor) -> Decision:
    """The programme manager adds reviewers and shares bids out."""
    return (
        YES if actor.may(Permission.ASSIGN_REVIEWERS) else no("Only the programme manager assigns reviewers.")
    )


def may_say_what_they_know(actor: Actor, person_id: int) -> Decision:
    """The programme manager says it of anybody, everybody else of themselves."""
    if actor.may(Permission.ASSIGN_REVIEWERS) or actor.person_id == person_id:
        return YES
    return no("Only the programme manager says what other reviewers know.")


def may_declare(actor: Actor, assignment: Assignment) -> Decision:
    """Everybody declares for themselves only."""
    return YES if actor.person_id == assignment.person_id else no("Only the reviewer can declare this.")


def may_enter_interests(actor: Actor) -> Decision:
    """Those who judge bids: reviewers, chairs and finance approvers."""
    if any(map(actor.may, ENTER_INTERESTS)):
        return YES
    return no("Only those who review bids, decide on them or approve money enter their interests.")


def may_put_on_record(actor: Actor) -> Decision:
    """The programme manager and the chair put conflicts on record."""
    if actor.may(Permission.SETTLE_CONFLICTS):
        return YES
    return no("Only the programme manager or the chair puts conflicts of interest on record.")


def may_record(session: Session, actor: Actor, *, person_id: int, application_id: int) -> Decision:
    """Those who put conflicts on record; others' only with bids that they have no conflict with."""
    own = actor.person_id == person_id
    return first_no(may_put_on_record(actor), YES if own else no_conflict(session, actor, application_id))


def may_read_conflict(session: Session, actor: Actor, conflict: Conflict) -> Decision:
    """Anybody their own; of other people's, those with bids that the reader has no conflict with."""
    if actor.person_id == conflict.person_id:
        return YES
    return no_conflict(session, actor, conflict.application_id)


def may_settle(session: Session, actor: Actor, conflict: Conflict) -> Decision:
    """The programme manager and the chair settle conflicts: never their own, nor another's with a bid that
    they have a conflict with themselves.
    """
    if not actor.may(Permission.SETTLE_CONFLICTS):
        return no("Only the programme manager or the chair settles conflicts of interest.")
    if actor.person_id == conflict.person_id:
        return no("This conflict of interest is your own, so somebody else must settle it.")
    return no_conflict(session, actor, conflict.application_id)


def may_uphold(actor: Actor, conflict: Conflict) -> Decision:
    """Whoever put a conflict on record may take it back; somebody else has to confirm or pin it."""
    if actor.person_id is not None and actor.person_id == conflict.raised_by_id:
        return no("You put this conflict of interest on record, so somebody else must confirm it.")
    return YES


def may_lift(session: Session, actor: Actor, conflict: Conflict) -> Decision:
    """Only an administrator lifts a pin, who has no part in reviewing; never their own, nor another's with a
    bid that they have a conflict with themselves.
    """
    if not actor.may(Permission.LIFT_PINS):
        return no("Only an administrator lifts the pin of a conflict of interest.")
    if actor.person_id in (conflict.person_id, conflict.raised_by_id):
        return no("You have a part in this conflict of interest, so another administrator must lift its pin.")
    return no_conflict(session, actor, conflict.application_id)


def may_enter_expenses(session: Session, actor: Actor) -> Decision:
    """Whoever is, or was, on the panel."""
    found = select(Reviewer.person_id).where(Reviewer.person_id == actor.person_id)
    if actor.may(Permission.REVIEW_BIDS) and session.scalar(found) is not None:
        return YES
    return no("Only reviewers who have been added to the panel enter time and expenses.")


def may_answer_expense(actor: Actor, expense: ReviewerExpense) -> Decision:
    """The programme manager, never on an entry of their own."""
    if not actor.may(Permission.ASSIGN_REVIEWERS):
        return no("Only the programme manager answers reviewers’ time and expenses.")
    if actor.person_id == expense.person_id:
        return no("This entry is your own, so somebody else must answer it.")
    return YES
