"""Splitting and adding money by group, and where one award stood on any day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from grants.exports.award_ledger import AwardLedger, Line, Part, commitment, position
from grants.exports.money_row import CommitmentMoney, PositionMoney, Row, added, grouped, split
from grants.exports.reach import NO_PLACE, NO_THEME, Reach, is_in, only_of, reach
from grants.exports.states import Grouping
from grants.programme.paying import DueBy
from tests.unit.applications.bids import fund

YEAR_END = date(2022, 3, 31)
DAY = timedelta(days=1)


def award(*parts: Part, ended_on: date | None = None) -> AwardLedger:
    """£1,000.00, released and accepted on 1 March."""
    return AwardLedger(100_000, 100_000, date(2022, 3, 1), date(2022, 3, 2), ended_on, parts=list(parts))


def half(due_on: date, *lines: Line, due_by: DueBy = DueBy.DAY, released_on: date | None = None) -> Part:
    return Part(50_000, due_by, due_on, released_on, lines=list(lines))


def line(paid_on: date | None, undone_on: date | None = None) -> Line:
    return Line(50_000, date(2022, 3, 3), paid_on, undone_on)


def test_what_is_due_and_not_paid_is_an_accrual_and_what_is_due_later_a_commitment() -> None:
    told = position(award(half(YEAR_END), half(YEAR_END + DAY)), YEAR_END)
    assert told == PositionMoney(awarded=100_000, due=50_000, later=50_000)
    released = half(YEAR_END + DAY, due_by=DueBy.REPORT, released_on=YEAR_END)
    waits = half(date(2022, 3, 2), due_by=DueBy.REPORT)
    assert position(award(released, waits), YEAR_END) == told
    assert commitment(award(released, waits)) == CommitmentMoney(
        awarded=100_000, waiting=50_000, held=50_000
    )  # fmt: skip
    sent = half(date(2022, 3, 2), line(None))
    assert commitment(award(sent, waits)) == CommitmentMoney(awarded=100_000, held=50_000, at_bank=50_000)


def test_what_is_paid_before_it_is_due_is_a_prepayment() -> None:
    told = position(
        award(half(date(2022, 3, 3), line(YEAR_END)), half(YEAR_END + DAY, line(YEAR_END))), YEAR_END
    )
    assert (told.paid_due, told.prepaid, told.unpaid, told.given_back) == (50_000, 50_000, 0, 0)


def test_a_payment_counts_from_its_day_until_it_comes_back() -> None:
    one = award(half(date(2022, 3, 3), line(YEAR_END, YEAR_END + 2 * DAY)), half(date(2023, 1, 1)))
    days = [position(one, YEAR_END + n * DAY) for n in (-1, 0, 1, 2)]
    assert [(told.paid, told.due) for told in days] == [(0, 50_000), (50_000, 0), (50_000, 0), (0, 50_000)]


def test_an_award_that_ended_early_owes_only_what_the_bank_has() -> None:
    one = award(half(date(2022, 3, 3), line(None)), half(date(2022, 3, 4)), ended_on=YEAR_END)
    before, after = (position(one, day) for day in (YEAR_END - DAY, YEAR_END))
    assert (before.due, before.given_back) == (100_000, 0)
    assert (after.due, after.given_back) == (50_000, 50_000)


def test_offers_schedules_to_come_and_changes_are_told_as_they_stood() -> None:
    one = award()
    one.changes, one.amount = [(YEAR_END + DAY, -20_000)], 80_000
    told = [position(one, day) for day in (date(2022, 2, 28), date(2022, 3, 1), YEAR_END, YEAR_END + DAY)]
    assert told == [
        PositionMoney(),
        PositionMoney(offered=100_000),
        PositionMoney(awarded=100_000, later=100_000),
        PositionMoney(awarded=80_000, later=80_000),
    ]
    assert (commitment(one).varied, commitment(one).given_back) == (-20_000, 0)
    more = award(half(YEAR_END), half(YEAR_END + DAY))
    more.amount = 120_000
    less = award(half(YEAR_END), half(YEAR_END + DAY))
    less.amount = 40_000
    assert [(position(one, YEAR_END).due, position(one, YEAR_END).later) for one in (more, less)] == [
        (50_000, 70_000),
        (40_000, 0),
    ]


def test_money_kept_back_is_never_paid() -> None:
    kept = half(YEAR_END)
    kept.kept_back.append((YEAR_END, 20_000))
    told = position(award(kept, half(YEAR_END + DAY)), YEAR_END)
    assert (told.due, told.later, told.given_back) == (30_000, 50_000, 20_000)


WHERE = Reach(
    "A-1", "Allotments", "Growers", (("Youth", 1), ("Poverty", 1)), (("North", 2),), (("Growers", 1),)
)


@given(
    st.lists(st.tuples(*[st.integers(0, 10**9)] * 8), min_size=1, max_size=5),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=4),
)
def test_groups_add_up_to_the_penny(amounts: list[tuple[int, ...]], shares: list[int]) -> None:
    weights = tuple((f"Partner {n}", share) for n, share in enumerate(shares))
    place = Reach("A-1", "", "Growers", (("Youth", 1),), (("North", 1),), weights)
    rows = [Row(place, (), CommitmentMoney(*one)) for one in amounts]
    groups = grouped(rows, Grouping.PARTNER, order=[], empty=CommitmentMoney())
    assert added([group.money for group in groups], CommitmentMoney()) == added(
        [row.money for row in rows], CommitmentMoney()
    )  # fmt: skip
    assert [group.name for group in groups] == [name for name, _ in weights]


def test_an_odd_penny_goes_to_the_first_and_the_columns_of_a_group_agree() -> None:
    parts = split(CommitmentMoney(awarded=101, paid=100, waiting=1), [1, 1])
    assert parts == [CommitmentMoney(51, paid=50, waiting=1), CommitmentMoney(50, paid=50)]
    row = Row(WHERE, (), CommitmentMoney(awarded=3))
    groups = grouped([row], Grouping.THEME, order=["Poverty"], empty=CommitmentMoney())
    assert [(group.name, group.money) for group in groups] == [
        ("Poverty", CommitmentMoney(awarded=1)),
        ("Youth", CommitmentMoney(awarded=2)),
    ]


def test_a_bids_reach_is_read_from_its_content() -> None:
    definition = fund()
    theme, area = definition.rubric.themes[0], definition.areas[0]
    other = definition.areas[1].places[0]
    content = {
        "claims": [theme.key],
        "places": [*area.places[:2], other],
        "lead_share": 300,
        "partners": [{"name": "The Hive", "share": 100}, {"name": "Idle", "share": None}],
    }
    told = reach(definition, ref="A-1", title="", lead="Growers", ask=400, content=content)
    assert (told.themes, told.places, told.partners) == (
        ((theme.name, 1),),
        ((area.name, 2), (definition.areas[1].name, 1)),
        (("Growers", 300), ("The Hive", 100)),
    )
    assert [is_in(told, only) for only in ("", f"theme:{theme.name}", f"place:{area.name}", "theme:x")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert {f"theme:{theme.name}", f"place:{area.name}"} <= set(only_of(definition))
    bare = reach(definition, ref="A-2", title="", lead="Growers", ask=0, content={})
    assert (bare.themes, bare.places, bare.partners) == (
        ((NO_THEME, 1),), ((NO_PLACE, 1),), (("Growers", 1),),
    )  # fmt: skip
