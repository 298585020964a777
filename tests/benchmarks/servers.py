"""The service's own gunicorn, and the same for the hello page; what they take of processor and memory."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from grants import processes
from grants.config import Settings
from tests.paths import PROJECT
from tests.processes.running import descendants, free_port, status_of, wait_until

TICKS = os.sysconf("SC_CLK_TCK")
SERVICE = "grants.app:create_app()"
HELLO = "tests.benchmarks.hello:app"


@dataclass(frozen=True)
class Server:
    """A running gunicorn. `started_in` is how many seconds went by before its first answer."""

    port: int
    pid: int
    worker: int
    started_in: float

    def processor_seconds(self) -> float:
        """What its one worker has used since it began."""
        return _used(self.worker)

    def memory(self) -> int:
        """Bytes that the master and the worker take together, shared pages shared out."""
        return sum(map(_proportional, (self.pid, self.worker)))


@contextmanager
def serving(
    application: str, settings: Settings, env: Mapping[str, str], *, answers_at: str
) -> Iterator[Server]:
    """gunicorn as in production, with `application` in the service's place where it is another one."""
    port = free_port()
    argv = [application if word == SERVICE else word for word in processes.web(replace(settings, port=port))]
    log = settings.data_dir / f"gunicorn-{port}.log"
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(argv, cwd=PROJECT, env=dict(env), stdout=out, stderr=out)
    try:
        url = f"http://127.0.0.1:{port}{answers_at}"
        wait_until(lambda: process.poll() is not None or status_of(url) == 200, application)
        assert process.poll() is None, log.read_text()
        seconds = time.monotonic() - began
        (worker,) = descendants(process.pid)
        yield Server(port, process.pid, worker, seconds)
    finally:
        process.terminate()
        process.wait(20)


def _used(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _proportional(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
