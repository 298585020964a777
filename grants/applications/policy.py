"""Who may read, write, send, withdraw and screen a bid. Other organisations may not know that it exists."""

from sqlalchemy.orm import Session

from grants.applications import later
from grants.applications.models import Application, Assistance, Partner
from grants.applications.states import Origin, Stage
from grants.core.errors import NotFound
from grants.core.language import say
from grants.core.policy import YES, Decision, no
from grants.permissions import NOBODY, Actor, MemberRole, Permission
from grants.programme.models import Extension


def can_start(actor: Actor, lead_id: int) -> Decision:
    """Editors and signatories start bids for their own organisation."""
    if actor.may_for(lead_id, MemberRole.EDITOR):
        return YES
    return no("Only an editor or an authorised signatory of the organisation can start a bid for it.")


def is_member(actor: Actor, application: Application) -> bool:
    """Whether the actor belongs to the lead organisation."""
    return actor.may_for(application.lead_id, MemberRole.VIEWER)


def can_read(actor: Actor, application: Application) -> Decision:
    """Everybody who belongs to the lead organisation."""
    if is_member(actor, application) or is_assistant(actor, application):
        return YES
    return no("Only people of the lead organisation can read its bid here.")


def can_edit(actor: Actor, application: Application) -> Decision:
    """Editors and signatories of the lead organisation."""
    if actor.may_for(application.lead_id, MemberRole.EDITOR) or is_assistant(actor, application):
        return YES
    return no(
        "You can read this bid but not change it. Ask a signatory of your organisation to make you an editor."
    )


def can_submit(actor: Actor, application: Application) -> Decision:
    """Signatories of the lead organisation, who answer for it."""
    if actor.may_for(application.lead_id, MemberRole.SIGNATORY):
        return YES
    return no("Only an authorised signatory of the lead organisation can send the bid.")


def can_change_partners(actor: Actor, application: Application) -> Decision:
    """Signatories of the lead organisation, who answer for the partnership."""
    if actor.may_for(application.lead_id, MemberRole.SIGNATORY):
        return YES
    return no(say("Only an authorised signatory of the lead organisation can change who takes part."))


def is_not_of_the_lead(actor: Actor, application: Application) -> Decision:
    """Everybody but the lead's own people: a lead that confirms to itself proves nothing."""
    if is_member(actor, application):
        return no(
            say("You belong to the organisation that leads this bid, so you cannot answer for a partner.")
        )
    return YES


def can_answer_as_partner(
    actor: Actor, application: Application, partner: Partner, *, email: str
) -> Decision:
    """The contact who was asked, and signatories of the partner's own organisation; never the lead's
    people.
    """
    mine = is_not_of_the_lead(actor, application)
    if not mine or partner.contact_email.strip().lower() == email:
        return mine
    if partner.organisation_id and actor.may_for(partner.organisation_id, MemberRole.SIGNATORY):
        return YES
    return no(say("Only the person who was asked, or a signatory of your organisation, can answer this."))


def can_withdraw(actor: Actor, application: Application) -> Decision:
    """Signatories of the lead organisation."""
    if actor.may_for(application.lead_id, MemberRole.SIGNATORY):
        return YES
    return no("Only an authorised signatory of the lead organisation can withdraw the bid.")


def can_screen(actor: Actor) -> Decision:
    """The programme manager."""
    return YES if actor.may(Permission.SCREEN_BIDS) else no("Only a programme manager can screen bids.")


def can_read_sent(actor: Actor, application: Application) -> Decision:
    """Staff who read bids, once they have been sent. A draft is its writers' own."""
    if not actor.may(Permission.READ_BIDS):
        return no("Your account does not have the role this page needs.")
    if application.submitted_at is None or application.stage is Stage.DRAFT:
        return no("This bid has not been sent. Drafts belong to the people who write them.")
    return YES


def can_draft_extension(actor: Actor) -> Decision:
    """The programme manager puts more time forward, and takes it back."""
    if actor.may(Permission.DRAFT_EXTENSION):
        return YES
    return no("Only a programme manager can put more time forward.")


def can_answer_extension(session: Session, actor: Actor, extension: Extension) -> Decision:
    """A chair who did not draft it and has no conflict of interest with the one bid it is for."""
    if not actor.may(Permission.APPROVE_EXTENSION):
        return no("Only a chair can approve or refuse more time.")
    if actor.person_id == extension.drafted_by_id:
        return no("You put this forward yourself, so somebody else must answer it.")
    bid = extension.application_id
    return YES if bid is None else later.no_conflict(session, actor, bid)


def can_assist(actor: Actor) -> Decision:
    """The programme manager enters bids that came on paper or by telephone."""
    if actor.may(Permission.ASSIST_BIDS):
        return YES
    return no("Only a programme manager can enter a bid for somebody else.")


def is_assistant(actor: Actor, application: Application) -> bool:
    """Whether the actor writes this bid for an organisation that sent it on paper or told it by telephone."""
    return application.origin is Origin.ASSISTED and bool(can_assist(actor))


def can_approve_paper(session: Session, actor: Actor, assistance: Assistance) -> Decision:
    """A chair who neither entered the bid nor recorded its paper, and has no conflict of interest with it."""
    if not actor.may(Permission.APPROVE_PAPER):
        return no("Only a chair can approve a bid that was signed on paper.")
    if actor.person_id in (assistance.recorded_by_id, assistance.entered_by_id):
        return no("You entered this bid or recorded its paper, so somebody else must approve it.")
    return later.no_conflict(session, actor, assistance.application_id)


def can_import(actor: Actor) -> Decision:
    """A programme manager, or the operator at the command line."""
    if actor.may(Permission.IMPORT_BIDS) or (actor.person_id is None and actor != NOBODY):
        return YES
    return no("Only a programme manager can take in bids from elsewhere.")


def hide_from_strangers(actor: Actor, application: Application) -> None:
    """Raise NotFound for people who do not belong to the lead organisation."""
    if not can_read(actor, application):
        raise NotFound("There is no such bid.")
