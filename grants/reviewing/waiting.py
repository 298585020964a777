"""Counting conflicts of interest to settle, and the bids that no count may tell of."""

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from grants.accounts.models import Membership
from grants.accounts.waiting import Counted, Reader
from grants.applications.models import Application
from grants.applications.waiting import by_bid
from grants.reviewing.models import Conflict, Reviewer
from grants.reviewing.policy import is_tied_to
from grants.reviewing.states import BLOCKING, ConflictState


def hidden_anywhere(session: Session, person_id: int) -> frozenset[int]:
    """What `queries.hidden_from` says, of every round at once. One statement."""
    on_record = select(Conflict.application_id).where(
        Conflict.person_id == person_id, Conflict.state.in_(BLOCKING)
    )
    has_ties = or_(
        exists().where(Membership.person_id == person_id),
        exists().where(Reviewer.person_id == person_id, Reviewer.organisation_id.is_not(None)),
    )
    found = select(Application.id).where(
        or_(Application.id.in_(on_record), and_(has_ties, is_tied_to(person_id)))
    )
    return frozenset(session.scalars(found))


def conflicts_to_settle(reader: Reader) -> Counted:
    """Proposed conflicts of other people that somebody else put on record."""
    return by_bid(Conflict.application_id, without=reader.hidden).where(
        Conflict.state == ConflictState.PROPOSED,
        Conflict.person_id != reader.person_id,
        Conflict.raised_by_id.is_distinct_from(reader.person_id),
    )
