"""Awarding past the pot: asked for by the chair, answered by a finance approver."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core.errors import Reason, RuleBroken, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.panels import notices, policy, queries
from grants.panels.models import Override
from grants.permissions import Actor, Permission
from grants.programme import queries as programme


def ask_override(
    session: Session, *, round_id: int, extra: int, reason: str, actor: Actor, now: datetime
) -> Override:
    """The chair asks to award `extra` pence past the pot. It counts once the finance approver has signed."""
    require(policy.may(actor, Permission.DECIDE, "ask for awards past the pot"))
    round_ = programme.locked(session, round_id)
    reasons = []
    if extra <= 0:
        reasons.append(Reason("Enter how much more than the pot is needed", "extra"))
    if not reason.strip():
        reasons.append(Reason("Enter the reason for going past the pot", "reason"))
    require_no(reasons)
    override = Override(
        round_id=round_.id, extra=extra, reason=reason.strip(), asked_by_id=actor.signature(), asked_at=now
    )
    session.add(override)
    session.flush()
    audit.record(
        session, actor, "override.asked", override, now=now, extra=extra, reason=audit.digest(override.reason)
    )
    for notice in notices.override_asked(session, round_, override):
        outbox.queue(session, notice, now=now)
    return override


def approve_override(session: Session, *, override_id: int, actor: Actor, now: datetime) -> Override:
    """The finance approver signs an override. Raises NotAllowed or RuleBroken."""
    override = queries.override_for_update(session, override_id)
    require(policy.can_approve_override(session, actor, override))
    _require_unanswered(override)
    override.approved_by_id, override.approved_at = actor.signature(), now
    session.flush()
    audit.record(session, actor, "override.approved", override, now=now, extra=override.extra)
    return override


def refuse_override(
    session: Session, *, override_id: int, reason: str, actor: Actor, now: datetime
) -> Override:
    """The finance approver refuses an override, with a reason; who asked for it is told.

    Raises NotAllowed or RuleBroken.
    """
    override = queries.override_for_update(session, override_id)
    require(policy.can_approve_override(session, actor, override))
    _require_unanswered(override)
    require_no([] if reason.strip() else [Reason("Enter why this is refused", "refusal")])
    override.refused_by_id, override.refused_at, override.refusal = actor.signature(), now, reason.strip()
    session.flush()
    audit.record(
        session, actor, "override.refused", override, now=now, extra=override.extra,
        reason=audit.digest(override.refusal),
    )  # fmt: skip
    round_ = programme.round_by_id(session, override.round_id)
    for notice in notices.override_refused(session, round_, override):
        outbox.queue(session, notice, now=now)
    return override


def _require_unanswered(override: Override) -> None:
    if override.approved_at is not None:
        raise RuleBroken("This override has been approved already.")
    if override.refused_at is not None:
        raise RuleBroken("This override has been refused already.")
