"""The crossed random-effects model behind `calibrate`: its likelihood, its plausible deviations, its draws.

Henderson's mixed-model equations with the bids eliminated, so that the dense part is only as large as the
panel. Restricted likelihood: Searle, Casella and McCulloch, 'Variance Components' (1992), chapter 6.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import product
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

SMALLEST, LARGEST = 0.01, 2.0
"""Between which the standard deviations are taken to lie, on a scale five points wide; before the scores are
seen, every value between them is as likely as another. The noise is two such deviations together: chance,
and a reviewer's liking of this very bid.
"""

NEGLIGIBLE = 6.0
"""A combination whose log-probability lies this far below the best is left out."""

STEPS = 6
HALVINGS = 8

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Scores:
    """The scores as arrays: `bid` and `reviewer` are places in `bids` and `reviewers`."""

    bids: tuple[int, ...]
    reviewers: tuple[int, ...]
    bid: Ints
    reviewer: Ints
    score: Floats
    met: csr_matrix
    """How often each reviewer (column) scored each bid (row)."""

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, float]]) -> "Scores":
        """The scores of (bid, reviewer, score) rows, in an order of their own so that sums are the same."""
        rows = sorted(rows)
        bids, bid = _numbered([row[0] for row in rows])
        reviewers, reviewer = _numbered([row[1] for row in rows])
        met = csr_matrix((np.ones(len(rows)), (bid, reviewer)), shape=(len(bids), len(reviewers)))
        return cls(bids, reviewers, bid, reviewer, np.array([row[2] for row in rows]), met)

    def sum_by_bid(self) -> Floats:
        """The sum of each bid's scores."""
        sums: Floats = np.bincount(self.bid, self.score, len(self.bids)).astype(np.float64)
        return sums

    def sum_by_reviewer(self) -> Floats:
        """The sum of each reviewer's scores."""
        sums: Floats = np.bincount(self.reviewer, self.score, len(self.reviewers)).astype(np.float64)
        return sums

    def bid_means(self) -> Floats:
        """The mean of each bid's scores."""
        means: Floats = self.sum_by_bid() / np.bincount(self.bid, minlength=len(self.bids))
        return means


def _numbered(keys: Sequence[int]) -> tuple[tuple[int, ...], Ints]:
    found = tuple(sorted(set(keys)))
    place: dict[Hashable, int] = {key: at for at, key in enumerate(found)}
    return found, np.array([place[key] for key in keys], dtype=np.int64)


class Deviations(NamedTuple):
    """Standard deviations between bids, between reviewers, and of the noise."""

    bid: float
    reviewer: float
    noise: float


class Node(NamedTuple):
    """One combination of deviations and its posterior probability."""

    deviations: Deviations
    probability: float


@dataclass(frozen=True)
class Fit:
    """The model at given deviations: `fixed` are the level and the reviewers, given the bids eliminated."""

    scores: Scores
    deviations: Deviations
    weight: Floats
    """What each bid's equation has on its diagonal: its number of scores and noise over bid variance."""
    fixed: Floats
    triangle: Floats
    log_likelihood: float

    @classmethod
    def of(cls, scores: Scores, deviations: Deviations) -> "Fit":
        """Solve the equations at these deviations."""
        counts = np.asarray(scores.met.sum(axis=1)).ravel()
        bid_ratio = (deviations.noise / deviations.bid) ** 2
        reviewer_ratio = (deviations.noise / deviations.reviewer) ** 2
        weight = counts + bid_ratio
        matrix, right = _reduced(scores, counts, weight, reviewer_ratio)
        triangle = cholesky(matrix, lower=True, check_finite=False)
        half = solve_triangular(triangle, right, lower=True, check_finite=False)
        squares = scores.score @ scores.score - (scores.sum_by_bid() ** 2 / weight).sum() - half @ half
        determinant = np.log(weight).sum() + 2 * np.log(triangle.diagonal()).sum()
        log_likelihood = -0.5 * (
            (len(scores.score) - 1) * 2 * log(deviations.noise)
            + determinant
            - len(scores.bids) * log(bid_ratio)
            - len(scores.reviewers) * log(reviewer_ratio)
            + squares / deviations.noise**2
        )
        fixed = solve_triangular(triangle, half, lower=True, trans="T", check_finite=False)
        return cls(scores, deviations, weight, fixed, triangle, float(log_likelihood))

    def draws(self, common: Floats, own: Floats) -> tuple[Floats, Floats]:
        """Level and reviewers, and bids, from rows of standard normal numbers."""
        noise = self.deviations.noise
        spread = solve_triangular(self.triangle, common.T, lower=True, trans="T", check_finite=False).T
        fixed = self.fixed + noise * spread
        counts = np.asarray(self.scores.met.sum(axis=1)).ravel()
        explained = fixed[:, :1] * counts + (self.scores.met @ fixed[:, 1:].T).T
        bids = (self.scores.sum_by_bid() - explained) / self.weight + noise / np.sqrt(self.weight) * own
        return fixed, bids


