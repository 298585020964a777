"""Who reads which bid: every demand that can be filled, by those whom it suits best, nobody overloaded.

A minimum-cost flow fills the board (Ahuja, Magnanti and Orlin, 'Network Flows', 1993); exchanges and a small
integer programme bring in somebody who knows each claimed theme; then the worst-served bid is lifted as far
as a stated price allows. The same input always gives the same plan.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from grants.reviewing.board import Board, Capacity, Demand, Pair, lay_out
from grants.reviewing.cover import cover
from grants.reviewing.flow import fill
from grants.reviewing.lift import Lifted, lift

SPREAD = 0.2
"""Loads stay within this share of the average, where the demands can be filled so."""

PRICE = 0.00194
"""What lifting the worst-served bid may cost, as a share of the whole plan's fit."""


@dataclass(frozen=True)
class Shortfall:
    """A bid that could not be served: `reviews` are missing, of which `citizens` must be by citizens."""

    bid: int
    reviews: int
    citizens: int


NOTHING_LIFTED = Lifted(0, 0, 0, 0)


@dataclass(frozen=True)
class Plan:
    """What to change, as (bid, person), and what remains short. `uncovered` are claimed themes by bid.

    `dropped` are planned pairs that had to go. `lifted` says what the worst-served bid has and what it cost.
    """

    added: tuple[Pair, ...]
    short: tuple[Shortfall, ...]
    dropped: tuple[Pair, ...] = ()
    uncovered: tuple[tuple[int, str], ...] = ()
    lifted: Lifted = NOTHING_LIFTED


def share_out(
    *,
    demands: Sequence[Demand],
    reviewers: Sequence[Capacity],
    standing: Collection[Pair],
    forbidden: Collection[Pair],
    seed: str,
    planned: Collection[Pair] = (),
    fits: NDArray[np.int32] | None = None,
) -> Plan:
    """The plan for `demands`. Pairs are (bid, person): `standing` ones stay, `forbidden` ones are never made.

    `planned` ones go only where a bid would otherwise be short. `fits` says how well each reviewer (column,
    in order) suits each bid (row): whole numbers from 0 to 1000; without it loads are simply levelled. A bid
    whose standing reviewers leave out the citizens it wants gets them on top. `seed` settles ties.
    """
    if not demands or not reviewers:
        return Plan((), tuple(Shortfall(demand.bid, demand.reviews, demand.citizens) for demand in demands))
    board = lay_out(
        demands=demands,
        reviewers=reviewers,
        standing=standing,
        planned=planned,
        forbidden=forbidden,
        fits=fits,
    )
    number = crc32(seed.encode())
    fill(board, seed=number, spread=SPREAD)
    cover(board)
    lifted = lift(board, seed=number, spread=SPREAD, price=PRICE)
    return _plan(board, demands, reviewers, lifted)


def _plan(board: Board, demands: Sequence[Demand], reviewers: Sequence[Capacity], lifted: Lifted) -> Plan:
    people = [reviewer.person for reviewer in reviewers]
    themes = sorted({theme for demand in demands for theme in demand.themes})
    turns = list(zip(board.teams, board.planned, strict=True))
    return Plan(
        added=_named(demands, people, [team - old for team, old in turns]),
        short=_shortfalls(board, demands),
        dropped=_named(demands, people, [old - team for team, old in turns]),
        uncovered=tuple((demands[bid].bid, themes[theme]) for bid, theme in board.uncovered()),
        lifted=lifted,
    )


def _named(demands: Sequence[Demand], people: Sequence[int], teams: Sequence[set[int]]) -> tuple[Pair, ...]:
    return tuple(
        (demand.bid, people[column])
        for demand, team in zip(demands, teams, strict=True)
        for column in sorted(team)
    )


def _shortfalls(board: Board, demands: Sequence[Demand]) -> tuple[Shortfall, ...]:
    short = []
    for at, demand in enumerate(demands):
        team = sorted(board.teams[at])
        missing = int(board.wanted[at]) - len(team)
        if missing:
            citizens = max(0, int(board.citizens_wanted[at]) - int(board.citizen[team].sum()))
            short.append(Shortfall(demand.bid, missing, citizens))
    return tuple(short)


__all__ = ("Capacity", "Demand", "Pair", "Plan", "Shortfall", "share_out")
