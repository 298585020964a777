"""How sure a ranking is: the Swiss demonstration panel's published ranks, and panels whose truth is known."""

import csv
from fractions import Fraction

import numpy as np
import pytest

from grants.scoring.calibrate import Calibration, Sheet, calibrate
from tests.paths import SHARED_DATA, needs_shared_data


def panel(*, bids: int, reviewers: int, leniency: float, seed: int = 5) -> tuple[list[Sheet], list[float]]:
    """A simulated panel on a scale of 0 to 100, three reviews a bid, and what each bid is truly worth."""
    chance = np.random.default_rng(seed)
    worth = chance.normal(55, 12, bids)
    lean = chance.normal(0, leniency, reviewers)
    sheets = [
        Sheet(bid, int(reader), float(worth[bid] + lean[reader] + chance.normal(0, 10)))
        for bid in range(bids)
        for reader in chance.choice(reviewers, 3, replace=False)
    ]
    return sheets, [float(value) for value in worth]


def of(sheets: list[Sheet], *, pot: int = 10) -> Calibration:
    """The estimates, every bid asking for one penny."""
    found = calibrate(sheets, span=100, asks={sheet.bid: 1 for sheet in sheets}, pot=pot)
    assert found is not None
    return found


@needs_shared_data
def test_the_swiss_demonstration_panel() -> None:
    """Expected ranks within a tenth of those that the vignette of ERforResearch prints."""
    with (SHARED_DATA / "10_reviews" / "snsf_demo_panel.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sheets = [
        Sheet(at, reader, float(row[f"a{reader}"])) for at, row in enumerate(rows) for reader in range(1, 6)
    ]
    found = calibrate(sheets, span=5, asks={}, pot=0, reviewer_deviation=0.5)
    assert found is not None
    gaps = [
        abs(found.bids[at].rank.middle - float(row["published_expected_rank"])) for at, row in enumerate(rows)
    ]
    assert max(gaps) < 0.1


class TestKnownTruth:
    def test_a_lenient_reviewer_is_found(self) -> None:
        sheets, _ = panel(bids=60, reviewers=10, leniency=0)
        moved = [sheet._replace(total=sheet.total + 20 * (sheet.reviewer == 3)) for sheet in sheets]
        leniency = of(moved).leniency
        assert max(leniency, key=lambda reader: leniency[reader].middle) == 3
        assert leniency[3].low > 5

    def test_it_comes_closer_to_the_truth_than_the_means_where_reviewers_differ(self) -> None:
        sheets, worth = panel(bids=120, reviewers=12, leniency=12)
        estimates = of(sheets).bids

        def distance(values: list[float]) -> float:
            return float(np.sqrt(np.mean((np.array(values) - np.array(worth)) ** 2)))

        means = distance([estimates[bid].mean for bid in range(120)])
        adjusted = distance([estimates[bid].adjusted.middle for bid in range(120)])
        assert adjusted < 0.85 * means

    def test_deviations_are_near_those_that_made_the_scores(self) -> None:
        found = of(panel(bids=300, reviewers=30, leniency=8)[0])
        assert found.bid_deviation == pytest.approx(12, rel=0.15)
        assert found.reviewer_deviation == pytest.approx(8, rel=0.35)
        assert found.noise_deviation == pytest.approx(10, rel=0.1)

    def test_a_freak_score_surprises(self) -> None:
        sheets, _ = panel(bids=40, reviewers=8, leniency=3)
        freak = sheets[0]._replace(total=sheets[0].total - 60)
        surprise = of([freak, *sheets[1:]]).surprise
        assert min(surprise, key=lambda pair: surprise[pair]) == (freak.bid, freak.reviewer)
        assert surprise[freak.bid, freak.reviewer] < -2


class TestTheLine:
    def test_chances_add_up_to_the_places_that_the_pot_pays(self) -> None:
        estimates = of(panel(bids=40, reviewers=8, leniency=3)[0], pot=10).bids
        assert sum(
            Fraction(one.above).limit_denominator(10**6) for one in estimates.values()
        ) == pytest.approx(10)

    def test_the_line_stops_at_the_first_bid_too_dear(self) -> None:
        """The best bid asks for more than the pot, so whenever it comes first nobody is funded."""
        sheets = [Sheet(bid, reader, 95.0 - 60 * bid + reader) for bid in range(3) for reader in range(4)]
        found = calibrate(sheets, span=100, asks={0: 11, 1: 1, 2: 1}, pot=10)
        assert found is not None
        assert found.bids[0].above == 0
        assert found.bids[2].above < 0.05

    def test_a_bid_scored_high_by_all_is_surely_above(self) -> None:
        sheets, _ = panel(bids=30, reviewers=6, leniency=1)
        best = [Sheet(99, reader, 100.0) for reader in range(6)]
        found = of([*sheets, *best], pot=5).bids[99]
        assert found.above > 0.95
        assert found.rank.low == 1


def test_the_same_scores_in_any_order_give_the_same_answer() -> None:
    sheets, _ = panel(bids=20, reviewers=6, leniency=5)
    assert of(sheets) == of(sheets[::-1])


@pytest.mark.parametrize(
    "sheets",
    [
        [],
        [Sheet(1, 1, 50.0)],
        [Sheet(bid, 1, 50.0 + bid) for bid in range(9)],
        [Sheet(1, reader, 50.0 + reader) for reader in range(9)],
        [Sheet(one, one, 50.0) for one in range(9)],
    ],
)
def test_too_little_to_tell_bids_from_chance(sheets: list[Sheet]) -> None:
    assert calibrate(sheets, span=100, asks={}, pot=0) is None
