"""Writing to partners. A link's secret is made from the service's key, so a reminder can carry it again."""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex

from sqlalchemy.orm import Session

from grants import config
from grants.applications import notices, partnership, queries
from grants.applications.actions.terms import link_organisation
from grants.applications.letter_rules import DAY, MOST_REMINDERS, silent_since, too_many
from grants.applications.models import Partner, PartnerChange, PartnerLetter
from grants.applications.queries import Bid
from grants.applications.states import CONSENT
from grants.audit import actions as audit
from grants.core.errors import RuleBroken
from grants.notifications import actions as outbox
from grants.permissions import Actor, service
from grants.programme import queries as programme

LINK_LIFE = timedelta(days=60)
"""How long a partner's link works: longer than a round is usually open."""


@dataclass(frozen=True)
class Asked:
    """One partner that was written to, and the secret of its link, which is kept nowhere."""

    partner_id: int
    token: str


def ask(
    session: Session,
    bid: Bid,
    partner: Partner,
    *,
    closes_at: datetime | None,
    change: PartnerChange | None = None,
    actor: Actor,
    now: datetime,
) -> Asked:
    """Ask one partner by a new link; an older one ends. `closes_at` is when the round closes, None once the
    bid has been sent; `change` is the partial award that it is asked about, if it is. Raises RuleBroken when
    it was written to too often.
    """
    _count(session, bid, partner, now=now)
    partner.consent = CONSENT.next(partner.consent, "ask")
    token = _new_link(partner, now=now)
    partner.asked_at, partner.answered_at, partner.answered_by, partner.declined_reason = now, None, "", ""
    partner.reminders, partner.reminded_at = 0, None
    link_organisation(session, partner)
    session.flush()
    audit.record(session, actor, "partner.ask", partner, now=now, application_id=bid.application.id)
    if change is not None:
        asked = notices.partner_award_asked(bid, partner, change, token=token, now=now, again=False)
    else:
        asked = notices.partner_asked(bid, partner, token=token, closes_at=closes_at)
    outbox.queue(session, asked, now=now)
    return Asked(partner.id, token)


def remind(
    session: Session,
    bid: Bid,
    partner: Partner,
    *,
    change: PartnerChange | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Write once more to a partner that has not answered, with the link that it has; `change` as in `ask`.
    Raises RuleBroken when it was written to too often.
    """
    _count(session, bid, partner, now=now)
    token = token_of(partner)
    if queries.token_digest(token) != partner.token_digest:
        token = _new_link(partner, now=now)
    partner.reminded_at = now
    audit.record(session, actor, "partner.remind", partner, now=now, application_id=bid.application.id)
    if change is not None:
        reminder = notices.partner_award_asked(bid, partner, change, token=token, now=now, again=True)
    else:
        closes_at = programme.closes_at(session, bid.round, application_id=bid.application.id)
        reminder = notices.partner_reminded(bid, partner, token=token, closes_at=closes_at, now=now)
    outbox.queue(session, reminder, now=now)


def remind_partners(session: Session, *, now: datetime) -> int:
    """Remind, in every open round, the partners that have been silent for long. Returns how many."""
    reminded = 0
    for open_ in programme.open_rounds(session, now=now):
        silent = silent_since(now, open_.closes_at)
        for partner in partnership.silent_partners(
            session, round_id=open_.round.id, since=silent, reminders=MOST_REMINDERS
        ):
            bid = queries.bid_of(session, queries.application(session, partner.application_id))
            partner.reminders += 1
            try:
                remind(session, bid, partner, actor=service("beat"), now=now)
            except RuleBroken:
                partner.reminded_at = now
                continue
            reminded += 1
    session.flush()
    return reminded


def _new_link(partner: Partner, *, now: datetime) -> str:
    partner.link_seed = token_hex(32)
    token = token_of(partner)
    partner.token_digest, partner.token_expires_at = queries.token_digest(token), now + LINK_LIFE
    return token


def token_of(partner: Partner) -> str:
    """The secret of the partner's newest link."""
    key = config.current().key_for("partner link")
    return urlsafe_b64encode(hmac.digest(key, partner.link_seed.encode(), sha256)).decode().rstrip("=")


def _count(session: Session, bid: Bid, partner: Partner, *, now: datetime) -> None:
    """Note the letter, unless there have been too many."""
    address = partner.contact_email.strip()
    digest = audit.digest(address.lower())
    both, to_address, of_bid = partnership.letters_since(
        session, application_id=bid.application.id, address_digest=digest, since=now - DAY
    )
    refusal = too_many(of_both=both, to_address=to_address, of_bid=of_bid, address=address)
    if refusal:
        raise RuleBroken(refusal)
    session.add(PartnerLetter(application_id=bid.application.id, address_digest=digest, sent_at=now))
