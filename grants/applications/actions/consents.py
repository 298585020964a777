"""Asking partners whether they take part, and keeping what they answer."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import notices, partnership, policy, queries, rules
from grants.applications.actions.changing import agree_when_all_have
from grants.applications.actions.drafting import open_page
from grants.applications.actions.letters import Asked, ask, remind
from grants.applications.actions.terms import link_organisation
from grants.applications.models import Partner
from grants.applications.queries import Bid
from grants.applications.states import ANSWERED, CONSENT, DEED_OF, Answer, Consent
from grants.audit import actions as audit
from grants.core.clock import exact_minute
from grants.core.errors import NotFound, Reason, RuleBroken, require_no
from grants.core.language import mark, say
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import NOBODY, Actor, service
from grants.programme import queries as programme

LONGEST_NAME = 200


def ask_partners(
    session: Session, *, application_id: int, actor: Actor, now: datetime, partner_id: int | None = None
) -> list[Asked]:
    """Write to every partner that waits to be asked, or once more to the one with `partner_id`; old links
    end.

    Raises NotFound, NotAllowed, or RuleBroken with everything that must stand before anybody can agree to it,
    or when an address or the bid has been written to too often since a day ago.
    """
    bid = open_page(session, application_id, "confirmations", actor=actor)
    closes_at = programme.closes_at(session, bid.round, application_id=application_id)
    if bid.request is not None:
        closes_at = bid.request.due_at
    if now >= closes_at:
        raise RuleBroken(
            say(
                "The round closed at %(moment)s, so partners cannot be asked any more.",
                moment=exact_minute(closes_at),
            )
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
    return [ask(session, bid, partner, closes_at=closes_at, actor=actor, now=now) for partner in wanted]


def remind_partner(
    session: Session, *, application_id: int, partner_id: int, actor: Actor, now: datetime
) -> Partner:
    """An editor reminds a partner that has not answered. Raises NotFound, NotAllowed or RuleBroken: it has
    answered, or was written to too often.
    """
    bid = open_page(session, application_id, "confirmations", actor=actor)
    partner = queries.partner_in(session, application_id, partner_id)
    if partner.consent is not Consent.ASKED:
        raise RuleBroken(say("This partner is not being asked at the moment."))
    remind(session, bid, partner, actor=actor, now=now)
    return partner


def answer_consent(
    session: Session,
    *,
    token: str,
    agrees: bool,
    name: str,
    reason: str = "",
    now: datetime,
    visitor: Actor = NOBODY,
) -> Partner:
    """Keep a partner's one answer with its time and the very words agreed to, and tell the lead.

    `name` is the person who answers; a no needs a `reason`. A partner that has answered keeps its first
    answer. `visitor` is whoever is signed in on the browser that sends it. Raises NotFound (no such link),
    NotAllowed (the lead's own people) or RuleBroken (the bid is closed, changed, the link too old, or an
    answer missing).
    """
    answer = Answer.YES if agrees else Answer.NO
    return answer_by_link(
        session, token=token, answer=answer, name=name, reason=reason, now=now, visitor=visitor
    )


def answer_by_link(
    session: Session, *, token: str, answer: Answer, name: str, reason: str, now: datetime, visitor: Actor
) -> Partner:
    """As `answer_consent`; a partner may also ask for a correction, with what is wrong as `reason`."""
    partner = queries.partner_by_token(session, token)
    application = queries.for_update(session, partner.application_id)
    partner = queries.partner_by_token(session, token)
    require(policy.is_not_of_the_lead(visitor, application))
    bid = queries.bid_of(session, application)
    actor = service("partner link")
    return _answer(session, bid, partner, answer, name=name, reason=reason, actor=actor, now=now)


def answer_as_partner(
    session: Session, *, partner_id: int, answer: Answer, name: str, reason: str, actor: Actor, now: datetime
) -> Partner:
    """The partner's contact, or a signatory of the partner's organisation, answers when signed in.

    Raises NotFound (anybody else), NotAllowed or RuleBroken as `answer_consent` does.
    """
    email = partnership.email_of(session, actor)
    theirs = list(actor.memberships)
    found = partnership.partner_for(session, partner_id, email=email, organisation_ids=theirs)
    application = queries.for_update(session, found.application_id)
    session.refresh(found)
    require(policy.can_answer_as_partner(actor, application, found, email=email))
    bid = queries.bid_of(session, application)
    return _answer(session, bid, found, answer, name=name, reason=reason, actor=actor, now=now)


def _answer(
    session: Session,
    bid: Bid,
    partner: Partner,
    answer: Answer,
    *,
    name: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Partner:
    session.refresh(partner)
    if partner.consent in ANSWERED:
        return partner
    change = partnership.change_of(session, partner)
    closed = rules.blockers_to_answer(
        not bid.why_closed("confirmations"),
        partner.consent,
        partner.token_expires_at,
        now,
        change=change.state if change else None,
    )
    require_no(closed or _missing(answer, name, reason))
    partner.consent = CONSENT.next(partner.consent, DEED_OF[answer])
    partner.answered_at, partner.answered_by = now, name.strip()
    if answer is Answer.YES:
        partner.consent_wording = queries.wording_for(bid, partner, change)
    else:
        partner.declined_reason = reason.strip()
    link_organisation(session, partner)
    session.flush()
    audit.record(
        session, actor, f"partner.{DEED_OF[answer]}", partner, now=now,
        application_id=bid.application.id, share=partner.share, wording=audit.digest(partner.consent_wording),
    )  # fmt: skip
    for notice in notices.partner_answered(session, bid, partner):
        outbox.queue(session, notice, now=now)
    if change is not None:
        agree_when_all_have(session, bid, change, actor=actor, now=now)
    return partner


_WANTED = {
    Answer.NO: mark("Enter the reason why your organisation does not take part"),
    Answer.CORRECT: mark("Enter what is wrong"),
}


def _missing(answer: Answer, name: str, reason: str) -> list[Reason]:
    reasons = []
    if not name.strip():
        reasons.append(Reason(say("Enter your name"), "name"))
    elif len(name.strip()) > LONGEST_NAME:
        text = say("Your name must be %(most)s characters or fewer", most=LONGEST_NAME)
        reasons.append(Reason(text, "name"))
    if answer in _WANTED and not reason.strip():
        reasons.append(Reason(say(_WANTED[answer]), "reason"))
    return reasons
