"""Who may have allocations worked out, and who may read one: nobody through whose hidden bids it runs."""

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from grants.core.policy import YES, Decision, first_no, no
from grants.panels import policy as panels
from grants.permissions import Actor, Permission

NAMED = 20
"""How many bids a refusal names."""


def can_plan(session: Session, actor: Actor, round_id: int) -> Decision:
    """A chair or a programme manager who may see the round's decisions."""
    return first_no(
        panels.may(actor, Permission.PLAN_ALLOCATIONS, "have allocations worked out"),
        panels.can_see_decisions(session, actor, round_id),
    )


def runs_clear(bids: Collection[int], hidden: Mapping[int, str], *, named: Collection[str] = ()) -> Decision:
    """A no if a bid that is hidden from the reader is among `bids`, or its reference among those `named`:
    who is funded, and who was ruled in or out, tells where a bid stands.
    """
    refs = [ref for bid, ref in hidden.items() if bid in bids or ref in named]
    if not refs:
        return YES
    more = f" and {len(refs) - NAMED} more" if len(refs) > NAMED else ""
    return no(
        f"This allocation is hidden from you: it runs through {', '.join(refs[:NAMED])}{more}, which you "
        "have a conflict of interest with. Somebody else has to work with it."
    )
