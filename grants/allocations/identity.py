"""The one identity of a pot: pot = net paid + committed and unpaid + proposed + held + left. Whole pence.

Every page that shows where a pot stands builds a `Budget` and shows its parts. This room may not know of
payments, so here nothing is counted as paid and everything released is committed; the room of payments
comes later, asks `allocations.queries.budget` with what it has paid, and shows the same parts. What is paid
moves money from one part to the other and never changes what is left.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """Where a pot stands, pence. `pot` counts what was approved past it.

    `paid` is what was paid out less what came back. `unpaid` is the rest of what released decisions have
    committed. `proposed` is decided and not released. `held` is decided too, and waits for a second
    signature.
    """

    pot: int
    paid: int
    unpaid: int
    proposed: int
    held: int

    @property
    def committed(self) -> int:
        """What released decisions have taken up, paid or not."""
        return self.paid + self.unpaid

    @property
    def taken(self) -> int:
        """What is spoken for."""
        return self.committed + self.proposed + self.held

    @property
    def left(self) -> int:
        """What may still be decided; below zero only where more was decided than the pot has."""
        return self.pot - self.taken

    def before_payment(self) -> list[tuple[str, int]]:
        """The parts on pages that know nothing of payments: what is committed stands in one; they add up to
        the pot.
        """
        return [("Committed by released decisions", self.committed), *self.parts()[2:]]

    def parts(self) -> list[tuple[str, int]]:
        """The five parts with their names; they add up to the pot."""
        return [
            ("Paid, less what came back", self.paid),
            ("Committed, not paid yet", self.unpaid),
            ("Proposed: decided, not released", self.proposed),
            ("Held: decided, waits for a second signature", self.held),
            ("Left", self.left),
        ]


def budget(*, pot: int, committed: int, decided: int, held: int, paid: int = 0) -> Budget:
    """A pot's parts from what is recorded: `committed` by released decisions, `decided` by those that are
    not released, of which `held` lacks a signature, and what was `paid` of what is committed.

    Raises ValueError where a part is less than nothing: then a record is wrong, and no page may hide it.
    """
    found = Budget(pot=pot, paid=paid, unpaid=committed - paid, proposed=decided - held, held=held)
    if min(found.paid, found.unpaid, found.proposed, found.held) < 0:
        raise ValueError(f"a part of the pot is negative: {found}")
    return found
