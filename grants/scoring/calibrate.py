"""How sure a ranking is: what each reviewer's leniency does to it, and how far chance could move each bid.

A score is taken as overall level + bid + reviewer + noise (crossed random effects). The standard deviations
are not fixed at one estimate: every plausible combination counts with its posterior probability, as in the
Swiss National Science Foundation's expected rank (Heyard, Ott, Salanti and Egger, 'Rethinking the Funding
Line at the SNSF', Statistics and Public Policy 9, 2022). The integral is a grid, not a random walk, and the
draws from it are seeded and come in opposite pairs: the same scores give the same answer.

These figures stand beside the score of record, never in its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grants.scoring.mixed_model import Fit, Node, Scores, plausible

POINTS = 5.0
"""The width of the scale on which the priors are stated: the SNSF's grades go from 1 to 6."""

FEWEST_SHEETS = 6
SEED = 2021
MOST_DRAWN = 750_000
INTERVAL = (2.5, 97.5)

Floats = NDArray[np.float64]


class Sheet(NamedTuple):
    """One valid sheet's total for a bid, in the units of the round's scale."""

    bid: int
    reviewer: int
    total: float


class Range(NamedTuple):
    """An estimate with the bounds within which it lies with 95 % probability."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class BidEstimate:
    """What is known of one bid beside its score of record.

    `adjusted` is its score had every reviewer read it, `rank` its place among all bids (1 is best), `above`
    the probability that it is funded when the money goes down the ranking to the first bid that does not fit.
    """

    mean: float
    adjusted: Range
    rank: Range
    above: float


@dataclass(frozen=True)
class Calibration:
    """The estimates of a whole round. Scores and deviations are in the units of the round's scale.

    `leniency` is how much higher than the panel a reviewer scores; `surprise` is a sheet's distance from what
    was to be expected of its bid and reviewer, in standard deviations, by (bid, reviewer).
    """

    bids: Mapping[int, BidEstimate]
    leniency: Mapping[int, Range]
    surprise: Mapping[tuple[int, int], float]
    bid_deviation: float
    reviewer_deviation: float
    noise_deviation: float


def calibrate(
    sheets: Sequence[Sheet],
    *,
    span: float,
    asks: Mapping[int, int],
    pot: int,
    reviewer_deviation: float | None = None,
) -> Calibration | None:
    """The estimates for a round whose totals go from 0 to `span`; `asks` and `pot` are pence.

    `reviewer_deviation` (units of the scale) is set only to repeat published figures: the SNSF fixes it at a
    tenth of the scale. None where there are too few sheets to tell bids from chance: fewer than
    `FEWEST_SHEETS`, or fewer than two bids or reviewers, or no bid read twice.
    """
    if not _enough(sheets):
        return None
    unit = POINTS / span
    scores = Scores.of([(sheet.bid, sheet.reviewer, sheet.total * unit) for sheet in sheets])
    nodes = plausible(scores, None if reviewer_deviation is None else reviewer_deviation * unit)
    drawn = _draw(scores, nodes)
    order = np.argsort(-drawn.bids, axis=1, kind="stable")
    ranks = _ranks(order)
    above = _above(order, np.array([asks.get(bid, 0) for bid in scores.bids]), pot)
    adjusted = (drawn.level[:, None] + drawn.bids) / unit
    means = scores.bid_means() / unit
    adjusted_ranges, rank_ranges = _ranges(adjusted), _ranges(ranks)
    return Calibration(
        bids={
            bid: BidEstimate(float(means[at]), adjusted_ranges[at], rank_ranges[at], float(above[at]))
            for at, bid in enumerate(scores.bids)
        },
        leniency=dict(zip(scores.reviewers, _ranges(drawn.reviewers / unit), strict=True)),
        surprise=_surprise(scores, drawn, nodes),
        bid_deviation=_mean(nodes, "bid") / unit,
        reviewer_deviation=_mean(nodes, "reviewer") / unit,
        noise_deviation=_mean(nodes, "noise") / unit,
    )


def _enough(sheets: Sequence[Sheet]) -> bool:
    bids = {sheet.bid for sheet in sheets}
    return (
        len(sheets) >= FEWEST_SHEETS
        and 1 < len(bids) < len(sheets)
        and len({sheet.reviewer for sheet in sheets}) > 1
    )


class Drawn(NamedTuple):
    """Draws from the posterior: one row a draw."""

    level: Floats
    bids: Floats
    reviewers: Floats


def _draw(scores: Scores, nodes: Sequence[Node]) -> Drawn:
    """Draws in proportion to each node's probability, in opposite pairs."""
    generator = np.random.default_rng(SEED)
    pairs = int(min(10_000, max(500, MOST_DRAWN // (2 * len(scores.bids)))))
    counts = generator.multinomial(pairs, [node.probability for node in nodes])
    parts = [
        _draw_from(Fit.of(scores, node.deviations), int(count), generator)
        for node, count in zip(nodes, counts, strict=True)
        if count
    ]
    return Drawn(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _draw_from(fit: Fit, pairs: int, generator: np.random.Generator) -> Drawn:
    common = generator.standard_normal((pairs, 1 + len(fit.scores.reviewers)))
    own = generator.standard_normal((pairs, len(fit.scores.bids)))
    fixed, bids = fit.draws(np.concatenate([common, -common]), np.concatenate([own, -own]))
    return Drawn(fixed[:, 0], bids, fixed[:, 1:])


def _ranks(order: NDArray[np.int64]) -> Floats:
    """The place of each bid in each draw, 1 for the best."""
    ranks = np.empty(order.shape)
    np.put_along_axis(ranks, order, np.arange(1.0, order.shape[1] + 1)[None, :], axis=1)
    return ranks


def _above(order: NDArray[np.int64], asks: NDArray[np.int64], pot: int) -> Floats:
    """In what share of the draws each bid is funded by the line that stops at the first bid too dear."""
    funded = np.empty(order.shape, dtype=bool)
    np.put_along_axis(funded, order, np.cumsum(asks[order], axis=1) <= pot, axis=1)
    share: Floats = funded.mean(axis=0)
    return share


def _ranges(draws: Floats) -> list[Range]:
    low, high = np.percentile(draws, INTERVAL, axis=0)
    return [
        Range(float(middle), float(bottom), float(top))
        for middle, bottom, top in zip(draws.mean(axis=0), low, high, strict=True)
    ]


def _surprise(scores: Scores, drawn: Drawn, nodes: Sequence[Node]) -> dict[tuple[int, int], float]:
    expected = (
        drawn.level.mean()
        + drawn.bids.mean(axis=0)[scores.bid]
        + drawn.reviewers.mean(axis=0)[scores.reviewer]
    )
    distance = (scores.score - expected) / _mean(nodes, "noise")
    return {
        (scores.bids[bid], scores.reviewers[reviewer]): float(value)
        for bid, reviewer, value in zip(scores.bid, scores.reviewer, distance, strict=True)
    }


def _mean(nodes: Sequence[Node], which: str) -> float:
    return float(sum(node.probability * getattr(node.deviations, which) for node in nodes))
