"""Who builds exports, and who may have the files."""

from sqlalchemy.orm import Session

from grants.core.policy import YES, Decision, no
from grants.exports.queries import awarded
from grants.permissions import NOBODY, Actor, Permission
from grants.reviewing.queries import hidden_refs


def can_build(actor: Actor) -> Decision:
    """Finance, or the operator at the command line."""
    if actor.may(Permission.EXPORT) or (actor.person_id is None and actor != NOBODY):
        return YES
    return no("Only finance can build exports.")


def can_have(session: Session, actor: Actor, round_id: int) -> Decision:
    """Anybody from whom no award of the round is hidden: a file holds them all, and says so by its sums."""
    held = set(session.scalars(awarded(round_id)))
    hidden = hidden_refs(session, actor.person_id or 0, round_id)
    refs = [ref for bid, ref in hidden.items() if bid in held]
    if not refs:
        return YES
    return no(
        f"You have a conflict of interest with {refs[0]}, which this file holds, so somebody else has to "
        "fetch it."
    )
