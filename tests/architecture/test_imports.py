"""The three laws: the import contracts hold, each of them bites, and what they cannot say is tested here."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from grimp import ImportGraph, build_graph

from grants.app import ROOMS
from tests.architecture.source import FIRST_PARTY, PRODUCT, Module, functions, imports, modules, rooms
from tests.paths import PROJECT

FACES = frozenset({"views", "forms", "commands"})
DOORS = frozenset(
    {
        "app",
        "cli",
        "commands",
        "demo",
        "health",
        "jobs",
        "pages",
        "processes",
        "supervisor",
        "tasks",
        "views",
        "web",
    }
)

LAYERS = frozenset(
    {"views", "commands", "forms", "actions", "notices", "queries", "policy", "models", "rules", "states"}
)

NOT_PLAIN = {
    "grants.allocations.computing",  # a job: it works out one scenario
    "grants.accounts.sealing",  # needs the secret key
    "grants.applications.assistance",  # reads bids that staff entered, beside `queries`
    "grants.applications.deadline_notices",  # beside `notices`: letters about the closing
    "grants.applications.later",  # asks people and rounds for the rooms that come after
    "grants.applications.deadlines",  # reads drafts by their closing minute, beside `queries`
    "grants.applications.importing",  # takes a whole file of bids in, by one action a bid
    "grants.applications.paperwork",  # reads the files of a bid
    "grants.applications.partnership",  # reads letters, changes and signatures, beside `queries`
    "grants.applications.revision_notices",  # who is told, beside `notices`
    "grants.applications.revisions",  # reads requests for changes and versions, beside `queries`
    "grants.awards.agreements",  # reads what an agreement says, and has it typeset
    "grants.awards.preparing",  # a job: it makes an offer ready
    "grants.awards.reserve_list",  # reads the reserve list as it stands
    "grants.awards.variation_notices",  # notices, split from the rest
    "grants.awards.variations",  # reads changes of awards
    "grants.banking.duplicates",  # reads bids and organisations for a report, beside `queries`
    "grants.banking.keys",  # reads the ring of keys from the settings or a file
    "grants.banking.sealing",  # reads the ring of keys
    "grants.documents.scanning",  # a job: it has one file scanned
    "grants.documents.tidying",  # a job: it compares the store with the rows
    "grants.exports.award_moves",  # reads what moved an award's money, for `finance_collect`
    "grants.exports.build",  # a job: it builds one file
    "grants.exports.collect",  # reads the rows that the plain writers write
    "grants.exports.finance_collect",  # the same, for finance
    "grants.feedback.drafting",  # a job: it drafts feedback for a round
    "grants.notifications.anchor",  # a job: it files and sends the trail's head
    "grants.notifications.deliver",  # a job: it sends one message
    "grants.notifications.hiding",  # conditions for queries of messages, out of what later rooms say
    "grants.panels.attaching",  # has a released letter typeset for a worker
    "grants.panels.deliveries",  # reads what became of letters, beside `queries`
    "grants.panels.letters",  # reads what letters say, and has them typeset
    "grants.reviewing.expenses",  # reads reviewers' time and expenses, beside `queries`
    "grants.record.awarded",  # the same, of what followed the decision
    "grants.record.checks",  # reads what was checked before money could go
    "grants.record.collect",  # reads what the plain account tells
    "grants.record.deeds",  # reads what people call the things of the trail, and whose they are
    "grants.record.money",  # the same, of payments
    "grants.record.proof",  # reads rows and what the trail says of them
    "grants.reviewing.ground",  # reads what a sharing-out starts from
    "grants.reviewing.outstanding",  # reads what a reviewer still has to do in a round, beside `queries`
    "grants.reviewing.proposing",  # a job: it works out one proposal
    "grants.reviewing.sharing_notices",  # beside `notices`: who is told of bids given and taken
    "grants.reviewing.staffing",  # reads single reviewers and teams, beside `queries`
    "grants.reviewing.interests",  # reads the register and what suggestions start from, beside `queries`
    "grants.reviewing.runs",  # reads what an assignment run works on
    "grants.scoring.begun",  # reads sheets for the room that shares bids out
    "grants.scoring.chasing_notices",  # beside `notices`: the day's e-mail about reviews that are owed
    "grants.scoring.practising",  # reads practice sheets, apart from `queries` so that nothing counts them
    "grants.scoring.comparing",  # reads sheets side by side
    "grants.scoring.finding",  # reads where passages were asked for, beside `queries`
    "grants.scoring.history",  # reads what sheets held at each lock, beside `queries`
    "grants.scoring.owed",  # reads the reviews that are owed, beside `queries`
    "grants.scoring.progress",  # reads who is where, beside `queries`
    "grants.scoring.ranking_view",  # reads the order out of an address, as `paging` does
    "grants.scoring.triggered",  # reads the bids to look at, beside `queries`
    "grants.scoring.queue",  # reads what a reviewer still has to do, beside `queries`
    "grants.scoring.ranking",  # reads the ranking, beside `queries`
    "grants.accounts.waiting",  # each counts what waits in its room
    "grants.appeals.waiting",
    "grants.applications.waiting",
    "grants.awards.waiting",
    "grants.banking.waiting",
    "grants.home.waiting",
    "grants.monitoring.waiting",
    "grants.panels.waiting",
    "grants.privacy.waiting",
    "grants.reviewing.waiting",
    "grants.scoring.waiting",
    "grants.threads.waiting",
    "grants.scoring.standing",  # reads how results stand, beside `queries`
    "grants.scoring.sureness",  # a job: it works out how sure a ranking is
}
"""Files named after their thing that do reach the database, the settings or the web, and why."""

BREACHES = {
    "Rooms stand in the order": ("grants/scoring/queries.py", "import grants.panels.models"),
    "Inside a room": ("grants/scoring/rules.py", "import grants.scoring.models"),
    "Rules, states": ("grants/scoring/rules.py", "import sqlalchemy"),
    "Only views, forms": ("grants/scoring/actions/filling.py", "from flask import request"),
    "Celery and Redis": ("grants/scoring/actions/filling.py", "from celery import Celery"),
}
"""For each contract, named by how it begins: a file, and a line in it that breaks this contract alone."""


def contracts() -> list[dict[str, object]]:
    written = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    listed: list[dict[str, object]] = written["tool"]["importlinter"]["contracts"]
    return listed


def room_order() -> list[str]:
    """The rooms of the first contract, the first that a bid meets first."""
    layers = contracts()[0]["layers"]
    assert isinstance(layers, list)
    named = [layer.removeprefix("grants.") for layer in reversed(layers)]
    return named[1 : named.index("(grants.app) | (grants.jobs)")]


def above_the_rooms() -> list[str]:
    """What stands above the rooms and beside core, named in the first contract too."""
    layers = contracts()[0]["layers"]
    assert isinstance(layers, list)
    named = " ".join(layers).replace("(", " ").replace(")", " ").split()
    return [name for name in named if name.startswith("grants.") and name.split(".")[1] not in rooms()]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [command, "--no-logo", "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_contracts_hold() -> None:
    linted = lint(PROJECT)

    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house with empty files in it, and the same contracts."""
    root = tmp_path_factory.mktemp("stub")
    for module in modules(*PRODUCT):
        path = root / module.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    shutil.copy(PROJECT / "pyproject.toml", root)
    return root


