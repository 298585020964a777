"""Who reads the record of a bid or a round."""

from sqlalchemy.orm import Session

from grants.core.policy import YES, Decision, first_no, no
from grants.permissions import Actor, Permission
from grants.reviewing import policy as reviewing
from grants.scoring import policy as scoring


def can_read(session: Session, actor: Actor, round_id: int) -> Decision:
    """Managers, chairs and auditors, once their own sheets of the round are locked: it holds scores."""
    if not actor.may(Permission.READ_RECORDS):
        return no("Your role does not read the record.")
    if scoring.has_unlocked_sheets(session, actor, round_id):
        return no("You can see this once you have locked all your own score sheets of this round.")
    return YES


def can_read_of(session: Session, actor: Actor, *, round_id: int, application_id: int) -> Decision:
    """The same, for whoever has no conflict of interest with the bid."""
    return first_no(can_read(session, actor, round_id), reviewing.no_conflict(session, actor, application_id))
