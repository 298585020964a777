"""Every route: its policy, whether it writes, and an address that says which room it belongs to."""

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import IntegerConverter, Rule

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_ID = 2_147_483_647

AT_THE_ROOT = frozenset({"public", "health"})
"""Rooms whose pages stand at the root of the site."""

WRITES_NOTHING: frozenset[str] = frozenset()
"""Endpoints that take a POST and yet write nothing. Each needs a reason here."""

NOT_OURS = frozenset({"static"})


@dataclass(frozen=True)
class Route:
    """One address, the function behind it, and what the function says about itself."""

    rule: Rule
    view: Callable[..., Any]

    @property
    def methods(self) -> frozenset[str]:
        return frozenset(self.rule.methods or ()) - {"HEAD", "OPTIONS"}

    @property
    def writes(self) -> bool:
        return bool(getattr(self.view, "writes", False))

    def __str__(self) -> str:
        return f"{self.rule.endpoint} {self.rule.rule}"


@pytest.fixture(scope="module")
def routes(app: Flask) -> list[Route]:
    return [Route(rule, app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()]


@pytest.fixture(scope="module")
def ours(routes: list[Route]) -> list[Route]:
    return [route for route in routes if route.rule.endpoint not in NOT_OURS]


def test_every_route_states_its_policy(ours: list[Route]) -> None:
    assert [str(route) for route in ours if not getattr(route.view, "policy", "")] == []


def test_no_page_that_is_only_looked_at_writes(routes: list[Route]) -> None:
    assert [str(route) for route in routes if route.methods & SAFE and route.writes] == []


def test_everything_that_is_sent_is_written_or_says_why_not(routes: list[Route]) -> None:
    silent = {route.rule.endpoint for route in routes if route.methods - SAFE and not route.writes}

    assert silent == WRITES_NOTHING


def test_addresses_are_in_kebab_case(ours: list[Route]) -> None:
    kebab = re.compile(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)?)?")

    assert [
        str(route)
        for route in ours
        for part in re.sub(r"<[^>]*>", "", route.rule.rule).split("/")
        if not kebab.fullmatch(part)
    ] == []


def test_an_address_begins_with_its_room(ours: list[Route]) -> None:
    assert [
        str(route)
        for route in ours
        if (room := route.rule.endpoint.partition(".")[0]) not in AT_THE_ROOT
        and route.rule.rule.split("/")[1] != room
    ] == []


def _arguments(route: Route) -> Iterator[str]:
    """The faults of a route's arguments: each is typed alike in the address and in the function."""
    annotated = {
        name: parameter.annotation for name, parameter in inspect.signature(route.view).parameters.items()
    }
    for name, converter in route.rule._converters.items():
        expected = int if isinstance(converter, IntegerConverter) else str
        if annotated.get(name) not in (expected, expected.__name__):
            yield f"{route}: {name} is {annotated.get(name)}"
        if name.endswith("_id") and name != "subject_id" and expected is str:
            yield f"{route}: {name} is not a number"


def test_the_arguments_of_an_address_are_typed(ours: list[Route]) -> None:
    assert [fault for route in ours for fault in _arguments(route)] == []


def _filled(route: Route) -> str:
    """The route's address with a number that no column holds wherever it takes a number."""
    numbers = {name for name, kind in route.rule._converters.items() if isinstance(kind, IntegerConverter)}
    return re.sub(
        r"<(?:[^>:]*:)?(\w+)>", lambda m: str(LARGEST_ID + 1) if m[1] in numbers else "x", route.rule.rule
    )


def test_a_number_too_large_for_the_database_names_no_page(app: Flask, ours: list[Route]) -> None:
    addresses = app.url_map.bind("localhost")
    reached = []
    for route in ours:
        if str(LARGEST_ID + 1) in _filled(route):
            with suppress(NotFound, MethodNotAllowed):
                found, _ = addresses.match(_filled(route), method=next(iter(route.methods)))
                reached += [str(route)] if found == route.rule.endpoint else []

    assert reached == []


def test_endpoints_are_named_after_pages(ours: list[Route]) -> None:
    assert [
        str(route) for route in ours if route.view.__name__ != route.rule.endpoint.rpartition(".")[2]
    ] == []
