"""A row of each table that speaks of a bid after its decision, private words among them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.appeals.models import Appeal
from grants.appeals.states import Ground
from grants.awards.models import AwardCondition, ReserveSkip, Variation
from grants.core.db import Base
from grants.monitoring.models import Report, ReportSubmission
from grants.panels.models import Decision, DecisionCondition
from grants.panels.states import ConditionKind
from tests.rooms.reviewing.panel import NOW


def add(session: Session, bid_id: int, *, lead: int, staff: int, private: str) -> None:
    """One of each, by the lead's person or a member of staff."""
    decision = session.scalars(select(Decision).where(Decision.application_id == bid_id)).one()
    told = {"number": 1, "kind": ConditionKind.BEFORE_PAYMENT, "text": "Show a policy"}
    rows: list[Base] = [
        DecisionCondition(decision_id=decision.id, set_at=NOW, **told),
        AwardCondition(application_id=bid_id, evidence=private, **told),
        Appeal(
            application_id=bid_id, about="In part", ground=Ground.OVERLOOKED, text=private,
            made_by_id=lead, made_at=NOW,
        ),
        ReserveSkip(
            decision_id=decision.id, application_id=bid_id, reason="Too late",
            skipped_by_id=staff, skipped_at=NOW,
        ),
        Variation(
            application_id=bid_id, number=1, budget={}, ends_on=NOW.date(), reason=private,
            asked_by_id=lead, asked_at=NOW,
        ),
    ]  # fmt: skip
    session.add_all(rows)
    _add_report(session, bid_id, lead=lead)


def _add_report(session: Session, bid_id: int, *, lead: int) -> None:
    report = Report(
        application_id=bid_id, key="end", title="At the end", asked={}, due_on=NOW.date(),
        drawn_up_at=NOW, told_at=NOW,
    )  # fmt: skip
    session.add(report)
    session.flush()
    session.add(
        ReportSubmission(report_id=report.id, number=1, content={}, submitted_by_id=lead, submitted_at=NOW)
    )
