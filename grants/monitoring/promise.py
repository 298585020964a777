"""What an award promised, as its reports are asked about it: themes, places, budget, shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from grants.applications.facts import read_date
from grants.core.money import split_pro_rata
from grants.programme.definition import FundDefinition


@dataclass(frozen=True)
class Named:
    """A theme or a place."""

    key: str
    name: str


@dataclass(frozen=True)
class Line:
    """What may be spent in a category, or by an organisation. `amount` is pence of the award."""

    key: str
    name: str
    amount: int


@dataclass(frozen=True)
class Promise:
    """`amount` is the award in pence; `budget` and `shares` add up to it where the bid gave any."""

    amount: int
    themes: tuple[Named, ...]
    places: tuple[Named, ...]
    budget: tuple[Line, ...]
    shares: tuple[Line, ...]
    beneficiaries: int | None


def promise_of(
    content: Mapping[str, Any],
    definition: FundDefinition,
    *,
    amount: int,
    partners: Sequence[tuple[str, str, int]],
) -> Promise:
    """The promise of a bid's sent version, when `amount` pence of it were awarded.

    `partners` are keys, names and shares of the ask. Where less than the ask was awarded, budget and shares
    are made smaller alike, to the penny (largest remainder). What an imported bid did not say is put to the
    first category, or to the lead.
    """
    planned = dict.fromkeys(definition.rules.budget_categories, 0)
    for line in content.get("budget", ()):
        planned[line["category"]] = planned.get(line["category"], 0) + (line["amount"] or 0)
    shares = [("lead", content["lead"]["name"], content.get("lead_share") or 0), *partners]
    claims = set(content["claims"])
    places = set(content.get("places", ()))
    return Promise(
        amount=amount,
        themes=tuple(Named(one.key, one.name) for one in definition.rubric.themes if one.key in claims),
        places=tuple(Named(one.code, one.name) for one in definition.places if one.code in places),
        budget=_scaled([(str(n), name, cost) for n, (name, cost) in enumerate(planned.items())], amount),
        shares=_scaled(shares, amount),
        beneficiaries=content.get("beneficiaries"),
    )


def project_days(content: Mapping[str, Any], definition: FundDefinition) -> tuple[date, date]:
    """From when to when the project runs: as the bid says, else the fund's days for spending."""
    return (
        read_date(_known(content, "starts_on")) or definition.calendar.spend_from,
        read_date(_known(content, "ends_on")) or definition.calendar.spend_by,
    )


def _scaled(lines: Sequence[tuple[str, str, int]], amount: int) -> tuple[Line, ...]:
    weights = [cost for _, _, cost in lines]
    if not sum(weights):
        weights = [1, *([0] * (len(lines) - 1))]
    parts = split_pro_rata(amount, weights)
    return tuple(Line(key, name, part) for (key, name, _), part in zip(lines, parts, strict=True))


def _known(content: Mapping[str, Any], question: str) -> str:
    for answers in content["sections"].values():
        if answers.get(question):
            return str(answers[question])
    return ""
