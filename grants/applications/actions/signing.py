"""Asking the lead's signatories to send a bid that is ready, and what they answer."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import notices, partnership, policy, queries, rules
from grants.applications.models import Application, SignatureRequest
from grants.applications.queries import Bid
from grants.applications.states import SIGNING, Signing, Stage
from grants.audit import actions as audit
from grants.core.errors import Reason, RuleBroken, require_no
from grants.core.language import say
from grants.core.policy import Decision, require
from grants.notifications import actions as outbox
from grants.permissions import Actor


def ask_for_signature(
    session: Session, *, application_id: int, actor: Actor, now: datetime
) -> SignatureRequest:
    """An editor says that the bid is ready; every signatory is asked by e-mail to send it, or decline.

    Raises NotFound, NotAllowed, or RuleBroken: it waits for a signature already, has been sent, the lead has
    no signatory, or every blocker that stands between the bid and its sending.
    """
    bid = _draft(session, application_id, policy.can_edit, actor=actor)
    latest = partnership.latest_signing(session, application_id)
    if latest is not None and latest.state is Signing.WAITING:
        raise RuleBroken(say("The signatories have been asked already."))
    require_no(rules.blockers_to_submit(queries.facts_of(session, bid)))
    signatories = notices.other_signatories(session, bid.application, but=actor.person_id)
    if not signatories:
        raise RuleBroken(say("Your organisation has no other signatory to ask."))
    request = SignatureRequest(
        application_id=application_id, asked_at=now, asked_by_id=actor.signature(), state=SIGNING.initial
    )
    session.add(request)
    session.flush()
    audit.record(session, actor, "signature.ask", request, now=now, application_id=application_id)
    for notice in notices.signature_asked(session, bid, request, signatories):
        outbox.queue(session, notice, now=now)
    return request


def decline_to_sign(
    session: Session, *, application_id: int, reason: str, actor: Actor, now: datetime
) -> SignatureRequest:
    """A signatory declines to send the bid as it is, with a reason that its editors read.

    Raises NotFound, NotAllowed, or RuleBroken: nobody asks for a signature, or no reason is given.
    """
    bid = _draft(session, application_id, policy.can_submit, actor=actor)
    request = _settle(session, application_id, "decline", actor=actor, now=now)
    if not reason.strip():
        raise RuleBroken([Reason(say("Enter the reason why you do not sign"), "reason")])
    request.reason = reason.strip()
    session.flush()
    for notice in notices.signature_declined(session, bid, request):
        outbox.queue(session, notice, now=now)
    return request


def take_back_signature(
    session: Session, *, application_id: int, actor: Actor, now: datetime
) -> SignatureRequest:
    """An editor takes the request back, to go on writing. Raises NotFound, NotAllowed or RuleBroken."""
    _draft(session, application_id, policy.can_edit, actor=actor)
    return _settle(session, application_id, "take_back", actor=actor, now=now)


def settle_by_sending(session: Session, application: Application, *, actor: Actor, now: datetime) -> None:
    """Note that the bid was sent, where a signature was asked for."""
    latest = partnership.latest_signing(session, application.id)
    if latest is not None and latest.state is Signing.WAITING:
        _settle(session, application.id, "send", actor=actor, now=now)


def _settle(
    session: Session, application_id: int, deed: str, *, actor: Actor, now: datetime
) -> SignatureRequest:
    request = partnership.latest_signing(session, application_id)
    if request is None:
        raise RuleBroken(say("Nobody has asked for a signature."))
    request.state = SIGNING.next(request.state, deed)
    request.settled_at, request.settled_by_id = now, actor.person_id
    audit.record(session, actor, f"signature.{deed}", request, now=now, application_id=application_id)
    return request


def _draft(
    session: Session, application_id: int, may: Callable[[Actor, Application], Decision], *, actor: Actor
) -> Bid:
    application = queries.for_update(session, application_id)
    policy.hide_from_strangers(actor, application)
    require(may(actor, application))
    if application.stage is not Stage.DRAFT:
        raise RuleBroken(say("This bid is no longer a draft, so it cannot be changed."))
    return queries.bid_of(session, application)
