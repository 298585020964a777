"""Three ways side by side, in whole pence, with decisions counted; what rules cost; which clash, in words."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction as F

from grants.allocations.outcome import (
    Difference,
    Outcome,
    awards_in,
    differences,
    outcome_from,
    picture,
    worth_words,
)
from grants.allocations.settings import Settings, from_json, to_json
from grants.allocations.weighing import Ground, RankedBid, weigh
from grants.programme.definition import FundDefinition
from grants.programme.limits import Allocation, LimitOf, PublishedLimit, Sought
from tests.unit.applications.bids import fund

FUND: FundDefinition = fund("replay")
YOUTH = FUND.rubric.theme_keys[0]
WORK = FUND.rubric.theme_keys[1]
YOUTH_NAME, WORK_NAME = FUND.rubric.themes[0].name, FUND.rubric.themes[1].name


def ground(
    *bids: tuple[int, int, str], left: int, least: int = 0, decided: Mapping[int, int] | None = None
) -> Ground:
    """Bids of (score, ask in pence, theme), the best first; 100 and on are ids of decided ones, for work."""
    ranked = [
        RankedBid(at, f"R-{at}", at, ask, least or ask, F(score))
        for at, (score, ask, _) in enumerate(bids, 1)
    ]
    shares: dict[int, dict[str, F]] = {
        at: {f"theme:{theme}": F(1), f"lead:{theme}": F(1)} for at, (_, _, theme) in enumerate(bids, 1)
    }
    shares |= {bid: {f"theme:{WORK}": F(1), f"lead:{WORK}": F(1)} for bid in decided or {}}
    return Ground(left, ranked, decided or {}, shares)


def found(ground_: Ground, settings: Settings) -> Outcome:
    """What pages read of it, through JSON."""
    kept = from_json(to_json(settings))
    assert kept == settings
    return outcome_from(weigh(ground_, kept).results, kept, FUND)


def wanting(**changes: object) -> Settings:
    return Settings(replace(Allocation(), **changes))  # type: ignore[arg-type]  # names of its fields


def floor(theme: str, pence: int) -> PublishedLimit:
    return PublishedLimit(LimitOf.THEME, theme, least=pence)


class TestSideBySide:
    GROUND = ground((90, 600, YOUTH), (80, 550, YOUTH), (78, 450, WORK), (40, 350, WORK), left=1_000)

    def test_the_line_stops_the_other_skips_the_optimum_fits_best(self) -> None:
        told: list[tuple[int, int]] = []
        weighed = weigh(self.GROUND, wanting(fewest=2), lambda done, of: told.append((done, of)))
        assert told == [(0, 2), (1, 2), (2, 2)]
        outcome = outcome_from(weighed.results, wanting(fewest=2), FUND)
        assert [
            (way.label, way.awards, way.spent, way.left, way.pounds, way.points, way.broken)
            for way in outcome.ways
        ] == [
            ("The line", 1, 600, 400, F(540), F(90), ("At least 2 awards",)),
            ("The line with skip", 2, 950, 50, F(680), F(130), ()),
            ("The optimum", 2, 1_000, 0, F(791), F(158), ()),
        ]
        rows = [(row.ref, row.line, row.skip, row.best) for row in outcome.bids]
        assert rows == [("R-1", 600, 600, 0), ("R-2", 0, 0, 550), ("R-3", 0, 0, 450), ("R-4", 0, 350, 0)]
        assert [(cost.rule, cost.cost) for cost in outcome.costs] == [("At least 2 awards", F(0))]
        assert [bar.total for _, bar in picture(outcome)] == [1_000, 1_000, 1_000]

    def test_the_difference_bid_by_bid(self) -> None:
        outcome = found(self.GROUND, wanting())
        partial = found(
            ground((90, 600, YOUTH), (80, 550, YOUTH), left=1_000, least=300), wanting(partial=True)
        )
        refs = {row.id: row.ref for row in outcome.bids}
        optimum = awards_in(outcome.bids, "best")
        assert differences(optimum, optimum, refs) == []
        told = differences(optimum, awards_in(partial.bids, "best"), refs)
        assert told == [
            Difference("R-1", 1, 0, 600),
            Difference("R-2", 2, 550, 400),
            Difference("R-3", 3, 450, 0),
        ]
        assert [one.words for one in told] == ["Funded with £6", "£1.50 less", "Loses £4.50"]
        across = differences(awards_in(outcome.bids, "line"), awards_in(outcome.bids, "skip"), refs)
        assert [(one.ref, one.words) for one in across] == [("R-4", "Funded with £3.50")]


class TestRules:
    def test_decisions_count_towards_floors_caps_and_numbers(self) -> None:
        caps = (PublishedLimit(LimitOf.THEME, WORK, most=900), floor(YOUTH, 250))
        bids = ((90, 600, WORK), (80, 500, WORK), (10, 300, YOUTH))
        decided = {101: 250, 102: 100}
        settings = wanting(limits=caps, most=4, each_lead=951)
        outcome = found(ground(*bids, left=2_000, decided=decided), settings)
        assert [row.best for row in outcome.bids] == [0, 500, 300]
        best = outcome.way("best")
        assert best is not None
        assert (outcome.decided, outcome.decided_pence, best.broken) == (2, 350, ())
        line = outcome.way("line")
        assert line is not None
        words = [
            "At most 4 awards",
            f"At most £9 for the theme {WORK_NAME}",
            "At most £9.51 for all bids that one organisation leads",
        ]
        assert list(line.broken) == words
        group = next(group for group in outcome.groups if group.about == f"theme {WORK_NAME}")
        assert (group.most, group.already, group.line, group.best) == (900, 350, 1_450, 850)

    def test_what_each_rule_costs(self) -> None:
        limits = (floor(YOUTH, 100), floor(WORK, 200))
        settings = replace(wanting(limits=limits, each_lead=5_000), funded=("R-3",))
        outcome = found(ground((90, 500, YOUTH), (80, 500, WORK), (10, 400, WORK), left=1_000), settings)
        assert [row.best for row in outcome.bids] == [500, 0, 400]
        assert [(cost.rule, cost.cost, cost.part) for cost in outcome.costs] == [
            (f"At least £1 for the theme {YOUTH_NAME}", F(0), F(0)),
            (f"At least £2 for the theme {WORK_NAME}", F(0), F(0)),
            ("At most £50 for all bids that one organisation leads", F(0), F(0)),
            ("Bid R-3 is funded", F(360), F(360, 850)),
        ]

    def test_worth_in_words(self) -> None:
        values = (F(0), F(1, 3), F(1), F(12_345, 2))
        assert [worth_words(Sought.BIDS, value) for value in values] == [
            "0 points",
            "less than 1 point",
            "1 point",
            "6,172 points",
        ]
        assert worth_words(Sought.POUNDS, F(2)) == "2 points times pounds"

    def test_rules_that_clash_are_named_in_plain_words(self) -> None:
        limits = (floor(YOUTH, 700), floor(WORK, 400), PublishedLimit(LimitOf.THEME, WORK, most=2_000))
        bids = ground((90, 700, YOUTH), (80, 400, WORK), (70, 100, WORK), left=1_000)
        outcome = found(bids, wanting(limits=limits, fewest=1))
        assert outcome.clash == (
            f"At least £7 for the theme {YOUTH_NAME}",
            f"At least £4 for the theme {WORK_NAME}",
        )
        assert [way.key for way in outcome.ways] == ["line", "skip"]
        assert [row.best for row in outcome.bids] == [0, 0, 0]
        ruled = replace(wanting(most=1), funded=("R-1", "R-3"), refused=("R-2",))
        assert found(bids, ruled).clash == ("At most 1 award", "Bid R-1 is funded", "Bid R-3 is funded")
        out = replace(wanting(limits=(floor(YOUTH, 1),)), refused=("R-1", "R-2"))
        assert found(bids, out).clash == (
            f"At least £0.01 for the theme {YOUTH_NAME}",
            "Bid R-1 is not funded",
        )

    def test_a_pot_that_is_overspent_has_nothing_to_give(self) -> None:
        outcome = found(ground((90, 500, YOUTH), left=-20), wanting(sought=Sought.BIDS))
        assert [(way.spent, way.left) for way in outcome.ways] == [(0, 0)] * 3
