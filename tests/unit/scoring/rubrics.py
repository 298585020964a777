"""Rubrics of any shape, and sheets that fit them, for the properties of the arithmetic."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st

from grants.programme.definition import Cell, Coverage, Level, ReviewerKind, Rubric, Rules, Strand, Theme
from grants.scoring.rules import ScoredSheet

WEIGHTS = st.integers(1, 400).map(lambda hundredths: Fraction(hundredths, 100))
KINDS = st.sampled_from(ReviewerKind)


def rubric(
    *,
    theme_weights: Sequence[Fraction] = (Fraction(1),) * 5,
    strand_weights: Sequence[Fraction] = (Fraction(1),) * 3,
    maximum: int = 5,
    coverage: Coverage = Coverage.ALL,
) -> Rubric:
    """A rubric with a theme and a strand for each weight."""
    themes = tuple(Theme(f"theme{n}", f"Theme {n}", "", weight) for n, weight in enumerate(theme_weights, 1))
    strands = tuple(
        Strand(f"strand{n}", f"Strand {n}", "", "", 100, weight) for n, weight in enumerate(strand_weights, 1)
    )
    return Rubric(
        themes=themes,
        strands=strands,
        cells=tuple(Cell(theme.key, strand.key, ("",)) for theme in themes for strand in strands),
        levels=tuple(Level(score, f"Level {score}", "") for score in range(maximum + 1)),
        coverage=coverage,
        method="",
        source="",
    )


def fund_rules(*, reviews: int = 0, citizens: int = 0) -> Rules:
    """Rules that demand so many valid sheets before a bid is ranked."""
    return Rules(
        minimum_organisations=1,
        minimum_themes=1,
        lead_kinds=(),
        budget_categories=(),
        reviews_per_bid=max(1, reviews),
        citizen_reviews_per_bid=citizens,
        minimum_reviews_to_rank=reviews,
        offer_days=1,
        answers_required=False,
        consent_wording="",
        declaration="",
    )


def even_sheet(
    of: Rubric,
    score: int,
    *,
    kind: ReviewerKind = ReviewerKind.VCS,
    locked: bool = True,
    out_of_means: bool = False,
) -> ScoredSheet:
    """A sheet with the same score in every cell."""
    cells = {(theme, strand): score for theme in of.theme_keys for strand in of.strand_keys}
    return ScoredSheet(kind, cells, locked=locked, out_of_means=out_of_means)


@st.composite
def rubrics(draw: st.DrawFn, coverage: Coverage = Coverage.ALL) -> Rubric:
    """Rubrics of one to six themes and one to four strands, weights to two decimals, a scale up to 10."""
    return rubric(
        theme_weights=draw(st.lists(WEIGHTS, min_size=1, max_size=6)),
        strand_weights=draw(st.lists(WEIGHTS, min_size=1, max_size=4)),
        maximum=draw(st.integers(1, 10)),
        coverage=coverage,
    )


def sheets_of(of: Rubric) -> st.SearchStrategy[ScoredSheet]:
    """Locked sheets of one rubric without a conflict."""
    return st.builds(
        ScoredSheet,
        KINDS,
        st.fixed_dictionaries(
            {
                (theme, strand): st.integers(0, of.max_score)
                for theme in of.theme_keys
                for strand in of.strand_keys
            }
        ),
    )
