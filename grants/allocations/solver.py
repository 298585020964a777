"""The best use of a pot within published limits: a mixed-integer programme, proven and checked to the penny.

HiGHS (Huangfu and Hall, 'Parallelizing the dual revised simplex method', 2018) works in floating point. So
what it finds is turned into whole pence and every limit is checked again in exact arithmetic; where a limit
is missed by a rounding, it is tightened and the programme is solved again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

TIGHTENINGS = 4
OPTIMAL, INFEASIBLE = 0, 2
"""How scipy's HiGHS says it ended."""
PENCE = 100


class Aim(StrEnum):
    """What is made as great as can be: points times pounds, or the points of the bids that are funded."""

    POUNDS = "pounds"
    BIDS = "bids"


@dataclass(frozen=True)
class Bid:
    """A ranked bid. `ask` and `least` in pence; `score` exact.

    `shares` says which part of its money counts for each group that a limit may name: a theme, a ward, an
    organisation.
    """

    id: int
    score: Fraction
    ask: int
    least: int
    shares: Mapping[str, Fraction]


@dataclass(frozen=True)
class Limit:
    """A floor or a cap, in pence, on what a group receives. `name` is how people speak of it."""

    name: str
    group: str
    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Task:
    """Whom to fund with what. `pot` in pence; `fewest` and `most` count awards.

    With `partial` a bid may get anything from its least amount to its ask, else all or nothing. Bids in
    `funded` must be, those in `refused` must not.
    """

    bids: tuple[Bid, ...]
    pot: int
    limits: tuple[Limit, ...] = ()
    fewest: int = 0
    most: int | None = None
    aim: Aim = Aim.POUNDS
    partial: bool = False
    funded: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Answer:
    """The awards by bid id, pence, and what they are worth: points times pounds, or points."""

    awards: Mapping[int, int]
    worth: Fraction

    @property
    def spent(self) -> int:
        """Pence awarded in all."""
        return sum(self.awards.values())


def solve(task: Task) -> Answer | None:
    """The best awards, proven; None where no choice keeps every limit.

    The same task always gives the same answer: one thread, a fixed seed, bids in a fixed order.
    """
    bids = tuple(sorted((bid for bid in task.bids if bid.id not in task.refused), key=lambda bid: bid.id))
    slack = 0
    for _ in range(TIGHTENINGS):
        chosen = _choose(task, bids, slack)
        if chosen is None:
            return None
        awards = _in_pence(task, chosen, slack)
        if awards is not None and not broken(task, awards):
            return Answer(awards, worth(task, awards))
        slack = slack * 10 or PENCE
    return None


def worth(task: Task, awards: Mapping[int, int]) -> Fraction:
    """What these awards are worth by the task's aim."""
    score = {bid.id: bid.score for bid in task.bids}
    if task.aim is Aim.BIDS:
        return sum((score[id] for id in awards), Fraction())
    return sum((score[id] * Fraction(pence, PENCE) for id, pence in awards.items()), Fraction())


def broken(task: Task, awards: Mapping[int, int]) -> list[str]:
    """Every rule that these awards break, by name, in exact arithmetic; empty if none."""
    bids = {bid.id: bid for bid in task.bids}
    found = ["pot"] if sum(awards.values()) > task.pot else []
    if len(awards) < task.fewest or (task.most is not None and len(awards) > task.most):
        found.append("number of awards")
    for id, pence in awards.items():
        bid = bids[id]
        if id in task.refused or not (bid.least if task.partial else bid.ask) <= pence <= bid.ask:
            found.append(f"bid {id}")
    found += [f"bid {id}" for id in sorted(task.funded - awards.keys())]
    for limit in task.limits:
        received = group_total(bids.values(), awards, limit.group)
        if received < limit.least or (limit.most is not None and received > limit.most):
            found.append(limit.name)
    return found


def group_total(bids: Iterable[Bid], awards: Mapping[int, int], group: str) -> Fraction:
    """What a group receives, in pence: the awards times the part of each that counts for it."""
    return sum(
        (bid.shares[group] * awards[bid.id] for bid in bids if bid.id in awards and group in bid.shares),
        Fraction(),
    )


def _choose(task: Task, bids: Sequence[Bid], slack: int) -> tuple[Bid, ...] | None:
    """Which bids to fund."""
    found = _run(task, bids, slack, whole=True)
    if found is None:
        return None
    return tuple(bid for bid, value in zip(bids, found, strict=False) if value > 0.5)


