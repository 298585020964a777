"""Why an allocation is as it is: what each rule costs, what one bid would take, which rules clash.

Limits of one name are one rule: the cap on every single lead organisation is told, left out and priced as a
whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grants.allocations.solver import Answer, Limit, Task, solve

NUMBER = "number of awards"


@dataclass(frozen=True)
class Change:
    """One bid's award in two allocations, pence; 0 where it has none."""

    bid: int
    before: int
    after: int


@dataclass(frozen=True)
class Rule:
    """A rule that can be left out of a task: limits of one name, a bid's yes or no, or the number of
    awards.
    """

    name: str
    limits: tuple[Limit, ...] = ()
    funded: int | None = None
    refused: int | None = None


@dataclass(frozen=True)
class Price:
    """What the allocation would be worth without one rule, less what it is worth with it."""

    rule: Rule
    cost: Fraction


def differences(before: Mapping[int, int], after: Mapping[int, int]) -> list[Change]:
    """Every bid whose award is not the same in both, in the order of ids."""
    return [
        Change(bid, before.get(bid, 0), after.get(bid, 0))
        for bid in sorted({*before, *after})
        if before.get(bid, 0) != after.get(bid, 0)
    ]


def rules_of(task: Task) -> list[Rule]:
    """Every rule of a task but the pot, which is always kept."""
    number = [Rule(NUMBER)] if task.fewest or task.most is not None else []
    names = dict.fromkeys(limit.name for limit in task.limits)
    return [
        *number,
        *(Rule(name, limits=tuple(one for one in task.limits if one.name == name)) for name in names),
        *(Rule(f"bid {bid}", funded=bid) for bid in sorted(task.funded)),
        *(Rule(f"no bid {bid}", refused=bid) for bid in sorted(task.refused)),
    ]


def price(task: Task, answer: Answer, rule: Rule) -> Price:
    """What one rule costs, in the units of the task's aim; `answer` is the task's own."""
    without = solve(_keeping(task, [other for other in rules_of(task) if other != rule]))
    if without is None:
        raise AssertionError("What can be done with a rule can be done without it.")
    return Price(rule, max(Fraction(), without.worth - answer.worth))


def prices(task: Task, answer: Answer) -> list[Price]:
    """What each rule costs, one by one."""
    return [price(task, answer, rule) for rule in rules_of(task)]


def with_bid(task: Task, bid: int) -> Answer | None:
    """The best allocation in which this bid is funded; None where none keeps the limits."""
    return solve(replace(task, funded=task.funded | {bid}, refused=task.refused - {bid}))


def clash(task: Task) -> list[Rule]:
    """Rules that cannot all be kept, of which none can be left out; empty if all can be kept.

    Rules are left out one by one, as long as the rest still clash (the deletion filter of Chinneck and
    Dravnieks, ORSA Journal on Computing 3, 1991). The pot is always kept and never named.
    """
    if solve(task) is not None:
        return []
    rules = rules_of(task)
    for rule in list(rules):
        fewer = [other for other in rules if other is not rule]
        if solve(_keeping(task, fewer)) is None:
            rules = fewer
    return rules


def _keeping(task: Task, rules: Sequence[Rule]) -> Task:
    number = any(rule.name == NUMBER for rule in rules)
    return replace(
        task,
        limits=tuple(limit for rule in rules for limit in rule.limits),
        funded=frozenset(rule.funded for rule in rules if rule.funded is not None),
        refused=frozenset(rule.refused for rule in rules if rule.refused is not None),
        fewest=task.fewest if number else 0,
        most=task.most if number else None,
    )
