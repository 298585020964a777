"""Why an allocation is as it is: what each limit costs, what one bid would take, which rules clash."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grants.allocations.solver import Answer, Limit, Task, solve


@dataclass(frozen=True)
class Change:
    """One bid's award in two allocations, pence; 0 where it has none."""

    bid: int
    before: int
    after: int


@dataclass(frozen=True)
class Price:
    """What the allocation would be worth without one limit, less what it is worth with it."""

    limit: Limit
    cost: Fraction


def differences(before: Mapping[int, int], after: Mapping[int, int]) -> list[Change]:
    """Every bid whose award is not the same in both, in the order of ids."""
    return [
        Change(bid, before.get(bid, 0), after.get(bid, 0))
        for bid in sorted({*before, *after})
        if before.get(bid, 0) != after.get(bid, 0)
    ]


def prices(task: Task, answer: Answer) -> list[Price]:
    """What each limit costs, one by one, in the units of the task's aim."""
    return [Price(limit, _without(task, limit).worth - answer.worth) for limit in task.limits]


def _without(task: Task, limit: Limit) -> Answer:
    answer = solve(replace(task, limits=tuple(other for other in task.limits if other is not limit)))
    if answer is None:
        raise AssertionError("What can be done with a limit can be done without it.")
    return answer


def with_bid(task: Task, bid: int) -> Answer | None:
    """The best allocation in which this bid is funded; None where none keeps the limits."""
    return solve(replace(task, funded=task.funded | {bid}, refused=task.refused - {bid}))


def clash(task: Task) -> list[str]:
    """The names of rules that cannot all be kept, of which none can be left out; empty if all can be kept.

    Rules are left out one by one, as long as the rest still clash (the deletion filter of Chinneck and
    Dravnieks, ORSA Journal on Computing 3, 1991). The pot is always kept and never named.
    """
    if solve(task) is not None:
        return []
    rules = _rules(task)
    for rule in list(rules):
        fewer = [other for other in rules if other is not rule]
        if solve(_keeping(task, fewer)) is None:
            rules = fewer
    return [rule.name for rule in rules]


@dataclass(frozen=True)
class _Rule:
    """A rule that can be left out of a task."""

    name: str
    limit: Limit | None = None
    funded: int | None = None


NUMBER = "number of awards"


def _rules(task: Task) -> list[_Rule]:
    number = [_Rule(NUMBER)] if task.fewest or task.most is not None else []
    return [
        *number,
        *(_Rule(limit.name, limit=limit) for limit in task.limits),
        *(_Rule(f"bid {bid}", funded=bid) for bid in sorted(task.funded)),
    ]


def _keeping(task: Task, rules: Sequence[_Rule]) -> Task:
    number = any(rule.name == NUMBER and rule.limit is None for rule in rules)
    return replace(
        task,
        limits=tuple(rule.limit for rule in rules if rule.limit is not None),
        funded=frozenset(rule.funded for rule in rules if rule.funded is not None),
        fewest=task.fewest if number else 0,
        most=task.most if number else None,
    )
