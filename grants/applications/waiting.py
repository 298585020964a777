"""Counting bids that wait for staff: to be screened, for more time, for the signature on paper."""

from collections.abc import Collection

from sqlalchemy import func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from grants.accounts.waiting import Counted, Reader, by_round
from grants.applications.models import Application, Assistance
from grants.applications.states import Assisted, Stage
from grants.programme.models import Extension


def by_bid(key: InstrumentedAttribute[int], *, without: Collection[int]) -> Counted:
    """Rows whose column `key` names a bid, counted by its round, leaving out those of some bids."""
    return (
        select(Application.round_id, func.count(), func.min(Application.ref))
        .join(key.class_, key == Application.id)
        .where(Application.id.not_in(without))
        .group_by(Application.round_id)
    )


def bids_to_screen(reader: Reader) -> Counted:
    """Bids that were sent and are neither in review nor out."""
    return by_round(Application.round_id).where(
        Application.stage == Stage.SUBMITTED, Application.id.not_in(reader.hidden)
    )


def extensions_to_answer(reader: Reader) -> Counted:
    """More time, put forward by somebody else."""
    return by_round(Extension.round_id).where(
        Extension.approved_at.is_(None),
        Extension.refused_at.is_(None),
        Extension.withdrawn_at.is_(None),
        Extension.drafted_by_id != reader.person_id,
        or_(Extension.application_id.is_(None), Extension.application_id.not_in(reader.hidden)),
    )


def papers_to_approve(reader: Reader) -> Counted:
    """Bids signed on paper that others entered and recorded."""
    return by_bid(Assistance.application_id, without=reader.hidden).where(
        Assistance.state == Assisted.RECORDED,
        Assistance.recorded_by_id != reader.person_id,
        Assistance.entered_by_id != reader.person_id,
    )
