"""The sharing-out by fit: as good as can be, each theme known to somebody, nobody served badly."""

from collections import Counter
from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from grants.reviewing.assign import PRICE, Capacity, Demand, Pair, Plan, share_out

THEMES = ("youth", "housing", "work", "poverty")


def plan_for(
    fits: NDArray[np.int32],
    *,
    reviews: int = 3,
    citizens: int = 0,
    claims: Sequence[frozenset[str]] = (),
    experts: Sequence[frozenset[str]] = (),
    citizen: frozenset[int] = frozenset(),
    forbidden: Sequence[Pair] = (),
    planned: Sequence[Pair] = (),
    standing: Sequence[Pair] = (),
    most: int = 100,
) -> Plan:
    """The plan for bids 0, 1… (rows) and reviewers 1000, 1001… (columns)."""
    bids, readers = fits.shape
    nothing = frozenset[str]()
    return share_out(
        demands=[Demand(at, reviews, citizens, claims[at] if claims else nothing) for at in range(bids)],
        reviewers=[
            Capacity(1000 + at, at in citizen, most, experts[at] if experts else nothing)
            for at in range(readers)
        ],
        standing=standing,
        planned=planned,
        forbidden=forbidden,
        seed="round",
        fits=fits,
    )


def random_fits(bids: int, readers: int, seed: int = 3) -> NDArray[np.int32]:
    return np.random.default_rng(seed).integers(0, 1001, (bids, readers)).astype(np.int32)


def themed_fits(bids: int, readers: int) -> NDArray[np.int32]:
    """Bids about few themes and readers who know few: the readers of a rare theme are wanted by many."""
    chance = np.random.default_rng(8)
    about = chance.dirichlet([0.3, 0.3, 0.3, 0.3, 0.3], bids)
    knows = chance.choice([0.0, 0.0, 0.3, 1.0], (readers, 5), p=[0.4, 0.1, 0.3, 0.2])
    return np.asarray(np.round(about @ knows.T * 1000), dtype=np.int32)


def best_whole(fits: NDArray[np.int32], reviews: int, low: int, high: int) -> float:
    """The optimum by linear programming: its answers are whole, because the matrix is totally unimodular."""
    bids, readers = fits.shape
    by_bid = np.kron(np.eye(bids), np.ones(readers))
    by_reader = np.kron(np.ones(bids), np.eye(readers))
    found = linprog(
        -fits.ravel().astype(float),
        A_ub=np.vstack([by_reader, -by_reader]),
        b_ub=np.concatenate([np.full(readers, high), np.full(readers, -low)]),
        A_eq=by_bid,
        b_eq=np.full(bids, reviews),
        bounds=(0, 1),
    )
    return float(-found.fun)


class TestFit:
    @settings(max_examples=15)
    @given(st.integers(0, 10_000))
    def test_the_first_plan_is_the_optimum_of_a_linear_programme(self, seed: int) -> None:
        fits = random_fits(40, 10, seed)
        assert plan_for(fits).lifted.before == pytest.approx(best_whole(fits, 3, 9, 15))

    def test_lifting_the_worst_served_costs_no_more_than_its_price(self) -> None:
        lifted = plan_for(themed_fits(150, 15)).lifted
        assert lifted.worst > lifted.worst_before
        assert lifted.before * (1 - PRICE) <= lifted.after <= lifted.before

    def test_loads_stay_within_a_fifth_of_the_average(self) -> None:
        fits = random_fits(100, 10)
        fits[:, 0] = 1000
        loads = Counter(person for _, person in plan_for(fits).added)
        assert max(loads.values()) == loads[1000] == 36
        assert min(loads.values()) >= 24

    def test_more_than_fair_where_only_few_may_read(self) -> None:
        """Two citizens for forty bids: each must read half of them, far more than the average."""
        plan = plan_for(random_fits(40, 12), citizens=1, citizen=frozenset({0, 1}))
        loads = Counter(person for _, person in plan.added)
        assert plan.short == ()
        assert loads[1000] + loads[1001] >= 40


