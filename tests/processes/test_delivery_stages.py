"""A worker killed at each stage of one delivery: before the last byte it is sent again, after it a person
decides.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from grants import config
from grants.app import create_app
from grants.core import dispatch
from grants.core.clock import now
from grants.core.db import db
from grants.notifications import queries, smtp
from grants.notifications.deliver import deliver_one
from grants.notifications.rules import LEASE
from grants.notifications.states import MessageState
from tests.databases import Shared, fresh_sqlite
from tests.paths import PROJECT
from tests.processes.running import wait_until
from tests.rooms.notifications.letterbox import queued
from tests.smtp_sink import Sink

pytestmark = pytest.mark.slow

WORKER = """
from grants.app import create_app
from grants.core.clock import now
from grants.notifications.deliver import deliver_one
with create_app().app_context():
    deliver_one(1, now())
"""


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server in this process."""
    with Sink() as running:
        yield running


@pytest.fixture
def env(tmp_path: Path, shared_databases: Shared, sink: Sink) -> dict[str, str]:
    """Settings for a process that delivers."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GRANTS_")} | {
        "GRANTS_DATA_DIR": str(tmp_path / "data"),
        "GRANTS_DATABASE_URL": fresh_sqlite(shared_databases, tmp_path / "grants.sqlite3").url,
        "GRANTS_SECRET_KEY": "a secret for tests, the same in every process",
        "GRANTS_SMTP_URL": sink.url,
        "GRANTS_DISPATCHER": "grants.core.dispatch:Resting",
    }


@pytest.fixture
def app(env: dict[str, str]) -> Iterator[Flask]:
    """The application in this process, which gets its settings back."""
    before = (list(config._in_use), list(dispatch._current))
    app = create_app(config.load(env))
    with app.app_context():
        yield app
        smtp.start_afresh()
        db.session.remove()
        db.engine.dispose()
    config._in_use[:], dispatch._current[:] = before


def state() -> MessageState:
    """The only message's state."""
    found = queries.by_id(db.session(), 1).state
    db.session.rollback()
    db.session.expire_all()
    return found


def killed_in(wanted: MessageState, env: dict[str, str]) -> None:
    """Start a worker on the only message and kill it as soon as the message is in the state `wanted`."""
    worker = subprocess.Popen([sys.executable, "-c", WORKER], cwd=PROJECT, env=env)
    wait_until(lambda: state() == wanted, wanted)
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def test_killed_before_the_last_byte_it_is_sent_again_once(
    app: Flask, env: dict[str, str], sink: Sink
) -> None:
    queued(now=now())
    sink.behaviour.think_at_rcpt = 60.0
    killed_in(MessageState.SENDING, env)
    sink.behaviour.think_at_rcpt = 0.0
    deliver_one(1, now())
    assert (state(), sink.messages) == (MessageState.SENDING, [])
    deliver_one(1, now() + LEASE + timedelta(seconds=1))
    assert (state(), len(sink.messages)) == (MessageState.SENT, 1)


def test_killed_while_the_server_thinks_about_it_a_person_decides(
    app: Flask, env: dict[str, str], sink: Sink
) -> None:
    queued(now=now())
    sink.behaviour.think_after_taking = 60.0
    killed_in(MessageState.HANDING_OVER, env)
    wait_until(lambda: sink.messages, "the message")
    sink.behaviour.think_after_taking = 0.0
    for _ in range(3):
        deliver_one(1, now() + LEASE + timedelta(seconds=1))
    assert (state(), len(sink.messages)) == (MessageState.UNSURE, 1)
    assert queries.by_id(db.session(), 1).last_error == (
        "The worker stopped while it waited for the mail server’s answer."
    )


def test_killed_before_the_server_has_it_a_person_decides_too(
    app: Flask, env: dict[str, str], sink: Sink
) -> None:
    queued(now=now())
    sink.behaviour.think_before_taking = 3.0
    killed_in(MessageState.HANDING_OVER, env)
    deliver_one(1, now() + LEASE + timedelta(seconds=1))
    assert state() == MessageState.UNSURE


def test_killed_after_the_answer_but_before_it_is_written_down_a_person_decides(
    app: Flask, env: dict[str, str], sink: Sink
) -> None:
    queued(now=now())
    sink.behaviour.think_after_taking = 1.0
    worker = subprocess.Popen([sys.executable, "-c", WORKER], cwd=PROJECT, env=env)
    wait_until(lambda: sink.messages, "the message")
    locked = db.engine.connect().execution_options(writes=True)
    locked.begin()
    sink.behaviour.think_after_taking = 0.0
    time.sleep(1.5)
    assert worker.poll() is None
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    locked.close()
    deliver_one(1, now() + LEASE + timedelta(seconds=1))
    assert (state(), len(sink.messages)) == (MessageState.UNSURE, 1)
