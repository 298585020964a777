"""A room test runs twice: on SQLite and on PostgreSQL, each time on an empty, migrated database.

Tests of pages run on SQLite: the table in `access` asks every address on PostgreSQL too.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.ctx import AppContext
from sqlalchemy import event
from sqlalchemy.orm import Session

from grants import config
from grants.app import create_app
from grants.core.db import db
from tests.browser import Browser
from tests.counting import CountQueries, Statements
from tests.databases import DIALECTS, Database, Shared, emptied_postgresql, fresh_sqlite, settings_for

ON_SQLITE = ("_pages", "test_blind", "test_duties")
"""How the names of files end whose tests run on SQLite alone."""

_apps: dict[str, Flask] = {}
"""One app a database: making it takes longer than most tests."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out of the run what is tried on SQLite alone."""
    left_out = [
        item
        for item in items
        if item.path.stem.endswith(ON_SQLITE) and ("[postgresql" in item.name or "-postgresql" in item.name)
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


@pytest.fixture(params=DIALECTS)
def database(
    request: pytest.FixtureRequest, shared_databases: Shared, worker_dir: Path, worker_id: str
) -> Iterator[Database]:
    """An empty, migrated database, the same address for every test of a process."""
    if request.param == "sqlite":
        made = fresh_sqlite(shared_databases, worker_dir / "grants.sqlite3")
    else:
        made = emptied_postgresql(shared_databases, f"grants_{worker_id}")
    yield made
    if made.url in _apps:
        with _apps[made.url].app_context():
            db.engine.dispose()


@pytest.fixture
def app(database: Database, worker_dir: Path) -> Flask:
    """The whole app, on the test's database, with an empty data folder."""
    data_dir = worker_dir / "data"
    shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir(mode=0o700)
    settings = settings_for(data_dir, database.url)
    if database.url not in _apps:
        _apps[database.url] = create_app(settings)
        _apps[database.url].testing = True
    config.use(settings)  # a test with an app of its own may have left this process with that one's
    return _apps[database.url]


@pytest.fixture
def ctx(app: Flask) -> Iterator[AppContext]:
    """An app context, open for the whole test."""
    with app.app_context() as context:
        yield context


@pytest.fixture
def session(ctx: AppContext) -> Session:
    """The test's own session. What it has not committed, a request of `client` does not see."""
    return db.session()


@pytest.fixture
def client(app: Flask) -> Browser:
    """A browser without JavaScript, signed out."""
    return Browser(app)


@pytest.fixture
def count_queries(app: Flask) -> CountQueries:
    """`with count_queries() as statements: ...`, then `len(statements)`: what the app sent meanwhile."""

    @contextmanager
    def counting() -> Iterator[Statements]:
        statements = Statements()

        def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
            statements.sent.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting
