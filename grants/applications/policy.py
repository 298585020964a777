"""Who may read, write, send, withdraw and screen a bid. Other organisations may not know that it exists."""

from grants.applications.models import Application
from grants.applications.states import Stage
from grants.core.errors import NotFound
from grants.core.policy import YES, Decision, no
from grants.permissions import NOBODY, Actor, MemberRole, Permission


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
    if is_member(actor, application):
        return YES
    return no("Only people of the lead organisation can read its bid here.")


def can_edit(actor: Actor, application: Application) -> Decision:
    """Editors and signatories of the lead organisation."""
    if actor.may_for(application.lead_id, MemberRole.EDITOR):
        return YES
    return no(
        "You can read this bid but not change it. Ask a signatory of your organisation to make you an editor."
    )


def can_submit(actor: Actor, application: Application) -> Decision:
    """Signatories of the lead organisation, who answer for it."""
    if actor.may_for(application.lead_id, MemberRole.SIGNATORY):
        return YES
    return no("Only an authorised signatory of the lead organisation can send the bid.")


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


def can_import(actor: Actor) -> Decision:
    """A programme manager, or the operator at the command line."""
    if actor.may(Permission.IMPORT_BIDS) or (actor.person_id is None and actor != NOBODY):
        return YES
    return no("Only a programme manager can take in bids from elsewhere.")


def hide_from_strangers(actor: Actor, application: Application) -> None:
    """Raise NotFound for people who do not belong to the lead organisation."""
    if not can_read(actor, application):
        raise NotFound("There is no such bid.")
