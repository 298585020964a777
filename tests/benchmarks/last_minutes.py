"""The last minutes before a round closes: 200 applicants save and send, on the server stack with PostgreSQL.

It takes two minutes, so it is only run when it is asked for by name.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psycopg
from flask import Flask
from sqlalchemy import Select, func, select

from grants import config
from grants.accounts import queries as people
from grants.app import create_app
from grants.applications import queries as bids
from grants.applications.models import Application, Version
from grants.core.db import db, unit_of_work
from grants.notifications.models import Message
from grants.notifications.states import MessageState
from tests.benchmarks.applicants import SAVES, THEMES, VISIT, Applicant
from tests.benchmarks.client import Timed
from tests.benchmarks.figures import Figure
from tests.benchmarks.town import bids_of_their_own
from tests.browser import Browser
from tests.databases import Shared, empty_postgresql
from tests.paths import PROJECT
from tests.processes.running import wait_until
from tests.processes.stack import WEBS, WORKERS, Stack, stack
from tests.signing_in import sign_in
from tests.smtp_sink import taken

NAME = "last-minutes"
APPLICANTS = 200
WINDOW = 60.0
"""Seconds in which they all come, save and send: five times as dense as the same in five minutes."""
MOST_MILLISECONDS = 1_000
PATIENCE = 300.0


@dataclass(frozen=True)
class Service:
    """The stack, a way into its database, and the file in which its mail server writes down what it took."""

    running: Stack
    app: Flask
    took: Path

    def waiting(self) -> int:
        """How many messages have not been sent."""
        return self.count(select(func.count()).where(Message.state != MessageState.SENT))

    def count(self, query: Select[int]) -> int:
        """The one number that the query gives."""
        with self.app.app_context(), unit_of_work() as session:
            return session.scalars(query).one()


def figures() -> Iterator[Figure]:
    """Prepare the stack, let everybody in, then count what became of it."""
    with _service() as service:
        _tell(f"{NAME}: {len(WEBS)} web servers of one process, {len(WORKERS)} workers, beat, PostgreSQL")
        _tell(f"set-up: {APPLICANTS} bids that are ready to be sent")
        crowd = _crowd(service)
        wait_until(lambda: not service.waiting(), "the letters of the set-up", PATIENCE)
        _tell(f"{APPLICANTS} applicants save {THEMES * SAVES} times each and send within {WINDOW:.0f} s")
        began = time.perf_counter()
        with ThreadPoolExecutor(len(crowd)) as pool:
            list(pool.map(lambda applicant: applicant.visit(began), crowd))
        elapsed = time.perf_counter() - began
        wait_until(lambda: not service.waiting(), "the receipts", PATIENCE)
        yield from _found(service, crowd, elapsed)


def _found(service: Service, crowd: Sequence[Applicant], elapsed: float) -> Iterator[Figure]:
    saves, submits = Timed(), Timed()
    for applicant in crowd:
        saves.add(applicant.saves)
        submits.add(applicant.submits)
    faults = [fault for applicant in crowd for fault in applicant.faults]
    for fault in faults[:5]:
        _tell(fault)
    sent = service.count(select(func.count()).select_from(Version))
    requests = sum(applicant.requests for applicant in crowd)
    yield Figure(f"{NAME}: bids that were sent", sent, "", None, "", APPLICANTS)
    yield Figure(f"{NAME}: requests that failed", len(faults), "", 0)
    yield Figure(f"{NAME}: saves that were lost", _lost(service, crowd), "", 0)
    yield Figure(f"{NAME}: receipts not delivered exactly once", _wrong_receipts(service), "", 0)
    yield Figure(f"{NAME}: requests a second", requests / elapsed, "")
    yield Figure(f"{NAME}: saves", len(saves.seconds), "")
    yield Figure(f"{NAME}: a save, median", saves.quantile(0.5), "ms")
    yield Figure(f"{NAME}: a save, 95th percentile", saves.quantile(0.95), "ms", MOST_MILLISECONDS)
    yield Figure(f"{NAME}: a save, slowest", saves.quantile(1), "ms")
    yield Figure(f"{NAME}: a submit, 95th percentile", submits.quantile(0.95), "ms", MOST_MILLISECONDS)


def _lost(service: Service, crowd: Sequence[Applicant]) -> int:
    """How many last saves of a page are not what the database holds, on the page and in the bid as sent."""
    lost = 0
    with service.app.app_context(), unit_of_work() as session:
        for applicant in crowd:
            bid = bids.by_ref(session, applicant.ref)
            pages = bids.pages_of(session, bid.id)
            content = bids.current_version(session, bid).content if bid.submitted_at else {"themes": {}}
            for theme, words in applicant.saved.items():
                kept = pages[f"theme:{theme}"].answers
                frozen = content["themes"].get(theme, {}).get("answers", {})
                lost += any(kept.get(key) != text or frozen.get(key) != text for key, text in words.items())
            lost += THEMES - len(applicant.saved)
    return lost


def _wrong_receipts(service: Service) -> int:
    """Bids whose one signatory did not get exactly one receipt, by what the mail server took."""
    took = taken(service.took)
    with service.app.app_context(), unit_of_work() as session:
        versions = session.scalars(select(Version.id).join(Application)).all()
        receipts = select(Message.about_id, Message.message_id_header).where(Message.kind == "bid_received")
        copies = {str(version): 0 for version in versions}
        for version, header in session.execute(receipts):
            copies[version] += took[header]
    return APPLICANTS - sum(count == 1 for count in copies.values())


@contextmanager
def _service() -> Iterator[Service]:
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="grants-bench-")))
        shared = Shared(os.getpid())
        closing.callback(shared.end)
        database = empty_postgresql(shared, "last_minutes")
        _make_durable(shared.postgresql_template())
        took, port = folder / "took.jsonl", folder / "port"
        argv = [sys.executable, "-m", "tests.smtp_sink", "--file", str(took), "--port-file", str(port)]
        sink = subprocess.Popen(argv, cwd=PROJECT)
        closing.callback(sink.wait, 20)
        closing.callback(sink.terminate)
        wait_until(port.exists, "the mail server")
        running = closing.enter_context(
            stack(
                folder / "stack",
                database_url=database.url,
                smtp_url=f"smtp://127.0.0.1:{port.read_text()}",
            )
        )
        app = create_app(config.load(running.env | {"GRANTS_DISPATCHER": "grants.core.dispatch:Resting"}))
        closing.callback(_let_go, app)
        yield Service(running, app, took)


def _make_durable(server: str) -> None:
    """Tests let their server forget what it committed, for speed; a figure must not profit from that."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM RESET ALL")
        connection.execute("SELECT pg_reload_conf()")


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def _crowd(service: Service) -> list[Applicant]:
    """The applicants, signed in, on both web servers in turn."""
    chance, crowd = Random(11), []  # noqa: S311 - seeded, nothing secret
    with service.app.app_context(), unit_of_work() as session:
        found = bids_of_their_own(session, APPLICANTS)
    for n, (ref, person_id) in enumerate(found):
        browser = Browser(service.app)
        with service.app.app_context(), unit_of_work() as session:
            sign_in(browser, people.person(session, person_id))
        token, cookie = browser.csrf_token(), browser.get_cookie("grants")
        assert cookie is not None
        headers = {"Cookie": f"grants={cookie.value}", "X-CSRFToken": token}
        port = service.running.ports[WEBS[n % len(WEBS)]]
        crowd.append(Applicant(ref, port, headers, chance.uniform(0, WINDOW - VISIT)))
    return crowd


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)
