"""On which assignments of a round work has begun, for the room that shares bids out."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.scoring.models import Sheet
from grants.scoring.states import SheetState


def begun(session: Session, round_id: int) -> Mapping[tuple[int, int], bool]:
    """Every (bid, person) of the round with a sheet, and whether it is locked. One query."""
    rows = session.execute(
        select(Sheet.application_id, Sheet.person_id, Sheet.state)
        .join(Application, Application.id == Sheet.application_id)
        .where(Application.round_id == round_id)
    )
    return {(bid, person): state is SheetState.LOCKED for bid, person, state in rows}
