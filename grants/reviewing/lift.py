"""Lifting the worst-served bid: how far, and what it costs the others."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grants.reviewing.board import Board, Flags, Whole
from grants.reviewing.cover import cover
from grants.reviewing.exchange import NOBODY, Exchange, Options
from grants.reviewing.flow import fill

HALVINGS = 7
ROUNDS = 6
LARGE = 1_000_000
"""Boards with more pairs are lifted by exchanges alone: a further flow takes seconds there."""

ROOM = 0.0003
"""What the last polish usually wins back, as a share of the whole."""


@dataclass(frozen=True)
class Lifted:
    """What the worst-served bid had, what it has now, and the whole before and after, in points of fit."""

    worst_before: int
    worst: int
    before: int
    after: int


def lift(board: Board, *, seed: int, spread: float, price: float) -> Lifted:
    """Raise the worst-served bid as far as that costs at most the share `price` of the whole.

    The floor is found by halving: bids below it are weighed up in a few flows, then helped by single
    exchanges; the highest floor that was reached within the price is kept. Bids that are short of reviewers
    do not count.
    """
    found, before = _copy(board.teams), board.worth()
    whole = np.array([len(team) for team in found], dtype=np.int64) == board.wanted
    whole &= board.wanted > 0
    if not whole.any() or not board.fits.any():
        return Lifted(0, 0, before, before)
    low = worst_before = int(board.served()[whole].min())
    high = _ceiling(board, whole)
    for _ in range(HALVINGS):
        if high - low < 2:
            break
        aim = (low + high + 1) // 2
        board.teams = _copy(found)
        if _reach(board, aim, whole, seed=seed, spread=spread, enough=(1 - price) * before):
            low, found = aim, _copy(board.teams)
        else:
            high = aim
    board.teams = found
    if board.fits.size <= LARGE:
        exchange = Exchange(board, spread=spread)
        _polish(exchange, low, whole)
        exchange.settle()
    return Lifted(worst_before, int(board.served()[whole].min()), before, board.worth())


def _copy(teams: Sequence[set[int]]) -> list[set[int]]:
    return [set(team) for team in teams]


def _ceiling(board: Board, whole: Flags) -> int:
    """What the worst-served bid could have at best if it had the first choice of everybody."""
    best = -np.sort(-np.where(board.open, board.fits, 0), axis=1)
    firsts = np.cumsum(best, axis=1)[np.arange(board.bids), np.maximum(board.wanted - 1, 0)]
    return int(firsts[whole].min())


def _reach(board: Board, aim: int, whole: Flags, *, seed: int, spread: float, enough: float) -> bool:
    """Whether no bid need fall below `aim` while the whole stays worth `enough`; the board is left so."""
    if _by_exchange(board, aim, whole, spread=spread, enough=enough):
        return True
    if board.fits.size > LARGE:
        return False
    _weigh_up(board, aim, whole, seed=seed, spread=spread)
    cover(board)
    return _by_exchange(board, aim, whole, spread=spread, enough=enough)


def _by_exchange(board: Board, aim: int, whole: Flags, *, spread: float, enough: float) -> bool:
    exchange = Exchange(board, spread=spread)
    reached = _help(exchange, aim, whole)
    if reached and board.fits.size <= LARGE and enough * (1 - ROOM) <= exchange.served.sum() < enough:
        _polish(exchange, aim, whole)
    exchange.settle()
    return reached and bool(exchange.served.sum() >= enough)


def _weigh_up(board: Board, aim: int, whole: Flags, *, seed: int, spread: float) -> None:
    """Let bids below the aim count for more in a few flows (a subgradient of the Lagrangian dual)."""
    weights = np.ones(board.bids)
    for turn in range(ROUNDS):
        short = np.where(whole, aim - board.served(), 0) / aim
        step = np.where(short > 0, 2.0 * short, 0.3 * short) / (1 + 0.3 * turn)
        weights = np.maximum(1.0, weights + step)
        fill(board, seed=seed, spread=spread, weights=weights)


def _help(exchange: Exchange, aim: int, whole: Flags) -> bool:
    """Raise the worst-served bid by the best exchange, again and again; whether all reached the aim."""
    while True:
        served = np.where(whole, exchange.served, aim)
        worst = int(served.argmin())
        if served[worst] >= aim:
            return True
        options = exchange.options(worst)
        if not len(options):
            return False
        lowest = np.minimum(
            np.minimum(served[worst] + options.gain, aim), _others(exchange, options, aim, whole)
        )
        total = options.gain + options.others_gain
        best = int(np.lexsort((total, lowest))[-1])
        if lowest[best] <= served[worst]:
            return False
        exchange.carry_out(options, best)


def _others(exchange: Exchange, options: Options, aim: int, whole: Flags) -> Whole:
    """What the other bid of each exchange would be left with; the aim where there is none to mind."""
    theirs = exchange.bid[options.other]
    minded = (options.other != NOBODY) & whole[theirs]
    left: Whole = np.where(minded, np.minimum(exchange.served[theirs] + options.others_gain, aim), aim)
    return left


def _polish(exchange: Exchange, aim: int, whole: Flags) -> None:
    """Do every exchange that makes the whole better and leaves no bid below the aim."""
    waiting = deque(range(exchange.board.bids))
    queued = set(waiting)
    while waiting:
        bid = waiting.popleft()
        queued.discard(bid)
        options = exchange.options(bid)
        if not len(options):
            continue
        fine = _others(exchange, options, aim, whole) >= aim
        if whole[bid]:
            fine &= exchange.served[bid] + options.gain >= aim
        total = np.where(fine, options.gain + options.others_gain, 0)
        best = int(total.argmax())
        if total[best] > 0:
            for changed in exchange.carry_out(options, best):
                if changed not in queued:
                    waiting.append(changed)
                    queued.add(changed)
