"""Who moves up from the reserve list when money comes free. Plain values in whole pence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grants.core.errors import Reason
from grants.core.money import pounds


@dataclass(frozen=True)
class Waiting:
    """A bid of the reserve list with the panel's place, 1 first. `least` is what it needs to work at all."""

    application_id: int
    place: int
    least: int
    ask: int
    skipped: bool = False

    def fits(self, left: int) -> bool:
        """Whether what is free is enough for it."""
        return self.least <= left

    def most(self, left: int) -> int:
        """The most that it can get of what is free; less than `least` where it does not fit."""
        return min(self.ask, max(left, 0))


def proposed(waiting: Sequence[Waiting], left: int) -> Waiting | None:
    """The first in the panel's order whose least amount fits, and that the chair has not skipped."""
    fitting = [one for one in waiting if one.fits(left) and not one.skipped]
    return min(fitting, key=lambda one: one.place, default=None)


def blockers_to_move_up(
    waiting: Sequence[Waiting], application_id: int, *, amount: int, left: int
) -> Iterator[Reason]:
    """Everything that keeps this bid from moving up with `amount` of the `left` that is free."""
    mine = next((one for one in waiting if one.application_id == application_id), None)
    if mine is None:
        yield Reason("This bid is not on the reserve list.")
        return
    if mine.skipped:
        yield Reason("The chair has skipped this bid. They have to take that back first.")
    first = proposed(waiting, left)
    if first is not None and first.place < mine.place:
        yield Reason(
            f"The bid with place {first.place} comes first, and what is free is enough for it. "
            "Only the chair can skip it, with a reason."
        )
    if not mine.least <= amount <= mine.ask:
        yield Reason(f"Enter an amount from {pounds(mine.least)} to {pounds(mine.ask)}", "amount")
    if amount > left:
        yield Reason(f"{pounds(amount)} is more than what is free, {pounds(max(left, 0))}", "amount")


def blockers_to_skip(
    waiting: Sequence[Waiting], application_id: int, *, left: int, reason: str
) -> Iterator[Reason]:
    """Everything that keeps the chair from skipping this bid. One that does not fit is passed over anyway."""
    mine = next((one for one in waiting if one.application_id == application_id), None)
    if mine is None:
        yield Reason("This bid is not on the reserve list.")
    elif mine.skipped:
        yield Reason("This bid has been skipped already.")
    elif not mine.fits(left):
        yield Reason("What is free is not enough for this bid, so it need not be skipped.")
    if not reason.strip():
        yield Reason("Enter why this bid is skipped", "reason")
