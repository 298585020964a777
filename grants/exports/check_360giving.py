"""Whether a 360Giving file is valid and how good it is: the standard's schema and its checker's 37 checks.

The rules are facts of the standard and of its published checker; how they are worked out here is our own. Two
lists are not held here: registers of other countries (any is taken as known) and open code lists.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from grants.exports import grant_rules as rules
from grants.exports.grant_checks import CHECKS, OF_THE_FILE_TEXTS, Check, Level
from grants.exports.grant_rules import Grant

MOST_EXAMPLES = 3


@dataclass(frozen=True)
class Finding:
    """What a check found: in how many grants, and the first places."""

    check: str
    level: Level
    text: str
    grants: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """Every finding of a file, errors first. `unreadable` says why it could not be looked at, if so."""

    grants: int
    findings: tuple[Finding, ...]
    unreadable: str = ""

    @property
    def is_valid(self) -> bool:
        """Whether the file may be published as it is."""
        return not self.unreadable and all(finding.level is not Level.ERROR for finding in self.findings)


def check_bytes(content: bytes, *, today: date) -> Report:
    """The report on a 360Giving JSON file."""
    try:
        data = json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        return Report(0, (), f"This is not JSON in UTF-8: {error}.")
    return check_package(data, today=today)


def check_package(data: object, *, today: date) -> Report:
    """The report on a package. `today` decides what lies ahead and what long past."""
    grants = data.get("grants") if isinstance(data, dict) else None
    if not isinstance(grants, list) or not grants:
        return Report(0, (), "There is no list of grants in this file.")
    whole = [grant if isinstance(grant, dict) else {"": grant} for grant in grants]
    found = [
        finding
        for check in CHECKS
        if (finding := _finding(check, [list(check.places(grant, today)) for grant in whole]))
    ]
    found += [finding for check in OF_THE_FILE if (finding := check(whole))]
    order = list(Level)
    return Report(len(grants), tuple(sorted(found, key=lambda finding: order.index(finding.level))))


def _finding(check: Check, places: Sequence[Sequence[str]]) -> Finding | None:
    bitten = [(i, here) for i, here in enumerate(places) if here]
    examples = tuple(f"grants/{i}/{here[0]}".rstrip("/") for i, here in bitten[:MOST_EXAMPLES])
    return Finding(check.name, check.level, check.text, len(bitten), examples) if bitten else None


def _repeated(grants: Sequence[Grant]) -> Finding | None:
    """Grants that are there twice: the schema wants every member of the list to be its own."""
    seen: dict[str, int] = {}
    again = []
    for i, grant in enumerate(grants):
        text = json.dumps(grant, sort_keys=True, default=str)
        if text in seen:
            again.append(f"grants/{i} is grants/{seen[text]}")
        seen.setdefault(text, i)
    text = "the same grant is there already"
    return Finding("schema", Level.ERROR, text, len(again), tuple(again[:MOST_EXAMPLES])) if again else None


def _several_funders(grants: Sequence[Grant]) -> Finding | None:
    ids = sorted({identifier for identifier, _ in _funders(grants)})
    return _of_the_file("MoreThanOneFundingOrg", Level.HINT, len(ids) if len(ids) > 1 else 0, ids)


def _several_ids(grants: Sequence[Grant]) -> Finding | None:
    ids: dict[str, set[str]] = defaultdict(set)
    for identifier, name in _funders(grants):
        ids[name].add(identifier)
    odd = [f"{name}: {', '.join(sorted(found))}" for name, found in ids.items() if len(found) > 1]
    return _of_the_file("MultiFundingOrgIdsForName", Level.CHECK, len(odd), odd)


def _several_names(grants: Sequence[Grant]) -> Finding | None:
    names: dict[str, set[str]] = defaultdict(set)
    for identifier, name in _funders(grants):
        names[identifier].add(name)
    odd = [
        f"{identifier}: {', '.join(sorted(found))}" for identifier, found in names.items() if len(found) > 1
    ]
    return _of_the_file("MultiFundingNamesForOrgId", Level.CHECK, len(odd), odd)


OF_THE_FILE: tuple[Callable[[Sequence[Grant]], Finding | None], ...] = (
    _repeated,
    _several_funders,
    _several_ids,
    _several_names,
)


def _of_the_file(name: str, level: Level, count: int, examples: Sequence[str]) -> Finding | None:
    """A finding about all grants together; `count` is of funders."""
    text = OF_THE_FILE_TEXTS[name]
    return Finding(name, level, text, count, tuple(examples[:MOST_EXAMPLES])) if count else None


def _funders(grants: Sequence[Grant]) -> Iterator[tuple[str, str]]:
    for grant in grants:
        for _, funder in rules.objects(grant, "fundingOrganization"):
            yield _text(funder.get("id")), _text(funder.get("name"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
