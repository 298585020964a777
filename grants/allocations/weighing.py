"""Three ways to share a pot out, side by side: the line, the line with skip, and the optimum within rules.

Decisions that the panel has made stand: what they give counts towards every floor and cap and the number of
awards, and only what is left is shared out. Everything is whole pence and exact fractions; each way is
checked against every rule after it was found.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from grants.allocations import explaining
from grants.allocations.groups import LEAD, ORGANISATION
from grants.allocations.rules import Candidate, Line, draw_line, draw_line_with_skip
from grants.allocations.settings import CAP, EACH_LEAD, EACH_ORGANISATION, FLOOR, GROUPS, Settings, rule_name
from grants.allocations.solver import PENCE, Aim, Bid, Limit, Task, broken, solve

LINE, SKIP, BEST = "line", "skip", "best"

Step = Callable[[int, int], None]
"""Told how many sums are done and how many there are."""


@dataclass(frozen=True)
class RankedBid:
    """A bid that waits for a decision. `ask` and `least` in pence; `total` its exact score of record."""

    id: int
    ref: str
    rank: int
    ask: int
    least: int
    total: Fraction


@dataclass(frozen=True)
class Ground:
    """What a scenario starts from. `left` is what the pot has left, pence; `decided` awards by bid id, pence;
    `shares` says of every bid, decided ones too, which part of its money counts for each group.
    """

    left: int
    bids: Sequence[RankedBid]
    decided: Mapping[int, int]
    shares: Mapping[int, Mapping[str, Fraction]]
    unreleased: Sequence[int] = ()
    """Those of the decided that only the panel knows of: figures tell of them too."""

    def already(self) -> dict[str, Fraction]:
        """What decisions give to each group, pence."""
        found: dict[str, Fraction] = {}
        for bid, pence in self.decided.items():
            for group, part in self.shares[bid].items():
                found[group] = found.get(group, Fraction()) + part * pence
        return found


@dataclass(frozen=True)
class Weighed:
    """What was found, as JSON values, and whether the rules clash."""

    results: dict[str, Any]
    clash: bool


def weigh(ground: Ground, settings: Settings, step: Step = lambda done, of: None) -> Weighed:
    """All three ways with what they are worth; what each rule costs; or which rules clash."""
    task = task_of(ground, settings)
    named = _names(ground, settings)
    rules = explaining.rules_of(task)
    sums = 1 + len(rules)
    step(0, sums)
    answer = solve(task)
    step(1, sums)
    ranked = [Candidate(bid.id, bid.ask, bid.total) for bid in ground.bids]
    lines = {LINE: draw_line(ranked, ground.left), SKIP: draw_line_with_skip(ranked, ground.left)}
    awards: dict[str, Mapping[int, int]] = {way: _along(line) for way, line in lines.items()}
    results: dict[str, Any] = {
        "left": ground.left,
        "decided": [len(ground.decided), sum(ground.decided.values())],
        "unreleased": list(ground.unreleased),
        "tied": {way: [bid.application_id for bid in line.tied] for way, line in lines.items()},
    }
    if answer is None:
        results["clash"] = [named[rule.name] for rule in explaining.clash(task)]
    else:
        if missed := broken(task, answer.awards):
            raise AssertionError(f"The answer breaks {missed}.")
        awards[BEST] = answer.awards
        results["worth"] = str(answer.worth)
        results["prices"] = []
        for done, rule in enumerate(rules, 2):
            results["prices"].append([named[rule.name], str(explaining.price(task, answer, rule).cost)])
            step(done, sums)
    results["ways"] = {way: _way(task, given, named) for way, given in awards.items()}
    results["groups"] = _groups(ground, awards)
    results["bids"] = [_row(bid, awards) for bid in ground.bids]
    return Weighed(results, clash=answer is None)


def task_of(ground: Ground, settings: Settings) -> Task:
    """What the solver is asked: the bids that wait, what is left, and what every rule leaves open."""
    allocation, already = settings.allocation, ground.already()
    ids = {bid.ref: bid.id for bid in ground.bids}
    given = len(ground.decided)
    return Task(
        bids=tuple(
            Bid(bid.id, bid.total, bid.ask, min(bid.least, bid.ask), ground.shares[bid.id])
            for bid in ground.bids
        ),
        pot=max(0, ground.left),
        limits=(*_published(settings, already), *_each(ground, settings, already)),
        fewest=max(0, allocation.fewest - given),
        most=None if allocation.most is None else max(0, allocation.most - given),
        aim=Aim(allocation.sought.value),
        partial=allocation.partial,
        funded=frozenset(ids[ref] for ref in settings.funded if ref in ids),
        refused=frozenset(ids[ref] for ref in settings.refused if ref in ids),
    )


def _published(settings: Settings, already: Mapping[str, Fraction]) -> Iterator[Limit]:
    for limit in settings.allocation.limits:
        group = GROUPS[limit.of](limit.name)
        has = already.get(group, Fraction())
        if limit.least is not None and limit.least > has:
            yield Limit(rule_name(FLOOR, limit), group, least=ceil(limit.least - has))
        if limit.most is not None:
            yield Limit(rule_name(CAP, limit), group, most=max(0, floor(limit.most - has)))


def _each(ground: Ground, settings: Settings, already: Mapping[str, Fraction]) -> Iterator[Limit]:
    """The caps on single organisations, of those alone that could come to pass them."""
    asked: dict[str, Fraction] = {}
    for bid in ground.bids:
        for group, part in ground.shares[bid.id].items():
            asked[group] = asked.get(group, Fraction()) + part * bid.ask
    for name, begins, most in (
        (EACH_LEAD, LEAD, settings.allocation.each_lead),
        (EACH_ORGANISATION, ORGANISATION, settings.allocation.each_organisation),
    ):
        for group in sorted(asked) if most is not None else ():
            has = already.get(group, Fraction())
            if group.startswith(begins) and most is not None and asked[group] + has > most:
                yield Limit(name, group, most=max(0, floor(most - has)))


def _names(ground: Ground, settings: Settings) -> dict[str, str]:
    """What the solver calls a rule, and what the scenario's settings call it."""
    named = {name: name for name in (explaining.NUMBER, "pot", EACH_LEAD, EACH_ORGANISATION)}
    for limit in settings.allocation.limits:
        named |= {name: name for name in (rule_name(FLOOR, limit), rule_name(CAP, limit))}
    for bid in ground.bids:
        named[f"no bid {bid.id}"] = f"refused {bid.ref}"
        ruled_out = bid.ref in settings.refused
        named[f"bid {bid.id}"] = f"{'refused' if ruled_out else 'funded'} {bid.ref}"
    return named


