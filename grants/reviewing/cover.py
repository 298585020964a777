"""Somebody who knows each claimed theme on every bid's team, where the panel has somebody.

Single exchanges find nearly all of them. What they leave open is settled by a small integer programme over
the bids concerned, so that for a panel of ordinary size a theme stays uncovered only if it must.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from grants.reviewing.board import Board, Whole, counted
from grants.reviewing.exchange import Exchange

MOST_CHOICES = 20_000
MOST_NODES = 5_000
"""The search ends after so many nodes, not seconds, so that the answer never depends on the machine."""

GAP = 1_000_000
"""What one theme left uncovered costs, in points of fit: more than any team is worth."""


def cover(board: Board) -> None:
    """Change teams so that each claimed theme is known to somebody on the bid's team, where it can be."""
    if not board.uncovered():
        return
    exchange = Exchange(board, spread=1.0)
    for bid, theme in board.uncovered():
        _bring_in(exchange, bid, theme)
    exchange.settle()
    left = board.uncovered()
    if left:
        _settle_together(board, sorted({bid for bid, _ in left}))


def _bring_in(exchange: Exchange, bid: int, theme: int) -> None:
    """The exchange that brings an expert in and costs least. It may not uncover anything else."""
    if exchange.experts[bid, theme]:
        return
    options = exchange.options(bid)
    fits = exchange.board.expert[options.joining, theme]
    if fits.any():
        total = np.where(fits, options.gain + options.others_gain, np.iinfo(np.int64).min)
        exchange.carry_out(options, int(total.argmax()))


def _settle_together(board: Board, lacking: list[int]) -> None:
    """Choose the teams of these bids, and of as many others as can be looked at, all at once."""
    room = max(len(lacking), MOST_CHOICES // max(1, board.reviewers))
    others = [bid for bid in range(board.bids) if bid not in set(lacking)]
    bids = np.array(sorted([*lacking, *others[: room - len(lacking)]]))
    pairs = [
        (at, column)
        for at, bid in enumerate(bids)
        for column in np.nonzero(board.open[bid])[0]
        if column not in board.planned[bid]
    ]
    if not pairs:
        return
    row, column = (np.array(part) for part in zip(*pairs, strict=True))
    chosen = _solve(board, bids, row, column)
    if chosen is None:
        return
    for at, bid in enumerate(bids.tolist()):
        stays = board.teams[bid] & board.planned[bid]
        board.teams[bid] = stays | set(column[chosen & (row == at)].tolist())


def _solve(board: Board, bids: Whole, row: Whole, column: Whole) -> NDArray[np.bool_] | None:
    """Which pairs to choose; None where the search found nothing."""
    size = len(row)
    movable = [board.teams[bid] - board.planned[bid] for bid in bids]
    gaps = [
        (at, int(theme))
        for at, bid in enumerate(bids)
        for theme in np.nonzero(board.claims[bid] & board.expert.any(axis=0))[0]
        if not board.expert[sorted(board.kept[bid] | (board.teams[bid] & board.planned[bid])), theme].any()
    ]
    value = np.concatenate([-board.fits[bids[row], column].astype(float), np.full(len(gaps), float(GAP))])
    constraints = [
        _exactly(row, np.array([len(team) for team in movable]), size, len(gaps)),
        _at_most(column, _room(board, movable), size, len(gaps)),
        _citizens(board, row, column, movable, size, len(gaps)),
    ]
    if gaps:
        constraints.append(_known(board, row, column, gaps))
    found = milp(
        value,
        integrality=np.ones(len(value)),
        bounds=Bounds(0, 1),
        constraints=constraints,
        options={"node_limit": MOST_NODES, "mip_rel_gap": 0},
    )
    if found.x is None:
        return None
    chosen: NDArray[np.bool_] = found.x[:size] > 0.5
    return chosen


def _matrix(rows: Whole, size: int, height: int, width: int) -> csr_array:
    return csr_array((np.ones(size), (rows, np.arange(size))), shape=(height, width))


def _exactly(row: Whole, teams: Whole, size: int, gaps: int) -> LinearConstraint:
    """Every team stays as large as it is."""
    return LinearConstraint(_matrix(row, size, len(teams), size + gaps), teams, teams)


def _room(board: Board, movable: list[set[int]]) -> Whole:
    """How many of these bids each reviewer may take: what they have of them, and what time they have left."""
    theirs = counted(movable, board.reviewers)
    room: Whole = theirs + np.maximum(0, board.most - board.loads())
    return room


def _at_most(column: Whole, room: Whole, size: int, gaps: int) -> LinearConstraint:
    return LinearConstraint(_matrix(column, size, len(room), size + gaps), 0, room)


def _citizens(
    board: Board, row: Whole, column: Whole, movable: list[set[int]], size: int, gaps: int
) -> LinearConstraint:
    """No team loses a citizen."""
    have = np.array([int(board.citizen[sorted(team)].sum()) for team in movable])
    matrix = csr_array(
        (board.citizen[column].astype(float), (row, np.arange(size))), shape=(len(movable), size + gaps)
    )
    return LinearConstraint(matrix, have, np.inf)


def _known(board: Board, row: Whole, column: Whole, gaps: list[tuple[int, int]]) -> LinearConstraint:
    """Each theme is known to somebody on the team, or its gap is paid for."""
    line: dict[tuple[int, int], int] = {gap: at for at, gap in enumerate(gaps)}
    entries = [
        (line[at, theme], place)
        for place, (at, reviewer) in enumerate(zip(row.tolist(), column.tolist(), strict=True))
        for theme in np.nonzero(board.expert[reviewer])[0].tolist()
        if (at, theme) in line
    ]
    entries += [(at, len(row) + at) for at in range(len(gaps))]
    rows, columns = (np.array(part) for part in zip(*entries, strict=True))
    matrix = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(gaps), len(row) + len(gaps)))
    return LinearConstraint(matrix, 1, np.inf)
