"""One child process of the supervisor: its start, its log, its restart, and its end in bounded time."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

MARK = "GRANTS_SUPERVISED"
"""Names the data folder in every child's environment: a later start finds what an earlier one left behind."""

LONGEST_WAIT = 30.0
HEALTHY_SECONDS = 60.0
"""A child that ran this long is taken to be well, and its next restart waits for a second again."""

LARGEST_LOG = 5_000_000

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Child:
    """A process to keep running. `patience` is how many seconds it gets to stop by itself."""

    name: str
    argv: list[str]
    data_dir: Path
    patience: float
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    failures: int = 0
    due: float = 0.0
    logs: Path = field(init=False)

    def __post_init__(self) -> None:
        self.logs = self.data_dir / "logs" / f"{self.name}.log"

    def start(self) -> None:
        """Start it in a process group of its own, its output going to its log."""
        _rotate(self.logs)
        with self.logs.open("ab") as log:
            self.process = start(self.argv, self.data_dir, stdout=log, stderr=log)
        self.started = time.monotonic()

    def tend(self) -> str:
        """Start it again when it has died and its wait is over. Gives a line for the operator, or nothing."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
                return f"{self.name} is started again"
            return ""
        code = self.process.poll()
        if code is None:
            return ""
        kill_group(self.process.pid)
        self.process = None
        self.failures = 0 if now - self.started > HEALTHY_SECONDS else self.failures
        wait = wait_after(self.failures)
        self.failures += 1
        self.due = now + wait
        return (
            f"{self.name} stopped ({in_words(code)}); it starts again in {wait:.0f} s; its log is {self.logs}"
        )

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def has_stopped(self) -> bool:
        """Whether it is gone."""
        return self.process is None or self.process.poll() is not None

    def end(self) -> None:
        """Kill what is left of it and of its own children."""
        if self.process is not None:
            kill_group(self.process.pid)
            self.process.wait()
            self.process = None

    def last_words(self) -> str:
        """The last line of its log."""
        lines = self.logs.read_text(errors="replace").splitlines() if self.logs.exists() else []
        return lines[-1].strip() if lines else "it wrote nothing"


def start(
    argv: list[str], data_dir: Path, *, stdout: IO[bytes] | int, stderr: IO[bytes] | None
) -> "subprocess.Popen[bytes]":
    """Start `argv` marked as ours, in a session of its own, told to stop if this process dies."""
    return subprocess.Popen(  # noqa: S603 - our own command lines
        argv,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        env={**os.environ, MARK: str(data_dir), "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
        preexec_fn=_stop_with_parent,
    )


def wait_after(failures: int) -> float:
    """Seconds to wait before a restart: 1, 2, 4 … 30."""
    return min(LONGEST_WAIT, 2.0**failures)


def in_words(code: int) -> str:
    """How a process ended: 'exit code 3', 'killed by SIGKILL'."""
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def kill_group(group: int) -> None:
    """Kill every process of a group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def end_strays(data_dir: Path, patience: float = 5.0) -> int:
    """End what an earlier supervisor of `data_dir` left running when it was killed. Gives their number.

    They were told to stop when it died, and get `patience` seconds to do so. Only Linux can be asked.
    """
    strays = _marked(data_dir)
    deadline = time.monotonic() + patience
    while strays and time.monotonic() < deadline:
        time.sleep(0.1)
        strays = _marked(data_dir)
    for pid in strays:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(strays)


def _marked(data_dir: Path) -> list[int]:
    mark = f"{MARK}={data_dir}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0") and int(folder.name) != os.getpid():
                found.append(int(folder.name))
    return found


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))


def _stop_with_parent() -> None:
    """In the child, before it becomes another program: SIGTERM comes when the supervisor dies in any way."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
