"""Real processes of the service for tests: free ports, waiting with a deadline, and `grants run` itself."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from tests.paths import PROJECT

PATIENCE = 60.0
"""Seconds after which what should take two is taken never to happen; the machine may be busy."""

_opener = build_opener(ProxyHandler({}))


def free_port() -> int:
    """A loopback port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait until `condition` holds. Fails the test, naming `what` was awaited, after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited {patience:.0f} s in vain for: {what}"
        time.sleep(0.05)


def status_of(url: str) -> int:
    """The HTTP status of a GET; 0 if nobody answers."""
    try:
        with _opener.open(url, timeout=5) as answer:
            return int(answer.status)
    except URLError as error:
        return getattr(error, "code", 0)
    except (OSError, HTTPException):
        return 0


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def descendants(pid: int) -> dict[int, str]:
    """Every process below `pid`, with its command line."""
    below: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            below.setdefault(parent, []).append(int(stat.parent.name))
    found, waiting = {}, [pid]
    while waiting:
        for child in below.get(waiting.pop(), ()):
            with suppress(OSError):
                found[child] = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ").strip()
                waiting.append(child)
    return found


@dataclass
class Run:
    """A running `grants run`; `console` is the file that its console goes to."""

    process: "subprocess.Popen[bytes]"
    data_dir: Path
    port: int
    console: Path
    env: dict[str, str]

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        """Everything on its console so far."""
        return self.console.read_text()

    def child(self, words: str) -> int:
        """The process id of its child whose command line contains `words`; 0 if there is none just now."""
        below = descendants(self.process.pid)
        found = [
            pid for pid, command in below.items() if words in command and _parent(pid) == self.process.pid
        ]
        return found[0] if found else 0

    def everything(self) -> set[int]:
        """Every process it has now."""
        return {self.process.pid, *descendants(self.process.pid)}


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except FileNotFoundError:
        return 0


def environment(data_dir: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of a small demo service; nothing of the caller's own settings is in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRANTS_")}
    return kept | {
        "GRANTS_DATA_DIR": str(data_dir),
        "GRANTS_DEMO": "1",
        "PORT": str(port),
        "GRANTS_WEB_PROCESSES": "1",
        "GRANTS_WORKER_PROCESSES": "1",
        **more,
    }


@contextmanager
def grants_run(folder: Path, **more: str) -> Iterator[Run]:
    """`grants run` on the data folder inside `folder`, answering. What is left of it at the end is killed.

    `more` are further environment variables; `GRANTS_DEMO=""` with a mail server makes it no demo.
    """
    folder.mkdir(exist_ok=True)
    port = free_port()
    env = environment(folder / "data", port, **more)
    console = folder / f"console-{port}"
    with console.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "grants.cli", "run"], cwd=PROJECT, env=env, stdout=out, stderr=out
        )
    run = Run(process, folder / "data", port, console, env)
    try:
        wait_until(
            lambda: "The service is running at" in run.said() or process.poll() is not None, "the service"
        )
        assert process.poll() is None, run.said()
        yield run
    finally:
        everything = run.everything()
        if process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(40)
        for pid in everything:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
