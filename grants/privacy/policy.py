"""Who may ask for deletion, and who answers."""

from grants.core.policy import YES, Decision, no
from grants.permissions import Actor, Permission
from grants.privacy.models import DeletionRequest


def may_decide(actor: Actor, request: DeletionRequest) -> Decision:
    """An administrator, but nobody about themselves."""
    if not actor.may(Permission.DECIDE_DELETIONS):
        return no("Only an administrator may answer a request for deletion.")
    if actor.person_id == request.person_id:
        return no("Another administrator must answer your own request.")
    return YES