def _along(line: Line) -> dict[int, int]:
    return {bid.application_id: bid.ask for bid in line.above}


def _way(task: Task, awards: Mapping[int, int], named: Mapping[str, str]) -> dict[str, Any]:
    """One way's figures. `pounds` are points times pounds, `points` those of the bids it funds."""
    score = {bid.id: bid.score for bid in task.bids}
    spent = sum(awards.values())
    return {
        "awards": len(awards),
        "spent": spent,
        "left": task.pot - spent,
        "pounds": str(sum((score[id] * Fraction(pence, PENCE) for id, pence in awards.items()), Fraction())),
        "points": str(sum((score[id] for id in awards), Fraction())),
        "broken": list(dict.fromkeys(named[name] for name in broken(task, awards))),
    }


def _groups(ground: Ground, awards: Mapping[str, Mapping[int, int]]) -> dict[str, list[int]]:
    """What each theme, area and priority receives in each way, decisions counted, pence rounded down; first
    what decisions alone give.
    """
    found: dict[str, list[Fraction]] = {}
    ways: list[Mapping[int, int]] = [{}, *(awards.get(way, {}) for way in (LINE, SKIP, BEST))]
    for place, way in enumerate(ways):
        for bid, pence in (*ground.decided.items(), *way.items()):
            for group, part in ground.shares[bid].items():
                if not group.startswith((LEAD, ORGANISATION)):
                    found.setdefault(group, [Fraction()] * len(ways))[place] += part * pence
    return {group: [floor(pence) for pence in found[group]] for group in sorted(found)}


def _row(bid: RankedBid, awards: Mapping[str, Mapping[int, int]]) -> list[Any]:
    given = [awards.get(way, {}).get(bid.id, 0) for way in (LINE, SKIP, BEST)]
    return [bid.id, bid.ref, bid.rank, bid.ask, bid.least, str(bid.total), *given]
