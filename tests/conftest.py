"""What every test shares: the run's databases, and a guard against mail that leaves by accident."""

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadScopeScheduling

from tests.databases import Shared, end_runs_that_died

MAY_SEND_MAIL = ("tests/processes/", "tests/journeys/")

STAY_TOGETHER = (
    *MAY_SEND_MAIL,
    "tests/architecture/test_wheel.py",
    "tests/architecture/test_style.py",
    "tests/rooms/access/",  # a file reads one town
)

FOLDERS_STAY_TOGETHER = (
    "tests/rooms/demo/",  # all its tests read one story that takes long to tell
    "tests/rooms/privacy/",  # one town on each database
    "tests/architecture/",  # one reading of the house's source
    "tests/unit/exports/",  # one reading of the open data's schema
)

# What is compiled is kept, also where the machine says otherwise: each of a run's processes, and the services
# that its tests start, would compile the whole house anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Several processes of a run share few processors, and threads that wait for each other burn them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

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
def no_mail_by_accident(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Fail any test that opens SMTP, unless it lives among the processes and journeys or is marked `smtp`."""
    place = request.node.path.relative_to(request.config.rootpath).as_posix()
    _mail_forbidden[0] = (
        not place.startswith(MAY_SEND_MAIL) and request.node.get_closest_marker("smtp") is None
    )
    _mail_opened.clear()
    yield _mail_opened
    _mail_forbidden[0] = False
    assert _mail_opened == [], "a mail connection was opened"


class TogetherScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist's schedulers are untyped
    """Any worker takes any test, but tests that share what is costly to make stay with one worker.

    xdist's own `loadgroup` does this by marks; it does nothing under pytest 9.2, which no longer reads the
    name that it writes on a test.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(STAY_TOGETHER):
            return nodeid.partition("::")[0]
        return next((folder for folder in FOLDERS_STAY_TOGETHER if nodeid.startswith(folder)), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> TogetherScheduling:
    """Hand the tests out in our way, whatever `--dist` says."""
    return TogetherScheduling(config, log)


def _run_pid() -> int:
    return int(os.environ["GRANTS_TEST_RUN"])


def pytest_configure(config: pytest.Config) -> None:
    """Name the run after its first process; xdist's workers inherit the name."""
    if not hasattr(config, "workerinput"):
        os.environ["GRANTS_TEST_RUN"] = str(os.getpid())
        end_runs_that_died()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart() -> None:
    """Look for no garbage while tests are collected: what is made then stays."""
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Look for garbage again, but not among what collecting made, which every search would walk through."""
    gc.freeze()
    gc.enable()


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
