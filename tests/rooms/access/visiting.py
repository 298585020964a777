"""The town in a database that is put back after every deed, visited by its people one request at a time."""

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from grants import config
from grants.accounts import queries as people
from grants.app import create_app
from grants.core.clock import now
from grants.core.db import db, unit_of_work
from grants.exports.build import build_export
from tests.browser import Browser
from tests.databases import Database, Shared, fresh_postgresql, fresh_sqlite, settings_for
from tests.restoring import Keeper, Written
from tests.rooms.access import records
from tests.rooms.access.bodies import Body, body_for
from tests.rooms.access.table import NO_RECORD, Row
from tests.rooms.access.town import Town
from tests.signing_in import sign_in

SIGNS = {200: ".", 400: "c", 401: "a", 403: "x", 404: "-", 409: "!", 410: "g", 422: "!"}
"""What the table calls an answer, by status. Redirects are told apart by where they lead."""

ANEW_AFTER = 240
"""Seconds after which somebody signs in again: some pages want to see that they did so lately."""


def sign_of(response: TestResponse) -> str:
    """What the table calls this answer; its status where the table has no word for it."""
    if response.status_code != 302:
        return SIGNS.get(response.status_code, str(response.status_code))
    place = urlsplit(response.headers["Location"])
    wanted_page = place.query.startswith("next=")
    if wanted_page and place.path == "/accounts/sign-in/":
        return ">"
    if wanted_page and place.path == "/accounts/second-factor/":
        return "2"
    if response.request.method == "POST":
        return "+"
    return "d" if place.path.startswith("/reviewing/declare/") else "~"


@contextmanager
def _in_use(settings: config.Settings) -> Iterator[None]:
    """Settings belong to a process; other tests of this one have theirs."""
    theirs = list(config._in_use)
    config.use(settings)
    try:
        yield
    finally:
        config._in_use[:] = theirs


@dataclass
class Visits:
    """The app on the town's database, and a signed session for everybody in it."""

    app: Flask
    settings: config.Settings
    town: Town
    put_back: Callable[[], None]
    cookies: dict[str, str] = field(default_factory=dict)
    signed_in: dict[str, float] = field(default_factory=dict)

    def browser(self, person: str) -> Browser:
        """A new browser of that person, signed in with all their factors but one: see ROLES in `town`."""
        browser = Browser(self.app)
        if person not in self.cookies or time.monotonic() - self.signed_in[person] > ANEW_AFTER:
            self._sign_in(browser, person)
        browser.set_cookie("grants", self.cookies[person])
        return browser

    def _sign_in(self, browser: Browser, person: str) -> None:
        if person:
            with self.app.app_context(), unit_of_work() as session:
                found = people.person(session, self.town.person_ids[person])
                sign_in(browser, found, second_factor=person != "half signed in")
        browser.csrf_token()
        kept = browser.get_cookie("grants")
        assert kept is not None
        self.cookies[person] = kept.value
        self.signed_in[person] = time.monotonic()

    def rule(self, row: Row) -> Rule:
        """The row's route. AssertionError if there is none."""
        found = [
            rule for rule in self.app.url_map.iter_rules(row.endpoint) if row.method in (rule.methods or ())
        ]
        assert len(found) == 1, f"{row}: {len(found)} routes"
        return found[0]

    def address(self, row: Row) -> str:
        """Where the row's record is found."""
        rule, record = self.rule(row), self.record(row)
        adapter = self.app.url_map.bind("localhost")
        return adapter.build(row.endpoint, {name: record[name] for name in rule.arguments}, method=row.method)

    def record(self, row: Row) -> Mapping[str, Any]:
        """What the row's addresses are made of."""
        return {} if row.record == NO_RECORD else self.town.records[row.record]

    def in_use(self) -> AbstractContextManager[None]:
        """The town's own settings, for as long as a request of it lasts."""
        return _in_use(self.settings)

    def visit(self, row: Row, person: str) -> TestResponse:
        """One request. Whatever it changed is put back."""
        browser = self.browser(person)
        with self.in_use():
            if row.method == "GET":
                return browser.get(self.address(row))
            response = browser.post(self.address(row), data=self._body(row))
        if response.status_code < 400:
            self.put_back()
        return response

    def visit_without_token(self, row: Row, person: str) -> TestResponse:
        """The row's POST as another site would have it sent: with the cookie, without a form's token."""
        self.browser(person)
        browser = FlaskClient(self.app, self.app.response_class, use_cookies=True)
        browser.set_cookie("grants", self.cookies[person])
        with self.in_use():
            return Context().run(browser.post, self.address(row), data=self._body(row))

    def _body(self, row: Row) -> Body:
        return body_for(row.endpoint, self.town, self.record(row))

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """AssertionError if anything is written to the town's SQLite file meanwhile."""
        path = self.settings.database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path)) as watching:
            before = _version(watching)
            yield
            assert _version(watching) == before, "something was written"


def _version(connection: sqlite3.Connection) -> object:
    """Another number after every write of another connection."""
    return connection.execute("PRAGMA data_version").fetchone()


@contextmanager
def settle(shared: Shared, folder: Path, dialect: str, name: str) -> Iterator[Visits]:
    """Build the town in a database of its own and keep a copy to go back to."""
    if dialect == "sqlite":
        database = fresh_sqlite(shared, folder / f"{name}.sqlite3")
    else:
        database = fresh_postgresql(shared, name)
    data = folder / f"{name}-{dialect}"
    data.mkdir(mode=0o700)
    settings = settings_for(data, database.url)
    with _in_use(settings):
        app = create_app(settings)
        app.testing = True
        with app.app_context():
            with unit_of_work() as session:
                town = records.build(session, now=now())
            build_export(town.records["export"]["export_id"], now())
    keep = _kept_sqlite if dialect == "sqlite" else _kept_postgresql
    with keep(app, database) as put_back:
        yield Visits(app, settings, town, put_back)
    _close(app)


@contextmanager
def _kept_sqlite(app: Flask, database: Database) -> Iterator[Callable[[], None]]:
    path = Path(database.url.removeprefix("sqlite:///"))
    kept = path.with_name(f"{path.name}-kept")
    _close(app)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copyfile(path, kept)

    def put_back() -> None:
        _close(app)
        for leftover in path.parent.glob(f"{path.name}-*"):
            if leftover != kept:
                leftover.unlink()
        shutil.copyfile(kept, path)

    yield put_back


@contextmanager
def _kept_postgresql(app: Flask, database: Database) -> Iterator[Callable[[], None]]:
    keeper, written = Keeper(database.url), Written()
    keeper.keep()
    with app.app_context():
        written.watch(db.engine)

    def put_back() -> None:
        with app.app_context():
            db.session.remove()
        assert written.otherwise == [], "only rows can be put back"
        keeper.put_back(written.tables)
        written.forget()

    yield put_back
    put_back()
    assert keeper.changed() == []


def _close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
