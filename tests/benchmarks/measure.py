"""Measuring one page: times and processor on the real server, statements and bytes in a test client."""

import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import event

from grants.accounts import queries as people
from grants.core.db import db, unit_of_work
from tests.benchmarks.client import Request, Timed, run
from tests.benchmarks.figures import Figure
from tests.benchmarks.pages import Page
from tests.benchmarks.servers import Server
from tests.benchmarks.town import FEW, Town
from tests.browser import Browser
from tests.signing_in import sign_in

BLOCKS = 5
A_BLOCK = 40
WARM_UP = 20


@dataclass
class Bench:
    """Everything a measurement needs. `hello` gathers the yardstick's own times over all pages."""

    app: Flask
    town: Town
    service: Server
    yardstick: Server
    hello: Timed = field(default_factory=Timed)
    hello_processor: float = 0.0


def measure(page: Page, bench: Bench) -> Iterator[Figure]:
    """A page's figures, its blocks of requests taking turns with the hello page's."""
    browser, headers = signed_in(bench, page.who)
    streams = page.streams(bench.town)
    request = next(streams[0])
    looked = _look(bench.app, browser, request)
    warm_up, block = (WARM_UP, A_BLOCK) if not page.at_most else (page.at_most // 8, page.at_most // 8)
    run(bench.service.port, streams[:1], warm_up, headers)
    alone, processor, hello = Timed(), 0.0, Timed()
    for _ in range(BLOCKS):
        before = bench.service.processor_seconds()
        alone.add(run(bench.service.port, streams[:1], block, headers))
        processor += bench.service.processor_seconds() - before
        hello.add(_hello(bench))
    bench.hello.add(hello)
    median, name = alone.quantile(0.5), page.name
    a_page = 1000 * processor / len(alone.seconds)
    yield Figure(f"{name}: processor time a page", a_page, "ms", page.most_processor)
    yield Figure(f"{name}: median", median, "ms", page.most_median, page.hypha.milliseconds)
    yield Figure(f"{name}: 95th percentile", alone.quantile(0.95), "ms")
    yield Figure(f"{name}: median in hello pages", median / hello.quantile(0.5), "hellos")
    yield Figure(f"{name}: pages a second, 1 connection", alone.a_second, "pages/s")
    if len(streams) > 1:
        together = run(bench.service.port, streams, BLOCKS * A_BLOCK // len(streams), headers)
        yield Figure(f"{name}: pages a second, {len(streams)} connections", together.a_second, "pages/s")
    yield from _statements(page, looked, bench, browser)
    if request.form is None:
        yield Figure(f"{name}: HTML", len(looked.body), "bytes")
        yield Figure(f"{name}: HTML, compressed", len(gzip.compress(looked.body)), "bytes")


def hello_figures(bench: Bench) -> Iterator[Figure]:
    """The yardstick's own row, over all blocks."""
    requests = len(bench.hello.seconds)
    yield Figure("hello page: processor time a page", 1000 * bench.hello_processor / requests, "ms")
    yield Figure("hello page: median", bench.hello.quantile(0.5), "ms")
    yield Figure("hello page: pages a second, 1 connection", bench.hello.a_second, "pages/s")


def _hello(bench: Bench) -> Timed:
    before = bench.yardstick.processor_seconds()
    timed = run(bench.yardstick.port, [iter([Request("/")] * A_BLOCK)], A_BLOCK, {})
    bench.hello_processor += bench.yardstick.processor_seconds() - before
    return timed


@dataclass(frozen=True)
class Looked:
    """What one request took of the database, and what came back."""

    statements: int
    body: bytes


def _statements(page: Page, looked: Looked, bench: Bench, browser: Browser) -> Iterator[Figure]:
    """How many statements, and for a list whether a short one takes as many."""
    name = page.name
    if page.few is None:
        yield Figure(f"{name}: SQL statements", looked.statements, "", None, page.hypha.statements)
    else:
        few = _look(bench.app, browser, Request(page.few(bench.town))).statements
        yield Figure(f"{name}: SQL statements with {FEW} bids", few, "")
        yield Figure(
            f"{name}: SQL statements with {max(page.rounds):,} bids",
            looked.statements,
            "",
            few,
            page.hypha.statements,
        )


def signed_in(bench: Bench, name: str) -> tuple[Browser, Mapping[str, str]]:
    """A browser of that person, and the headers with which another client sends the same cookie."""
    browser = Browser(bench.app)
    if not name:
        return browser, {}
    with bench.app.app_context(), unit_of_work() as session:
        sign_in(browser, people.person(session, bench.town.people[name]))
    token = browser.csrf_token()
    cookie = browser.get_cookie("grants")
    assert cookie is not None
    return browser, {"Cookie": f"grants={cookie.value}", "X-CSRFToken": token}


def _look(app: Flask, browser: Browser, request: Request) -> Looked:
    with app.app_context(), _counting() as sent:
        response = browser.open(request.path, method=request.method, data=request.form)
    assert response.status_code == request.answer, f"{request.path} answered {response.status_code}"
    return Looked(len(sent), response.data)


@contextmanager
def _counting() -> Iterator[list[str]]:
    """The SQL statements sent meanwhile; BEGIN and COMMIT are none."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
