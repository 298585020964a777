"""Who builds exports, and who may have the files."""

from grants.core.policy import YES, Decision, no
from grants.permissions import NOBODY, Actor, Permission


def can_build(actor: Actor) -> Decision:
    """Finance, or the operator at the command line."""
    if actor.may(Permission.EXPORT) or (actor.person_id is None and actor != NOBODY):
        return YES
    return no("Only finance can build exports.")
