"""The whole corridor in a browser: on the compose stack, and on one machine without JavaScript."""

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.databases import Shared, empty_postgresql
from tests.journeys import corridor
from tests.journeys.corridor import REVIEWERS, ROUND, Town
from tests.journeys.visitor import browser, needs_chromium
from tests.paths import PROJECT
from tests.processes.running import grants_run
from tests.processes.stack import stack
from tests.smtp_sink import Sink

pytestmark = [pytest.mark.slow, needs_chromium]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser; everybody has a window of their own in it."""
    with browser() as running:
        yield running


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server."""
    with Sink() as sink:
        yield sink


def walk(town: Town) -> None:
    """The journey."""
    amina, ref = corridor.apply(town)
    corridor.send_documents(amina, ref)
    corridor.confirm(town, amina, ref)
    corridor.send(amina, ref)
    manager = town.staff("manager", f"/applications/screening/{ROUND}/")
    corridor.screen(manager, ref)
    corridor.assign(manager)
    for level, name in enumerate(REVIEWERS, start=3):
        corridor.review(town, name, ref, level)
    chair = town.staff("chair", f"/panels/{ROUND}/")
    corridor.decide(chair, ref)
    corridor.release(manager, chair)
    corridor.accept(amina, ref)
    files = corridor.export(town)
    assert sorted(files) == ["csv", "json", "xlsx"]
    assert b"20000.50" in files["csv"]
    assert [grant["amountAwarded"] for grant in json.loads(files["json"])["grants"]] == [20000.5]


@pytest.mark.xdist_group("stack")
def test_on_the_stack(
    tmp_path_factory: pytest.TempPathFactory,
    shared_databases: Shared,
    worker_id: str,
    chromium: Browser,
    sink: Sink,
) -> None:
    database = empty_postgresql(shared_databases, f"journey_{worker_id}")
    with stack(tmp_path_factory.mktemp("journey"), database_url=database.url, smtp_url=sink.url) as running:
        prepare(running.env)
        walk(Town(chromium, running.url("web-1"), sink))
        assert "The trail is whole" in running.command("audit", "verify")


def test_on_one_machine_without_javascript(
    tmp_path_factory: pytest.TempPathFactory, chromium: Browser, sink: Sink
) -> None:
    settings = {"GRANTS_DEMO": "", "GRANTS_SMTP_URL": sink.url, "GRANTS_MAIL_FROM": "grants@example.org"}
    with grants_run(tmp_path_factory.mktemp("journey"), **settings) as running:
        prepare(running.env)
        walk(Town(chromium, running.url, sink, scripts=False))


def prepare(env: dict[str, str]) -> None:
    """Put the fund and its staff into the running service."""
    subprocess.run([sys.executable, "-m", "tests.journeys.prepare"], cwd=PROJECT, env=env, check=True)
