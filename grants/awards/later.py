"""What later rooms know that stands in the way of closing or changing an award, entered by them."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from grants.core.errors import Reason
from grants.permissions import Actor

why_open: dict[str, Callable[[Any, Any], Sequence[Reason]]] = {}
"""By room: everything that is still open, given the session and the bid."""


def blockers(session: Any, application: Any) -> list[Reason]:
    """What every room says."""
    return [reason for room in why_open.values() for reason in room(session, application)]


least_amounts: dict[str, Callable[[Any, Any], int]] = {}
"""By room: pence that an award cannot be less than, given the session and the bid: what was paid of it."""


def least_amount(session: Any, application: Any) -> int:
    """What every room allows."""
    return max((room(session, application) for room in least_amounts.values()), default=0)


end_moves: dict[str, Callable[..., Sequence[tuple[str, date]]]] = {}
"""By room: lets what counts from an award's last day move with it. Given the session, the bid, the day, the
actor and now; returns the name and the new day of what moved.
"""


def move_end(
    session: Any, application: Any, ends_on: date, *, actor: Actor, now: datetime
) -> list[tuple[str, date]]:
    """Tell every room of the new last day. Returns what moved, and to which day."""
    return [
        one
        for room in end_moves.values()
        for one in room(session, application, ends_on, actor=actor, now=now)
    ]
