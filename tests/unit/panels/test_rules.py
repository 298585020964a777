"""What stands in the way of a decision and of a release, all reasons at once."""

from dataclasses import replace
from datetime import date

import pytest

from grants.applications.states import Stage
from grants.panels.rules import (
    BidFacts,
    Condition,
    PotPosition,
    blockers_to_decide,
    blockers_to_release,
    blockers_to_reopen,
    condition_blockers,
    needs_countersignature,
)
from grants.panels.states import ConditionKind, Outcome

BID = BidFacts(
    ask=30_000_00, least_amount=20_000_00, ranked=True, released=False, places_taken=frozenset({2})
)


def places(bid: BidFacts = BID, **changes: object) -> list[str]:
    given: dict[str, object] = {
        "outcome": Outcome.FUND,
        "amount": 30_000_00,
        "reserve_order": None,
        "reason": "Strong in every theme",
        "left": 50_000_00,
    }
    return [reason.place for reason in blockers_to_decide(bid, **{**given, **changes})]  # type: ignore[arg-type]  # a table of cases


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"left": 30_000_00}, []),
        ({"left": 29_999_99}, ["amount"]),
        ({"left": -1}, ["amount"]),
        ({"amount": 29_999_99}, ["amount"]),
        ({"amount": 0}, ["amount"]),
        ({"reason": " \n "}, ["reason"]),
        ({"reason": "", "amount": 1, "left": 0}, ["reason", "amount", "amount"]),
        ({"outcome": Outcome.FUND_IN_PART, "amount": 20_000_00}, []),
        ({"outcome": Outcome.FUND_IN_PART, "amount": 19_999_99}, ["amount"]),
        ({"outcome": Outcome.FUND_IN_PART, "amount": 30_000_00}, ["amount"]),
        ({"outcome": Outcome.DECLINE, "amount": 0}, []),
        ({"outcome": Outcome.DECLINE, "amount": 1}, ["amount"]),
        ({"outcome": Outcome.DECLINE, "amount": 0, "left": -5}, []),
        ({"outcome": Outcome.DEFER, "amount": 0}, []),
        ({"outcome": Outcome.RESERVE, "amount": 0, "reserve_order": 1}, []),
        ({"outcome": Outcome.RESERVE, "amount": 0, "reserve_order": 0}, ["reserve_order"]),
        ({"outcome": Outcome.RESERVE, "amount": 0}, ["reserve_order"]),
        ({"outcome": Outcome.RESERVE, "amount": 0, "reserve_order": 2}, ["reserve_order"]),
        ({"outcome": Outcome.DECLINE, "amount": 0, "reserve_order": 2}, []),
    ],
)
def test_deciding(changes: dict[str, object], expected: list[str]) -> None:
    assert places(**changes) == expected  # type: ignore[arg-type]  # a table of cases


def test_an_unranked_bid_can_be_declined_but_not_funded() -> None:
    unranked = replace(BID, ranked=False)
    assert places(unranked) == [""]
    assert places(unranked, outcome=Outcome.DECLINE, amount=0) == []


def test_a_released_decision_stands() -> None:
    assert places(replace(BID, released=True), outcome=Outcome.DECLINE, amount=0) == [""]


def test_only_some_released_decisions_go_back_to_the_panel() -> None:
    def reasons(outcome: Outcome, stage: Stage, *, released: bool = True, flagged: bool = False) -> int:
        found = blockers_to_reopen(outcome, stage=stage, released=released, flagged=flagged, reason="So")
        return len(list(found))

    assert reasons(Outcome.RESERVE, Stage.DECIDED) == reasons(Outcome.DEFER, Stage.DECIDED) == 0
    assert reasons(Outcome.FUND, Stage.OFFERED, flagged=True) == 0
    assert reasons(Outcome.DECLINE, Stage.DECIDED) == reasons(Outcome.FUND, Stage.OFFERED) == 1
    assert reasons(Outcome.RESERVE, Stage.DECIDED, released=False) == 1
    assert reasons(Outcome.RESERVE, Stage.SCORED) == reasons(Outcome.RESERVE, Stage.WITHDRAWN) == 1
    assert reasons(Outcome.FUND, Stage.ACTIVE) == 2


def test_a_bid_without_a_least_amount_may_get_a_penny() -> None:
    assert places(replace(BID, least_amount=None), outcome=Outcome.FUND_IN_PART, amount=1) == []


def test_conditions_say_what_and_by_when() -> None:
    today = date(2026, 11, 23)
    given = (
        Condition(ConditionKind.BEFORE_PAYMENT, "Insurance is shown"),
        Condition(ConditionKind.BY_DATE, " "),
        Condition(ConditionKind.BY_DATE, "The lease is signed", today),
        Condition(ConditionKind.BY_DATE, "Staff are checked", date(2026, 11, 24)),
    )
    found = condition_blockers(given, outcome=Outcome.FUND_IN_PART, today=today)
    wrong = ["conditions-1-text", "conditions-1-due_on", "conditions-2-due_on"]
    assert [reason.place for reason in found] == wrong
    (refused,) = condition_blockers(given[:1], outcome=Outcome.DECLINE, today=today)
    assert refused.place == "conditions"


def test_the_pot_adds_up() -> None:
    pot = PotPosition(pot=100, overrides=20, decided=70, released=30)
    assert (pot.committed, pot.left) == (100, 20)


@pytest.mark.parametrize(
    ("amount", "threshold", "needed"), [(2, 1, True), (1, 1, False), (0, 1, False), (10**9, None, False)]
)
def test_the_second_signature(amount: int, threshold: int | None, needed: bool) -> None:
    assert needs_countersignature(amount, threshold) is needed


def test_a_release_names_every_missing_signature() -> None:
    assert [reason.place for reason in blockers_to_release(["A-1", "A-2"], 5)] == ["A-1", "A-2"]
    assert [reason.text for reason in blockers_to_release([], 0)] == ["There is no decision to release."]
    assert list(blockers_to_release([], 5)) == []
