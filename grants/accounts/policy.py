"""Who may give roles, and who may let people into an organisation."""

from grants.accounts.models import RoleGrant
from grants.core.policy import YES, Decision, no
from grants.permissions import NOBODY, Actor, MemberRole, Permission, Role


def is_operator(actor: Actor) -> bool:
    """Whether this is the service itself, told by whoever may run its commands, rather than a person."""
    return actor.person_id is None and actor != NOBODY


def may_grant_role(actor: Actor) -> Decision:
    """Administrators draft a grant; the operator's is in force at once."""
    if is_operator(actor) or actor.may(Permission.MANAGE_ROLES):
        return YES
    return no("Only an administrator may give a role.")


def may_approve_role(actor: Actor, grant: RoleGrant) -> Decision:
    """A second administrator, who neither made the grant nor gains by it."""
    if not actor.may(Permission.MANAGE_ROLES):
        return no("Only an administrator may approve a role.")
    if actor.person_id == grant.granted_by_id:
        return no("Another administrator must approve a role that you gave.")
    if actor.person_id == grant.person_id:
        return no("Another administrator must approve a role for you.")
    return YES


def may_revoke_role(actor: Actor) -> Decision:
    """Any administrator, alone: taking a role away must not wait."""
    if is_operator(actor) or actor.may(Permission.MANAGE_ROLES):
        return YES
    return no("Only an administrator may take a role away.")


def may_belong(actor: Actor) -> Decision:
    """Everybody but auditors, who read and never write: an organisation's people write bids."""
    if Role.AUDITOR in actor.roles:
        return no("An auditor cannot belong to an organisation that applies.")
    return YES


def may_describe(actor: Actor, organisation_id: int) -> Decision:
    """The organisation's editors and signatories."""
    if actor.may_for(organisation_id, MemberRole.EDITOR):
        return YES
    return no("Only your organisation's editors and signatories may change what it says about itself.")


def may_let_in(actor: Actor, organisation_id: int) -> Decision:
    """The organisation's signatories, or the service acting by itself."""
    if is_operator(actor) or actor.may_for(organisation_id, MemberRole.SIGNATORY):
        return YES
    return no("Only your organisation's signatory may decide who belongs to it.")
