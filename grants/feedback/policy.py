"""Who may read feedback before it goes out, have it drafted, and edit it."""

from sqlalchemy.orm import Session

from grants.core.policy import YES, Decision, first_no, no
from grants.permissions import Actor, Permission
from grants.reviewing import policy as reviewing
from grants.scoring import policy as scoring


def may_read_round(session: Session, actor: Actor, round_id: int) -> Decision:
    """Those whose role reads feedback, once their own sheets of the round are locked: it tells of scores."""
    if not actor.may(Permission.READ_FEEDBACK):
        return no("Your role does not read feedback to applicants.")
    if scoring.has_unlocked_sheets(session, actor, round_id):
        return no("You can see this once you have locked all your own score sheets of this round.")
    return YES


def may_draft(session: Session, actor: Actor, round_id: int) -> Decision:
    """The chair or the programme manager has feedback drafted for a whole round."""
    return first_no(
        YES
        if actor.may(Permission.DRAFT_FEEDBACK)
        else no("Your role does not draft feedback to applicants."),
        may_read_round(session, actor, round_id),
    )


def may_read(session: Session, actor: Actor, application_id: int, round_id: int) -> Decision:
    """As for the round, and without a conflict of interest with the bid."""
    return first_no(
        reviewing.no_conflict(session, actor, application_id), may_read_round(session, actor, round_id)
    )


def may_edit(session: Session, actor: Actor, application_id: int, round_id: int) -> Decision:
    """The chair, or a deputy in that role where the chair has a conflict of interest with the bid."""
    return first_no(
        YES
        if actor.may(Permission.EDIT_FEEDBACK)
        else no("Only the chair or a deputy edits feedback to applicants."),
        may_read(session, actor, application_id, round_id),
    )
