"""Agreement between reviewers: the published figures of a real panel, and what holds for any."""

import csv
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.scoring.agreement import agreement, alpha
from tests.paths import SHARED_DATA, needs_shared_data

PANELS = st.lists(st.lists(st.integers(0, 5).map(float), min_size=3, max_size=3), min_size=3, max_size=12)


def aibs() -> list[dict[str, str]]:
    """216 overall scores of 72 proposals by an American panel; low is good there."""
    with (SHARED_DATA / "10_reviews" / "aibs_reviews.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def scores_of(rows: Sequence[dict[str, str]]) -> dict[str, list[float]]:
    """The overall scores by proposal."""
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(row["ID"], []).append(float(row["Score"]))
    return found


@needs_shared_data
class TestPublished:
    def test_all_proposals(self) -> None:
        """As ShinyItemAnalysis prints them (see SOURCE.txt of the shared data)."""
        found = agreement(scores_of(aibs()))
        assert found is not None
        assert found.reviews == 3
        assert [found.between_bids, found.within_bids] == pytest.approx([0.2362446, 0.4002778], abs=1e-6)
        assert [found.icc_single, found.icc_mean] == pytest.approx([0.3711489, 0.639068], abs=1e-6)

    def test_the_best_four_fifths_agree_far_less(self) -> None:
        """Why agreement is never shown for a shortlist."""
        found = agreement(scores_of([row for row in aibs() if float(row["ScoreRankAdj"]) <= 58]))
        assert found is not None
        assert [found.between_bids, found.within_bids] == pytest.approx([0.03090206, 0.4116667], abs=1e-6)
        assert [found.icc_single, found.icc_mean] == pytest.approx([0.06982432, 0.1838049], abs=1e-6)

    def test_alpha(self) -> None:
        """The interval alpha that an independent implementation gives for this panel."""
        assert alpha(scores_of(aibs())) == pytest.approx(0.36897, abs=5e-6)


class TestAnyPanel:
    @given(PANELS)
    def test_a_balanced_panel_has_the_variances_of_the_analysis_of_variance(
        self, panel: list[list[float]]
    ) -> None:
        means = [sum(scores) / 3 for scores in panel]
        overall = sum(means) / len(means)
        within = sum((s - m) ** 2 for scores, m in zip(panel, means, strict=True) for s in scores) / (
            2 * len(panel)
        )
        between = 3 * sum((mean - overall) ** 2 for mean in means) / (len(panel) - 1)
        found = agreement(dict(enumerate(panel)))
        assert found is not None
        if within > 0 and between > within:
            assert found.within_bids == pytest.approx(within, rel=1e-3)
            assert found.between_bids == pytest.approx((between - within) / 3, rel=1e-3, abs=1e-4)
        elif within > 0:
            assert found.between_bids == pytest.approx(0, abs=1e-4)

    @given(PANELS, st.floats(-20, 20), st.floats(0.5, 4))
    def test_alpha_minds_neither_where_the_scale_starts_nor_its_unit(
        self, panel: list[list[float]], shift: float, unit: float
    ) -> None:
        moved = [[shift + unit * score for score in scores] for scores in panel]
        before, after = alpha(dict(enumerate(panel))), alpha(dict(enumerate(moved)))
        if before is not None and after is not None:
            assert after == pytest.approx(before, abs=1e-6)

    def test_full_agreement_is_one(self) -> None:
        panel = {1: [1.0, 1.0], 2: [4.0, 4.0]}
        found = agreement(panel)
        assert found is not None
        assert [alpha(panel), found.icc_single] == pytest.approx([1.0, 1.0], abs=1e-6)

    @pytest.mark.parametrize("panel", [{}, {1: [3.0]}, {1: [3.0], 2: [4.0]}, {1: [], 2: []}])
    def test_nothing_is_said_where_no_bid_has_two_scores(self, panel: dict[int, list[float]]) -> None:
        assert (agreement(panel), alpha(panel)) == (None, None)
