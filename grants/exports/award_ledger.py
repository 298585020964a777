"""What happened to one award's money, and where that leaves it: today, or at the end of any day."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from grants.exports.money_row import CommitmentMoney, PositionMoney
from grants.programme.paying import DueBy

Moved = tuple[date, int]
"""The day on which pence moved."""


@dataclass(slots=True)
class Part:
    """An instalment as it is planned now. `kept_back` of it was set against money that is owed."""

    amount: int
    due_by: DueBy
    due_on: date
    released_on: date | None
    kept_back: list[Moved] = field(default_factory=list)
    lines: list["Line"] = field(default_factory=list)

    @property
    def became_due(self) -> date | None:
        """From when it may be paid: its day, or its release where that is what it waits for."""
        if self.due_by is DueBy.DAY:
            return min(self.due_on, self.released_on or self.due_on)
        return self.released_on


@dataclass(frozen=True, slots=True)
class Line:
    """A payment of an instalment: when the bank had it, when it was paid, when it ended otherwise."""

    amount: int
    sent_on: date | None
    paid_on: date | None
    undone_on: date | None
    """When it failed or came back."""

    def is_paid(self, at: date) -> bool:
        """Whether it was paid by the end of that day, and had not come back."""
        return self.paid_on is not None and self.paid_on <= at and not self._is_undone(at)

    def is_at_bank(self, at: date) -> bool:
        """Whether the bank had it at the end of that day and nothing was known of it."""
        return bool(self.sent_on and self.sent_on <= at and not self.is_paid(at) and not self._is_undone(at))

    def _is_undone(self, at: date) -> bool:
        return self.undone_on is not None and self.undone_on <= at


@dataclass(slots=True)
class AwardLedger:
    """An award. `offered` is what the decision gave, released on `released_on`; `amount` is the award as it
    stands, after `changes` of it. `accepted_on` is None while the offer is open. `ended_on` is the day on
    which it ended early. Days are London's, amounts pence.
    """

    offered: int
    amount: int
    released_on: date
    accepted_on: date | None
    ended_on: date | None = None
    changes: list[Moved] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    received: list[Moved] = field(default_factory=list)
    owed: int = 0
    """Still owed back, today."""
    is_held: bool = False
    """Whether nothing of it may be paid today."""


def commitment(award: AwardLedger) -> CommitmentMoney:
    """Where it stands today, everything counted that is on record.

    Of what is unpaid the instalments that wait for a release are held, and all of it where the award is, or
    where the offer was not taken up yet.
    """
    if award.accepted_on is None:
        return CommitmentMoney(awarded=award.offered, held=award.offered)
    now = position(award, date.max)
    at_bank = sum(line.amount for part in award.parts for line in part.lines if line.is_at_bank(date.max))
    unpaid = now.due + now.later - at_bank
    waits = sum(_to_pay(part, date.max) for part in award.parts if part.became_due is None)
    held = unpaid if award.is_held else min(unpaid, waits)
    return CommitmentMoney(
        awarded=award.offered,
        varied=award.amount - award.offered,
        paid=now.paid,
        received=now.received,
        kept_back=sum(pence for part in award.parts for _, pence in part.kept_back),
        waiting=unpaid - held,
        held=held,
        owed=award.owed,
        at_bank=at_bank,
    )


def position(award: AwardLedger, at: date) -> PositionMoney:
    """Where it stood at the end of a day, by the schedule that stands now.

    An award without a schedule, or what it has beyond it, is due on no day yet. One that ended early owes
    only what the bank had.
    """
    if award.accepted_on is None or award.accepted_on > at:
        return PositionMoney(offered=award.offered if award.released_on <= at else 0)
    amount = award.amount - sum(pence for day, pence in award.changes if day > at)
    has_ended = award.ended_on is not None and award.ended_on <= at
    paid_due = prepaid = due = later = 0
    for part in award.parts:
        became_due = part.became_due is not None and part.became_due <= at
        paid, unpaid = _paid(part, at), _to_pay(part, at)
        paid_due, prepaid = (paid_due + paid, prepaid) if became_due else (paid_due, prepaid + paid)
        at_bank = sum(line.amount for line in part.lines if line.is_at_bank(at))
        if has_ended:
            due += at_bank
        elif became_due or at_bank:
            due += unpaid
        else:
            later += unpaid
    if not has_ended:
        due, later = _with_gap(due, later, amount - sum(part.amount for part in award.parts))
    return PositionMoney(
        awarded=amount,
        paid_due=paid_due,
        prepaid=prepaid,
        received=sum(_until(award.received, at)),
        due=due,
        later=later,
    )


def _with_gap(due: int, later: int, gap: int) -> tuple[int, int]:
    """What a variation gave beyond the schedule is not due yet; what it took is first of what is not due."""
    return due + min(0, later + gap), max(0, later + gap)


def _paid(part: Part, at: date) -> int:
    return sum(line.amount for line in part.lines if line.is_paid(at))


def _to_pay(part: Part, at: date) -> int:
    """What the instalment still paid at the end of that day: nothing once it was paid."""
    if any(line.is_paid(at) for line in part.lines):
        return 0
    return part.amount - sum(_until(part.kept_back, at))


def _until(moved: list[Moved], at: date) -> Iterator[int]:
    return (pence for day, pence in moved if day <= at)
