"""Reviewers' sheets of one bid laid side by side, with means, spread and agreed scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from grants.programme.definition import Rubric
from grants.scoring.models import AgreedScore
from grants.scoring.queries import Filled
from grants.scoring.rules import cell_means, theme_score

WORTH_DISCUSSING = 2
"""From this difference between the highest and the lowest score on, a cell is worth a talk."""


@dataclass(frozen=True)
class CellRow:
    """One cell: each sheet's score in the order of the sheets (None where it has none), the exact mean."""

    strand: str
    name: str
    scores: tuple[int | None, ...]
    mean: Fraction | None
    agreed: AgreedScore | None
    discuss: bool


@dataclass(frozen=True)
class ThemeBlock:
    """One theme: its cells, its exact score from the means alone, and the score agreed for the whole."""

    key: str
    name: str
    cells: tuple[CellRow, ...]
    score: Fraction | None
    agreed: AgreedScore | None


def side_by_side(
    rubric: Rubric, counting: Sequence[str], sheets: Sequence[Filled], agreed: Sequence[AgreedScore]
) -> list[ThemeBlock]:
    """The themes that count for a bid, with every locked sheet's scores. Means are of valid sheets only."""
    means = cell_means(rubric, counting, [sheet.for_means() for sheet in sheets])
    by_place = {(row.theme, row.strand): row for row in agreed}
    return [
        ThemeBlock(
            key=key,
            name=rubric.theme(key).name,
            cells=tuple(
                CellRow(
                    strand=strand.key,
                    name=strand.name,
                    scores=tuple(sheet.cells.get((key, strand.key)) for sheet in sheets),
                    mean=means.get((key, strand.key)),
                    agreed=by_place.get((key, strand.key)),
                    discuss=_far_apart(sheets, key, strand.key),
                )
                for strand in rubric.strands
            ),
            score=theme_score(rubric, key, means),
            agreed=by_place.get((key, "")),
        )
        for key in counting
    ]


def _far_apart(sheets: Sequence[Filled], theme: str, strand: str) -> bool:
    scores = [
        sheet.cells[theme, strand]
        for sheet in sheets
        if not sheet.out_of_means and (theme, strand) in sheet.cells
    ]
    return bool(scores) and max(scores) - min(scores) >= WORTH_DISCUSSING
