"""Deeds on offers: taking up, declining, lapsing."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import actions as applications
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.audit import actions as audit
from grants.awards import notices, policy, queries
from grants.awards.models import Award
from grants.core.errors import Reason, RuleBroken, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.panels import queries as panels
from grants.panels.models import Decision
from grants.permissions import Actor, service


def accept(session: Session, *, application_id: int, actor: Actor, now: datetime) -> Award:
    """The lead's signatory takes up the offer.

    Raises NotAllowed, or RuleBroken when there is none or it has lapsed.
    """
    application = bids.for_update(session, application_id)
    require(policy.can_answer_offer(actor, application))
    decision = _offer(session, application, now=now)
    applications.advance(session, application=application, deed="accept_offer", actor=actor, now=now)
    award = Award(
        application_id=application.id,
        amount=decision.amount,
        accepted_at=now,
        accepted_by_id=actor.signature(),
    )
    session.add(award)
    session.flush()
    audit.record(session, actor, "offer.accepted", award, now=now, amount=award.amount)
    for notice in notices.offer_answered(session, application, accepted=True):
        outbox.queue(session, notice, now=now)
    return award


def decline_offer(
    session: Session, *, application_id: int, reason: str, actor: Actor, now: datetime
) -> Application:
    """The lead's signatory turns the offer down, with a reason; its money is free again."""
    application = bids.for_update(session, application_id)
    require(policy.can_answer_offer(actor, application))
    require_no([] if reason.strip() else [Reason("Enter why you turn the offer down", "reason")])
    _offer(session, application, now=now)
    application.closed_reason = reason.strip()
    applications.advance(session, application=application, deed="lapse", actor=actor, now=now)
    audit.record(
        session, actor, "offer.declined", application, now=now, reason=audit.digest(application.closed_reason)
    )
    for notice in notices.offer_answered(session, application, accepted=False):
        outbox.queue(session, notice, now=now)
    return application


def lapse_offers(session: Session, *, now: datetime) -> int:
    """Let every offer lapse that was not taken up in time. Returns how many."""
    overdue = queries.lapsed_offers(session, now=now)
    for application in overdue:
        application.closed_reason = "The offer was not taken up in time."
        applications.advance(session, application=application, deed="lapse", actor=service("beat"), now=now)
        for notice in notices.offer_lapsed(session, application):
            outbox.queue(session, notice, now=now)
    session.flush()
    return len(overdue)


def _offer(session: Session, application: Application, *, now: datetime) -> Decision:
    """The released decision behind an open offer. Raises RuleBroken."""
    decision = panels.decision_of(session, application.id)
    if decision is None or decision.answer_by is None:
        raise RuleBroken("There is no offer to answer.")
    if now >= decision.answer_by:
        raise RuleBroken("The time to take up this offer has passed.")
    return decision
