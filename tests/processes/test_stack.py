"""The compose stack as processes: it answers, carries mail by courier and by sweep, says if it is well."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.databases import Shared, empty_postgresql
from tests.paths import PROJECT
from tests.processes.running import wait_until
from tests.processes.stack import WEBS, Stack, stack
from tests.smtp_sink import Sink

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

FILE_A_HEAD = (
    "from datetime import timedelta\n"
    "from grants.app import create_app\n"
    "from grants.core.clock import now\n"
    "from grants.notifications.anchor import anchor_daily\n"
    "with create_app().app_context(): anchor_daily(now() - timedelta(minutes={minutes}))\n"
)
"""Files the trail's head, which writes to the auditor."""


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    """A mail server."""
    with Sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, shared_databases: Shared, worker_id: str, sink: Sink
) -> Iterator[Stack]:
    """The stack on an empty PostgreSQL database."""
    database = empty_postgresql(shared_databases, f"stack_{worker_id}")
    with stack(
        tmp_path_factory.mktemp("stack"),
        database_url=database.url,
        smtp_url=sink.url,
        GRANTS_AUDITOR_EMAIL="auditor@example.org",
    ) as running:
        yield running


def write_to_auditor(running: Stack, *, minutes_ago: int, **settings: str) -> None:
    """Have another process of the service write a message."""
    script = FILE_A_HEAD.format(minutes=minutes_ago)
    subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, env=running.env | settings, check=True, timeout=60
    )


def test_both_web_servers_answer(running: Stack) -> None:
    assert [running.answers(web) for web in WEBS] == [True, True]


def test_a_message_is_carried_to_a_worker_at_once(running: Stack, sink: Sink) -> None:
    before = len(sink.messages)
    write_to_auditor(running, minutes_ago=0)
    wait_until(lambda: len(sink.messages) > before, "the message")
    assert sink.messages[-1]["To"] == "auditor@example.org"


def test_what_no_courier_carried_is_swept_though_a_worker_died(running: Stack, sink: Sink) -> None:
    before = len(sink.messages)
    running.kill("worker-1")
    elsewhere = str(running.folder / "another-machine")
    write_to_auditor(
        running, minutes_ago=2, GRANTS_DATA_DIR=elsewhere, GRANTS_DISPATCHER="grants.core.dispatch:Resting"
    )
    wait_until(lambda: len(sink.messages) > before, "the message")
    assert len(sink.messages) == before + 1
    running.start("worker-1")


def test_its_health_checks_tell_the_living_from_the_dead(running: Stack) -> None:
    port = str(running.ports["web-1"])
    assert running.tries("health", "web", PORT=port) == 0
    assert running.tries("health", "worker") == 0
    assert running.tries("health", "beat") == 0
    assert running.tries("health", "web", PORT="9") == 1
    assert running.tries("health", "beat", GRANTS_DATA_DIR=str(running.folder / "another-machine")) == 1
    for name in ("worker-1", "worker-2"):
        running.kill(name)
    assert running.tries("health", "worker") == 1
