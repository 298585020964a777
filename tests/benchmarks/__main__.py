"""`python -m tests.benchmarks [--only NAME]`: a row a figure, the same rows in build/bench.json."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from grants import config
from grants.app import create_app
from tests.benchmarks import finance, first_visit, last_minutes, solvers, whole_life
from tests.benchmarks.figures import Figure, busy, heading, keep, loads, row
from tests.benchmarks.measure import Bench, hello_figures, measure
from tests.benchmarks.pages import PAGES, Page
from tests.benchmarks.servers import HELLO, SERVICE, serving
from tests.benchmarks.town import TO_SUBMIT, build, migrate, settings_env
from tests.paths import PROJECT
from tests.processes.broker import Broker

KEPT = PROJECT / "build" / "bench.json"
BY_NAME = {
    whole_life.NAME: whole_life.figures,
    last_minutes.NAME: last_minutes.figures,
    finance.NAME: finance.figures,
}
"""What takes minutes, or a database of its own: only when it is asked for."""


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="measure what has this in its name, such as 'ranking'")
    only = parser.parse_args().only
    pages = [page for page in PAGES if only in page.name]
    visits = only in first_visit.NAME
    if not pages and not visits and not solvers.names(only) and only not in BY_NAME:
        names = ", ".join([page.name for page in PAGES] + [first_visit.NAME, *solvers.RUNS, *BY_NAME])
        print(f"Nothing is called {only!r}. There are: {names}.", file=sys.stderr)
        return 2
    print(heading(), flush=True)
    found = []
    for figure in _wanted(only, pages, visits=visits):
        print(row(figure), flush=True)
        found.append(figure)
    keep(found, KEPT)
    short = sum(figure.verdict == "short" for figure in found)
    print(f"\n{len(found)} figures, {short} short of their aim. Load average at the end: {loads()}.")
    print(f"The same rows are in {KEPT.relative_to(PROJECT)}.")
    if busy():
        print("The machine was busy with other work: processor times and counts hold, clock times do not.")
    return 0


def _wanted(only: str, pages: Sequence[Page], *, visits: bool) -> Iterator[Figure]:
    if only in BY_NAME:
        yield from BY_NAME[only]()
        return
    if pages or visits:
        yield from _measured(pages, visits=visits)
    yield from solvers.figures(only)


def _measured(pages: Sequence[Page], *, visits: bool) -> Iterator[Figure]:
    """The servers on a prepared database, and the figures one by one."""
    with tempfile.TemporaryDirectory(prefix="grants-bench-") as name:
        folder = Path(name)
        broker = Broker(folder / "valkey")
        broker.start()
        try:
            yield from _on(folder, broker, pages, visits=visits)
        finally:
            broker.stop()


def _on(folder: Path, broker: Broker, pages: Sequence[Page], *, visits: bool) -> Iterator[Figure]:
    env = settings_env(folder, broker.url, os.environ)
    migrate(env)
    settings = config.load(env)
    app = create_app(settings)
    with app.app_context():
        town = build(
            crowds={bids for page in pages for bids in page.rounds},
            submissions=TO_SUBMIT if any(page.at_most for page in pages) else 0,
        )
        with (
            serving(SERVICE, settings, env, answers_at="/health") as service,
            serving(HELLO, settings, env, answers_at="/") as yardstick,
        ):
            bench = Bench(app, town, service, yardstick)
            yield Figure("web server: until its first answer", service.started_in, "s", None, "2.1")
            for page in pages:
                yield from measure(page, bench)
            if visits:
                yield from first_visit.figures(bench)
            if pages:
                yield from hello_figures(bench)
            yield Figure("web server: memory after all that", service.memory() / 1e6, "MB", None, "391 idle")


if __name__ == "__main__":
    sys.exit(main())