class TestThemes:
    @settings(max_examples=20)
    @given(st.integers(0, 10_000))
    def test_as_many_themes_are_known_as_can_be(self, seed: int) -> None:
        """Tried against every choice of teams, one bid at a time, where loads do not bind."""
        chance = np.random.default_rng(seed)
        claims = [frozenset(chance.choice(THEMES, 3, replace=False).tolist()) for _ in range(4)]
        experts = [
            frozenset(chance.choice(THEMES, chance.integers(0, 3), replace=False).tolist()) for _ in range(6)
        ]
        plan = plan_for(random_fits(4, 6, seed), reviews=2, claims=claims, experts=experts, most=4)
        known = frozenset[str]().union(*experts)
        for bid, claimed in enumerate(claims):
            wanted = claimed & known
            fewest = min(
                len(wanted - (a | b)) for a, b in product(experts, experts) if a is not b or len(a) == 0
            )
            assert sum(one == bid for one, _ in plan.uncovered) == fewest

    def test_an_expert_is_brought_in_although_others_fit_better(self) -> None:
        fits = random_fits(30, 8)
        fits[:, 7] = 0
        experts = [frozenset[str]()] * 7 + [frozenset({"housing"})]
        claims = [frozenset({"housing"}) if bid % 5 == 0 else frozenset[str]() for bid in range(30)]
        plan = plan_for(fits, claims=claims, experts=experts)
        assert plan.uncovered == ()
        assert {bid for bid, person in plan.added if person == 1007} >= set(range(0, 30, 5))

    def test_a_theme_stays_open_where_the_only_expert_may_not_read_the_bid(self) -> None:
        plan = plan_for(
            random_fits(2, 5),
            claims=[frozenset({"work"})] * 2,
            experts=[frozenset({"work"})] + [frozenset[str]()] * 4,
            forbidden=[(1, 1000)],
        )
        assert plan.uncovered == ((1, "work"),)
        assert (0, 1000) in plan.added

    def test_what_nobody_in_the_panel_knows_is_not_held_against_a_bid(self) -> None:
        plan = plan_for(random_fits(2, 4), claims=[frozenset({"work"})] * 2, experts=[frozenset[str]()] * 4)
        assert plan.uncovered == ()


class TestPlanned:
    def test_a_plan_made_again_changes_nothing(self) -> None:
        fits = random_fits(40, 10)
        first = plan_for(fits)
        again = plan_for(fits, planned=first.added)
        assert (again.added, again.dropped) == ((), ())

    def test_only_what_a_conflict_takes_is_replaced(self) -> None:
        fits = random_fits(40, 10)
        first = plan_for(fits)
        taken = first.added[0]
        again = plan_for(fits, planned=first.added, forbidden=[taken])
        assert again.short == ()
        assert (len(again.added), len(again.dropped)) == (1, 0)
        assert again.added[0][0] == taken[0]

    def test_a_planned_pair_moves_where_a_bid_would_be_short(self) -> None:
        """Bid 1 may be read by one reviewer only, and she has time for one bid."""
        plan = plan_for(
            np.zeros((2, 2), dtype=np.int32), reviews=1, planned=[(0, 1000)], forbidden=[(1, 1001)], most=1
        )
        assert (plan.added, plan.dropped, plan.short) == (((0, 1001), (1, 1000)), ((0, 1000),), ())

    def test_standing_pairs_never_move(self) -> None:
        plan = plan_for(
            np.zeros((2, 2), dtype=np.int32), reviews=1, standing=[(0, 1000)], forbidden=[(1, 1001)], most=1
        )
        assert plan.added == ()
        assert [short.bid for short in plan.short] == [1]


def test_forbidden_pairs_are_never_made() -> None:
    fits = random_fits(60, 12)
    forbidden = [(bid, 1000 + (bid + step) % 12) for bid in range(60) for step in range(5)]
    assert not set(plan_for(fits, forbidden=forbidden).added) & set(forbidden)


def test_the_same_input_gives_the_same_plan() -> None:
    assert plan_for(random_fits(60, 12)) == plan_for(random_fits(60, 12))
