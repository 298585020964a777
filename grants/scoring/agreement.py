"""How far reviewers of the same bids agree: intraclass correlation and Krippendorff's alpha.

Both are asked of all bids of a round, never of a shortlist: among the best bids the differences between
bids are cut off and agreement falls to nothing, whatever the reviewers do (Erosheva, Martinkova and Lee,
'When zero may not be zero', JRSS A 184, 2021).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from scipy.optimize import minimize_scalar

Scores = Mapping[Any, Sequence[float]]
"""The scores that each bid got, by bid. A bid with one score says nothing about agreement."""


@dataclass(frozen=True)
class Agreement:
    """Variances between bids and within bids, in squared points.

    `icc_single` is the share of one review's variance that is the bid's own, `icc_mean` that of the mean of
    `reviews` reviews: the smallest number that a bid of the round has.
    """

    between_bids: float
    within_bids: float
    reviews: int
    icc_single: float
    icc_mean: float


def agreement(scores: Scores) -> Agreement | None:
    """One-way random effects by restricted maximum likelihood; None where no bid has two scores.

    In a balanced round this is the analysis of variance with negative estimates set to zero (McGraw and Wong,
    'Forming inferences about some intraclass correlation coefficients', Psychological Methods 1, 1996).
    """
    groups = [list(group) for group in scores.values() if group]
    if len(groups) < 2 or max(map(len, groups)) < 2:
        return None
    ratio = _best_ratio(groups)
    within = _residual_variance(groups, ratio)
    between = ratio * within
    reviews = min(map(len, groups))
    total = between + within
    return Agreement(
        between_bids=between,
        within_bids=within,
        reviews=reviews,
        icc_single=between / total if total else 1.0,
        icc_mean=between / (between + within / reviews) if total else 1.0,
    )


def _best_ratio(groups: Sequence[Sequence[float]]) -> float:
    """Between-bid over within-bid variance at which the restricted likelihood is greatest, from 0 up."""

    def deviance(share: float) -> float:
        return _deviance(groups, share / (1 - share))

    found = minimize_scalar(deviance, bounds=(0, 1 - 1e-9), method="bounded", options={"xatol": 1e-12})
    share = float(found.x)
    if deviance(0.0) <= float(found.fun):
        return 0.0
    return share / (1 - share)


def _weights(groups: Sequence[Sequence[float]], ratio: float) -> tuple[list[float], float]:
    """How much each bid's mean counts towards the overall mean, and that mean."""
    weights = [len(group) / (1 + ratio * len(group)) for group in groups]
    means = [sum(group) / len(group) for group in groups]
    return weights, sum(w * m for w, m in zip(weights, means, strict=True)) / sum(weights)


def _squares(groups: Sequence[Sequence[float]], ratio: float) -> float:
    """The generalised sum of squares about the overall mean."""
    weights, overall = _weights(groups, ratio)
    total = 0.0
    for group, weight in zip(groups, weights, strict=True):
        mean = sum(group) / len(group)
        total += sum((score - mean) ** 2 for score in group) + weight * (mean - overall) ** 2
    return total


def _residual_variance(groups: Sequence[Sequence[float]], ratio: float) -> float:
    return _squares(groups, ratio) / (sum(map(len, groups)) - 1)


def _deviance(groups: Sequence[Sequence[float]], ratio: float) -> float:
    """Minus twice the restricted log-likelihood, constants left out."""
    freedom = sum(map(len, groups)) - 1
    squares = _squares(groups, ratio)
    if squares <= 0:
        return -float("inf")
    weights, _ = _weights(groups, ratio)
    return (
        freedom * log(squares / freedom)
        + sum(log(1 + ratio * len(group)) for group in groups)
        + log(sum(weights))
    )


def alpha(scores: Scores) -> float | None:
    """Krippendorff's alpha for interval data: 1 is full agreement, 0 what chance would give.

    None where no bid has two scores, or where all scores are equal. Formula: Krippendorff, 'Content
    Analysis', 4th edition, chapter 12: one minus the observed over the expected disagreement, squared
    differences counted over all pairs of scores of the same bid and over all pairs of scores.
    """
    groups = [list(group) for group in scores.values() if len(group) > 1]
    pooled = [score for group in groups for score in group]
    if not pooled:
        return None
    observed = sum(_pair_squares(group) / (len(group) - 1) for group in groups) / len(pooled)
    expected = _pair_squares(pooled) / (len(pooled) * (len(pooled) - 1))
    return 1 - observed / expected if expected else None


def _pair_squares(scores: Sequence[float]) -> float:
    """The squared differences of all ordered pairs: twice n times the sum of squares less the squared sum."""
    count, total = len(scores), sum(scores)
    return 2 * (count * sum(score * score for score in scores) - total * total)
