"""Who may enter, confirm, check and read bank details. Nobody stands on two sides."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.banking.models import BankDetails
from grants.core.language import say
from grants.core.policy import YES, Decision, first_no, no
from grants.permissions import Actor, MemberRole, Permission
from grants.reviewing import policy as reviewing
from grants.scoring import queries as scoring


def is_member(actor: Actor, organisation_id: int) -> bool:
    """Whether the actor belongs to the organisation at all: others do not learn that it has bank details."""
    return actor.may_for(organisation_id, MemberRole.VIEWER)


def may_enter(actor: Actor, organisation_id: int) -> Decision:
    """The organisation's signatory."""
    if actor.may_for(organisation_id, MemberRole.SIGNATORY):
        return YES
    return no(say("Only your organisation’s signatory may enter or change its bank details."))


def may_confirm(actor: Actor, details: BankDetails) -> Decision:
    """A second person who writes or signs for the organisation."""
    if not actor.may_for(details.organisation_id, MemberRole.EDITOR):
        return no(say("Only your organisation’s editors and signatories may confirm its bank details."))
    if actor.person_id == details.entered_by_id:
        return no(say("You entered these bank details, so somebody else must confirm them."))
    return YES


def may_check(session: Session, actor: Actor, details: BankDetails) -> Decision:
    """A finance officer who neither entered nor confirmed them, has nothing to do with the organisation, and
    neither scored one of its bids nor has a conflict of interest with one.
    """
    return first_no(
        YES
        if actor.may(Permission.CHECK_BANK_DETAILS)
        else no("Only a finance officer checks bank details."),
        no("You entered or confirmed these bank details, so another finance officer must check them.")
        if actor.person_id in (details.entered_by_id, details.confirmed_by_id)
        else YES,
        is_apart(session, actor, details.organisation_id),
    )


def is_apart(session: Session, actor: Actor, organisation_id: int) -> Decision:
    """A yes for who has nothing to do with the organisation and did not score its bids."""
    if is_member(actor, organisation_id):
        return no("You belong to this organisation, so somebody else must do this.")
    bids = session.scalars(select(Application.id).where(Application.lead_id == organisation_id)).all()
    for application_id in bids:
        if scoring.has_scored(session, person_id=actor.person_id, application_id=application_id):
            return no("You scored a bid of this organisation, so somebody else must do this.")
        if not (free := reviewing.no_conflict(session, actor, application_id)):
            return free
    return YES


def may_read(actor: Actor) -> Decision:
    """Finance alone reads the numbers; each reading is put on record."""
    if actor.may(Permission.READ_BANK_DETAILS):
        return YES
    return no("Only finance reads bank details.")


def may_record_checks(session: Session, actor: Actor, application: Application) -> Decision:
    """Programme managers and finance officers, apart from the organisation and its bid."""
    if not actor.may(Permission.RECORD_DILIGENCE):
        return no("Your role does not record checks of an award.")
    return is_apart(session, actor, application.lead_id)
