"""The best use of a pot: against another solver, against trying everything, and to the penny."""

import json
from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from grants.allocations.explaining import NUMBER, Change, Rule, clash, differences, prices, with_bid
from grants.allocations.rules import Candidate, draw_line_with_skip
from grants.allocations.solver import Aim, Bid, Limit, Task, broken, group_total, solve
from tests.paths import SHARED_DATA, needs_shared_data


def bid(id: int, score: int, ask: int, *, least: int | None = None, **shares: int) -> Bid:
    """A bid whose `shares` are percentages of its money."""
    return Bid(
        id,
        Fraction(score),
        ask,
        ask if least is None else least,
        {group: Fraction(share, 100) for group, share in shares.items()},
    )


def random_task(seed: int, bids: int = 40, *, aim: Aim = Aim.POUNDS, partial: bool = False) -> Task:
    """Asks of £5,000 to £50,000, one or two themes a bid, floors and caps that bind."""
    chance = np.random.default_rng(seed)
    made = []
    for id in range(bids):
        ask = int(chance.integers(500_000, 5_000_000))
        themes = chance.choice(4, chance.integers(1, 3), replace=False)
        shares = {f"theme {theme}": Fraction(1, len(themes)) for theme in themes}
        shares[f"lead {chance.integers(bids // 3)}"] = Fraction(1)
        made.append(Bid(id, Fraction(int(chance.integers(1000, 10_000)), 100), ask, ask * 7 // 10, shares))
    pot = sum(one.ask for one in made) // 4
    floors = tuple(Limit(f"theme {at} floor", f"theme {at}", least=pot // 6) for at in range(4))
    caps = tuple(Limit(f"lead {at} cap", f"lead {at}", most=pot // 5) for at in range(bids // 3))
    return Task(tuple(made), pot, floors + caps, most=bids // 2, aim=aim, partial=partial)


def by_constraint_programming(task: Task) -> Fraction | None:
    """The optimum that CP-SAT proves, in whole numbers throughout; None where there is none."""
    model = cp_model.CpModel()
    yes = {one.id: model.new_bool_var(str(one.id)) for one in task.bids}
    pence = {
        one.id: model.new_int_var(0, one.ask, f"pence {one.id}") if task.partial else one.ask * yes[one.id]
        for one in task.bids
    }
    if task.partial:
        for one in task.bids:
            model.add(pence[one.id] >= one.least * yes[one.id])
            model.add(pence[one.id] <= one.ask * yes[one.id])
    model.add(sum(pence.values()) <= task.pot)
    model.add(sum(yes.values()) >= task.fewest)
    if task.most is not None:
        model.add(sum(yes.values()) <= task.most)
    for limit in task.limits:
        received = sum(int(one.shares.get(limit.group, 0) * 60) * pence[one.id] for one in task.bids)
        model.add(received >= 60 * limit.least)
        if limit.most is not None:
            model.add(received <= 60 * limit.most)
    money = task.aim is Aim.POUNDS
    model.maximize(sum(int(one.score * 100) * (pence[one.id] if money else yes[one.id]) for one in task.bids))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    assert status == cp_model.OPTIMAL
    return Fraction(round(solver.objective_value), 10_000 if money else 100)


class TestProven:
    @pytest.mark.parametrize("seed", range(50))
    def test_another_solver_agrees(self, seed: int) -> None:
        task = random_task(seed, bids=24, aim=Aim.BIDS if seed % 3 == 0 else Aim.POUNDS)
        answer = solve(task)
        assert (answer and answer.worth) == by_constraint_programming(task)
        assert answer is None or broken(task, answer.awards) == []

    @pytest.mark.parametrize("seed", range(10))
    def test_partial_awards_come_within_a_pound_of_another_solvers_optimum(self, seed: int) -> None:
        """Another solver moves single pence between bids; no bid's award is out by more than rounding."""
        task = random_task(seed, bids=16, partial=True)
        answer, best = solve(task), by_constraint_programming(task)
        assert (answer is None) == (best is None)
        if answer is not None and best is not None:
            assert best * Fraction(999_999, 1_000_000) <= answer.worth <= best
            assert broken(task, answer.awards) == []

    @settings(max_examples=40)
    @given(
        st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=7),
        st.integers(0, 40),
    )
    def test_nothing_better_is_found_by_trying_everything(
        self, made: list[tuple[int, int]], pot: int
    ) -> None:
        bids = tuple(bid(at, score, ask * 100) for at, (score, ask) in enumerate(made))
        answer = solve(Task(bids, pot * 100))
        best = max(
            sum(one.score * one.ask / 100 for one in some)
            for size in range(len(bids) + 1)
            for some in combinations(bids, size)
            if sum(one.ask for one in some) <= pot * 100
        )
        assert answer is not None
        assert answer.worth == best

    def test_the_same_task_gives_the_same_answer_in_any_order(self) -> None:
        task = random_task(3, partial=True)
        turned = Task(task.bids[::-1], task.pot, task.limits, most=task.most, partial=True)
        assert solve(task) == solve(turned)


class TestToThePenny:
    def test_the_whole_pot_is_spent_where_partial_awards_let_it(self) -> None:
        answer = solve(Task((bid(1, 9, 700, least=400), bid(2, 8, 700, least=401)), 1_101, partial=True))
        assert answer is not None
        assert answer.awards == {1: 700, 2: 401}

    def test_a_floor_of_an_odd_part_is_kept_exactly(self) -> None:
        bids = (
            Bid(1, Fraction(1), 100_003, 1, {"youth": Fraction(1, 3)}),
            Bid(2, Fraction(99), 100_003, 1, {}),
        )
        task = Task(bids, 100_003, (Limit("youth floor", "youth", least=7),), partial=True)
        answer = solve(task)
        assert answer is not None
        assert group_total(bids, answer.awards, "youth") >= 7
        assert answer.awards[1] < 500

    def test_a_cap_is_never_passed_by_rounding(self) -> None:
        bids = tuple(Bid(at, Fraction(9 - at), 33_333, 11_111, {"work": Fraction(2, 3)}) for at in range(6))
        task = Task(bids, 200_000, (Limit("work cap", "work", most=55_555),), partial=True)
        answer = solve(task)
        assert answer is not None
        assert broken(task, answer.awards) == []
        assert 55_550 <= group_total(bids, answer.awards, "work") <= 55_555


def names(rules: list[Rule]) -> list[str]:
    """What rules are called."""
    return [rule.name for rule in rules]


class TestWhy:
    def test_what_each_floor_costs(self) -> None:
        bids = (
            bid(1, 90, 1_000, youth=100),
            bid(2, 80, 1_000),
            bid(3, 70, 1_000),
            bid(4, 10, 1_000, work=100),
        )
        task = Task(
            bids,
            3_000,
            (Limit("youth floor", "youth", least=1_000), Limit("work floor", "work", least=1_000)),
        )
        answer = solve(task)
        assert answer is not None
        assert set(answer.awards) == {1, 2, 4}
        assert {price.rule.name: price.cost for price in prices(task, answer)} == {
            "youth floor": 0,
            "work floor": 600,
        }

    def test_a_cap_on_each_of_several_groups_is_one_rule(self) -> None:
        bids = (bid(1, 90, 1_000, a=100), bid(2, 80, 1_000, b=100), bid(3, 10, 900, c=100))
        caps = tuple(Limit("each lead", group, most=950) for group in ("a", "b"))
        task = Task(bids, 2_000, caps, funded=frozenset({3}))
        answer = solve(task)
        assert answer is not None
        assert set(answer.awards) == {3}
        assert {price.rule.name: price.cost for price in prices(task, answer)} == {
            "each lead": 900,
            "bid 3": 0,
        }

    def test_what_it_takes_to_fund_a_bid(self) -> None:
        task = Task((bid(1, 90, 1_000), bid(2, 80, 1_000), bid(3, 70, 2_000)), 2_000)
        before, after = solve(task), with_bid(task, 3)
        assert before is not None
        assert after is not None
        assert differences(before.awards, after.awards) == [
            Change(1, 1_000, 0),
            Change(2, 1_000, 0),
            Change(3, 0, 2_000),
        ]
        assert with_bid(Task(task.bids, 1_999), 3) is None

    def test_which_rules_clash(self) -> None:
        limits = (
            Limit("youth floor", "youth", least=900),
            Limit("work floor", "work", least=100),
            Limit("youth cap", "youth", most=800),
        )
        task = Task((bid(1, 9, 1_000, youth=100), bid(2, 9, 1_000, work=100)), 2_000, limits)
        assert names(clash(task)) == ["youth floor", "youth cap"]
        assert clash(Task(task.bids, 2_000, limits[:2])) == []
        assert names(clash(Task(task.bids, 2_000, (limits[1],), most=0))) == [NUMBER, "work floor"]
        ruled_out = Task(task.bids, 2_000, limits[:2], refused=frozenset({1, 2}), funded=frozenset())
        assert names(clash(ruled_out)) == ["work floor", "no bid 2"]

    def test_broken_rules_are_named(self) -> None:
        task = Task(
            (bid(1, 9, 1_000, youth=100), bid(2, 9, 1_000)), 1_500, (Limit("youth cap", "youth", most=1),),
            most=1, funded=frozenset({3}),
        )  # fmt: skip
        assert broken(task, {1: 1_000, 2: 999}) == ["pot", "number of awards", "bid 2", "bid 3", "youth cap"]


def elections() -> list[Mapping[str, object]]:
    """Participatory budgets whose results are on record."""
    if not SHARED_DATA.is_dir():
        return []
    found: list[Mapping[str, object]] = json.loads(
        (SHARED_DATA / "6_pb" / "expected.json").read_text("utf-8")
    )
    return found


@needs_shared_data
@pytest.mark.parametrize("expected", elections(), ids=lambda one: str(one["name"]))
class TestElections:
    def test_the_line_with_skip_gives_the_recorded_total(self, expected: Mapping[str, object]) -> None:
        """Where projects tie, the record takes them in the order of the file."""
        projects, budget = projects_of(str(expected["name"]))
        step = Fraction(1, 1000) if expected["approvals_have_ties"] else Fraction()
        ranked = sorted(
            (Candidate(at, one["cost"], one["approvals"] - at * step) for at, one in enumerate(projects)),
            key=lambda one: -one.total,
        )
        line = draw_line_with_skip(ranked, budget)
        total = sum(projects[one.application_id]["approvals"] for one in line.above)
        assert (total, line.tied) == (expected["greedy_total_approvals"], ())

    def test_the_optimum_has_the_recorded_total(self, expected: Mapping[str, object]) -> None:
        projects, budget = projects_of(str(expected["name"]))
        bids = tuple(
            Bid(at, Fraction(one["approvals"]), one["cost"], one["cost"], {})
            for at, one in enumerate(projects)
        )
        answer = solve(Task(bids, budget, aim=Aim.BIDS))
        assert answer is not None
        assert answer.worth == expected["knapsack_optimum_total_approvals"]


def projects_of(name: str) -> tuple[list[dict[str, int]], int]:
    """An election's projects with costs in hundredths, and its budget."""
    data = json.loads((SHARED_DATA / "6_pb" / f"{name}.json").read_text("utf-8"))
    projects = [{"cost": round(one["cost"] * 100), "approvals": one["approvals"]} for one in data["projects"]]
    return projects, round(data["budget"] * 100)
