"""Deeds on offers: taking up, declining, lapsing."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import actions as applications
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.audit import actions as audit
from grants.awards import agreements, notices, policy, queries, rules
from grants.awards.actions.conditions import take_over_conditions
from grants.awards.actions.reserving import tell_of_free_money
from grants.awards.models import Award
from grants.awards.rules import Signature
from grants.core.errors import Reason, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.panels import queries as panels
from grants.panels.models import Decision
from grants.permissions import Actor, service


def accept(
    session: Session, *, application_id: int, signature: Signature, actor: Actor, now: datetime
) -> Award:
    """The lead's signatory takes up the offer by accepting its agreement.

    Raises NotAllowed, Stale when another agreement has been made since the page was opened, or RuleBroken
    with every reason: no offer, lapsed, partners who have not agreed, boxes not ticked.
    """
    application = bids.for_update(session, application_id)
    require(policy.can_answer_offer(actor, application))
    decision = _offer(session, application, now=now)
    agreement = agreements.current(session, application_id)
    made = agreement is not None and not agreements.is_stale(session, agreement)
    require_no(
        rules.blockers_to_accept(
            signature,
            sentences=len(agreement.told["accepts"]) if agreement else 0,
            made=made,
            outstanding=agreements.outstanding(session, application_id),
        )
    )
    if agreement is None or agreement.sha256 != signature.sha256:
        raise Stale("Another agreement has been made since you opened the page. Read it first.")
    applications.advance(session, application=application, deed="accept_offer", actor=actor, now=now)
    award = Award(
        application_id=application.id,
        amount=decision.amount,
        accepted_at=now,
        accepted_by_id=actor.signature(),
    )
    session.add(award)
    agreement.accepted_at, agreement.accepted_by_id = now, actor.signature()
    agreement.accepted_name = signature.name.strip()
    take_over_conditions(session, decision)
    session.flush()
    audit.record(
        session, actor, "offer.accepted", award, now=now,
        amount=award.amount, agreement=agreement.number, sha256=agreement.sha256,
    )  # fmt: skip
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
    applications.drop_award_question(session, application_id=application_id, actor=actor, now=now)
    application.closed_reason = reason.strip()
    applications.advance(session, application=application, deed="lapse", actor=actor, now=now)
    audit.record(
        session, actor, "offer.declined", application, now=now, reason=audit.digest(application.closed_reason)
    )
    for notice in notices.offer_answered(session, application, accepted=False):
        outbox.queue(session, notice, now=now)
    tell_of_free_money(session, application, now=now)
    return application


def lapse_offers(session: Session, *, now: datetime) -> int:
    """Let every offer lapse that was not taken up in time. Returns how many."""
    overdue = queries.lapsed_offers(session, now=now)
    for application in overdue:
        applications.drop_award_question(
            session, application_id=application.id, actor=service("beat"), now=now
        )
        application.closed_reason = "The offer was not taken up in time."
        applications.advance(session, application=application, deed="lapse", actor=service("beat"), now=now)
        for notice in notices.offer_lapsed(session, application):
            outbox.queue(session, notice, now=now)
        tell_of_free_money(session, application, now=now)
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
