"""Which bids the chair should look at before the panel meets, each with its reasons in plain words."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from grants.programme.definition import Rubric, Rules
from grants.scoring.rules import Agreed, ScoredSheet, theme_score, total_of_sheets

SURPRISING = 2.0
"""A sheet more standard deviations than this away from what its bid and reviewer made likely is looked at."""

UNSURE = (0.2, 0.8)
"""From the first to the second probability of being above the line, a bid could be on either side."""


class Trigger(StrEnum):
    """Why a bid is put before the chair."""

    SPREAD = "spread"
    SURPRISE = "surprise"
    MISSING = "missing"
    CONFLICT = "conflict"
    SUSPENDED = "suspended"
    ONE_REVIEWER = "one-reviewer"
    UNSURE = "unsure"


TRIGGER_LABELS: Mapping[Trigger, str] = {
    Trigger.SPREAD: "Scores far apart",
    Trigger.SURPRISE: "A surprising review",
    Trigger.MISSING: "A review is missing",
    Trigger.CONFLICT: "A conflict found late",
    Trigger.SUSPENDED: "An agreed score is suspended",
    Trigger.ONE_REVIEWER: "One reviewer decides",
    Trigger.UNSURE: "Could be either side of the line",
}


@dataclass(frozen=True)
class Standing:
    """What moderation knows of a bid. `ask` in pence; totals exact, None while unranked.

    `spread` is by place ('youth:voice' a cell, 'youth:' a theme). `without_one` are the totals the bid would
    have without one of its sheets. `surprises` are the distances of its sheets in standard deviations and
    `above` the probability of being above the line, both empty where the round has no estimates.
    """

    application_id: int
    ask: int
    total: Fraction | None
    sheets: int
    citizen_sheets: int
    late_conflict: bool
    suspended: bool
    spread: Mapping[str, Fraction]
    without_one: Sequence[Fraction]
    surprises: Sequence[float] = ()
    above: float | None = None


@dataclass(frozen=True)
class Finding:
    """One trigger that a bid sets off, and the sentence that says why."""

    trigger: Trigger
    reason: str


def place(theme: str, strand: str = "") -> str:
    """The name of a cell, or of a theme as a whole."""
    return f"{theme}:{strand}"


def spreads(rubric: Rubric, counting: Sequence[str], sheets: Sequence[ScoredSheet]) -> dict[str, Fraction]:
    """How far the highest and lowest score of the valid sheets lie apart, by `place`; nothing where equal."""
    found: dict[str, Fraction] = {}
    valid = [sheet.cells for sheet in sheets if sheet.valid]
    for theme in counting:
        columns = {
            strand: [Fraction(cells[theme, strand]) for cells in valid if (theme, strand) in cells]
            for strand in rubric.strand_keys
        }
        columns[""] = [score for cells in valid if (score := theme_score(rubric, theme, cells)) is not None]
        for strand, scores in columns.items():
            if scores and max(scores) > min(scores):
                found[place(theme, strand)] = max(scores) - min(scores)
    return found


def totals_without_one(
    rubric: Rubric, counting: Sequence[str], sheets: Mapping[int, ScoredSheet], agreed: Agreed
) -> dict[int, Fraction]:
    """The exact total without each valid sheet in turn, by the key of the sheet left out.

    Whether enough reviews would be left does not matter here. Where no other sheet is left, or a theme has no
    score without it, the key is absent.
    """
    found: dict[int, Fraction] = {}
    valid = {key: sheet for key, sheet in sheets.items() if sheet.valid}
    for left_out in valid if len(valid) > 1 else ():
        others = [sheet for key, sheet in valid.items() if key != left_out]
        score = total_of_sheets(rubric, counting, others, agreed)
        if score is not None:
            found[left_out] = score
    return found


class FundingLine:
    """Where the pot ends in a ranking, to ask on which side a bid would be with another total.

    The money goes down the ranking and stops at the first bid that does not fit; bids with equal totals stand
    or fall together. So a bid is above the line exactly when the asks of all bids with its total or a better
    one, its own included, fit into the pot.
    """

    def __init__(self, bids: Sequence[Standing], pot: int) -> None:
        """Draw the line through those of `bids` that have a total; `pot` in pence."""
        ranked = sorted((bid.total, bid.ask) for bid in bids if bid.total is not None)
        self._totals = [total for total, _ in ranked]
        self._from: list[int] = [0]
        for _, ask in reversed(ranked):
            self._from.append(self._from[-1] + ask)
        self._from.reverse()
        self._pot = pot

    def is_above(self, bid: Standing, total: Fraction) -> bool:
        """Whether the bid would be above the line if its total were `total` and nothing else changed."""
        others = self._from[bisect_left(self._totals, total)]
        if bid.total is not None and bid.total >= total:
            others -= bid.ask
        return others + bid.ask <= self._pot

    def hangs_on_one(self, bid: Standing) -> bool:
        """Whether leaving out one of the bid's sheets would move it across the line."""
        if bid.total is None:
            return False
        here = self.is_above(bid, bid.total)
        return any(self.is_above(bid, total) is not here for total in bid.without_one)


