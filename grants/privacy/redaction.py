"""Taking the words out of a bid's frozen content; its figures, keys and answers of yes and no stay."""

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from grants.core.clock import long_date

NO_WORDS = re.compile(r"yes|no|\d{4}-\d\d-\d\d|£?[\d,]{1,10}(?:\.\d{1,2})?|")
"""Answers about nobody: yes and no, dates, amounts and numbers shorter than a telephone's."""

KEPT = frozenset(
    {"ref", "round", "origin", "kind", "charity_number", "company_number", "number", "consented_at"}
)
"""Names in a bid's content whose text is no free text: identifiers, kinds and times."""

KEPT_LISTS = frozenset({"claims", "places", "priorities", "not_collected", "themes", "strands"})

KEPT_IN_BUDGET = frozenset({"category", "year"})


def note(on: date) -> str:
    """What stands where something was."""
    return f"Removed on {long_date(on)}"


def without_words(value: Any, *, on: date) -> Any:
    """`value` (JSON) with every text that may be about somebody replaced."""
    if isinstance(value, str):
        return value if NO_WORDS.fullmatch(value.strip()) else note(on)
    if isinstance(value, Mapping):
        return {key: without_words(one, on=on) for key, one in value.items()}
    if isinstance(value, list):
        return [without_words(one, on=on) for one in value]
    return value


def bid_without_words(content: Mapping[str, Any], *, on: date, funded: bool) -> dict[str, Any]:
    """A version's content (or part of one, as a change of partners keeps it) without its words.

    Amounts, shares, kinds and numbers of organisations, themes, places and times of consent stay; of a bid
    that was funded also what is published: its title and the names of its organisations. `removed_on` says
    that the version's digest is of what stood here before.
    """
    kept = {key: _kept(key, value, on) for key, value in content.items()}
    if funded:
        _keep_published(kept, content)
    return {**kept, "removed_on": on.isoformat()}


def _kept(key: str, value: Any, on: date) -> Any:
    if key == "documents":
        return []
    if key == "themes" and isinstance(value, Mapping):
        return without_words(value, on=on)
    if key in KEPT_LISTS or (key in KEPT and isinstance(value, str)):
        return deepcopy(value)
    if key == "lead" and isinstance(value, Mapping):
        return {name: _kept(name, one, on) for name, one in value.items()}
    if key in ("partners", "budget") and isinstance(value, list):
        names = KEPT_IN_BUDGET if key == "budget" else frozenset()
        return [
            {name: one if name in names else _kept(name, one, on) for name, one in row.items()}
            for row in value
        ]
    return without_words(value, on=on)


def _keep_published(kept: dict[str, Any], content: Mapping[str, Any]) -> None:
    if "title" in content:
        kept["title"] = content["title"]
    if "lead" in content:
        kept["lead"]["name"] = content["lead"]["name"]
    for row, original in zip(kept.get("partners", ()), content.get("partners", ()), strict=True):
        row["name"] = original["name"]
