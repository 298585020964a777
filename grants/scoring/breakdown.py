"""What the ranking shows of a bid beside its total, as text that a database orders like the exact values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grants.programme.definition import ReviewerKind, Rubric
from grants.scoring.rules import Score, ScoredSheet, sort_key, theme_score, total

SHAPE = 1
"""Raised whenever what is kept of a result changes: older rows are then written again."""

CITIZENS, OTHERS, SPREAD = "citizens", "others", "spread"


@dataclass(frozen=True)
class Breakdown:
    """Exact values of one bid, 0 to 100 for sheets' totals.

    `citizens` and `others` are the mean totals of the valid sheets by citizens and by everybody else, None
    without one; `spread` is how far the highest sheet's total lies above the lowest's.
    """

    citizens: Fraction | None
    others: Fraction | None
    spread: Fraction | None


def sheet_total(rubric: Rubric, counting: Sequence[str], sheet: ScoredSheet) -> Fraction | None:
    """One sheet's total out of 100 over the themes that count; None where it leaves a cell open."""
    scores = {
        theme: score for theme in counting if (score := theme_score(rubric, theme, sheet.cells)) is not None
    }
    return total(rubric, counting, scores)


def breakdown(rubric: Rubric, counting: Sequence[str], sheets: Sequence[ScoredSheet]) -> Breakdown:
    """How the valid sheets of a bid divide. Agreed scores play no part: these are the reviewers' own."""
    totals = [
        (sheet.kind, value)
        for sheet in sheets
        if sheet.valid and (value := sheet_total(rubric, counting, sheet)) is not None
    ]
    values = [value for _, value in totals]
    return Breakdown(
        citizens=_mean([value for kind, value in totals if kind is ReviewerKind.CITIZEN]),
        others=_mean([value for kind, value in totals if kind is not ReviewerKind.CITIZEN]),
        spread=max(values) - min(values) if len(values) > 1 else None,
    )


def measures(score: Score, found: Breakdown) -> dict[str, str]:
    """What a result keeps of all this: sort keys by the name of the column, and only of what is there."""
    named: dict[str, Fraction | None] = {
        CITIZENS: found.citizens,
        OTHERS: found.others,
        SPREAD: found.spread,
        **{theme_column(theme): value for theme, value in score.themes.items()},
        **{cell_column(theme, strand): value for (theme, strand), value in score.cells.items()},
    }
    return {name: sort_key(value) for name, value in named.items() if value is not None}


def hundredths(score: Fraction) -> int:
    """A score in hundredths, rounded half up on the exact value: 61.665 is 6167."""
    return (score * 100 + Fraction(1, 2)).__floor__()


def theme_column(theme: str) -> str:
    """The name of a theme's column."""
    return f"t-{theme}"


def cell_column(theme: str, strand: str) -> str:
    """The name of the column of one strand of a theme."""
    return f"c-{theme}-{strand}"


def value_of(kept: str | None) -> Fraction | None:
    """The value behind a sort key, to 30 decimal places: far finer than anything shown."""
    return Fraction(kept) if kept else None


def claimed_text(themes: Collection[str]) -> str:
    """Theme keys as one text in which each stands between spaces, so that one can be looked for."""
    return f" {' '.join(themes)} " if themes else ""


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def shown(kept: Mapping[str, str], column: str) -> Fraction | None:
    """The value of one column out of a result's measures."""
    return value_of(kept.get(column))
