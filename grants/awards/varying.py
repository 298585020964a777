"""What an award can be changed to. Plain values in whole pence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from grants.core.clock import long_date
from grants.core.errors import Reason
from grants.core.language import say
from grants.core.money import pounds

LONGEST = 6_000
"""Characters that a reason or a description may have."""


@dataclass(frozen=True)
class Change:
    """What is asked for. `amount` is the whole award as it would be; None, empty and '' leave things be."""

    amount: int | None = None
    ends_on: date | None = None
    budget: Mapping[str, int] = field(default_factory=dict)
    delivery: str = ""
    reason: str = ""


def blockers_to_ask(
    change: Change, *, amount: int, ask: int, least: int, today: date, spend_by: date
) -> Iterator[Reason]:
    """Everything that is wrong with a request. `amount` is the award now; it cannot go below `least`, what
    has been paid of it, nor above the `ask` of the bid. Nobody spends after `spend_by`.
    """
    if change.amount is None and change.ends_on is None and not change.budget and not change.delivery.strip():
        yield Reason(say("Enter at least one thing that should change"))
    yield from _about_money(change, amount=amount, ask=ask, least=least)
    if change.ends_on is not None and not today <= change.ends_on <= spend_by:
        yield Reason(
            say("The last day must be from today to %(day)s, the fund’s last day", day=long_date(spend_by)),
            "ends_on",
        )
    if not change.reason.strip():
        yield Reason(say("Enter why the award should change"), "reason")
    for name in ("delivery", "reason"):
        if len(getattr(change, name)) > LONGEST:
            yield Reason(say("Use %(most)s characters or fewer", most=f"{LONGEST:,}"), name)


def _about_money(change: Change, *, amount: int, ask: int, least: int) -> Iterator[Reason]:
    wanted = amount if change.amount is None else change.amount
    if change.amount == amount:
        yield Reason(say("This is what the award is now: leave it empty, or enter another amount"), "amount")
    elif not max(least, 1) <= wanted <= max(ask, amount):
        yield Reason(
            say(
                "Enter an amount from %(least)s, what has been paid, to %(most)s, what the bid asked for",
                least=pounds(max(least, 1)),
                most=pounds(max(ask, amount)),
            ),
            "amount",
        )
    total = sum(change.budget.values())
    if change.budget and total != wanted:
        yield Reason(
            say(
                "The budget adds up to %(total)s, and must add up to %(amount)s",
                total=pounds(total),
                amount=pounds(wanted),
            ),
            "budget_0",
        )


def blockers_to_agree(*, amount: int, now_taken: int, left: int, least: int) -> Iterator[Reason]:
    """Everything that keeps the award from becoming `amount`: of what it takes more than now, `left` must be
    there; and no less than what has been paid.
    """
    more = amount - now_taken
    if more > 0 and more > left:
        yield Reason(
            f"{pounds(more)} more is {pounds(more - max(left, 0))} past what the pot has left,"
            f" {pounds(max(left, 0))}. That takes an override."
        )
    if amount < least:
        yield Reason(f"{pounds(least)} of this award has been paid or is being paid: it cannot be less.")


def needs_finance(change_amount: int | None) -> bool:
    """Whether a finance approver signs too: where the money changes."""
    return change_amount is not None
