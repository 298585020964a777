"""Offers and awards."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.states import Stage
from grants.awards.models import Award, AwardCondition
from grants.awards.states import UNSETTLED
from grants.core.db import held
from grants.core.errors import NotFound
from grants.core.paging import Page, paginate
from grants.panels.models import Decision
from grants.panels.states import ConditionKind


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


def conditions_of(session: Session, application_id: int) -> list[AwardCondition]:
    """Every condition of an award, in its order."""
    rows = select(AwardCondition).where(AwardCondition.application_id == application_id)
    return list(session.scalars(rows.order_by(AwardCondition.number)))


def open_conditions(session: Session, application_id: int) -> list[AwardCondition]:
    """The conditions of an award that are neither met nor waived, in their order."""
    return [one for one in conditions_of(session, application_id) if one.state in UNSETTLED]


def payment_holds(session: Session, application_id: int) -> tuple[str, ...]:
    """Why an award may be paid nothing now: conditions to be met before anything is paid. One query."""
    found = payment_holds_of(session, {application_id}).get(application_id)
    return (found,) if found else ()


def payment_holds_of(session: Session, application_ids: Collection[int]) -> dict[int, str]:
    """`payment_holds` of many awards in one query; those with none are left out."""
    rows = session.execute(
        select(AwardCondition.application_id, AwardCondition.number)
        .where(
            AwardCondition.application_id.in_(application_ids),
            AwardCondition.kind == ConditionKind.BEFORE_PAYMENT,
            AwardCondition.state.in_(UNSETTLED),
        )
        .order_by(AwardCondition.application_id, AwardCondition.number)
    )
    waiting: dict[int, list[str]] = {}
    for application_id, number in rows:
        waiting.setdefault(application_id, []).append(str(number))
    return {
        application_id: f"Not met yet before payment: condition {', '.join(numbers)}."
        for application_id, numbers in waiting.items()
    }


def condition_for_update(session: Session, condition_id: int) -> AwardCondition:
    """A condition held against other writers. Raises NotFound."""
    found = held(session, AwardCondition, condition_id)
    if found is None:
        raise NotFound("There is no such condition.")
    return found


def overdue_of(session: Session, application_ids: Collection[int], *, today: date) -> list[AwardCondition]:
    """The conditions of awards that are neither met nor waived although their last day has passed."""
    rows = select(AwardCondition).where(
        AwardCondition.application_id.in_(application_ids),
        AwardCondition.state.in_(UNSETTLED),
        AwardCondition.due_on < today,
    )
    return list(session.scalars(rows.order_by(AwardCondition.due_on, AwardCondition.id)))


def overdue_conditions(
    session: Session, round_id: int, *, today: date, without: Collection[int] = ()
) -> list[tuple[AwardCondition, Application]]:
    """Conditions of a round's running awards whose last day has passed, the longest overdue first.

    Those of bids in `without`, hidden from the reader, are left out.
    """
    rows = session.execute(
        _unsettled(AwardCondition.due_on < today)
        .where(Application.round_id == round_id, Application.id.not_in(without))
        .order_by(AwardCondition.due_on, AwardCondition.id)
    )
    return [(condition, application) for condition, application in rows]


def conditions_due(session: Session, *, first: date, last: date) -> list[tuple[AwardCondition, Application]]:
    """Unsettled conditions of running awards whose last day is from `first` to `last`."""
    due = AwardCondition.due_on.between(first, last)
    rows = session.execute(_unsettled(due).order_by(AwardCondition.id))
    return [(condition, application) for condition, application in rows]


def _unsettled(due: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(AwardCondition, Application)
        .join(Application, Application.id == AwardCondition.application_id)
        .where(AwardCondition.state.in_(UNSETTLED), Application.stage == Stage.ACTIVE, due)
    )


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
            Decision.replaced_at.is_(None),
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
            .where(
                Application.stage == Stage.OFFERED,
                Decision.answer_by < now,
                Decision.replaced_at.is_(None),
            )
            .order_by(Application.id)
        )
    )
