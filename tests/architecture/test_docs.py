"""The documents say what is so: diagrams as the code has them, files that exist, decisions on one page."""

import re

import pytest

from tests.architecture.diagrams import BEGIN, PAGE, drawn, machines
from tests.architecture.source import rooms
from tests.paths import PROJECT

DECISIONS = {path.name: path.read_text() for path in sorted((PROJECT / "docs" / "adr").glob("*.md"))}
MOST_WORDS = 600
"""One page of print."""

HEADINGS = ["Context", "Decision", "Consequences"]


def test_the_diagrams_are_those_of_the_code() -> None:
    page = PAGE.read_text()

    assert page == drawn(page), "run: python -m tests.architecture.diagrams"
    assert page.count("```mermaid") == len(machines()) > 0


def test_old_diagrams_would_be_seen() -> None:
    page = PAGE.read_text()
    stale = page.replace(f"{BEGIN}\n###", f"{BEGIN}\n### Old", 1)

    assert stale != drawn(stale)


def test_the_table_of_rooms_names_every_room() -> None:
    named = re.findall(r"^\| `(\w+)` \| ", PAGE.read_text().partition("## Three laws")[0], re.MULTILINE)

    assert sorted(named) == sorted([*rooms(), "core"])


@pytest.mark.parametrize("document", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_files_that_are_named_exist(document: str) -> None:
    named = re.findall(r"`((?:[\w-]+/)*[\w-]+(?:\.(?:py|md|toml)|/))`", (PROJECT / document).read_text())
    roots = (PROJECT, PROJECT / "grants", *(PROJECT / "grants" / room for room in rooms()))

    assert [name for name in named if not any((root / name).exists() for root in roots)] == []


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_fits_on_a_page(name: str) -> None:
    text = DECISIONS[name]

    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name)
    assert text.startswith(f"# {int(name[:4])}. ")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADINGS
    assert len(text.split()) <= MOST_WORDS


def test_decisions_are_numbered_once() -> None:
    numbers = [name[:4] for name in DECISIONS]

    assert len(set(numbers)) == len(numbers)
