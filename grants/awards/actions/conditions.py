"""Deeds on the conditions of an award: taken over at acceptance, met on evidence, waived by two people."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.audit import actions as audit
from grants.awards import notices, policy, queries, rules
from grants.awards.models import AwardCondition
from grants.awards.states import CONDITION
from grants.core.clock import in_london
from grants.core.errors import Reason, RuleBroken, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.panels import queries as panels
from grants.panels.models import Decision
from grants.permissions import Actor
from grants.reviewing import policy as reviewing


def take_over_conditions(session: Session, decision: Decision) -> None:
    """The conditions that the panel set hold of the award from now on."""
    session.add_all(
        AwardCondition(
            application_id=decision.application_id,
            number=condition.number,
            kind=condition.kind,
            text=condition.text,
            due_on=condition.due_on,
            state=CONDITION.initial,
        )
        for condition in panels.conditions_of(session, [decision.id])[decision.id]
    )


def meet(
    session: Session, *, condition_id: int, evidence: str, actor: Actor, now: datetime
) -> AwardCondition:
    """The manager marks a condition as met, and says what shows it.

    Raises NotFound, NotAllowed or RuleBroken.
    """
    require(policy.can_manage(actor))
    condition, _ = _running(session, condition_id)
    require(reviewing.no_conflict(session, actor, condition.application_id))
    require_no([] if evidence.strip() else [Reason("Enter what shows that it is met", "evidence")])
    condition.evidence = evidence.strip()
    return _settle(session, condition, "meet", actor=actor, now=now)


def draft_waiver(
    session: Session, *, condition_id: int, reason: str, actor: Actor, now: datetime
) -> AwardCondition:
    """The manager asks the chair to waive a condition. Raises NotFound, NotAllowed or RuleBroken."""
    require(policy.can_manage(actor))
    condition, application = _running(session, condition_id)
    require(reviewing.no_conflict(session, actor, application.id))
    require_no([] if reason.strip() else [Reason("Enter why it should be waived", "reason")])
    condition.state = CONDITION.next(condition.state, "draft_waiver")
    condition.waiver_reason, condition.waiver_drafted_by_id = reason.strip(), actor.signature()
    session.flush()
    audit.record(
        session, actor, "award_condition.draft_waiver", condition, now=now,
        application_id=application.id, reason=audit.digest(condition.waiver_reason),
    )  # fmt: skip
    for notice in notices.waiver_drafted(session, application, condition):
        outbox.queue(session, notice, now=now)
    return condition


def approve_waiver(session: Session, *, condition_id: int, actor: Actor, now: datetime) -> AwardCondition:
    """The chair waives a condition. Raises NotFound, NotAllowed (whoever drafted it, scored the bid or has a
    conflict with it) or RuleBroken.
    """
    condition, _ = _running(session, condition_id)
    require(policy.can_settle_waiver(session, actor, condition))
    return _settle(session, condition, "waive", actor=actor, now=now)


def keep_condition(session: Session, *, condition_id: int, actor: Actor, now: datetime) -> AwardCondition:
    """The chair does not waive a condition, so it still has to be met. Raises as `approve_waiver` does."""
    condition, application = _running(session, condition_id)
    require(policy.can_settle_waiver(session, actor, condition))
    condition.state = CONDITION.next(condition.state, "keep")
    session.flush()
    audit.record(session, actor, "award_condition.keep", condition, now=now, application_id=application.id)
    return condition


def remind_of_conditions(session: Session, *, now: datetime) -> int:
    """Remind organisations of conditions that are due soon. Once for each of the days that the rules name, so
    it may run as often as it likes. Returns how many conditions.
    """
    today, reminded = in_london(now).date(), 0
    last = today + timedelta(days=max(rules.REMINDER_DAYS))
    for condition, application in queries.conditions_due(session, first=today, last=last):
        if condition.due_on is None:
            continue
        days = rules.reminder_due(condition.due_on, today=today, reminded=condition.reminded_days)
        if days is None:
            continue
        condition.reminded_days = days
        for notice in notices.condition_due(session, application, condition):
            outbox.queue(session, notice, now=now)
        reminded += 1
    session.flush()
    return reminded


def _running(session: Session, condition_id: int) -> tuple[AwardCondition, Application]:
    """A condition, held, with its bid, whose award must not have ended. Raises NotFound or RuleBroken."""
    condition = queries.condition_for_update(session, condition_id)
    application = bids.for_update(session, condition.application_id)
    if application.stage is not Stage.ACTIVE:
        raise RuleBroken("This award has ended, so its conditions stand as they are.")
    return condition, application


def _settle(
    session: Session, condition: AwardCondition, deed: str, *, actor: Actor, now: datetime
) -> AwardCondition:
    condition.state = CONDITION.next(condition.state, deed)
    condition.settled_at, condition.settled_by_id = now, actor.signature()
    session.flush()
    audit.record(
        session, actor, f"award_condition.{deed}", condition, now=now,
        application_id=condition.application_id, evidence=audit.digest(condition.evidence),
    )  # fmt: skip
    return condition
