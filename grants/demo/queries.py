"""What the story has to look up as it is told."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.states import Origin
from grants.notifications import queries as outbox
from grants.notifications.states import MessageState
from grants.programme.models import Round
from grants.reviewing.models import Assignment, Conflict
from grants.reviewing.states import AssignmentState, ConflictState
from grants.scoring.models import Sheet
from grants.scoring.states import SheetState


def has_round_of(session: Session, fund_slug: str) -> bool:
    """Whether any round of the fund is there."""
    return session.scalar(select(Round.id).where(Round.fund_slug == fund_slug).limit(1)) is not None


def has_rounds(session: Session) -> bool:
    """Whether any round of any fund is there."""
    return session.scalar(select(Round.id).limit(1)) is not None


def bids_told(session: Session) -> int:
    """How many of the story's bids are there."""
    return session.scalar(select(func.count()).where(Application.origin == Origin.DEMO)) or 0


def messages_waiting(session: Session) -> int:
    """How many messages wait to go out."""
    return outbox.counts(session)[MessageState.QUEUED]


def assignments_of(session: Session, application_id: int) -> Sequence[Assignment]:
    """Every assignment of a bid, the first given first."""
    return session.scalars(
        select(Assignment).where(Assignment.application_id == application_id).order_by(Assignment.id)
    ).all()


def waits_for_declaration(session: Session, assignment_id: int) -> bool:
    """Whether the reviewer has not said yet whether they have a conflict."""
    state = session.scalar(select(Assignment.state).where(Assignment.id == assignment_id))
    return state is AssignmentState.ASSIGNED


def has_locked(session: Session, assignment: Assignment) -> bool:
    """Whether the reviewer has locked their sheet of the bid."""
    locked = select(Sheet.id).where(Sheet.assignment_id == assignment.id, Sheet.state == SheetState.LOCKED)
    return session.scalar(locked) is not None


def open_conflicts(session: Session, application_id: int) -> Sequence[Conflict]:
    """Conflicts with a bid that nobody has settled yet."""
    return session.scalars(
        select(Conflict).where(
            Conflict.application_id == application_id, Conflict.state == ConflictState.PROPOSED
        )
    ).all()
