"""A consent opens again when its terms change; a register number leads to an organisation."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.rules import charity_number, company_number
from grants.applications import notices
from grants.applications.models import Partner
from grants.applications.queries import Bid
from grants.applications.states import CONSENT, Consent
from grants.audit import actions as audit
from grants.notifications import actions as outbox
from grants.permissions import Actor


def ask_again(session: Session, bid: Bid, partner: Partner, *, actor: Actor, now: datetime) -> None:
    """Open a consent again because what was to be agreed has changed. The old link then says so."""
    if partner.consent is Consent.NOT_ASKED:
        return
    was_given = partner.consent is Consent.GIVEN
    partner.consent = CONSENT.next(partner.consent, "change_terms")
    partner.answered_at, partner.answered_by = None, ""
    partner.consent_wording, partner.declined_reason = "", ""
    audit.record(session, actor, "partner.change_terms", partner, now=now, application_id=bid.application.id)
    if was_given:
        for notice in notices.consent_reopened(session, bid, partner):
            outbox.queue(session, notice, now=now)


def link_organisation(session: Session, partner: Partner) -> None:
    """Note which organisation bears the partner's number, if one is known here: its people then see the bid
    among those they are partners in, once they have been asked.
    """
    found = accounts.organisation_by_numbers(
        session,
        charity_number=charity_number(partner.number),
        company_number=company_number(partner.number),
    )
    partner.organisation_id = found[0].id if len(found) == 1 else None