def findings(
    rubric: Rubric, rules: Rules, bid: Standing, *, spread: int, line: FundingLine | None
) -> list[Finding]:
    """Everything about a bid that the chair should look at, the gravest first.

    `spread` is the fund's setting. Without a `line` nothing is said about the place at it.
    """
    found = []
    if bid.late_conflict:
        found.append(
            Finding(
                Trigger.CONFLICT,
                "A conflict of interest was found after a review was locked. That review does not count.",
            )
        )
    if bid.suspended:
        found.append(
            Finding(
                Trigger.SUSPENDED,
                "An agreed score counts for nothing until a chair reaffirms it: a review that informed it "
                "does not count any more.",
            )
        )
    found += _missing(rules, bid)
    found += _far_apart(rubric, bid, spread)
    found += _surprising(bid)
    if line is not None and line.hangs_on_one(bid):
        side = "above" if bid.total is not None and line.is_above(bid, bid.total) else "below"
        found.append(
            Finding(
                Trigger.ONE_REVIEWER,
                f"It is {side} the funding line, and would be on the other side without one of its reviews.",
            )
        )
    if line is not None and bid.above is not None and UNSURE[0] <= bid.above <= UNSURE[1]:
        found.append(
            Finding(
                Trigger.UNSURE,
                f"The probability that it is above the funding line is {round(bid.above * 100)} %: "
                "chance alone could put it on either side.",
            )
        )
    return found


def _missing(rules: Rules, bid: Standing) -> list[Finding]:
    wanted = (
        (bid.sheets, rules.reviews_per_bid, "reviews are"),
        (bid.citizen_sheets, rules.citizen_reviews_per_bid, "citizen reviews are"),
    )
    return [
        Finding(Trigger.MISSING, f"{there} of the {needed} {noun} locked and count.")
        for there, needed, noun in wanted
        if there < needed
    ]


def _far_apart(rubric: Rubric, bid: Standing, spread: int) -> list[Finding]:
    return [
        Finding(
            Trigger.SPREAD,
            f"{place_name(rubric, *key.split(':'))}: the reviewers are {_points(apart)} apart.",
        )
        for key, apart in bid.spread.items()
        if apart >= spread
    ]


def _surprising(bid: Standing) -> list[Finding]:
    return [
        Finding(
            Trigger.SURPRISE,
            f"One review is {abs(value):.1f} standard deviations {'higher' if value > 0 else 'lower'} than "
            "was to be expected of this bid and this reviewer.",
        )
        for value in bid.surprises
        if abs(value) > SURPRISING
    ]


def place_name(rubric: Rubric, theme: str, strand: str = "") -> str:
    """A cell or, without `strand`, a theme as people call it."""
    names = {one.key: one.name for one in rubric.strands}
    return f"{rubric.theme(theme).name}, {names[strand]}" if strand else rubric.theme(theme).name


def _points(apart: Fraction) -> str:
    """A difference in points, whole or to two decimals."""
    if apart.denominator == 1:
        return "1 point" if apart == 1 else f"{apart.numerator} points"
    return f"{float(apart):.2f} points"
