"""Eight processes write to one SQLite file at once: no update is lost and nobody is refused."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from subprocess import PIPE

import pytest

from grants.accounts.models import Person
from grants.core.clock import now
from grants.core.db import db, unit_of_work
from tests.databases import Shared, fresh_sqlite
from tests.paths import PROJECT
from tests.rooms.core.small_app import small_app

PROCESSES = 8
TIMES = 50


def race(url: str, how: str) -> tuple[int, int]:
    """Let the processes add to one number. Gives what it came to, and how many attempts found it locked."""
    app = small_app(url)
    with app.app_context(), unit_of_work() as session:
        session.add(Person(id=1, email="counter@example.org", created_at=now()))
    locked = sum(run_together([sys.executable, "-m", "tests.rooms.core.increment", url, how, str(TIMES)]))
    with app.app_context():
        total = db.session.get_one(Person, 1).session_epoch
        db.engine.dispose()
    return total, locked


def run_together(command: Sequence[str]) -> list[int]:
    """Start the processes, let go of them all at once, and collect the numbers they print."""
    with ExitStack() as stack:
        start = partial(subprocess.Popen, cwd=PROJECT, text=True, stdin=PIPE, stdout=PIPE)
        runners = [stack.enter_context(start(command)) for _ in range(PROCESSES)]
        for runner in runners:
            assert runner.stdout is not None
            assert runner.stdout.readline() == "ready\n"
        for runner in runners:
            assert runner.stdin is not None
            runner.stdin.write("go\n")
            runner.stdin.flush()
        said = [runner.communicate(timeout=120)[0] for runner in runners]
    assert [runner.returncode for runner in runners] == [0] * PROCESSES
    return [int(number) for number in said]


@pytest.fixture
def url(shared_databases: Shared, tmp_path: Path) -> str:
    return fresh_sqlite(shared_databases, tmp_path / "race.sqlite3").url


def test_units_of_work_lose_nothing_and_wait_their_turn(url: str) -> None:
    assert race(url, "unit_of_work") == (PROCESSES * TIMES, 0)


def test_the_race_is_real_without_saying_that_it_will_write(url: str) -> None:
    total, locked = race(url, "late")

    assert locked > 0
    assert total == PROCESSES * TIMES - locked


def test_the_race_is_real_with_the_drivers_own_habits(url: str) -> None:
    total, locked = race(url, "driver")

    assert total < PROCESSES * TIMES - locked
