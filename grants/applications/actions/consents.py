"""Asking partners whether they take part, and keeping what they answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy.orm import Session

from grants.applications import notices, queries, rules
from grants.applications.actions.drafting import open_page
from grants.applications.models import Partner
from grants.applications.queries import Bid
from grants.applications.states import CONSENT, Consent
from grants.audit import actions as audit
from grants.core.clock import exact_minute
from grants.core.errors import NotFound, Reason, RuleBroken, require_no
from grants.notifications import actions as outbox
from grants.permissions import Actor, service
from grants.programme import queries as programme

LINK_LIFE = timedelta(days=60)
"""How long a partner's link works: longer than a round is usually open."""

LONGEST_NAME = 200


@dataclass(frozen=True)
class Asked:
    """One partner that was written to, and the secret of its link, which is kept nowhere else."""

    partner_id: int
    token: str


def ask_partners(
    session: Session, *, application_id: int, actor: Actor, now: datetime, partner_id: int | None = None
) -> list[Asked]:
    """Write to every partner that waits to be asked, or once more to the one with `partner_id`; old links
    end.

    Raises NotFound, NotAllowed, or RuleBroken with everything that must stand before anybody can agree to it.
    """
    bid = open_page(session, application_id, "confirmations", actor=actor)
    closes_at = programme.closes_at(session, bid.round, application_id=application_id)
    if now >= closes_at:
        raise RuleBroken(
            f"The round closed at {exact_minute(closes_at)}, so partners cannot be asked any more."
        )
    require_no(rules.blockers_to_ask_partners(queries.facts_of(session, bid)))
    partners = queries.partners_of(session, application_id)
    if partner_id is not None and partner_id not in {partner.id for partner in partners}:
        raise NotFound("There is no such partner in this bid.")
    wanted = [
        partner
        for partner in partners
        if (partner.consent is Consent.NOT_ASKED if partner_id is None else partner.id == partner_id)
    ]
    return [_ask(session, bid, partner, closes_at=closes_at, actor=actor, now=now) for partner in wanted]


def _ask(
    session: Session, bid: Bid, partner: Partner, *, closes_at: datetime, actor: Actor, now: datetime
) -> Asked:
    partner.consent = CONSENT.next(partner.consent, "ask")
    token = token_urlsafe(32)
    partner.token_digest, partner.token_expires_at = queries.token_digest(token), now + LINK_LIFE
    partner.asked_at, partner.answered_at, partner.answered_by, partner.declined_reason = now, None, "", ""
    session.flush()
    audit.record(session, actor, "partner.ask", partner, now=now, application_id=bid.application.id)
    asked = notices.partner_asked(bid, partner, token=token, closes_at=closes_at)
    outbox.queue(session, asked, now=now)
    return Asked(partner.id, token)


def answer_consent(
    session: Session, *, token: str, agrees: bool, name: str, reason: str = "", now: datetime
) -> Partner:
    """Keep a partner's one answer with its time and the very words agreed to, and tell the lead.

    `name` is the person who answers; a no needs a `reason`. A partner that has answered keeps its first
    answer. Raises NotFound (no such link) or RuleBroken (the bid is closed, changed, the link too old, or an
    answer missing).
    """
    application = queries.for_update(session, queries.partner_by_token(session, token).application_id)
    partner = queries.partner_by_token(session, token)
    session.refresh(partner)
    if partner.consent in (Consent.GIVEN, Consent.DECLINED):
        return partner
    bid = queries.bid_of(session, application)
    require_no(
        rules.blockers_to_answer(application.stage, partner.consent, partner.token_expires_at, now)
        or _missing(agrees, name, reason)
    )
    partner.consent = CONSENT.next(partner.consent, "give" if agrees else "decline")
    partner.answered_at, partner.answered_by = now, name.strip()
    if agrees:
        partner.consent_wording = queries.wording_for(bid, partner)
    else:
        partner.declined_reason = reason.strip()
    session.flush()
    deed = "partner.give" if agrees else "partner.decline"
    audit.record(
        session, service("partner link"), deed, partner, now=now,
        application_id=application.id, share=partner.share, wording=audit.digest(partner.consent_wording),
    )  # fmt: skip
    for notice in notices.partner_answered(session, bid, partner):
        outbox.queue(session, notice, now=now)
    return partner


def _missing(agrees: bool, name: str, reason: str) -> list[Reason]:
    reasons = []
    if not name.strip():
        reasons.append(Reason("Enter your name", "name"))
    elif len(name.strip()) > LONGEST_NAME:
        reasons.append(Reason(f"Your name must be {LONGEST_NAME} characters or fewer", "name"))
    if not agrees and not reason.strip():
        reasons.append(Reason("Enter the reason why your organisation does not take part", "reason"))
    return reasons
