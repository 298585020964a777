"""A thousand messages while workers and the broker are killed: each is delivered once, or waits for a
person.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from grants import config, processes
from grants.app import create_app
from grants.core import dispatch
from grants.core.clock import now
from grants.core.db import db, unit_of_work
from grants.notifications import actions, queries
from grants.notifications.models import Message
from grants.notifications.rules import COURIER_TIME, LEASE
from grants.notifications.states import MessageState
from tests.databases import DIALECTS, Shared, fresh_postgresql, fresh_sqlite
from tests.paths import PROJECT
from tests.processes.broker import Broker
from tests.processes.running import descendants, wait_until
from tests.rooms.notifications.letterbox import notice
from tests.smtp_sink import taken
from workers.celery_app import QUEUE

pytestmark = pytest.mark.slow

MESSAGES = 1000
MOST_IN_DOUBT = 12
"""Two processes, killed six times: each kill may interrupt what each of them was just handing over."""
HELD = (MessageState.SENDING, MessageState.HANDING_OVER)


@dataclass
class Post:
    """Everything that takes part in delivering: a broker, a mail server and one worker, each a process of
    its own.
    """

    app: Flask
    env: dict[str, str]
    broker: Broker
    took: Path
    log: Path
    worker: "subprocess.Popen[bytes] | None" = None

    def start_worker(self) -> None:
        """Start the worker as `grants run` does, at the head of a process group."""
        with self.log.open("ab") as log:
            self.worker = subprocess.Popen(
                processes.worker(config.current()),
                cwd=PROJECT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill_worker(self) -> None:
        """Kill the worker and its children outright."""
        if self.worker is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait()
            self.worker = None

    def kill_one_child(self) -> None:
        """Kill one process of the worker's pool, which the worker must notice and replace."""
        assert self.worker is not None
        os.kill(max(descendants(self.worker.pid)), signal.SIGKILL)

    def let_leases_run_out(self) -> None:
        """What would happen by itself a few minutes later."""
        with unit_of_work() as session:
            session.execute(
                update(Message)
                .where(Message.state.in_(HELD))
                .values(claimed_at=now() - LEASE - COURIER_TIME)
                .execution_options(synchronize_session=False)
            )

    def keep_worker(self) -> None:
        """Start the worker again if it has stopped, as `grants run` and any container would.

        A worker that loses its broker may come to an end in Celery's own clean-up.
        """
        if self.worker is not None and self.worker.poll() is not None:
            self.kill_worker()
            self.let_leases_run_out()
            self.start_worker()

    def sweep(self) -> None:
        """What beat does every few seconds, a little early, once the queue has run dry."""
        self.keep_worker()
        session = db.session()
        if not self.broker.waiting(QUEUE):
            for message_id in queries.waiting(session, now() + COURIER_TIME):
                dispatch.after_commit(session, actions.DELIVER, message_id)
            dispatch.send_pending(session)
        session.rollback()

    def queue_all(self) -> None:
        """Queue every message."""
        with unit_of_work() as session:
            for n in range(MESSAGES):
                actions.queue(session, notice(f"notice {n}", to=f"person{n}@example.org"), now=now())

    def states(self) -> Counter[MessageState]:
        """How many messages are in each state."""
        counted = queries.counts(db.session())
        db.session.rollback()
        return Counter({state: count for state, count in counted.items() if count})

    def wait_for(self, delivered: int) -> None:
        """Wait until the mail server has taken so many messages, sweeping meanwhile."""

        def enough() -> bool:
            self.sweep()
            return len(taken(self.took)) >= delivered

        wait_until(enough, f"{delivered} messages, of {self.states()}")

    def wait_for_the_end(self) -> None:
        """Wait until no message is on its way any more."""

        def over() -> bool:
            self.sweep()
            if not self.states()[MessageState.QUEUED] and not self.broker.waiting(QUEUE):
                self.let_leases_run_out()
            return self.states().keys() <= {MessageState.SENT, MessageState.UNSURE, MessageState.FAILED}

        wait_until(over, "the end")


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A mail server in a process of its own: its port, and the file of what it took."""
    took, port_file = tmp_path / "took.jsonl", tmp_path / "port"
    argv = [sys.executable, "-m", "tests.smtp_sink", "--file", str(took), "--port-file", str(port_file)]
    process = subprocess.Popen(argv, cwd=PROJECT)
    wait_until(port_file.exists, "the mail server")
    yield int(port_file.read_text()), took
    process.terminate()
    process.wait(20)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker that runs."""
    broker = Broker(tmp_path / "valkey")
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(params=DIALECTS)
def post(
    request: pytest.FixtureRequest,
    shared_databases: Shared,
    worker_id: str,
    tmp_path: Path,
    broker: Broker,
    sink: tuple[int, Path],
) -> Iterator[Post]:
    """Everything but the worker, which the test starts. Settings and courier are put back at the end."""
    before = (list(config._in_use), list(dispatch._current))
    if request.param == "sqlite":
        database = fresh_sqlite(shared_databases, tmp_path / "grants.sqlite3")
    else:
        database = fresh_postgresql(shared_databases, f"delivery_{worker_id}")
    settings = {
        "GRANTS_DATA_DIR": str(tmp_path / "data"),
        "GRANTS_DATABASE_URL": database.url,
        "GRANTS_SECRET_KEY": "a secret for tests, the same in every process",
        "GRANTS_BROKER_URL": broker.url,
        "GRANTS_SMTP_URL": f"smtp://127.0.0.1:{sink[0]}",
        "GRANTS_WORKER_PROCESSES": "2",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRANTS_")}
    app = create_app(config.load(settings))
    with app.app_context():
        post = Post(app, kept | settings, broker, sink[1], tmp_path / "worker.log")
        yield post
        post.kill_worker()
        db.session.remove()
        db.engine.dispose()
    config._in_use[:], dispatch._current[:] = before


def assert_each_once_or_in_doubt(post: Post) -> None:
    """None lost, none twice; what is in doubt is marked so, and nothing else is."""
    copies = taken(post.took)
    rows = db.session.execute(select(Message.message_id_header, Message.state)).all()
    db.session.rollback()
    assert len(rows) == MESSAGES
    assert {state for _, state in rows} <= {MessageState.SENT, MessageState.UNSURE}
    assert [header for header, state in rows if state == MessageState.SENT and copies[header] != 1] == []
    assert [header for header, state in rows if state == MessageState.UNSURE and copies[header] > 1] == []
    assert sum(copies.values()) >= MESSAGES - post.states()[MessageState.UNSURE]


def test_killed_workers_lose_no_message_and_send_none_twice(post: Post) -> None:
    post.start_worker()
    post.queue_all()
    for delivered in (100, 250, 400, 550, 700):
        post.wait_for(delivered)
        post.kill_worker()
        assert post.states()[MessageState.QUEUED] > 0
        post.let_leases_run_out()
        post.start_worker()
    post.wait_for(800)
    post.kill_one_child()
    post.wait_for(970)
    post.wait_for_the_end()
    assert_each_once_or_in_doubt(post)
    assert post.states()[MessageState.UNSURE] <= MOST_IN_DOUBT


@pytest.mark.parametrize("post", ["sqlite"], indirect=True)
def test_a_killed_broker_loses_no_message_and_sends_none_twice(post: Post) -> None:
    post.broker.stop(signal.SIGKILL)
    post.queue_all()
    post.broker.start()
    post.start_worker()
    for delivered in (100, 300, 500, 700):
        post.wait_for(delivered)
        post.broker.stop(signal.SIGKILL)
        assert post.states()[MessageState.QUEUED] > 0
        time.sleep(0.5)
        post.broker.start()
    post.wait_for_the_end()
    assert_each_once_or_in_doubt(post)
    assert post.states()[MessageState.UNSURE] <= MOST_IN_DOUBT
