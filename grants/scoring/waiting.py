"""Counting sheets that somebody wants opened again, and the bids that a person scored."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts.waiting import Counted, Reader
from grants.applications.waiting import by_bid
from grants.scoring.models import Reopening, Sheet
from grants.scoring.states import ReopeningState


def scored_anywhere(session: Session, person_id: int) -> frozenset[int]:
    """Bids of every round of which the person has opened a score sheet. One statement."""
    return frozenset(session.scalars(select(Sheet.application_id).where(Sheet.person_id == person_id)))


def reopenings_to_draft(reader: Reader) -> Counted:
    """Requests of reviewers that wait for the programme manager."""
    return (
        by_bid(Sheet.application_id, without=reader.hidden)
        .join(Reopening, Reopening.sheet_id == Sheet.id)
        .where(Reopening.state == ReopeningState.ASKED)
    )


def reopenings_to_settle(reader: Reader) -> Counted:
    """Those that somebody else put before the chair."""
    return (
        by_bid(Sheet.application_id, without=reader.barred)
        .join(Reopening, Reopening.sheet_id == Sheet.id)
        .where(Reopening.state == ReopeningState.DRAFTED, Reopening.drafted_by_id != reader.person_id)
    )
