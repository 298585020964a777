"""Changes of awards that were asked for, and what was agreed when."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.awards.models import AwardTerms, Variation
from grants.awards.states import OPEN_VARIATION
from grants.core.db import held
from grants.core.errors import NotFound


def of_award(session: Session, application_id: int) -> list[Variation]:
    """Every variation of an award, the latest first."""
    rows = select(Variation).where(Variation.application_id == application_id)
    return list(session.scalars(rows.order_by(Variation.number.desc())))


def open_one(session: Session, application_id: int) -> Variation | None:
    """The variation of an award that has no end yet."""
    rows = select(Variation).where(
        Variation.application_id == application_id, Variation.state.in_(OPEN_VARIATION)
    )
    return session.scalar(rows)


def by_id(session: Session, variation_id: int) -> Variation:
    """The variation with this id. Raises NotFound."""
    found = session.get(Variation, variation_id)
    if found is None:
        raise NotFound("There is no such variation.")
    return found


def for_update(session: Session, variation_id: int) -> Variation:
    """A variation held against other writers. Raises NotFound."""
    found = held(session, Variation, variation_id)
    if found is None:
        raise NotFound("There is no such variation.")
    return found


def terms_of(session: Session, application_id: int) -> list[AwardTerms]:
    """What was agreed of an award, the latest first; none where nothing has changed since it was accepted."""
    rows = select(AwardTerms).where(AwardTerms.application_id == application_id)
    return list(session.scalars(rows.order_by(AwardTerms.number.desc())))
