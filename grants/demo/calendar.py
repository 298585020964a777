"""The three rounds of the story: the same fund three times, its calendar moved around today."""

from dataclasses import replace
from datetime import date, timedelta

from grants.core.clock import in_london
from grants.demo.partnerships import ROUNDS
from grants.programme.definition import FundDefinition
from grants.programme.fund_file import shifted

CLOSES_IN_AT_LEAST = 18
"""Days from today until the open round closes; the next such weekday is taken, so up to 24."""

WEEKS_EARLIER = {1: 34, 2: 10, 3: 0}
"""How much earlier than the open round each round closes."""

NAMES = {1: "first round", 2: "second round", 3: "third round"}

POTS = {1: 32_500_000, 2: 17_500_000}
"""Pence that the first two rounds give out; the open round has the rest of the fund's pot."""

NOTE = (
    "This round, its dates and its part of the £1.5 million are invented for the demonstration of the"
    " service, and so are all groups and people in it."
)


def rounds(definition: FundDefinition, *, today: date) -> dict[int, FundDefinition]:
    """The fund's three rounds by number: decided, under review, and open for three more weeks."""
    first = in_london(definition.calendar.closes_at).date()
    earliest = today + timedelta(days=CLOSES_IN_AT_LEAST)
    weeks = -((first - earliest).days // 7)
    return {
        number: _round(shifted(definition, days=7 * (weeks - WEEKS_EARLIER[number])), number)
        for number in ROUNDS
    }


def _round(moved: FundDefinition, number: int) -> FundDefinition:
    pot = POTS.get(number, moved.amounts.pot - sum(POTS.values()))
    return replace(
        moved,
        round_key=f"round_{number}",
        round_name=f"{moved.round_name}: {NAMES[number]}",
        origin_note=f"{moved.origin_note} {NOTE}",
        amounts=replace(moved.amounts, pot=pot),
    )
