"""Sums of payments in whole pence: control totals, what an instalment still pays, where a pot's money is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from grants.banking.rules import Account
from grants.core.errors import Reason
from grants.core.money import pounds, split_pro_rata
from grants.programme.paying import DueBy, PlannedInstalment

LONGEST_REFERENCE = 18
"""Characters of a reference as Bacs has room for (Standard 18, field 10)."""

HASH_DIGITS = 10
LONGEST_NAME, LONGEST_TEXT = 80, 2000


@dataclass(frozen=True)
class Paid:
    """One payment as files tell it. `amount` is pence, always more than nothing."""

    reference: str
    amount: int
    account: Account = field(repr=False)
    bid: str = ""
    organisation: str = ""
    supplier: str = ""
    cost_code: str = ""


@dataclass(frozen=True)
class Totals:
    """What a batch is checked by: how many payments, how many pence, and the hash total of its accounts."""

    count: int
    amount: int
    hash_total: str = ""


def control_totals(payments: Sequence[Paid]) -> Totals:
    """The three totals. The hash total is the sum of sort codes and account numbers, each pair read as one
    number of 14 digits; of the sum its last ten digits. A swapped or changed account changes it.

    Raises ValueError for an amount that is not more than nothing.
    """
    if any(payment.amount <= 0 for payment in payments):
        raise ValueError("a payment is always more than nothing")
    accounts = sum(int(one.account.sort_code + one.account.account_number) for one in payments)
    return Totals(
        count=len(payments),
        amount=sum(payment.amount for payment in payments),
        hash_total=f"{accounts % 10**HASH_DIGITS:0{HASH_DIGITS}d}",
    )


def reference(bid_ref: str, number: int) -> str:
    """What stands on the organisation's statement: 'LCR1-0042/2' for the second instalment of the bid.

    One too long loses letters of its beginning: its numbers tell bids and instalments apart.
    """
    return f"{bid_ref}/{number}".upper()[-LONGEST_REFERENCE:]


@dataclass(frozen=True)
class Planned:
    """One instalment of a schedule. `amount` is pence; `due_on` is a wish for what a day does not release."""

    name: str
    amount: int
    due_by: DueBy
    due_on: date


def planned(parts: Sequence[PlannedInstalment], *, amount: int, from_day: date) -> tuple[Planned, ...]:
    """An award's schedule by the fund file: shares by largest remainder, so they add up to `amount` pence.

    A part that would be less than a penny is left out.
    """
    amounts = split_pro_rata(amount, [part.share for part in parts])
    return tuple(
        Planned(part.name, pence, part.due_by, from_day + timedelta(days=part.after_days))
        for part, pence in zip(parts, amounts, strict=True)
        if pence
    )


def schedule_reasons(parts: Sequence[Planned], *, amount: int) -> Iterator[Reason]:
    """Why these instalments are no schedule of what is still to be planned, `amount` pence."""
    for number, part in enumerate(parts, 1):
        if not part.name.strip():
            yield Reason(f"Enter a name for instalment {number}", f"parts-{number - 1}-name")
        if len(part.name) > LONGEST_NAME:
            yield Reason(f"The name of instalment {number} must be {LONGEST_NAME} characters or fewer")
        if part.amount <= 0:
            yield Reason(f"Instalment {number} must be more than £0", f"parts-{number - 1}-amount")
    total = sum(part.amount for part in parts)
    if total != amount:
        yield Reason(f"The instalments add up to {pounds(total)}, and must add up to {pounds(amount)}")


def explained(text: str, missing: str, place: str) -> Iterator[Reason]:
    """Why `text` explains nothing: it is empty, which `missing` says, or too long."""
    if not text:
        yield Reason(missing, place)
    elif len(text) > LONGEST_TEXT:
        yield Reason(f"Use {LONGEST_TEXT:,} characters or fewer", place)


def waiting_reasons(parts: Sequence[Planned], *, before: Sequence[Planned], amount: int) -> Iterator[Reason]:
    """Why `parts` may not stand in the place of `before`, where they plan `amount` pence.

    What waits for a milestone or a report keeps at least its share, rounded down to the penny: what is paid
    without a release must not grow by planning again, or one person could do away with the release.
    """
    planned_before = sum(part.amount for part in before)
    if planned_before <= 0:
        return
    least = _waiting(before) * amount // planned_before
    if _waiting(parts) < least:
        yield Reason(
            f"At least {pounds(least)} must go on waiting for a milestone or a report. To have it paid"
            " sooner, ask the programme manager to release it"
        )


def _waiting(parts: Sequence[Planned]) -> int:
    return sum(part.amount for part in parts if part.due_by is not DueBy.DAY)


@dataclass(frozen=True)
class AwardMoney:
    """Where one award's money is, pence. `to_pay` is of instalments without a paid line, offsets taken off;
    of it `at_bank` is in batches that were sent. `received` came back by the bank, `offset` was kept back.
    `offered` is what the released decision took from the pot, or a variation since. `gap` is what the award
    has more than its schedule, since a variation: less than nothing where it has less. `ended` early pays
    nothing more; `back_in_pot` is what the panel's own pot has again since then.
    """

    offered: int
    amount: int
    paid: int = 0
    to_pay: int = 0
    at_bank: int = 0
    received: int = 0
    offset: int = 0
    gap: int = 0
    ended: bool = False
    back_in_pot: int = 0

    @property
    def net_paid(self) -> int:
        """What the organisation has had, less what came back."""
        return self.paid - self.received

    @property
    def unpaid(self) -> int:
        """What is still to be paid: of an award that ended early, only what the bank has already."""
        return self.at_bank if self.ended else self.to_pay + self.gap

    @property
    def not_needed(self) -> int:
        """What was never paid and the pot has again: what an award that ended early does not need, and what
        a variation took off the offer (less than nothing where it added to it).
        """
        freed = self.amount - self.paid - self.offset - self.at_bank if self.ended else 0
        return freed + self.offered - self.amount

    @property
    def given_back(self) -> int:
        """What the pot has again: money that came back or was kept back, and what is not needed."""
        return self.received + self.offset + self.not_needed


@dataclass(frozen=True)
class Reconciliation:
    """Where a pot's money is, pence: pot = net paid + committed and unpaid + proposed + held + left.

    Each part is counted from rows of its own: what is paid from payments, what is unpaid from instalments
    and open offers, what is left from decisions and what came back. So `difference` shows a record that is
    wrong; it is nothing on every honest day.
    """

    pot: int
    net_paid: int
    unpaid: int
    proposed: int
    held: int
    left: int
    taken: int = 0
    """What released decisions took from the pot, offers that nobody has taken up yet among it."""
    came_back: int = 0
    """Of what is left: what the bank received or was kept back."""
    not_needed: int = 0
    """Of what is left: what awards no longer need of what they took."""

    @property
    def given_back(self) -> int:
        """Of what is left: what the pot has again."""
        return self.came_back + self.not_needed

    @property
    def difference(self) -> int:
        """The pot less its five parts."""
        return self.pot - sum(pence for _, pence in self.parts())

    def parts(self) -> list[tuple[str, int]]:
        """The five parts with their names."""
        return [
            ("Net paid: paid, less what came back", self.net_paid),
            ("Committed, not paid yet", self.unpaid),
            ("Proposed: decided, not released", self.proposed),
            ("Held: decided, waits for a second signature", self.held),
            ("Left", self.left),
        ]


def reconcile(
    *, pot: int, decided: int, held: int, released: int, offers: int, awards: Sequence[AwardMoney]
) -> Reconciliation:
    """A pot's parts. `decided` is what unreleased decisions take, of it `held` lacks a signature; `released`
    is what released decisions take, of it `offers` waits for an answer. Pence.
    """
    back_in_pot = sum(award.back_in_pot for award in awards)
    given_back = sum(award.given_back for award in awards)
    not_needed = sum(award.not_needed for award in awards)
    return Reconciliation(
        pot=pot,
        net_paid=sum(award.net_paid for award in awards),
        unpaid=offers + sum(award.unpaid for award in awards),
        proposed=decided - held,
        held=held,
        left=pot - decided - released + given_back - back_in_pot,
        taken=released + back_in_pot,
        came_back=given_back - not_needed,
        not_needed=not_needed,
    )


def owed_reasons(*, amount: int, paid: int, owed: int, reason: str) -> Iterator[Reason]:
    """Why `amount` cannot be asked back of an award of which `paid` was paid and `owed` is owed already."""
    yield from explained(reason.strip(), "Enter why the money is owed back", "reason")
    if amount <= 0:
        yield Reason("Enter an amount of more than £0", "amount")
    elif amount > paid - owed:
        most = pounds(paid - owed)
        yield Reason(f"Of this award at most {most} can be asked back: more was not paid", "amount")
