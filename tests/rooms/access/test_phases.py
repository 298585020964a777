"""A reviewer, a chair and a manager, with and without a conflict, meet one bid in every phase of its judging.

`phases.txt` says what each gets. The other table of this folder has every route and every role; this one has
what changes as a bid goes on: who reads it, and who reads what others scored.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from grants.app import create_app
from grants.core.db import db
from grants.notifications.models import Message
from tests.databases import Shared, fresh_sqlite, settings_for
from tests.rooms.access.phases import PEOPLE, PHASES, World, build, title_of, verdict_of
from tests.rooms.access.visiting import sign_of

TOTALS = ("70.00", "80.00")
"""The bid's score of record, without and with the reviewing chair's."""


@dataclass(frozen=True)
class Row:
    """One route, and by phase the sign that each person should get."""

    method: str
    endpoint: str
    expected: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint}"


def _rows() -> tuple[Row, ...]:
    found = []
    for line in (Path(__file__).parent / "phases.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            method, endpoint, *signs = line.split()
            phases = "".join(signs)
            size = len(PEOPLE)
            found.append(
                Row(method, endpoint, tuple(phases[n : n + size] for n in range(0, len(phases), size)))
            )
    return tuple(found)


ROWS = _rows()

ELSEWHERE = {
    *("allocations.compare", "allocations.plan", "allocations.scenarios"),
    *("scoring.bid_pdf", "scoring.ranking_xlsx", "scoring.versions"),
    *("scoring.sureness", "scoring.progress", "scoring.waiting_bids"),
    *("reviewing.assignments", "reviewing.record", "reviewing.registers", "reviewing.reviewers"),
    *("reviewing.expenses_of_round", "reviewing.expenses_csv"),
    *("scoring.practice", "scoring.practice_theme", "scoring.compare_practice"),
    *("panels.overrides", "panels.waiting"),
    *("panels.letter_pdf", "panels.own_letter", "panels.own_letter_pdf"),
}
"""What only the other table has."""

EMPTY = {"reason": "", "justification": "x" * 10_001, "version": 0}
"""What no form takes."""


@pytest.fixture(scope="module")
def world(shared_databases: Shared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Five rounds, which nothing here changes."""
    folder = tmp_path_factory.mktemp("phases")
    app = create_app(settings_for(folder, fresh_sqlite(shared_databases, folder / "grants.sqlite3").url))
    app.testing = True
    yield build(app)
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_gets(world: World, row: Row) -> None:
    got = tuple("".join(sign(world, row, phase, person) for person in PEOPLE) for phase in PHASES)
    assert got == row.expected


def test_every_page_about_a_bid_or_its_round_is_in_the_table(world: World) -> None:
    """But for files that hold what a page shows, and pages that name no bid or need more than a bid."""
    found = {
        rule.endpoint
        for rule in world.app.url_map.iter_rules()
        if rule.endpoint.startswith(("reviewing.", "scoring.", "panels.", "allocations."))
        and "GET" in (rule.methods or ())
        and rule.arguments
        and rule.arguments <= {"ref", "round_ref", "theme"}
    }
    assert found - {row.endpoint for row in ROWS} - ELSEWHERE == set()


def test_letters_about_a_bid_are_hidden_with_it(world: World) -> None:
    """From the manager with a conflict, who gets none either, but for the one of that conflict."""
    mine = world.person_ids["manager in conflict"]
    with world.app.app_context():
        letters = db.session().scalars(select(Message).order_by(Message.id)).all()
    about = [one for one in letters if one.about_type in ("conflict", "assignment")]
    own = [one for one in about if one.person_id == mine]
    assert {one.kind for one in own} == {"conflict_recorded", "conflict_settled"}
    hidden = len(about) - len(own)
    for name, seen in (("manager", len(letters)), ("manager in conflict", len(letters) - hidden)):
        assert f"All messages</a>: {seen}<" in _outbox(world, name)[1]
    other = next(one for one in about if one.person_id != mine)
    assert _outbox(world, "manager", f"{other.id}/")[0] == 200
    assert _outbox(world, "manager in conflict", f"{other.id}/")[0] == 404


def _outbox(world: World, name: str, path: str = "") -> tuple[int, str]:
    response = world.browser(name).get(f"/notifications/{path}")
    return response.status_code, response.get_data(as_text=True)


def sign(world: World, row: Row, phase: str, person: str) -> str:
    """As in the other table, but a page with others' scores is `*`, and one that does not even give the bid's
    title away is `o`. Forms are sent without a reason, so nobody changes anything; `?` is one that comes back
    with others' scores beside it.
    """
    rule = next(
        rule for rule in world.app.url_map.iter_rules(row.endpoint) if row.method in (rule.methods or ())
    )
    record = world.records[phase]
    if not rule.arguments <= record.keys():
        return "/"
    address = world.app.url_map.bind("localhost").build(
        row.endpoint, {name: record[name] for name in rule.arguments}, method=row.method
    )
    browser = world.browser(person)
    response = browser.get(address) if row.method == "GET" else browser.post(address, data=EMPTY)
    found, text = sign_of(response), response.get_data(as_text=True)
    opened = title_of(phase) in text
    others = any(word in text for word in (*TOTALS, verdict_of("second")))
    if found not in ".!":
        told = others or opened
        assert not told, "a refusal tells something"
        return found
    if found == "!":
        return "?" if others else "!"
    return "*" if others else "." if opened else "o"
