"""Who builds exports, and who may have the files."""

from collections.abc import Sequence

from grants.core.policy import YES, Decision, no
from grants.permissions import NOBODY, Actor, Permission


def can_build(actor: Actor) -> Decision:
    """Finance, or the operator at the command line."""
    if actor.may(Permission.EXPORT) or (actor.person_id is None and actor != NOBODY):
        return YES
    return no("Only finance can build exports.")


def can_have(hidden: Sequence[str]) -> Decision:
    """Anybody from whom no award of the round is hidden: a file holds them all, and says so by its sums."""
    if not hidden:
        return YES
    return no(
        f"You have a conflict of interest with {hidden[0]}, which this file holds, so somebody else has to "
        "fetch it."
    )
