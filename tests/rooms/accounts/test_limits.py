"""Asking for links is limited by client across processes, and goes on when the broker is away."""

import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from grants import config
from grants.app import create_app
from grants.core.db import db
from tests.browser import Browser
from tests.databases import Database, settings_for
from tests.processes.broker import Broker


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A real Valkey of this test's own."""
    made = Broker(tmp_path / "broker")
    made.start()
    yield made
    made.stop(signal.SIGKILL)


@pytest.fixture
def web_processes(app: Flask, database: Database, tmp_path: Path, broker: Broker) -> Iterator[list[Browser]]:
    """A visitor at each of two web processes' apps, which share the broker."""
    settings = replace(settings_for(tmp_path, database.url), broker_url=broker.url)
    used_before = config.current()
    apps = [create_app(settings), create_app(settings)]
    yield [Browser(one) for one in apps]
    config.use(used_before)
    for one in apps:
        with one.app_context():
            db.engine.dispose()


def ask(visitor: Browser, number: int) -> int:
    data = {"email": f"p{number}@example.org"}
    return visitor.post("/accounts/sign-in/", data=data).status_code


def test_processes_count_together_and_go_on_without_the_broker(
    web_processes: list[Browser], broker: Broker
) -> None:
    one, two = web_processes
    assert [ask(one, number) for number in range(60)] == [302] * 60
    assert [ask(two, number) for number in range(60, 101)] == [302] * 40 + [429]

    broker.stop(signal.SIGKILL)
    assert [ask(one, 200), ask(two, 201)] == [302, 302]
