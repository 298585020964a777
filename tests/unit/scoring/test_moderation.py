"""What puts a bid before the chair: every trigger at its edge, and the line hanging on one review."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.programme.definition import ReviewerKind
from grants.programme.fund_file import read_fund_file
from grants.scoring.moderation import (
    Finding,
    FundingLine,
    Standing,
    Trigger,
    findings,
    spreads,
    totals_without_one,
)
from grants.scoring.rules import Agreed, ScoredSheet
from tests.unit.programme.texts import LUTON

FUND = read_fund_file(LUTON)
RUBRIC, RULES = FUND.rubric, FUND.rules
THEME = RUBRIC.theme_keys[0]
STRANDS = RUBRIC.strand_keys
CALM = Standing(
    application_id=1,
    ask=100,
    total=Fraction(60),
    sheets=RULES.reviews_per_bid,
    citizen_sheets=RULES.citizen_reviews_per_bid,
    late_conflict=False,
    suspended=False,
    spread={},
    without_one=(),
)


def sheet(*scores: int, out: bool = False) -> ScoredSheet:
    """A sheet with these scores, by strand, in every theme."""
    cells = {
        (theme, strand): score
        for theme in RUBRIC.theme_keys
        for strand, score in zip(STRANDS, scores, strict=True)
    }
    return ScoredSheet(ReviewerKind.CITIZEN, cells, out_of_means=out)


def reasons(bid: Standing, *, spread: int = 2, line: FundingLine | None = None) -> list[tuple[str, str]]:
    """What is found about a bid."""
    return [(one.trigger.value, one.reason) for one in findings(RUBRIC, RULES, bid, spread=spread, line=line)]


def test_nothing_is_said_of_a_bid_without_a_trigger() -> None:
    assert reasons(CALM, line=FundingLine([CALM], 100)) == []


def test_spread_is_of_valid_sheets_in_cells_and_themes() -> None:
    found = spreads(RUBRIC, [THEME], [sheet(1, 3, 3), sheet(3, 3, 3), sheet(5, 0, 0, out=True)])

    assert found == {f"{THEME}:{STRANDS[0]}": 2, f"{THEME}:": Fraction(2, 3)}


def test_spread_counts_from_the_setting_on() -> None:
    name = f"{RUBRIC.theme(THEME).name}, {RUBRIC.strands[0].name}"
    cell = replace(CALM, spread={f"{THEME}:{STRANDS[0]}": Fraction(2), f"{THEME}:": Fraction(5, 3)})

    assert reasons(cell) == [("spread", f"{name}: the reviewers are 2 points apart.")]
    assert reasons(cell, spread=3) == []
    assert reasons(cell, spread=1)[1] == (
        "spread",
        f"{RUBRIC.theme(THEME).name}: the reviewers are 1.67 points apart.",
    )


@pytest.mark.parametrize(("value", "said"), [(2.0, []), (-2.0, []), (2.1, ["higher"]), (-2.1, ["lower"])])
def test_a_review_surprises_beyond_two_standard_deviations(value: float, said: list[str]) -> None:
    expected = [
        (
            "surprise",
            f"One review is 2.1 standard deviations {side} than was to be expected of this bid and this "
            "reviewer.",
        )
        for side in said
    ]
    assert reasons(replace(CALM, surprises=[0.0, value])) == expected


@pytest.mark.parametrize(("above", "said"), [(0.19, False), (0.2, True), (0.8, True), (0.81, False)])
def test_a_bid_could_be_on_either_side_from_20_to_80_percent(above: float, said: bool) -> None:
    bid = replace(CALM, above=above)

    assert [kind for kind, _ in reasons(bid, line=FundingLine([bid], 100))] == ["unsure"] * said
    assert reasons(bid) == []


def test_missing_reviews_late_conflicts_and_suspended_scores_are_said_gravest_first() -> None:
    bid = replace(CALM, sheets=1, citizen_sheets=0, late_conflict=True, suspended=True)

    assert [kind for kind, _ in reasons(bid)] == ["conflict", "suspended", "missing", "missing"]
    assert reasons(bid)[2] == ("missing", "1 of the 3 reviews are locked and count.")


def test_leaving_one_sheet_out_is_exact_and_needs_another() -> None:
    counting = RUBRIC.theme_keys
    sheets = {7: sheet(0, 0, 0), 8: sheet(5, 5, 5), 9: sheet(5, 5, 5, out=True)}

    assert totals_without_one(RUBRIC, counting, sheets, Agreed()) == {7: 100, 8: 0}
    assert totals_without_one(RUBRIC, counting, {7: sheet(1, 1, 1)}, Agreed()) == {}
    agreed = Agreed(themes={theme: Fraction(3) for theme in counting})
    assert totals_without_one(RUBRIC, counting, sheets, agreed) == {7: 60, 8: 60}


def test_a_bid_hangs_on_one_reviewer_when_it_would_cross_the_line() -> None:
    first = replace(CALM, application_id=1, total=Fraction(70), without_one=[Fraction(60), Fraction(80)])
    second = replace(CALM, application_id=2, total=Fraction(65), without_one=[Fraction(69), Fraction(60)])
    line = FundingLine([first, second], 100)

    assert reasons(first, line=line) == [
        (
            "one-reviewer",
            "It is above the funding line, and would be on the other side without one of its reviews.",
        )
    ]
    assert reasons(second, line=line) == []
    assert [kind for kind, _ in reasons(replace(second, without_one=[Fraction(71)]), line=line)] == [
        "one-reviewer"
    ]


def funded(bids: Sequence[Standing], pot: int) -> set[int]:
    """The plain way: groups of equal totals, best first, until one does not fit."""
    above: set[int] = set()
    for score in sorted({bid.total for bid in bids if bid.total is not None}, reverse=True):
        group = [bid for bid in bids if bid.total == score]
        if sum(bid.ask for bid in group) > pot:
            break
        pot -= sum(bid.ask for bid in group)
        above |= {bid.application_id for bid in group}
    return above


BIDS = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 9)), min_size=1, max_size=8).map(
    lambda rows: [
        replace(CALM, application_id=number, total=Fraction(score), ask=ask)
        for number, (score, ask) in enumerate(rows)
    ]
)


@given(bids=BIDS, pot=st.integers(0, 40), other=st.integers(0, 6))
def test_the_line_is_where_going_down_the_ranking_puts_it(bids: list[Standing], pot: int, other: int) -> None:
    line = FundingLine(bids, pot)
    moved = replace(bids[0], total=Fraction(other))

    assert line.is_above(bids[0], Fraction(other)) == (0 in funded([moved, *bids[1:]], pot))


def test_triggers_have_a_name_each() -> None:
    assert findings(RUBRIC, RULES, replace(CALM, suspended=True), spread=2, line=None) == [
        Finding(
            Trigger.SUSPENDED,
            "An agreed score counts for nothing until a chair reaffirms it: a review that informed it does "
            "not count any more.",
        )
    ]
