"""The manager's review: a report is accepted, which releases its instalment, or more is asked for."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core.clock import today
from grants.core.errors import Reason, RuleBroken, Stale, require_no
from grants.core.money import pounds
from grants.core.policy import require
from grants.monitoring import notices, policy, queries
from grants.monitoring.models import Report, ReportSubmission
from grants.monitoring.rules import LONGEST_REASON
from grants.monitoring.states import REPORT
from grants.notifications import actions as outbox
from grants.payments import actions as payments
from grants.permissions import Actor


def accept(
    session: Session, *, report_id: int, message: str, note: str, version: int, actor: Actor, now: datetime
) -> ReportSubmission:
    """The manager accepts a report, and the instalment that waits for it is released.

    `message` is for the organisation, `note` for the council. Raises NotAllowed (no manager, scored the bid,
    has a conflict with it), Stale or RuleBroken.
    """
    report, submission = _to_review(session, report_id, version=version, actor=actor)
    require_no([*_too_long(message, "message"), *_too_long(note, "note")])
    report.state = REPORT.next(report.state, "accept")
    report.answer_by = None
    _settle(submission, report, message, note, actor=actor, now=now)
    session.flush()
    audit.record(
        session, actor, "report.accept", report, now=now,
        number=submission.number, note=audit.digest(submission.note),
    )  # fmt: skip
    instalment = queries.instalment_of(session, report)
    released = ""
    if instalment is not None and instalment.released_at is None:
        told = f"“{report.title}” was accepted."
        payments.release(session, instalment_id=instalment.id, note=told, actor=actor, now=now)
        released = pounds(instalment.amount)
    for notice in notices.reviewed(session, report, submission, released):
        outbox.queue(session, notice, now=now)
    return submission


def ask_more(
    session: Session,
    *,
    report_id: int,
    reason: str,
    answer_by: date | None,
    note: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> ReportSubmission:
    """The manager asks for more, says what, and by the end of which day. Raises as `accept` does."""
    report, submission = _to_review(session, report_id, version=version, actor=actor)
    missing = [] if reason.strip() else [Reason("Enter what you need to know", "reason")]
    if answer_by is None:
        missing.append(Reason("Enter the day by which you need it", "answer_by"))
    elif answer_by <= today(now):
        missing.append(Reason("The day must be later than today", "answer_by"))
    require_no([*missing, *_too_long(reason, "reason"), *_too_long(note, "note")])
    report.state = REPORT.next(report.state, "ask_more")
    report.answer_by, report.told_at = answer_by, now
    _settle(submission, report, reason, note, actor=actor, now=now)
    session.flush()
    audit.record(
        session, actor, "report.ask_more", report, now=now,
        number=submission.number, reason=audit.digest(submission.reason), by=str(answer_by),
    )  # fmt: skip
    for notice in notices.reviewed(session, report, submission, ""):
        outbox.queue(session, notice, now=now)
    return submission


def give_time(
    session: Session,
    *,
    report_id: int,
    until: date | None,
    reason: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> Report:
    """The manager lets a report come later, by the end of `until`, with a reason that its writers are told.

    Raises NotAllowed, Stale, or RuleBroken where the report is not with its organisation.
    """
    report = queries.report_for_update(session, report_id)
    require(policy.can_review(session, actor, report.application))
    if report.version != version:
        raise Stale("This report was changed since you opened the page.")
    if not (still := policy.is_open(report)):
        raise RuleBroken(still.reason)
    missing = [] if reason.strip() else [Reason("Enter why they get more time", "why")]
    if until is None or until <= max(today(now), report.wanted_by):
        missing.append(Reason("The day must be later than today and than the day before", "until"))
    require_no([*missing, *_too_long(reason, "why")])
    report.answer_by, report.told_at = until, now
    session.flush()
    audit.record(
        session, actor, "report.give_time", report, now=now, until=str(until), reason=audit.digest(reason)
    )
    for notice in notices.later(session, report, reason.strip()):
        outbox.queue(session, notice, now=now)
    return report


def _to_review(
    session: Session, report_id: int, *, version: int, actor: Actor
) -> tuple[Report, ReportSubmission]:
    report = queries.report_for_update(session, report_id)
    require(policy.can_review(session, actor, report.application))
    if report.version != version:
        raise Stale("This report was changed since you opened the page.")
    sent = queries.submissions_of(session, report_id)
    if not sent or sent[0].verdict is not None:
        raise RuleBroken(
            "There is nothing to review: this report has not been sent, or was reviewed already."
        )
    return report, sent[0]


def _settle(
    submission: ReportSubmission, report: Report, reason: str, note: str, *, actor: Actor, now: datetime
) -> None:
    submission.verdict, submission.reason, submission.note = report.state, reason.strip(), note.strip()
    submission.reviewed_by_id, submission.reviewed_at = actor.signature(), now


def _too_long(text: str, place: str) -> list[Reason]:
    if len(text.strip()) > LONGEST_REASON:
        return [Reason(f"Use {LONGEST_REASON:,} characters or fewer", place)]
    return []
