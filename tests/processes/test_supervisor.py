"""`grants run` as an operator meets it: it starts, mends itself, stops, or says why it cannot."""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import PROJECT
from tests.processes.running import Run, alive, environment, free_port, grants_run, status_of, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("supervisor"),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One running service for the tests that leave it running."""
    with grants_run(tmp_path_factory.mktemp("service")) as run:
        yield run


def refused(env: dict[str, str]) -> str:
    """The one line on stderr with which `grants run` refuses to start."""
    done = subprocess.run(
        [sys.executable, "-m", "grants.supervisor"],
        cwd=PROJECT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    return done.stderr.strip()


def test_it_answers_and_its_four_processes_run(service: Run) -> None:
    assert status_of(f"{service.url}/health") == 200
    assert service.child("valkey-server")
    assert service.child("gunicorn")
    assert service.child("celery -A workers.tasks worker")
    assert service.child("celery -A workers.tasks beat")


def test_the_broker_is_a_private_socket_and_no_port(service: Run) -> None:
    mode = (service.data_dir / "valkey.sock").stat().st_mode
    assert (stat.S_ISSOCK(mode), stat.S_IMODE(mode)) == (True, 0o700)
    assert stat.S_IMODE(service.data_dir.stat().st_mode) == 0o700


@pytest.mark.parametrize("words", ["celery -A workers.tasks worker", "valkey-server", "gunicorn"])
def test_what_is_killed_is_started_again(service: Run, words: str) -> None:
    killed = service.child(words)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: service.child(words) not in (0, killed), f"{words} to be started again")
    assert "(killed by SIGKILL); it starts again in" in service.said()
    wait_until(lambda: status_of(f"{service.url}/health") == 200, "the web server to answer again")


def test_a_second_one_on_the_same_folder_is_refused(service: Run) -> None:
    line = refused(environment(service.data_dir, free_port()))
    assert line == (
        f"grants: The service is already running on {service.data_dir} (process {service.process.pid})."
    )
    assert status_of(f"{service.url}/health") == 200


def test_killed_it_takes_all_along_and_starts_again_and_sigterm_stops_all(tmp_path: Path) -> None:
    no_story = {"GRANTS_DEMO": "", "GRANTS_SMTP_URL": "smtp://127.0.0.1:9"}
    with grants_run(tmp_path / "first", **no_story) as run:
        before = run.everything()
        assert len(before) >= 5
        run.process.kill()
        run.process.wait()
        wait_until(lambda: not any(map(alive, before)), "the children of a killed supervisor to stop")
    with grants_run(tmp_path / "first", **no_story) as again:
        before = again.everything()
        again.process.terminate()
        assert again.process.wait(40) == 0
        assert [pid for pid in before if alive(pid)] == []
        assert again.said().splitlines()[-1].endswith("  Stopping")


def test_a_busy_port_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = refused(environment(tmp_path / "data", port))
    assert line == (
        f"grants: Port {port} on 127.0.0.1 cannot be used: Address already in use. Choose another with PORT."
    )


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    line = refused(environment(tmp_path / "file" / "data", free_port()))
    assert line == f"grants: The data folder {tmp_path}/file/data cannot be made: Not a directory."


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "logs").write_text("in the way")
    line = refused(environment(tmp_path / "data", free_port()))
    assert line == f"grants: The folder {tmp_path}/data/logs cannot be written to: File exists."


def test_a_wrong_setting_is_one_line(tmp_path: Path) -> None:
    line = refused(environment(tmp_path / "data", free_port(), PORT="eighty"))
    assert line == "grants: PORT must be a whole number, not 'eighty'."
