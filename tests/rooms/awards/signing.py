"""Taking an offer up as its signatory does, without a typesetter: the document is tried elsewhere."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import actions as applications
from grants.applications import partnership
from grants.applications.actions.letters import token_of
from grants.applications.states import Consent
from grants.awards import actions as awards
from grants.awards import agreements
from grants.awards.actions import agreeing
from grants.awards.models import Agreement, Award
from grants.awards.rules import Signature
from grants.permissions import Actor, service

PAPER = b"%PDF-1.7 an agreement"


def prepared(session: Session, *, application_id: int, now: datetime) -> Agreement:
    """The offer's agreement: partners of a partial award say yes, its PDF is not a real one."""
    beat = service("beat")
    agreeing.ask_about_shares(session, application_id=application_id, actor=beat, now=now)
    change = partnership.open_change(session, application_id)
    for partner in partnership.proposed_partners(session, change.id) if change else ():
        if partner.consent is Consent.ASKED:
            applications.answer_consent(
                session, token=token_of(partner), agrees=True, name="Pat Partner", now=now
            )
    told = agreeing.to_be_made(session, application_id=application_id, now=now)
    assert told is not None
    made = agreeing.keep_agreement(
        session, application_id=application_id, told=told, content=PAPER, actor=beat, now=now
    )
    assert made is not None
    return made


def signed(session: Session, application_id: int) -> Signature:
    """Every box ticked under the agreement that is offered; an empty signature where there is none."""
    agreement = agreements.current(session, application_id)
    if agreement is None:
        return Signature("Sam Signatory", "", frozenset())
    ticked = frozenset(range(1, len(agreement.told["accepts"]) + 1))
    return Signature("Sam Signatory", agreement.sha256, ticked)


def take_up(session: Session, *, application_id: int, actor: Actor, now: datetime) -> Award:
    """The signatory accepts the agreement that has been prepared for it."""
    if agreements.current(session, application_id) is None:
        prepared(session, application_id=application_id, now=now)
    signature = signed(session, application_id)
    return awards.accept(session, application_id=application_id, signature=signature, actor=actor, now=now)
