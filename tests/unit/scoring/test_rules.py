"""The score arithmetic: worked by hand, and by properties that hold for every rubric."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grants.core.errors import Reason
from grants.programme.definition import Coverage, ReviewerKind, Rubric
from grants.scoring.breakdown import breakdown, measures, sheet_total, theme_column
from grants.scoring.rules import (
    Agreed,
    Score,
    ScoredSheet,
    blockers_to_lock,
    counting_themes,
    points_so_far,
    score_bid,
    sort_key,
)
from tests.unit.scoring.rubrics import even_sheet, fund_rules, rubric, rubrics, sheets_of


def scored(of: Rubric, *sheets: ScoredSheet, **kwargs: Any) -> Score:
    """The score of a bid that claims every theme and of which nothing is demanded, but for `kwargs`."""
    given = {"rules": fund_rules(), "claims": of.theme_keys, "agreed": Agreed(), **kwargs}
    return score_bid(rubric=of, sheets=sheets, **given)


class TestWorkedByHand:
    """One small rubric, every number worked out on paper."""

    rubric = rubric(
        theme_weights=(Fraction(2), Fraction(1)), strand_weights=(Fraction(1), Fraction(3)), maximum=4
    )
    first = ScoredSheet(
        ReviewerKind.CITIZEN,
        {
            ("theme1", "strand1"): 4,
            ("theme1", "strand2"): 2,
            ("theme2", "strand1"): 0,
            ("theme2", "strand2"): 3,
        },
    )
    second = ScoredSheet(
        ReviewerKind.VCS,
        {
            ("theme1", "strand1"): 1,
            ("theme1", "strand2"): 3,
            ("theme2", "strand1"): 2,
            ("theme2", "strand2"): 4,
        },
    )

    def test_means_by_cell_then_strand_then_theme(self) -> None:
        """Cells 5/2 5/2 1 7/2; themes (5/2 + 3·5/2)/4 and (1 + 3·7/2)/4; total 100·(2·t1 + t2)/(4·3)."""
        score = scored(self.rubric, self.first, self.second)
        assert score.cells == {
            ("theme1", "strand1"): Fraction(5, 2),
            ("theme1", "strand2"): Fraction(5, 2),
            ("theme2", "strand1"): Fraction(1),
            ("theme2", "strand2"): Fraction(7, 2),
        }
        assert score.themes == {"theme1": Fraction(5, 2), "theme2": Fraction(23, 8)}
        assert score.total == Fraction(100) * (5 + Fraction(23, 8)) / 12 == Fraction(525, 8)
        assert (score.sheets, score.citizen_sheets, score.unranked_because) == (2, 1, ())

    def test_an_agreed_cell_stands_in_for_that_cells_mean_only(self) -> None:
        score = scored(self.rubric, self.first, self.second, agreed=Agreed(cells={("theme2", "strand1"): 4}))
        assert score.themes == {"theme1": Fraction(5, 2), "theme2": (4 + 3 * Fraction(7, 2)) / 4}

    def test_an_agreed_theme_stands_in_for_the_theme_and_its_agreed_cells(self) -> None:
        agreed = Agreed(cells={("theme2", "strand1"): 4}, themes={"theme2": Fraction(125, 100)})
        score = scored(self.rubric, self.first, self.second, agreed=agreed)
        assert score.themes == {"theme1": Fraction(5, 2), "theme2": Fraction(5, 4)}
        assert score.total == Fraction(100) * (5 + Fraction(5, 4)) / 12

    def test_what_was_agreed_on_a_theme_that_is_not_claimed_counts_for_nothing(self) -> None:
        claimed = replace(self.rubric, coverage=Coverage.CLAIMED)
        agreed = Agreed(cells={("theme2", "strand1"): 4}, themes={"theme2": Fraction(4)})
        score = scored(claimed, self.first, claims=["theme1"], agreed=agreed)
        assert score == scored(claimed, self.first, claims=["theme1"])

    def test_a_reviewers_own_points_count_cells_that_are_not_scored_yet_as_nothing(self) -> None:
        """Theme 1 from its first cell alone: (4 + 3·0)/4 = 1, so 100·2·1/(4·3)."""
        points = points_so_far(self.rubric, self.rubric.theme_keys, {("theme1", "strand1"): 4})
        assert points == Fraction(50, 3)

    def test_a_full_sheets_points_are_the_bids_score_if_it_were_the_only_one(self) -> None:
        points = points_so_far(self.rubric, self.rubric.theme_keys, self.first.cells)
        assert points == scored(self.rubric, self.first).total


class TestCoverage:
    """Which themes count."""

    def test_two_themes_of_five_reach_at_most_40_where_all_count(self) -> None:
        every = rubric()
        cells = {
            (theme, strand): 5 if theme in ("theme1", "theme4") else 0
            for theme in every.theme_keys
            for strand in every.strand_keys
        }
        score = scored(every, ScoredSheet(ReviewerKind.VCS, cells), claims=["theme1", "theme4"])
        assert score.total == 40

    def test_two_themes_of_five_reach_100_where_claims_count(self) -> None:
        claimed = rubric(coverage=Coverage.CLAIMED)
        cells = {(theme, strand): 5 for theme in ("theme1", "theme4") for strand in claimed.strand_keys}
        score = scored(claimed, ScoredSheet(ReviewerKind.VCS, cells), claims=["theme4", "theme1"])
        assert score.total == 100
        assert list(score.themes) == ["theme1", "theme4"]

    def test_a_claimed_theme_that_is_not_addressed_is_zero(self) -> None:
        claimed = rubric(coverage=Coverage.CLAIMED)
        cells = {(theme, strand): 5 for theme in ("theme1", "theme4") for strand in claimed.strand_keys}
        not_addressed = cells | {("theme4", strand): 0 for strand in claimed.strand_keys}
        score = scored(claimed, ScoredSheet(ReviewerKind.VCS, not_addressed), claims=["theme1", "theme4"])
        assert score.total == 50

    def test_a_bid_that_claims_nothing_is_unranked_and_says_so(self) -> None:
        claimed = rubric(coverage=Coverage.CLAIMED)
        score = scored(claimed, even_sheet(claimed, 5), claims=[])
        assert (score.total, score.unranked_because) == (None, ("The bid claims none of the fund’s themes.",))


class TestRankedOrNot:
    """How many sheets, and whose."""

    rubric = rubric()

    def test_too_few_sheets_and_no_citizen_are_both_said(self) -> None:
        score = scored(self.rubric, even_sheet(self.rubric, 3), rules=fund_rules(reviews=3, citizens=1))
        assert score.unranked_because == (
            "1 of 3 reviews locked and valid so far.",
            "0 of 1 citizen review locked and valid so far.",
        )
        assert score.total == 60

    def test_without_any_sheet_there_is_no_total(self) -> None:
        score = scored(self.rubric, rules=fund_rules(reviews=1))
        assert (score.total, score.sheets) == (None, 0)
        assert score.unranked_because == ("0 of 1 review locked and valid so far.",)

    def test_a_draft_and_a_conflicted_sheet_count_for_nothing(self) -> None:
        good = even_sheet(self.rubric, 3, kind=ReviewerKind.CITIZEN)
        others = (even_sheet(self.rubric, 5, locked=False), even_sheet(self.rubric, 0, out_of_means=True))
        rules = fund_rules(reviews=1, citizens=1)
        assert scored(self.rubric, good, *others, rules=rules) == scored(self.rubric, good, rules=rules)

    def test_a_sheet_that_left_a_theme_out_leaves_the_bid_unranked(self) -> None:
        cells = {("theme1", strand): 5 for strand in self.rubric.strand_keys}
        score = scored(self.rubric, ScoredSheet(ReviewerKind.VCS, cells))
        assert (score.total, score.unranked_because) == (None, ("A theme that counts has no score.",))


class TestLocking:
    """What a sheet must have before it counts."""

    rubric = rubric(theme_weights=(Fraction(1),) * 2, strand_weights=(Fraction(1),) * 2)

    def test_every_gap_is_told_at_once(self) -> None:
        reasons = blockers_to_lock(self.rubric, ["theme1"], [("theme1", "strand2")], ["theme2"])
        assert reasons == [
            Reason("Theme 1: give 1 more score, or say that the bid does not address it.", "theme1/strand1"),
            Reason("Theme 1: write why you gave these scores.", "theme1/justification"),
            Reason("Theme 2: give 2 more scores, or say that the bid does not address it.", "theme2/strand1"),
        ]

    def test_where_claims_count_the_other_themes_want_nothing(self) -> None:
        claimed = replace(self.rubric, coverage=Coverage.CLAIMED)
        cells = [("theme1", "strand1"), ("theme1", "strand2")]
        assert blockers_to_lock(claimed, ["theme1"], cells, ["theme1"]) == []


class TestProperties:
    """What holds for every rubric and all sheets."""

    @given(st.data())
    def test_the_order_of_reviews_never_matters(self, data: st.DataObject) -> None:
        of = data.draw(rubrics())
        sheets = data.draw(st.lists(sheets_of(of), min_size=1, max_size=5))
        shuffled = data.draw(st.permutations(sheets))
        assert scored(of, *sheets) == scored(of, *shuffled)

    @given(st.data())
    def test_adding_a_conflicted_review_changes_nothing(self, data: st.DataObject) -> None:
        of = data.draw(rubrics())
        sheets = data.draw(st.lists(sheets_of(of), max_size=4))
        conflicted = replace(data.draw(sheets_of(of)), out_of_means=True)
        rules = fund_rules(reviews=2, citizens=1)
        assert scored(of, *sheets, conflicted, rules=rules) == scored(of, *sheets, rules=rules)

    @given(st.data())
    def test_what_is_scored_in_an_unclaimed_theme_never_matters(self, data: st.DataObject) -> None:
        of = data.draw(rubrics(Coverage.CLAIMED))
        claims = data.draw(st.sets(st.sampled_from(of.theme_keys), min_size=1))
        sheet = data.draw(sheets_of(of))
        only_claimed = replace(
            sheet, cells={key: score for key, score in sheet.cells.items() if key[0] in claims}
        )
        assert scored(of, sheet, claims=claims) == scored(of, only_claimed, claims=claims)

    @given(st.data())
    def test_raising_a_cell_never_lowers_a_total(self, data: st.DataObject) -> None:
        of = data.draw(rubrics())
        sheets = data.draw(st.lists(sheets_of(of), min_size=1, max_size=4))
        key = data.draw(st.sampled_from(sorted(sheets[0].cells)))
        better = replace(
            sheets[0], cells={**sheets[0].cells, key: min(of.max_score, sheets[0].cells[key] + 1)}
        )
        before, after = scored(of, *sheets).total, scored(of, better, *sheets[1:]).total
        assert before is not None
        assert after is not None
        assert (after > before) is (better != sheets[0])
        assert after >= before

    @given(rubrics(), st.integers(1, 5))
    def test_all_at_the_top_is_100_and_all_at_the_bottom_is_0(self, of: Rubric, count: int) -> None:
        assert scored(of, *[even_sheet(of, of.max_score)] * count).total == 100
        assert scored(of, *[even_sheet(of, 0)] * count).total == 0

    @given(st.data())
    def test_a_total_is_between_0_and_100(self, data: st.DataObject) -> None:
        of = data.draw(rubrics())
        total = scored(of, *data.draw(st.lists(sheets_of(of), min_size=1, max_size=4))).total
        assert total is not None
        assert 0 <= total <= 100


class TestRankingByProperties:
    """What no rearrangement and no conflicted review may change."""

    @given(st.data())
    def test_the_order_of_reviews_never_matters(self, data: st.DataObject) -> None:
        of = data.draw(rubrics())
        sheets = data.draw(st.lists(sheets_of(of), min_size=1, max_size=5))
        turned = data.draw(st.permutations(sheets))
        assert scored(of, *turned) == scored(of, *sheets)
        assert breakdown(of, of.theme_keys, turned) == breakdown(of, of.theme_keys, sheets)

    @given(st.data())
    def test_a_conflicted_review_changes_nothing(self, data: st.DataObject) -> None:
        of = data.draw(rubrics())
        sheets = data.draw(st.lists(sheets_of(of), max_size=4))
        stranger = replace(data.draw(sheets_of(of)), out_of_means=True)
        assert scored(of, *sheets, stranger) == scored(of, *sheets)
        assert breakdown(of, of.theme_keys, [*sheets, stranger]) == breakdown(of, of.theme_keys, sheets)

    @given(st.data())
    def test_an_unclaimed_theme_never_counts_as_zero(self, data: st.DataObject) -> None:
        of = data.draw(rubrics(Coverage.CLAIMED))
        claims = data.draw(st.sets(st.sampled_from(of.theme_keys), min_size=1))
        sheets = data.draw(st.lists(sheets_of(of), min_size=1, max_size=3))
        found = scored(of, *sheets, claims=claims)
        empty = [
            replace(sheet, cells={key: value for key, value in sheet.cells.items() if key[0] in claims})
            for sheet in sheets
        ]
        assert found == scored(of, *empty, claims=claims)
        kept = measures(found, breakdown(of, counting_themes(of, claims), sheets))
        assert {key for key in kept if key.startswith("t-")} == {theme_column(theme) for theme in claims}

    @given(st.data())
    def test_the_mean_of_sheets_totals_is_the_total(self, data: st.DataObject) -> None:
        of = data.draw(rubrics())
        sheets = data.draw(st.lists(sheets_of(of), min_size=1, max_size=4))
        totals = [sheet_total(of, of.theme_keys, sheet) for sheet in sheets]
        assert scored(of, *sheets).total == sum(total for total in totals if total is not None) / len(totals)
        found = breakdown(of, of.theme_keys, sheets)
        kinds = {sheet.kind is ReviewerKind.CITIZEN for sheet in sheets}
        assert (found.citizens is not None, found.others is not None) == (True in kinds, False in kinds)


def totals() -> st.SearchStrategy[Fraction]:
    """Totals with denominators as large as two-decimal weights, ten sheets and agreed scores can give."""
    most = 10 * 100 * 10 * 2400 * 1600
    return st.integers(1, most).flatmap(
        lambda low: st.integers(0, 100 * low).map(lambda high: Fraction(high, low))
    )


class TestSortKey:
    """Text that SQL can order as the totals themselves are ordered."""

    @given(totals(), totals())
    def test_order_and_equality_are_those_of_the_fractions(self, one: Fraction, other: Fraction) -> None:
        assert (sort_key(one) < sort_key(other)) is (one < other)
        assert (sort_key(one) == sort_key(other)) is (one == other)

    @given(st.integers(1, 10**15 - 1), st.integers(0, 99))
    def test_neighbours_with_the_largest_denominators_stay_apart(self, low: int, whole: int) -> None:
        """Two fractions with denominators n and n + 1 can be no nearer than 1 / n(n + 1)."""
        one, other = whole + Fraction(1, low + 1), whole + Fraction(1, low)
        assert sort_key(one) < sort_key(other)

    @given(st.data())
    def test_the_totals_of_real_sheets_are_ordered(self, data: st.DataObject) -> None:
        of = data.draw(rubrics())
        bids = [data.draw(st.lists(sheets_of(of), min_size=1, max_size=4)) for _ in range(3)]
        found = [scored(of, *sheets).total for sheets in bids]
        exact = [total for total in found if total is not None]
        assert len(exact) == 3
        assert sorted(exact, key=sort_key) == sorted(exact)
        assert len({sort_key(total) for total in exact}) == len(set(exact))

    def test_width_is_the_same_from_0_to_100(self) -> None:
        assert sort_key(Fraction(0)) == "000." + "0" * 30
        assert sort_key(Fraction(200, 3)) == "066." + "6" * 30
        assert sort_key(Fraction(100)) == "100." + "0" * 30
