"""What every test shares: the run's databases, and a guard against mail that leaves by accident."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from tests.databases import Shared, end_runs_that_died

MAY_SEND_MAIL = ("tests/processes/", "tests/journeys/")

hypothesis_settings.register_profile("calm", deadline=None, derandomize=True, database=None)
hypothesis_settings.load_profile("calm")

_mail_opened: list[str] = []
_mail_forbidden = [False]


def _watch_mail(event: str, arguments: tuple[object, ...]) -> None:
    if event == "smtplib.connect" and _mail_forbidden[0]:
        _mail_opened.append(f"{arguments[1]}:{arguments[2]}")
        raise AssertionError("this test may not open a mail connection")


sys.addaudithook(_watch_mail)


@pytest.fixture(autouse=True)
def no_mail_by_accident(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail any test that opens SMTP, unless it lives among the processes and journeys or is marked `smtp`."""
    place = request.node.path.relative_to(request.config.rootpath).as_posix()
    _mail_forbidden[0] = (
        not place.startswith(MAY_SEND_MAIL) and request.node.get_closest_marker("smtp") is None
    )
    _mail_opened.clear()
    yield
    _mail_forbidden[0] = False
    assert _mail_opened == [], "a mail connection was opened"


def _run_pid() -> int:
    return int(os.environ["GRANTS_TEST_RUN"])


def pytest_configure(config: pytest.Config) -> None:
    """Name the run after its first process; xdist's workers inherit the name."""
    if not hasattr(config, "workerinput"):
        os.environ["GRANTS_TEST_RUN"] = str(os.getpid())
        end_runs_that_died()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the run's PostgreSQL, also after ctrl-C."""
    if not hasattr(config, "workerinput"):
        Shared(_run_pid()).end()


@pytest.fixture(scope="session")
def shared_databases() -> Shared:
    """The run's PostgreSQL server and migrated templates, started when first asked for."""
    return Shared(_run_pid())


@pytest.fixture(scope="session")
def worker_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this test process alone."""
    return tmp_path_factory.mktemp("process")
