"""Deeds that end awards: closing, ending early."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import actions as applications
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.audit import actions as audit
from grants.awards import later, notices, policy, queries
from grants.awards.actions.reserving import tell_of_free_money
from grants.awards.models import Award
from grants.core.errors import NotFound, Reason, RuleBroken, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.panels import actions as panels
from grants.panels import queries as decisions
from grants.permissions import Actor
from grants.reviewing import policy as reviewing


def close(session: Session, *, application_id: int, actor: Actor, now: datetime) -> Award:
    """The manager closes an award whose work is done. Raises RuleBroken with all that is still open."""
    application = bids.for_update(session, application_id)
    require(policy.can_manage(actor))
    require(reviewing.no_conflict(session, actor, application_id))
    award = queries.award_for_update(session, application_id)
    require_no(later.blockers(session, application))
    applications.advance(session, application=application, deed="close", actor=actor, now=now)
    award.ended_at = now
    session.flush()
    audit.record(session, actor, "award.closed", award, now=now)
    return award


def draft_termination(
    session: Session, *, application_id: int, reason: str, actor: Actor, now: datetime
) -> Award:
    """The manager puts an award forward to be ended early, with a reason.

    Nothing changes until the chair approves, and finance signs where not all was paid.
    """
    application = bids.for_update(session, application_id)
    require(policy.can_manage(actor))
    require(reviewing.no_conflict(session, actor, application_id))
    award = queries.award_for_update(session, application_id)
    require_no([] if reason.strip() else [Reason("Enter why the award should end early", "reason")])
    if award.ended_at is not None:
        raise RuleBroken("This award has ended already.")
    award.ending_reason, award.ending_drafted_by_id = reason.strip(), actor.signature()
    award.ending_approved_by_id = None
    session.flush()
    audit.record(
        session, actor, "termination.drafted", award, now=now, reason=audit.digest(award.ending_reason)
    )
    _tell_next(session, application, award, now=now)
    return award


def approve_termination(session: Session, *, application_id: int, actor: Actor, now: datetime) -> Award:
    """The chair approves. The award ends at once if all of it was paid; else once finance has signed, for its
    money goes back to the pot.

    Raises NotAllowed for whoever drafted it, scored the bid or has a conflict with it, RuleBroken when
    nothing was drafted or it was approved already.
    """
    application = bids.for_update(session, application_id)
    award = queries.award_for_update(session, application_id)
    require(policy.can_approve_ending(session, actor, award))
    if award.ending_drafted_by_id is None:
        raise RuleBroken("Nobody has put this award forward to be ended.")
    if award.ending_approved_by_id is not None:
        raise RuleBroken("This ending is approved. A finance approver has to sign it.")
    award.ending_approved_by_id = actor.signature()
    session.flush()
    audit.record(session, actor, "termination.approved", award, now=now)
    if later.least_amount(session, application) < award.amount:
        _tell_next(session, application, award, now=now)
        return award
    return _end(session, application, award, actor=actor, now=now)


def sign_termination(session: Session, *, application_id: int, actor: Actor, now: datetime) -> Award:
    """The finance approver signs an ending that the chair approved, and the award ends.

    Raises NotAllowed for whoever had it before, scored the bid or has a conflict with it, or RuleBroken when
    it does not wait for that.
    """
    application = bids.for_update(session, application_id)
    award = queries.award_for_update(session, application_id)
    require(policy.can_sign_ending(session, actor, award))
    if award.ending_approved_by_id is None:
        raise RuleBroken("The chair has not approved the ending of this award.")
    award.ending_signed_by_id = actor.signature()
    return _end(session, application, award, actor=actor, now=now)


def _tell_next(session: Session, application: Application, award: Award, *, now: datetime) -> None:
    for notice in notices.ending_waits(session, application, award):
        outbox.queue(session, notice, now=now)


def _end(session: Session, application: Application, award: Award, *, actor: Actor, now: datetime) -> Award:
    """End it; what was not paid of it is in the pot again, for the reserve list."""
    spent = later.least_amount(session, application)
    decision = decisions.decision_of(session, application.id)
    if decision is None:
        raise NotFound("No decision has been recorded on this bid.")
    panels.keep_from_pot(session, decision, amount=spent)
    application.closed_reason = award.ending_reason
    applications.advance(session, application=application, deed="terminate", actor=actor, now=now)
    award.ended_at = now
    session.flush()
    audit.record(session, actor, "award.terminated", award, now=now)
    for notice in notices.award_terminated(session, application):
        outbox.queue(session, notice, now=now)
    if spent < award.amount:
        tell_of_free_money(session, application, now=now)
    return award
