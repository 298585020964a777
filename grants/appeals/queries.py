"""Appeals of a bid and of a round, and what can be appealed against."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.appeals.models import Appeal
from grants.appeals.rules import Appealable
from grants.appeals.states import AppealState
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.audit import queries as trail
from grants.core.db import held
from grants.core.errors import NotFound
from grants.core.language import in_english, say
from grants.core.paging import Page, paginate
from grants.panels import queries as panels
from grants.panels.models import Decision
from grants.panels.rules import told_to_applicant
from grants.panels.states import Outcome
from grants.panels.wording import answer_until
from grants.programme import queries as programme
from grants.programme.models import Round

GAVE_ALL = Outcome.FUND
"""The outcome against which there is nothing to appeal."""


def appealable(session: Session, application: Application) -> Appealable | None:
    """What the bid's applicant was told that can be appealed against, in English; None where there is
    nothing.
    """
    if application.stage is Stage.INELIGIBLE:
        return _found_ineligible(session, application)
    if application.stage is Stage.WITHDRAWN:
        return None
    decision = panels.released_of(session, [application.id]).get(application.id)
    if decision is None or decision.released_at is None or decision.outcome is GAVE_ALL:
        return None
    signed = (decision.decided_by_id, decision.countersigned_by_id)
    return Appealable(
        words=_told(decision),
        told_at=decision.released_at,
        decision_id=decision.id,
        decided_by=frozenset(person_id for person_id in signed if person_id is not None),
    )


def _found_ineligible(session: Session, application: Application) -> Appealable | None:
    lines = trail.history_of(session, application)
    last = next((line for line in reversed(lines) if line.deed == "application.reject_as_ineligible"), None)
    if last is None:
        return None
    return Appealable(
        words=_not_eligible(),
        told_at=last.at,
        decision_id=None,
        decided_by=frozenset(() if last.actor_id is None else (last.actor_id,)),
    )


@in_english
def _told(decision: Decision) -> str:
    return told_to_applicant(decision.outcome, decision.amount, decision.reserve_order)


@in_english
def _not_eligible() -> str:
    return say("Your bid was found not to be eligible")


def appeals_of(session: Session, application_id: int) -> list[Appeal]:
    """Every appeal about the bid, the newest first."""
    rows = select(Appeal).where(Appeal.application_id == application_id).order_by(Appeal.id.desc())
    return list(session.scalars(rows))


def last_made_at(session: Session, application_id: int) -> datetime | None:
    """When the bid's last appeal that was not withdrawn was made."""
    rows = (
        select(Appeal.made_at)
        .where(Appeal.application_id == application_id, Appeal.state != AppealState.WITHDRAWN)
        .order_by(Appeal.id.desc())
        .limit(1)
    )
    return session.scalar(rows)


def appeal_by_id(session: Session, appeal_id: int) -> Appeal:
    """The appeal with this id. Raises NotFound."""
    found = session.get(Appeal, appeal_id)
    if found is None:
        raise NotFound("There is no such appeal.")
    return found


def appeal_for_update(session: Session, appeal_id: int) -> Appeal:
    """An appeal held against other writers. Raises NotFound."""
    found = held(session, Appeal, appeal_id)
    if found is None:
        raise NotFound("There is no such appeal.")
    return found


def open_until(session: Session, application: Application, now: datetime) -> datetime | None:
    """Until when the bid's people can appeal, UTC; None where they cannot (any more)."""
    days = programme.definition_of(programme.round_by_id(session, application.round_id)).rules.appeal_days
    about = appealable(session, application) if days else None
    if about is None:
        return None
    last, ends = last_made_at(session, application.id), answer_until(about.told_at, days)
    return ends if now < ends and (last is None or last < about.told_at) else None


def page_of_round(
    session: Session, round_: Round, *, without: Collection[int] = (), number: int = 1
) -> Page[Appeal]:
    """The round's appeals, those that wait first, the oldest of them first; none of bids in `without`."""
    rows = (
        select(Appeal)
        .join(Application, Application.id == Appeal.application_id)
        .where(Application.round_id == round_.id, Application.id.not_in(without))
        .order_by(Appeal.settled_at.is_not(None), Appeal.made_at, Appeal.id)
    )
    return paginate(session, rows, number=number)