def _reduced(scores: Scores, counts: Floats, weight: Floats, reviewer_ratio: float) -> tuple[Floats, Floats]:
    """The equations of level and reviewers once the bids are eliminated: matrix and right-hand side."""
    met, size = scores.met, len(scores.reviewers)
    by_bid = scores.sum_by_bid()
    matrix = np.zeros((size + 1, size + 1))
    matrix[0, 0] = counts.sum() - (counts**2 / weight).sum()
    read = np.asarray(met.sum(axis=0)).ravel()
    matrix[0, 1:] = matrix[1:, 0] = read - met.T @ (counts / weight)
    shared = met.T @ met.multiply(1 / weight[:, None]).tocsr()
    matrix[1:, 1:] = np.diag(read + reviewer_ratio) - shared.toarray()
    right = np.empty(size + 1)
    right[0] = scores.score.sum() - (counts * by_bid / weight).sum()
    right[1:] = scores.sum_by_reviewer() - met.T @ (by_bid / weight)
    return matrix, right


def plausible(scores: Scores, reviewer: float | None) -> list[Node]:
    """A grid over every combination of deviations worth counting. `reviewer` fixes that deviation."""

    def density(point: Sequence[float]) -> float:
        return _density(scores, _deviations(point, reviewer))

    best = _peak(density, 3 if reviewer is None else 2)
    floor = density(best) - NEGLIGIBLE
    axes = [np.linspace(*_reach(density, best, axis, floor), num=STEPS) for axis in range(len(best))]
    points = [tuple(map(float, point)) for point in product(*axes)]
    heights = np.array([density(point) for point in points])
    chances = np.exp(heights - heights.max())
    chances /= chances.sum()
    return [
        Node(_deviations(point, reviewer), float(chance))
        for point, chance in zip(points, chances, strict=True)
    ]


def _deviations(point: Sequence[float], reviewer: float | None) -> Deviations:
    bid, noise = point[0], point[1]
    return Deviations(bid, point[2] if reviewer is None else reviewer, noise)


def _density(scores: Scores, deviations: Deviations) -> float:
    """Log posterior density but for a constant; `log(noise)` because the noise is two deviations together."""
    return Fit.of(scores, deviations).log_likelihood + log(deviations.noise)


def _peak(density: Callable[[Sequence[float]], float], axes: int) -> tuple[float, ...]:
    """The most plausible combination."""
    found = minimize(
        lambda point: -density(np.clip(point, SMALLEST, LARGEST)),
        x0=np.full(axes, 0.6),
        method="Nelder-Mead",
        bounds=[(SMALLEST, LARGEST)] * axes,
        options={"xatol": 1e-3, "fatol": 1e-3, "maxiter": 200},
    )
    return tuple(float(value) for value in found.x)


def _reach(
    density: Callable[[Sequence[float]], float], best: tuple[float, ...], axis: int, floor: float
) -> tuple[float, float]:
    """How far a deviation can move either way before the combination is negligible."""

    def edge(end: float) -> float:
        inside, outside = best[axis], end
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            moved = (*best[:axis], middle, *best[axis + 1 :])
            inside, outside = (middle, outside) if density(moved) > floor else (inside, middle)
        return outside

    return edge(SMALLEST), edge(LARGEST)
