"""The reserve list of a round as it stands: released, in the panel's order, with who was skipped and why."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.allocations import queries as allocations
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.awards.models import ReserveSkip
from grants.awards.reserve import Waiting
from grants.panels.models import Decision
from grants.panels.states import Outcome
from grants.programme.models import Round


@dataclass(frozen=True)
class OnTheList:
    """One bid of the list: its decision, what it needs, and the skip that holds, if any."""

    application: Application
    decision: Decision
    waiting: Waiting
    skip: ReserveSkip | None


def free(session: Session, round_: Round) -> int:
    """Pence that are free, by the one identity of the pot; below zero where more was decided than it has."""
    return allocations.budget(session, round_).left


def of_round(session: Session, round_id: int) -> list[OnTheList]:
    """Every bid on the list whose place its applicant knows, in the panel's order. One statement."""
    rows = session.execute(
        select(Application, Decision, ReserveSkip)
        .join(Decision, Decision.application_id == Application.id)
        .outerjoin(ReserveSkip, (ReserveSkip.decision_id == Decision.id) & ReserveSkip.lifted_at.is_(None))
        .where(
            Application.round_id == round_id,
            Application.stage == Stage.DECIDED,
            Decision.outcome == Outcome.RESERVE,
            Decision.released_at.is_not(None),
            Decision.replaced_at.is_(None),
        )
        .order_by(Decision.reserve_order, Application.ref)
    ).all()
    return [
        OnTheList(application, decision, _waiting(application, decision, skip), skip)
        for application, decision, skip in rows
    ]


def moved_up(session: Session, round_id: int) -> list[tuple[Application, Decision]]:
    """Bids that moved up from the list, the latest first, with what they were or will be offered."""
    rows = session.execute(
        select(Application, Decision)
        .join(Decision, Decision.application_id == Application.id)
        .where(
            Application.round_id == round_id,
            Decision.from_reserve.is_(True),
            Decision.replaced_at.is_(None),
        )
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
    )
    return [(application, decision) for application, decision in rows]


def skip_of(session: Session, decision_id: int) -> ReserveSkip | None:
    """The skip that holds of a decision."""
    rows = select(ReserveSkip).where(ReserveSkip.decision_id == decision_id, ReserveSkip.lifted_at.is_(None))
    return session.scalar(rows)


def earlier_skips(session: Session, round_id: int) -> list[tuple[Application, ReserveSkip]]:
    """Skips of a round that were taken back or whose bid was decided on again, the latest first."""
    rows = session.execute(
        select(Application, ReserveSkip)
        .join(Application, Application.id == ReserveSkip.application_id)
        .join(Decision, Decision.id == ReserveSkip.decision_id)
        .where(
            Application.round_id == round_id,
            ReserveSkip.lifted_at.is_not(None) | Decision.replaced_at.is_not(None),
        )
        .order_by(ReserveSkip.id.desc())
    )
    return [(application, skip) for application, skip in rows]


def _waiting(application: Application, decision: Decision, skip: ReserveSkip | None) -> Waiting:
    return Waiting(
        application_id=application.id,
        place=decision.reserve_order or 0,
        least=application.least_amount or application.ask,
        ask=application.ask,
        skipped=skip is not None,
    )
