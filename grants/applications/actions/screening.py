"""The programme manager's first look: on to review, or out with a reason."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import notices, policy, queries
from grants.applications.actions.sending import advance
from grants.applications.models import Application
from grants.applications.states import BID
from grants.core.errors import Reason, RuleBroken
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor


def send_to_review(session: Session, *, application_id: int, actor: Actor, now: datetime) -> Application:
    """Pass a submitted bid on to the panel's reviewers. Raises NotAllowed, NotFound or RuleBroken."""
    require(policy.can_screen(actor))
    application = queries.for_update(session, application_id)
    return advance(session, application=application, deed="send_to_review", actor=actor, now=now)


def reject_as_ineligible(
    session: Session, *, application_id: int, reason: str, actor: Actor, now: datetime
) -> Application:
    """Take a submitted bid out as ineligible and tell its people why. Raises NotAllowed, NotFound or
    RuleBroken.
    """
    require(policy.can_screen(actor))
    application = queries.for_update(session, application_id)
    BID.next(application.stage, "reject_as_ineligible")
    if not reason.strip():
        raise RuleBroken([Reason("Enter the reason, as the applicant should read it", "reason")])
    application.closed_reason = reason.strip()
    advance(session, application=application, deed="reject_as_ineligible", actor=actor, now=now)
    for notice in notices.found_ineligible(session, queries.bid_of(session, application)):
        outbox.queue(session, notice, now=now)
    return application
