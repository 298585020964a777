"""The reviews that are still owed: by whom, to which round, until when; and who was written to about them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.states import Stage
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing.models import Assignment, Conflict
from grants.reviewing.states import BLOCKING, LIVE, AssignmentState
from grants.scoring.chasing_rules import Batch
from grants.scoring.models import ReviewDigest, Sheet
from grants.scoring.states import SheetState


@dataclass(frozen=True)
class Owed:
    """One bid on which somebody has still to declare, or whose sheet they have to lock.

    `title` is empty until they have `declared` that they have no conflict of interest.
    """

    application_id: int
    round_id: int
    ref: str
    title: str
    declared: bool
    begun: bool
    due_at: datetime


def batches(session: Session, *, round_id: int | None = None, without: Collection[int] = ()) -> list[Batch]:
    """Everything that is owed, to one round or to all, but for the bids `without`. Two queries."""
    undeclared = Assignment.state == AssignmentState.ASSIGNED
    grouped = (
        _unfinished()
        .with_only_columns(
            Assignment.person_id,
            Application.round_id,
            Assignment.due_at,
            func.min(Assignment.assigned_at),
            func.count(case((undeclared, 1))),
            func.count(case((~undeclared, 1))),
        )
        .where(Application.id.not_in(without))
        .group_by(Assignment.person_id, Application.round_id, Assignment.due_at)
        .order_by(Assignment.person_id, Application.round_id, Assignment.due_at)
    )
    if round_id is not None:
        grouped = grouped.where(Application.round_id == round_id)
    rows = session.execute(grouped).all()
    rounds = _rounds(session, {row[1] for row in rows})
    found = []
    for person, in_round, due_at, given_at, to_declare, to_score in rows:
        definition = programme.definition_of(rounds[in_round])
        found.append(
            Batch(
                person_id=person,
                round_id=in_round,
                due_at=due_at or definition.calendar.reviews_due_at,
                given_at=given_at,
                reminder_days=definition.review.reminder_days,
                escalate_after_days=definition.review.escalate_after_days,
                to_declare=to_declare,
                to_score=to_score,
            )
        )
    return found


def owed_by(session: Session, person_id: int) -> list[Owed]:
    """What the person owes, bid by bid: what is due first first, then by reference. Two queries."""
    rows = session.execute(
        _unfinished()
        .with_only_columns(
            Application.id,
            Application.round_id,
            Application.ref,
            Application.title,
            Assignment.state == AssignmentState.CLEARED,
            Sheet.id.is_not(None),
            Assignment.due_at,
        )
        .where(Assignment.person_id == person_id)
    ).all()
    rounds = _rounds(session, {row[1] for row in rows})
    usual = {id_: programme.definition_of(round_).calendar.reviews_due_at for id_, round_ in rounds.items()}
    found = [
        Owed(
            application_id=bid,
            round_id=in_round,
            ref=ref,
            title=title if declared else "",
            declared=declared,
            begun=begun,
            due_at=due_at or usual[in_round],
        )
        for bid, in_round, ref, title, declared, begun, due_at in rows
    ]
    return sorted(found, key=lambda one: (one.due_at, one.round_id, one.ref))


def last_written_to(session: Session) -> dict[int, date]:
    """The last day on which each person was sent an e-mail about reviews that are owed. One query."""
    rows = session.execute(
        select(ReviewDigest.person_id, func.max(ReviewDigest.day)).group_by(ReviewDigest.person_id)
    )
    return dict(rows.all())


def _unfinished() -> Select[Assignment]:
    """Assignments to bids in review, without a locked sheet and without a conflict of interest."""
    return (
        select(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .outerjoin(Conflict, _barred())
        .where(
            Assignment.state.in_(LIVE),
            Application.stage == Stage.IN_REVIEW,
            func.coalesce(Sheet.state, SheetState.DRAFT) != SheetState.LOCKED,
            Conflict.id.is_(None),
        )
    )


def _barred() -> ColumnElement[bool]:
    return and_(
        Conflict.application_id == Assignment.application_id,
        Conflict.person_id == Assignment.person_id,
        Conflict.state.in_(BLOCKING),
    )


def _rounds(session: Session, ids: Collection[int]) -> dict[int, Round]:
    return {round_.id: round_ for round_ in session.scalars(select(Round).where(Round.id.in_(ids)))}
