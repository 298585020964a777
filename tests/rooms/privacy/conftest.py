"""The town with records of every kind, built once a process on each database, put back after each test."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.core.db import db
from tests.browser import Browser
from tests.databases import DIALECTS, Shared
from tests.rooms.access.town import Town
from tests.rooms.access.visiting import Visits, settle
from tests.signing_in import sign_in

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Settled:
    """The town, and browsers of its people."""

    app: Flask
    town: Town

    def browser(self, name: str) -> Browser:
        """A browser that `name` is signed in to."""
        browser = Browser(self.app)
        sign_in(browser, accounts.person(db.session(), self.town.person_ids[name]))
        db.session().rollback()
        return browser


@pytest.fixture(scope="session", params=DIALECTS)
def building(
    request: pytest.FixtureRequest, shared_databases: Shared, worker_dir: Path, worker_id: str
) -> Iterator[Visits]:
    """The town as it was built at `NOW`."""
    name = "private" if request.param == "sqlite" else f"private_{worker_id}"
    with ExitStack() as stack:
        with time_machine.travel(NOW, tick=False):
            built = stack.enter_context(settle(shared_databases, worker_dir, request.param, name))
        yield built


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock of the whole process. `clock.move_to(...)`."""
    with time_machine.travel(NOW, tick=False) as standing:
        yield standing


@pytest.fixture
def settled(building: Visits, clock: time_machine.Traveller) -> Iterator[Settled]:
    """Bids in every stage, with reviews, decisions, awards and messages. What a test changes is put back."""
    with building.in_use(), building.app.app_context():
        yield Settled(building.app, building.town)
    building.put_back()


@pytest.fixture
def session(settled: Settled) -> Session:
    """The test's own session."""
    return db.session()