def test_there_is_a_breach_for_every_contract() -> None:
    beginnings = [
        next(b for b in BREACHES if str(contract["name"]).startswith(b)) for contract in contracts()
    ]

    assert beginnings == list(BREACHES)


@pytest.mark.parametrize("contract", BREACHES)
def test_each_contract_bites(stub: Path, contract: str) -> None:
    name, line = BREACHES[contract]
    path = stub / name
    clean = path.read_text() if path.exists() else None
    path.write_text(line + "\n")
    try:
        linted = lint(stub)
    finally:
        if clean is None:
            path.unlink()
        else:
            path.write_text(clean)

    verdicts = " ".join(linted.stdout.split())
    assert linted.returncode == 1, linted.stdout + linted.stderr
    assert f"Contracts: {len(BREACHES) - 1} kept, 1 broken." in verdicts
    broken = verdicts.split("Broken contracts", 1)[1].lstrip("- ")
    assert broken.startswith(contract)


def test_the_stub_keeps_every_contract(stub: Path) -> None:
    assert lint(stub).returncode == 0


def test_every_room_is_in_the_contracts_and_in_the_app_in_the_same_order() -> None:
    containers = contracts()[1]["containers"]
    assert isinstance(containers, list)

    assert rooms() == sorted(room_order())
    assert [container.removeprefix("grants.") for container in containers] == room_order()
    assert [room for room in ROOMS if "." not in room] == room_order()


def test_every_file_beside_the_rooms_is_in_the_contracts() -> None:
    beside = {module.name for module in modules("grants") if module.name.count(".") == 1 and not module.room}
    packages = {f"grants.{name}" for name in rooms()} | {"grants.migrations", "grants.core"}

    assert beside - packages - set(above_the_rooms()) == set()


@pytest.fixture(scope="module")
def graph() -> ImportGraph:
    return build_graph("grants", include_external_packages=True, cache_dir=None)


