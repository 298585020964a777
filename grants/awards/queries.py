"""Offers and awards."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.states import Stage
from grants.awards.models import Award
from grants.core.errors import NotFound
from grants.core.paging import Page, paginate
from grants.panels.models import Decision


def award_of(session: Session, application_id: int) -> Award | None:
    """The award a bid became, if its offer was taken up."""
    return session.scalar(select(Award).where(Award.application_id == application_id))


def award_for_update(session: Session, application_id: int) -> Award:
    """A bid's award, held against other writers. Raises NotFound."""
    found = session.scalar(
        select(Award)
        .where(Award.application_id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("This bid has no award.")
    return found


def page_of_awards(
    session: Session, round_id: int, *, without: Collection[int] = (), number: int, size: int = 100
) -> Page[tuple[Application, Decision, Award | None]]:
    """Released, funded bids of a round with their awards, in the order of references.

    Those in `without`, hidden from the reader, are left out.
    """
    rows = (
        select(Application, Decision, Award)
        .join(Decision, Decision.application_id == Application.id)
        .outerjoin(Award, Award.application_id == Application.id)
        .where(
            Application.round_id == round_id,
            Application.id.not_in(without),
            Decision.released_at.is_not(None),
            Decision.amount > 0,
        )
        .order_by(Application.ref)
    )
    return paginate(session, rows, number=number, size=size)


def lapsed_offers(session: Session, *, now: datetime) -> list[Application]:
    """Bids whose offer was not taken up in time."""
    return list(
        session.scalars(
            select(Application)
            .join(Decision, Decision.application_id == Application.id)
            .where(Application.stage == Stage.OFFERED, Decision.answer_by < now)
            .order_by(Application.id)
        )
    )
