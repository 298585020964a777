"""The money that finance's files tell of, in whole pence, and how it is split without losing a penny.

Each kind of file has one tuple of amounts that are counted from rows; everything else it tells follows from
them, so a group's columns agree with each other as those of a single award do.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from grants.core.money import split_pro_rata
from grants.core.spreadsheet import Cell
from grants.exports.reach import WEIGHTS, Reach
from grants.exports.states import Grouping


class CommitmentMoney(NamedTuple):
    """What an award takes of the pot now. What is unpaid is with the bank (`at_bank`), may not be paid yet
    (`held`), or neither (`waiting`); `owed` is still owed back.
    """

    awarded: int = 0
    varied: int = 0
    paid: int = 0
    received: int = 0
    kept_back: int = 0
    waiting: int = 0
    held: int = 0
    owed: int = 0
    at_bank: int = 0

    @property
    def amount(self) -> int:
        """The award as it stands."""
        return self.awarded + self.varied

    @property
    def net_paid(self) -> int:
        """Paid, less what came back by the bank."""
        return self.paid - self.received

    @property
    def unpaid(self) -> int:
        """Committed and not paid yet."""
        return self.waiting + self.held + self.at_bank

    @property
    def given_back(self) -> int:
        """What the pot has again of the award as it stands."""
        return self.amount - self.net_paid - self.unpaid


class PaymentMoney(NamedTuple):
    """A payment's amount stands in one of these, by what became of it."""

    paid: int = 0
    open: int = 0
    failed: int = 0
    returned: int = 0

    @property
    def amount(self) -> int:
        """What was to be paid."""
        return sum(self)


class ReceivableMoney(NamedTuple):
    """What became of money that was asked back. `refused` was never owed, `drafted` is not owed yet."""

    received: int = 0
    kept_back: int = 0
    written_off: int = 0
    outstanding: int = 0
    drafted: int = 0
    refused: int = 0

    @property
    def amount(self) -> int:
        """What was asked back."""
        return sum(self)


class PositionMoney(NamedTuple):
    """Where an award's money was at the end of a day.

    `offered` was not taken up yet. `paid_due` was paid and due, `prepaid` was paid before it was due. `due`
    was due and not paid: an accrual. `later` was neither due nor paid: a commitment.
    """

    offered: int = 0
    awarded: int = 0
    paid_due: int = 0
    prepaid: int = 0
    received: int = 0
    due: int = 0
    later: int = 0

    @property
    def paid(self) -> int:
        """Paid by then."""
        return self.paid_due + self.prepaid

    @property
    def net_paid(self) -> int:
        """Paid, less what had come back by the bank."""
        return self.paid - self.received

    @property
    def unpaid(self) -> int:
        """Accruals, commitments and open offers."""
        return self.offered + self.due + self.later

    @property
    def given_back(self) -> int:
        """What the pot had again of what was awarded."""
        return self.awarded - self.net_paid - self.due - self.later


Money = CommitmentMoney | PaymentMoney | ReceivableMoney | PositionMoney
M = TypeVar("M", CommitmentMoney, PaymentMoney, ReceivableMoney, PositionMoney, Money)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: what it says before the money, and the money."""

    reach: Reach
    says: tuple[Cell, ...]
    money: Money


@dataclass(frozen=True, slots=True)
class Group:
    """All that counts for one theme, area, organisation or partner: of so many lines, whole or in part."""

    name: str
    rows: int
    money: Money


def split(money: M, weights: Sequence[int]) -> list[M]:
    """The money shared by weight, each amount by largest remainder, so the parts add up to the penny."""
    if len(weights) == 1:
        return [money]
    nothing = [0] * len(weights)
    parts = [split_pro_rata(pence, weights) if pence else nothing for pence in money]
    return [type(money)._make(part) for part in zip(*parts, strict=True)]


def added(parts: Iterable[M], empty: M) -> M:
    """The sum of amounts of one kind, beginning with `empty`."""
    return type(empty)._make(map(sum, zip(empty, *parts, strict=True)))


def grouped(rows: Iterable[Row], grouping: Grouping, *, order: Sequence[str], empty: Money) -> list[Group]:
    """The rows' money by group: first the groups in `order`, then the others by name."""
    found: dict[str, list[Money]] = {}
    for row in rows:
        for name, part in _parts(row, grouping):
            found.setdefault(name, []).append(part)
    places = {name: number for number, name in enumerate(order)}
    names = sorted(found, key=lambda name: (places.get(name, len(places)), name.casefold(), name))
    return [Group(name, len(found[name]), added(found[name], empty)) for name in names]


def _parts(row: Row, grouping: Grouping) -> Iterator[tuple[str, Money]]:
    weights = WEIGHTS[grouping](row.reach)
    names, shares = zip(*weights, strict=True)
    yield from zip(names, split(row.money, shares), strict=True)
