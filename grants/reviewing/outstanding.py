"""What reviewers have still to do in a round, bid by bid, to be handed over or given more time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.states import Stage
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing import ground as grounds
from grants.reviewing.models import Assignment
from grants.reviewing.states import LIVE, AssignmentState


@dataclass(frozen=True)
class Left:
    """A bid in review that a reviewer has not finished. UTC."""

    assignment: Assignment
    ref: str
    title: str
    begun: bool
    due_at: datetime

    @property
    def declared(self) -> bool:
        """Whether they have said that they have no conflict of interest with it."""
        return self.assignment.state is AssignmentState.CLEARED


def left_for(session: Session, round_: Round, person_id: int, *, without: Collection[int] = ()) -> list[Left]:
    """The person's bids in review but `without` whose sheet they have not locked, by reference.

    One query, and one for each room that knows of work begun.
    """
    touched = grounds.begun(session, round_.id)
    due_at = programme.definition_of(round_).calendar.reviews_due_at
    rows = session.execute(
        select(Assignment, Application.ref, Application.title)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.person_id == person_id,
            Assignment.state.in_(LIVE),
            Application.round_id == round_.id,
            Application.stage == Stage.IN_REVIEW,
            Application.id.not_in(without),
        )
        .order_by(Application.ref)
    )
    return [
        Left(one, ref, title, (one.application_id, person_id) in touched, one.due_at or due_at)
        for one, ref, title in rows
        if not touched.get((one.application_id, person_id), False)
    ]
