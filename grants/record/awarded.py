"""Reading what the record tells of what followed a decision: appeals, agreement, conditions, reports."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.appeals.models import Appeal
from grants.appeals.states import APPEAL, GROUND_LABELS
from grants.applications.models import Application
from grants.awards.models import Agreement, AwardCondition, ReserveSkip, Variation
from grants.awards.states import CONDITION, VARIATION
from grants.core.money import pounds
from grants.monitoring.models import Report, ReportSubmission
from grants.monitoring.states import REPORT
from grants.panels.models import Decision, DecisionCondition
from grants.panels.rules import when_due
from grants.panels.states import OUTCOME_LABELS
from grants.record.account import Cell, Private, Rows, Who


def _who(person_id: int | None) -> Cell:
    return None if person_id is None else Who(person_id)


def _taken_back(session: Session, bid: Application) -> Rows:
    taken = select(Decision).where(Decision.application_id == bid.id, Decision.reopened_at.is_not(None))
    for one in session.scalars(taken.order_by(Decision.id)):
        yield (
            OUTCOME_LABELS[one.outcome],
            one.released_at,
            _who(one.reopened_by_id),
            one.reopened_at,
            one.reopening_reason,
            one.replaced_at,
        )


def _set_by_the_panel(session: Session, bid: Application) -> Rows:
    rows = (
        select(DecisionCondition)
        .join(Decision, Decision.id == DecisionCondition.decision_id)
        .where(Decision.application_id == bid.id)
        .order_by(DecisionCondition.id)
    )
    for one in session.scalars(rows):
        yield one.number, one.text, when_due(one.kind, one.due_on), one.set_at, one.replaced_at


def _appeals(session: Session, bid: Application) -> Rows:
    for one in session.scalars(select(Appeal).where(Appeal.application_id == bid.id).order_by(Appeal.id)):
        yield (
            one.about,
            GROUND_LABELS[one.ground],
            Private(one.text),
            Who(one.made_by_id),
            one.made_at,
            APPEAL.staff_label(one.state),
            _who(one.settled_by_id),
            one.settled_at,
            one.answer or None,
        )


def _passed_over(session: Session, bid: Application) -> Rows:
    rows = select(ReserveSkip).where(ReserveSkip.application_id == bid.id).order_by(ReserveSkip.id)
    for one in session.scalars(rows):
        yield one.reason, Who(one.skipped_by_id), one.skipped_at, _who(one.lifted_by_id), one.lifted_at


def _agreements(session: Session, bid: Application) -> Rows:
    rows = select(Agreement).where(Agreement.application_id == bid.id).order_by(Agreement.number)
    for one in session.scalars(rows):
        yield (
            one.number,
            one.made_at,
            one.sha256,
            _who(one.accepted_by_id),
            one.accepted_at,
            Private(one.accepted_name) if one.accepted_name else None,
            one.replaced_at,
        )


def _conditions(session: Session, bid: Application) -> Rows:
    rows = select(AwardCondition).where(AwardCondition.application_id == bid.id)
    for one in session.scalars(rows.order_by(AwardCondition.number)):
        yield (
            one.number,
            one.text,
            when_due(one.kind, one.due_on),
            CONDITION.staff_label(one.state),
            Private(one.evidence) if one.evidence else None,
            _who(one.waiver_drafted_by_id),
            one.waiver_reason or None,
            _who(one.settled_by_id),
            one.settled_at,
        )


def _variations(session: Session, bid: Application) -> Rows:
    rows = select(Variation).where(Variation.application_id == bid.id).order_by(Variation.number)
    for one in session.scalars(rows):
        yield (
            one.number,
            VARIATION.staff_label(one.state),
            pounds(one.amount) if one.amount else None,
            one.ends_on,
            one.delivery or None,
            Private(one.reason),
            Who(one.asked_by_id),
            one.asked_at,
            _who(one.recommended_by_id),
            _who(one.approved_by_id),
            _who(one.signed_by_id),
            _who(one.refused_by_id),
            one.refusal or None,
        )


def _reports(session: Session, bid: Application) -> Rows:
    """Each sending of each report with its review, and those not sent yet."""
    sent: dict[int, list[ReportSubmission]] = {}
    for one in session.scalars(
        select(ReportSubmission)
        .join(Report, Report.id == ReportSubmission.report_id)
        .where(Report.application_id == bid.id)
        .order_by(ReportSubmission.number)
    ):
        sent.setdefault(one.report_id, []).append(one)
    rows = select(Report).where(Report.application_id == bid.id).order_by(Report.due_on, Report.id)
    for report in session.scalars(rows):
        told = (report.title, report.due_on, REPORT.staff_label(report.state))
        for submission in sent.get(report.id, []):
            yield *told, *_sent(submission)
        if report.id not in sent:
            yield *told, None, None, None, None, None


def _sent(one: ReportSubmission) -> tuple[Cell, ...]:
    verdict = REPORT.staff_label(one.verdict) if one.verdict else None
    reason = Private(one.reason) if one.reason else None
    return Who(one.submitted_by_id), one.submitted_at, _who(one.reviewed_by_id), verdict, reason


AFTER_THE_DECISION: tuple[tuple[str, tuple[str, ...], Callable[[Session, Application], Rows]], ...] = (
    ("Decisions taken back", ("What", "Released", "By", "When", "Reason", "Replaced"), _taken_back),
    ("Conditions the panel set", ("Number", "What", "Until", "Set", "Replaced"), _set_by_the_panel),
    (
        "Appeals",
        ("Against", "What went wrong", "Words", "By", "When", "State", "Answered by", "Answered", "Answer"),
        _appeals,
    ),
    (
        "Passed over on the reserve list",
        ("Reason", "By", "When", "Taken back by", "Taken back"),
        _passed_over,
    ),
    (
        "Agreements",
        ("Number", "Made", "SHA-256", "Accepted by", "Accepted", "Name typed", "Replaced"),
        _agreements,
    ),
    (
        "Conditions of the award",
        ("Number", "What", "Until", "State", "Evidence", "Waiver by", "Why waived", "Settled by", "Settled"),
        _conditions,
    ),
    (
        "Changes of the award",
        ("Number", "State", "Amount", "Ends", "Delivery", "Reason", "Asked by", "When", "Recommended by",
         "Approved by", "Signed by", "Refused by", "Refusal"),
        _variations,
    ),
    (
        "Reports",
        ("Report", "Due", "State", "Sent by", "Sent", "Reviewed by", "Verdict", "Reason"),
        _reports,
    ),
)  # fmt: skip
"""The sections after the decision: title, columns, and what reads the rows."""