def _in_pence(task: Task, chosen: Sequence[Bid], slack: int) -> dict[int, int] | None:
    """Each chosen bid's award; None where rounding left none that keeps the limits."""
    if not task.partial:
        return {bid.id: bid.ask for bid in chosen}
    fixed = replace(task, aim=Aim.POUNDS, funded=frozenset(bid.id for bid in chosen), fewest=0, most=None)
    found = _run(fixed, chosen, slack, whole=False)
    if found is None:
        return None
    amounts = found[len(chosen) :]
    awards = {
        bid.id: min(bid.ask, max(bid.least, int(np.floor(amount * PENCE + 1e-6))))
        for bid, amount in zip(chosen, amounts, strict=True)
    }
    _hand_out_the_rest(task, chosen, awards)
    return awards


def _hand_out_the_rest(task: Task, chosen: Sequence[Bid], awards: dict[int, int]) -> None:
    """Give the pence that rounding left over to the best bids that may still take some."""
    for bid in sorted(chosen, key=lambda bid: (-bid.score, bid.id)):
        room = [Fraction(bid.ask - awards[bid.id]), Fraction(task.pot - sum(awards.values()))]
        room += [
            (limit.most - group_total(chosen, awards, limit.group)) / bid.shares[limit.group]
            for limit in task.limits
            if limit.most is not None and bid.shares.get(limit.group)
        ]
        awards[bid.id] += max(0, int(min(room)))


def _run(task: Task, bids: Sequence[Bid], slack: int, *, whole: bool) -> NDArray[np.float64] | None:
    """For each bid a yes (1) or no and, for partial awards, an amount in pounds; None where nothing fits."""
    if not bids:
        return np.empty(0) if _nothing_will_do(task) else None
    size, parts = len(bids), len(bids) if task.partial else 0
    ask = np.array([bid.ask / PENCE for bid in bids])
    score = np.array([float(bid.score) for bid in bids])
    must = np.array([bid.id in task.funded for bid in bids], dtype=float)
    by_bid = score if task.aim is Aim.BIDS else np.zeros(size) if task.partial else score * ask
    by_pound = (score if task.aim is Aim.POUNDS else np.zeros(size))[:parts]
    found = milp(
        -np.concatenate([by_bid, by_pound]),
        integrality=np.concatenate([np.full(size, int(whole)), np.zeros(parts)]),
        bounds=Bounds(np.concatenate([must, np.zeros(parts)]), np.concatenate([np.ones(size), ask[:parts]])),
        constraints=_constraints(_rows(task, bids, slack), size + parts),
        options={"mip_rel_gap": 0},
    )
    if found.status == INFEASIBLE:
        return None
    if found.status != OPTIMAL:
        raise AssertionError(f"The solver stopped without an answer: {found.message}")
    return np.asarray(found.x)


def _nothing_will_do(task: Task) -> bool:
    return not (task.fewest or task.funded or any(limit.least for limit in task.limits))


@dataclass(frozen=True)
class _Row:
    """One linear rule: low <= sum of values at columns <= high."""

    columns: NDArray[np.int64]
    values: NDArray[np.float64]
    low: float
    high: float


def _rows(task: Task, bids: Sequence[Bid], slack: int) -> list[_Row]:
    size = len(bids)
    yes = np.arange(size)
    money = yes + size if task.partial else yes
    amount = np.ones(size) if task.partial else np.array([bid.ask / PENCE for bid in bids])
    rows = [_Row(money, amount, -np.inf, task.pot / PENCE)]
    most = np.inf if task.most is None else float(task.most)
    rows.append(_Row(yes, np.ones(size), float(task.fewest), most))
    for limit in task.limits:
        part = np.array([float(bid.shares.get(limit.group, 0)) for bid in bids])
        low = (limit.least + slack) / PENCE if limit.least else -np.inf
        high = np.inf if limit.most is None else (limit.most - slack) / PENCE
        touched = part > 0
        rows.append(_Row(money[touched], (part * amount)[touched], low, high))
    if task.partial:
        for at, bid in enumerate(bids):
            pair = np.array([at, size + at])
            rows.append(_Row(pair, np.array([-bid.ask / PENCE, 1.0]), -np.inf, 0.0))
            rows.append(_Row(pair, np.array([-bid.least / PENCE, 1.0]), 0.0, np.inf))
    return rows


def _constraints(rows: Sequence[_Row], width: int) -> LinearConstraint:
    starts = np.concatenate([[0], np.cumsum([len(row.columns) for row in rows])])
    columns = np.concatenate([row.columns for row in rows])
    values = np.concatenate([row.values for row in rows])
    matrix = csr_array((values, columns, starts), shape=(len(rows), width))
    return LinearConstraint(matrix, [row.low for row in rows], [row.high for row in rows])
