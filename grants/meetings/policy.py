"""Who calls, runs and follows a panel's meetings. A conflict with a bid sends its person out of the room."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from grants.core.policy import YES, Decision, first_no, no
from grants.permissions import Actor, Permission
from grants.reviewing import policy as reviewing
from grants.scoring import policy as scoring


def can_call(actor: Actor) -> Decision:
    """Programme managers and chairs call meetings."""
    return (
        YES
        if actor.may(Permission.CALL_MEETINGS)
        else no("Only a programme manager or the chair calls meetings.")
    )


def can_run(actor: Actor) -> Decision:
    """Chairs open, lead and close meetings."""
    return YES if actor.may(Permission.RUN_MEETINGS) else no("Only a chair leads the meeting.")


def can_lead(session: Session, actor: Actor, application_id: int) -> Decision:
    """A chair leads the meeting through a bid, unless they have a conflict of interest with it."""
    return first_no(can_run(actor), reviewing.no_conflict(session, actor, application_id))


def can_draw(session: Session, actor: Actor, bids: Iterable[int]) -> Decision:
    """A chair without a conflict of interest with any of the bids between which lots are drawn."""
    return first_no(can_run(actor), *(reviewing.no_conflict(session, actor, bid) for bid in bids))


def can_follow(session: Session, actor: Actor, round_id: int) -> Decision:
    """Members, managers and auditors, once their own sheets are locked: the agenda tells scores."""
    if not actor.may(Permission.ATTEND_MEETINGS):
        return no("Your role has no part in the panel’s meetings.")
    if scoring.has_unlocked_sheets(session, actor, round_id):
        return no("You can see this once you have locked all your own score sheets of this round.")
    return YES


def can_take_part(actor: Actor) -> Decision:
    """Reviewers and chairs are the panel; others only look on."""
    if actor.may(Permission.REVIEW_BIDS) or actor.may(Permission.RUN_MEETINGS):
        return YES
    return no("Only members of the panel take part in its meetings.")
