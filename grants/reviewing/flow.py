"""The cheapest flow that fills a board: reviewers' time flows to the bids that it suits best.

Who reads how much is bounded softly: nobody is given less than their fair share, or more, while somebody
else could level it; within those bounds what suits the bids decides, and loads settle ties.
"""

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from grants.reviewing.board import Board, Flags, Whole

FIT = 1024
"""The price of one point of fit; loads and ties are settled below it, bounds and standing plans above."""
LOAD, TIES = 8, 8
UNFAIR = 2**24
MOVED = 2**28

MOST_PAIRS = 2_000_000
BEST, ANY = 400, 60
"""Of more pairs than that, each bid considers its best reviewers, and about this many at random, without
which the weakest reviewers could not be given their share."""


def fill(board: Board, *, seed: int, spread: float, weights: NDArray[np.float64] | None = None) -> None:
    """Choose every bid's team anew. Bids weigh as `weights` say; loads stay within `spread` of the average.

    As many places are filled as can be; of all ways to do so, the one whose price is lowest.
    """
    considered = _considered(board, seed)
    if not _pour(board, considered, seed=seed, spread=spread, weights=weights) and not considered.all():
        _pour(board, board.open, seed=seed, spread=spread, weights=weights)


def _considered(board: Board, seed: int) -> Flags:
    if board.fits.size <= MOST_PAIRS:
        return board.open
    best = np.argpartition(-np.where(board.open, board.fits, -1), BEST, axis=1)[:, :BEST]
    chosen = np.random.default_rng(seed).random(board.fits.shape, dtype=np.float32) < ANY / board.reviewers
    np.put_along_axis(chosen, best, True, axis=1)
    for bid, team in enumerate(board.planned):
        chosen[bid, sorted(team)] = True
    considered: Flags = chosen & board.open
    return considered


def _pour(
    board: Board, pairs: Flags, *, seed: int, spread: float, weights: NDArray[np.float64] | None
) -> bool:
    """Fill the board over these pairs; whether every place was filled."""
    network = SimpleMinCostFlow()
    bid, reviewer = np.nonzero(pairs)
    arcs = _read_arcs(board, network, bid, reviewer, seed, weights)
    source = board.reviewers + 2 * board.bids
    rows = np.arange(board.bids)
    _arcs(
        network, board.reviewers + board.bids + rows, board.reviewers + rows,
        board.wanted - board.citizens_wanted, np.zeros(board.bids, dtype=np.int64),
    )  # fmt: skip
    _load_arcs(board, network, source, spread)
    network.set_nodes_supplies(np.array([source]), np.array([board.wanted.sum()]))
    network.set_nodes_supplies(board.reviewers + rows, -board.wanted)
    if network.solve_max_flow_with_min_cost() != network.OPTIMAL:
        raise AssertionError("A network of this shape always has a flow.")
    taken = network.flows(arcs).astype(bool)
    board.teams = [set() for _ in range(board.bids)]
    for at, column in zip(bid[taken].tolist(), reviewer[taken].tolist(), strict=True):
        board.teams[at].add(column)
    return bool(taken.sum() == board.wanted.sum())


def _read_arcs(
    board: Board,
    network: SimpleMinCostFlow,
    bid: Whole,
    reviewer: Whole,
    seed: int,
    weights: NDArray[np.float64] | None,
) -> Whole:
    """One arc for every pair that may be made; places kept for citizens are reached by citizens only."""
    worth = board.fits[bid, reviewer].astype(np.int64) * FIT
    if weights is not None:
        worth = (worth * weights[bid]).astype(np.int64)
    ties = np.random.default_rng(seed).integers(0, TIES, board.fits.shape, dtype=np.int8)[bid, reviewer]
    stays = np.zeros(board.fits.shape, dtype=bool)
    for at, team in enumerate(board.planned):
        stays[at, sorted(team)] = True
    price = ties - worth - MOVED * stays[bid, reviewer]
    head = np.where(board.citizen[reviewer], board.reviewers + bid, board.reviewers + board.bids + bid)
    return _arcs(network, reviewer, head, np.ones(len(bid), dtype=np.int64), price)


def _load_arcs(board: Board, network: SimpleMinCostFlow, source: int, spread: float) -> None:
    """One arc for each further bid of each reviewer, dearer the more they have.

    Twice a fair load is as far as it goes bid by bid; one arc, dearer than all of them, takes what is left.
    """
    done = board.kept_loads()
    able = np.maximum(board.most - done, 0)
    low, high = board.fair_loads(spread)
    stepped = np.minimum(able, np.maximum(2 * high - done, 0))
    reviewer = np.repeat(np.arange(board.reviewers), stepped)
    first = np.repeat(np.cumsum(stepped) - stepped, stepped)
    load = done[reviewer] + np.arange(len(reviewer)) - first
    price = LOAD * load + UNFAIR * (load >= high) - UNFAIR * (load < low)
    _arcs(network, np.full(len(reviewer), source), reviewer, np.ones_like(reviewer), price)
    everybody = np.arange(board.reviewers)
    dear = np.full(board.reviewers, 2 * UNFAIR)
    _arcs(network, np.full(board.reviewers, source), everybody, able - stepped, dear)


def _arcs(network: SimpleMinCostFlow, tail: Whole, head: Whole, capacity: Whole, price: Whole) -> Whole:
    added: Whole = network.add_arcs_with_capacity_and_unit_cost(
        tail.astype(np.int32), head.astype(np.int32), capacity.astype(np.int64), price.astype(np.int64)
    )
    return added
