"""What a scenario found, read back from its row for pages and files; how two differ, bid by bid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from grants.allocations.settings import GROUPS, Settings, about_words, in_words, subjects
from grants.core.charts import Bar, budget_bar
from grants.core.money import pounds
from grants.programme.definition import FundDefinition
from grants.programme.limits import PublishedLimit, Sought

WAYS: Mapping[str, str] = {
    "line": "The line",
    "skip": "The line with skip",
    "best": "The optimum",
}
"""The three ways, in the order in which rows hold their awards."""


@dataclass(frozen=True)
class Way:
    """One way's figures. `spent` and `left` in pence; `pounds` points times pounds; `points` of funded bids.

    `broken` are the rules it does not keep, in words.
    """

    key: str
    label: str
    awards: int
    spent: int
    left: int
    pounds: Fraction
    points: Fraction
    broken: tuple[str, ...]
    tied: int


@dataclass(frozen=True)
class BidRow:
    """A bid's award in each way, pence, 0 for none."""

    id: int
    ref: str
    rank: int
    ask: int
    least: int
    total: Fraction
    line: int
    skip: int
    best: int

    def award(self, way: str) -> int:
        """What this way gives. KeyError for a way that there is not."""
        return {"line": self.line, "skip": self.skip, "best": self.best}[way]


@dataclass(frozen=True)
class Cost:
    """What keeping one rule costs, in what the scenario seeks, and as a part of what could be had."""

    rule: str
    cost: Fraction
    part: Fraction


@dataclass(frozen=True)
class Group:
    """What a theme, an area or a priority receives in each way, with its floor and cap. Pence."""

    about: str
    least: int | None
    most: int | None
    already: int
    line: int
    skip: int
    best: int


@dataclass(frozen=True)
class Outcome:
    """A scenario's results. `left` is what the pot had to give, pence."""

    left: int
    decided: int
    decided_pence: int
    ways: tuple[Way, ...]
    bids: tuple[BidRow, ...]
    worth: Fraction
    """What the optimum is worth in what the scenario seeks; 0 where rules clash."""
    costs: tuple[Cost, ...]
    clash: tuple[str, ...]
    groups: tuple[Group, ...]

    def way(self, key: str) -> Way | None:
        """One way; None for the optimum where rules clash."""
        return next((way for way in self.ways if way.key == key), None)


@dataclass(frozen=True)
class Difference:
    """A bid that two scenarios do not treat alike; pence, 0 for no award."""

    ref: str
    id: int
    before: int
    after: int

    @property
    def words(self) -> str:
        """What becomes of the bid on the way from the first to the second."""
        if not self.before:
            return f"Funded with {pounds(self.after)}"
        if not self.after:
            return f"Loses {pounds(self.before)}"
        change = self.after - self.before
        return f"{pounds(change)} more" if change > 0 else f"{pounds(-change)} less"


def outcome_from(results: Mapping[str, Any], settings: Settings, definition: FundDefinition) -> Outcome:
    """What `grants.allocations.weighing` wrote."""
    words = {**in_words(settings, definition), "pot": "What the pot has left"}
    worth = Fraction(results.get("worth", 0))
    return Outcome(
        left=results["left"],
        decided=results["decided"][0],
        decided_pence=results["decided"][1],
        ways=tuple(_way(key, results, words) for key in WAYS if key in results["ways"]),
        bids=bids_from(results),
        worth=worth,
        costs=_costs(results, in_words(settings, definition), worth) if "prices" in results else (),
        clash=tuple(words[rule] for rule in results.get("clash", ())),
        groups=tuple(_groups(results["groups"], settings, definition)),
    )


def _bid(id: int, ref: str, rank: int, ask: int, least: int, total: str, *awards: int) -> BidRow:
    line, skip, best = awards
    return BidRow(id, ref, rank, ask, least, Fraction(total), line, skip, best)


def bids_from(results: Mapping[str, Any]) -> tuple[BidRow, ...]:
    """A scenario's bids by rank."""
    return tuple(_bid(*row) for row in results.get("bids", ()))


def bid_ids(results: Mapping[str, Any]) -> frozenset[int]:
    """The bids of which a scenario's figures tell: those it runs through, and decided ones not released."""
    return frozenset((*(row[0] for row in results.get("bids", ())), *results.get("unreleased", ())))


def _way(key: str, results: Mapping[str, Any], words: Mapping[str, str]) -> Way:
    found = results["ways"][key]
    return Way(
        key=key,
        label=WAYS[key],
        awards=found["awards"],
        spent=found["spent"],
        left=found["left"],
        pounds=Fraction(found["pounds"]),
        points=Fraction(found["points"]),
        broken=tuple(words[rule] for rule in found["broken"]),
        tied=len(results["tied"].get(key, ())),
    )


def _costs(results: Mapping[str, Any], words: Mapping[str, str], worth: Fraction) -> tuple[Cost, ...]:
    """What each rule costs: nothing where it left the sums nothing to keep, such as a floor met already."""
    found = {rule: Fraction(cost) for rule, cost in results["prices"]}
    costs = [(text, found.get(rule, Fraction())) for rule, text in words.items()]
    return tuple(Cost(text, cost, cost / (worth + cost) if cost else cost) for text, cost in costs)


def _groups(
    found: Mapping[str, Sequence[int]], settings: Settings, definition: FundDefinition
) -> list[Group]:
    limits = {(limit.of, limit.name): limit for limit in settings.allocation.limits}
    rows = []
    for of, name in subjects(definition):
        limit = limits.get((of, name)) or PublishedLimit(of, name)
        received = found.get(GROUPS[of](name))
        if received is None and (of, name) not in limits:
            continue
        about = about_words(limit, definition).removeprefix("the ")
        rows.append(Group(about, limit.least, limit.most, *(received or (0, 0, 0, 0))))
    return rows


def picture(outcome: Outcome) -> list[tuple[Way, Bar]]:
    """For each way a bar of what it gives out and what it leaves."""
    return [(way, budget_bar([("Awards", way.spent), ("Left", way.left)])) for way in outcome.ways]


def awards_in(bids: Sequence[BidRow], way: str) -> dict[int, int]:
    """What a way gives to each bid that it funds, pence by bid id."""
    return {bid.id: bid.award(way) for bid in bids if bid.award(way)}


def differences(
    before: Mapping[int, int], after: Mapping[int, int], refs: Mapping[int, str]
) -> list[Difference]:
    """Every bid that has not the same award in both, by reference; `refs` names them all by id."""
    found = [Difference(refs[id], id, before.get(id, 0), after.get(id, 0)) for id in {**before, **after}]
    return sorted((one for one in found if one.before != one.after), key=lambda one: one.ref)


def worth_words(sought: Sought, value: Fraction) -> str:
    """What a scenario is worth, or a rule costs, in what the scenario seeks, rounded for display."""
    whole = 1 if 0 < value < 1 else round(value)
    unit = f"point{'' if whole == 1 else 's'}{' times pounds' if sought is Sought.POUNDS else ''}"
    return f"{'less than ' if value < whole == 1 else ''}{whole:,} {unit}"