def heavy_for(graph: ImportGraph, module: str) -> list[str]:
    """What `module` brings in, however indirectly, that a plain file may not."""
    forbidden = contracts()[2]["forbidden_modules"]
    assert isinstance(forbidden, list)
    return [name for name in forbidden if name in graph.modules and graph.chain_exists(module, name)]


def test_what_a_room_names_after_its_thing_is_plain_python(graph: ImportGraph) -> None:
    named_after_things = {
        module.name
        for module in modules("grants")
        if module.room in rooms() and module.file not in LAYERS and module.name != f"grants.{module.room}"
    }

    assert {name for name in named_after_things if heavy_for(graph, name)} == NOT_PLAIN


def test_what_is_not_plain_would_be_found(graph: ImportGraph) -> None:
    assert "sqlalchemy" in heavy_for(graph, "grants.scoring.queries")


def test_no_page_needs_a_solver(graph: ImportGraph) -> None:
    """Solvers cost seconds to import: only jobs may."""
    pages = [module.name for module in modules("grants") if ".views" in module.name]
    solvers = ("scipy", "ortools")
    assert [
        page for page in pages for name in solvers if name in graph.modules and graph.chain_exists(page, name)
    ] == []
    assert graph.chain_exists("grants.jobs", "scipy")


def test_no_score_can_rest_on_passages() -> None:
    """Who imports what finds them: the page that shows them and the deed that notes it, and no result."""
    importers = {
        module.name
        for module in modules(*PRODUCT)
        for name, _ in imports(module.tree)
        if name.startswith(("grants.scoring.passages", "grants.scoring.finding"))
    }

    assert importers == {
        "grants.scoring.finding",
        "grants.scoring.actions.finding",
        "grants.scoring.views.filling",
    }


def test_nothing_counts_a_practice_sheet() -> None:
    """Who reads practice sheets: their own pages and deeds, who may begin a real one, what deletes them, and
    what says that one waits.
    """
    readers = {
        module.name
        for module in modules(*PRODUCT)
        for name, _ in imports(module.tree)
        if name in ("grants.scoring.practising", "grants.scoring.models.PracticeSheet")
    }

    assert readers == {
        "grants.privacy.actions.retaining",
        "grants.scoring.actions.chasing",
        "grants.scoring.actions.practising",
        "grants.scoring.policy",
        "grants.scoring.practising",
        "grants.scoring.views.filling",
        "grants.scoring.views.practising",
        "grants.scoring.views.queueing",
    }


def _inside_functions(module: Module) -> Iterator[str]:
    for function in functions(module.tree):
        for name, line in imports(function):
            if name.partition(".")[0] in FIRST_PARTY:
                yield f"{module.path}:{line} imports {name}"


def test_nothing_of_ours_is_imported_inside_a_function() -> None:
    assert [fault for module in modules(*PRODUCT) for fault in _inside_functions(module)] == []


def test_a_rooms_views_and_forms_belong_to_it_alone() -> None:
    strangers = [
        f"{module.path}:{line} imports {name}"
        for module in modules(*PRODUCT)
        for name, line in imports(module.tree)
        if (parts := name.split("."))[0] == "grants"
        and len(parts) > 2
        and parts[1] not in ("core", module.room)
        and parts[2] in FACES
        and module.name != "grants.cli"
    ]

    assert strangers == []


def _reads_the_clock(node: ast.Call) -> bool:
    called = ast.unparse(node.func)
    return called in ("now", "clock.now", "clock_now", "date.today", "time.time") or called.endswith(
        ("datetime.now", "datetime.utcnow", "datetime.today")
    )


def test_the_clock_is_read_at_the_door_only() -> None:
    readers = [
        f"{module.path}:{node.lineno}"
        for module in modules(*PRODUCT)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and _reads_the_clock(node)
        and module.file not in DOORS
        and ".views." not in module.name
        and module.room != "demo"
        and module.name != "grants.core.clock"
        and not module.name.startswith("grants.cli")
    ]

    assert readers == []


def test_a_rule_loads_neither_the_web_nor_the_database() -> None:
    heavy = "{'flask', 'sqlalchemy', 'celery', 'wtforms'} & set(sys.modules)"
    script = f"import sys, grants.scoring.rules, grants.applications.states; print({heavy} or 'none')"
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "none"


def test_every_module_can_be_imported_without_a_warning(tmp_path: Path) -> None:
    names = [module.name for module in modules(*PRODUCT) if not module.name.startswith("grants.migrations")]
    script = "import sys, importlib\nfor name in sys.argv[1:]: importlib.import_module(name)"
    settings = {"GRANTS_DATA_DIR": str(tmp_path), "GRANTS_DEMO": "1"}
    imported = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *names],
        cwd=PROJECT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (imported.returncode, imported.stderr) == (0, "")
