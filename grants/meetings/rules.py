"""Whether a meeting can be called, and whether enough members are in the room."""

from collections.abc import Collection, Iterator
from datetime import date

from grants.core.errors import Reason

MOST_CHARACTERS = 5000
"""Of what the minutes say of one bid."""


def blockers_to_meet(
    *, held_on: date | None, today: date, quorum: int, bids: int, members: int
) -> Iterator[Reason]:
    """Everything that stands in the way of calling a meeting."""
    if held_on is None:
        yield Reason("Enter the day of the meeting", "held_on")
    elif held_on < today:
        yield Reason("The day of the meeting must not lie in the past", "held_on")
    if quorum < 1:
        yield Reason("Enter how many members must be in the room, 1 or more", "quorum")
    elif quorum > members:
        yield Reason(f"The panel has {members} members, so {quorum} can never be in the room", "quorum")
    if not bids:
        yield Reason("No scored bid with these ranks waits for the panel", "first")


def in_the_room(present: Collection[int], outside: Collection[int]) -> frozenset[int]:
    """Ids of the members who are at the meeting and stay for a bid."""
    return frozenset(present) - frozenset(outside)


def short_of_quorum(quorum: int, staying: int) -> str:
    """What to say where too few stay in the room for a bid; '' where enough do."""
    if staying >= quorum:
        return ""
    return f"{staying} of the {quorum} members who must be in the room would stay for this bid."
