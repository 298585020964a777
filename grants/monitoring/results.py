"""What the awards of a round reached and spent, added up from the report that each of them sent last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grants.programme.definition import FundDefinition


@dataclass(frozen=True)
class Reached:
    """A theme or a place with so many people, as the organisations counted them, in so many reports."""

    name: str
    people: int
    reports: int


@dataclass(frozen=True)
class Spent:
    """A category of the budget, pence."""

    name: str
    budget: int
    spent: int


@dataclass(frozen=True)
class Results:
    """Of a round. `awards` is how many have sent a report; amounts are theirs alone, pence."""

    awards: int
    award: int
    spent: int
    themes: tuple[Reached, ...]
    places: tuple[Reached, ...]
    spending: tuple[Spent, ...]


def results_of(contents: Sequence[Mapping[str, Any]], definition: FundDefinition) -> Results:
    """The sums of these reports. Somebody whom two projects, or themes, reached counts twice."""
    categories = dict.fromkeys(definition.rules.budget_categories, (0, 0))
    for row in _rows(contents, "spending"):
        budget, spent = categories.get(row["category"], (0, 0))
        categories[row["category"]] = (budget + row["budget"], spent + row["spent"])
    return Results(
        awards=len(contents),
        award=sum(content["award"] for content in contents),
        spent=sum(content["spent"] for content in contents),
        themes=tuple(
            _reached(contents, "outcomes", "theme", one.key, one.name) for one in definition.rubric.themes
        ),
        places=tuple(_reached(contents, "places", "code", one.code, one.name) for one in definition.places),
        spending=tuple(
            Spent(name, budget, spent) for name, (budget, spent) in categories.items() if budget or spent
        ),
    )


def _reached(contents: Sequence[Mapping[str, Any]], part: str, by: str, key: str, name: str) -> Reached:
    found = [row["people"] for row in _rows(contents, part) if row[by] == key]
    return Reached(name, sum(found), len(found))


def _rows(contents: Sequence[Mapping[str, Any]], part: str) -> list[Mapping[str, Any]]:
    return [row for content in contents for row in content.get(part, ())]
