"""Reviewers' sheets of one bid laid side by side, with means, spread and agreed scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from grants.programme.definition import Rubric
from grants.scoring.models import AgreedScore
from grants.scoring.moderation import place, spreads
from grants.scoring.queries import Filled
from grants.scoring.rules import cell_means, theme_score


@dataclass(frozen=True)
class CellRow:
    """One cell: each sheet's score in the order of the sheets (None where it has none), the exact mean.

    `apart` is the exact difference between the highest and the lowest score that count; `discuss` says that
    it has reached the fund's setting.
    """

    strand: str
    name: str
    scores: tuple[int | None, ...]
    mean: Fraction | None
    agreed: AgreedScore | None
    apart: Fraction
    discuss: bool


@dataclass(frozen=True)
class ThemeBlock:
    """One theme: its cells, its exact score from the means alone, and the score agreed for the whole.

    `apart` and `discuss` are as in a cell, of the sheets' scores for the theme.
    """

    key: str
    name: str
    cells: tuple[CellRow, ...]
    score: Fraction | None
    agreed: AgreedScore | None
    apart: Fraction
    discuss: bool


def side_by_side(
    rubric: Rubric,
    counting: Sequence[str],
    sheets: Sequence[Filled],
    agreed: Sequence[AgreedScore],
    *,
    spread: int,
) -> list[ThemeBlock]:
    """The themes that count for a bid, with every locked sheet's scores. Means are of valid sheets only.

    From `spread` on, a cell or theme is worth a talk.
    """
    taken = [sheet.for_means() for sheet in sheets]
    means = cell_means(rubric, counting, taken)
    apart = spreads(rubric, counting, taken)
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
                    apart=apart.get(place(key, strand.key), Fraction(0)),
                    discuss=apart.get(place(key, strand.key), 0) >= spread,
                )
                for strand in rubric.strands
            ),
            score=theme_score(rubric, key, means),
            agreed=by_place.get((key, "")),
            apart=apart.get(place(key), Fraction(0)),
            discuss=apart.get(place(key), 0) >= spread,
        )
        for key in counting
    ]
