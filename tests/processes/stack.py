"""The stack of docker-compose.yml as processes: a broker, two web servers, two workers and beat.

Each is started by the command that its container runs, with settings from environment variables alone. The
database server is the test run's own: the caller names a database in it, and a mail server.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.paths import PROJECT
from tests.processes.broker import Broker
from tests.processes.running import free_port, status_of, wait_until

WEBS = ("web-1", "web-2")
WORKERS = ("worker-1", "worker-2")


@dataclass
class Stack:
    """The running stack. `env` is what every process was given; each web server adds its own PORT."""

    folder: Path
    env: dict[str, str]
    broker: Broker
    ports: dict[str, int]
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def url(self, web: str = "web-1") -> str:
        """Where a web server answers."""
        return f"http://127.0.0.1:{self.ports[web]}"

    def answers(self, web: str) -> bool:
        """Whether a web server is well."""
        return status_of(f"{self.url(web)}/health") == 200

    def start(self, name: str) -> None:
        """Start a process by name: 'web-1', 'worker-2', 'beat'. It leads a process group of its own."""
        argv = [sys.executable, "-m", "grants.cli", name.partition("-")[0]]
        env = self.env | ({"PORT": str(self.ports[name])} if name in self.ports else {})
        with self.log(name).open("ab") as log:
            self.processes[name] = subprocess.Popen(
                argv, cwd=PROJECT, env=env, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """Kill a process and its children outright, as a machine that loses power would."""
        with suppress(ProcessLookupError):
            os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes.pop(name).wait()

    def command(self, *arguments: str) -> str:
        """Run `grants` with the stack's settings. Gives what it printed; fails the test if it fails."""
        done = self._run(arguments, {})
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def tries(self, *arguments: str, **settings: str) -> int:
        """Run `grants` with the stack's settings and some of its own. Gives its exit code."""
        return self._run(arguments, settings).returncode

    def _run(self, arguments: Sequence[str], settings: dict[str, str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "grants.cli", *arguments],
            cwd=PROJECT,
            env=self.env | settings,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def log(self, name: str) -> Path:
        """The file that a process writes to."""
        return self.folder / f"{name}.log"

    def stop(self) -> None:
        """Stop everything: politely first, all at once."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
        for name in list(self.processes):
            self.kill(name)
        self.broker.stop()


@contextmanager
def stack(folder: Path, *, database_url: str, smtp_url: str, **more: str) -> Iterator[Stack]:
    """The stack, prepared by `grants init` and answering. `more` are further environment variables."""
    folder.mkdir(exist_ok=True)
    ports = {name: free_port() for name in WEBS}
    broker = Broker(folder / "valkey")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRANTS_")}
    env = kept | {
        "GRANTS_DATA_DIR": str(folder / "data"),
        "GRANTS_SECRET_KEY": "a secret for tests, the same in every process",
        "GRANTS_DATABASE_URL": database_url,
        "GRANTS_BROKER_URL": broker.url,
        "GRANTS_SMTP_URL": smtp_url,
        "GRANTS_MAIL_FROM": "Partnership grants <grants@example.org>",
        "GRANTS_PUBLIC_URL": f"http://localhost:{ports['web-1']}",
        "GRANTS_WEB_PROCESSES": "1",
        "GRANTS_WORKER_PROCESSES": "1",
        **more,
    }
    running = Stack(folder, env, broker, ports)
    broker.start()
    try:
        running.command("init")
        for name in (*WEBS, *WORKERS, "beat"):
            running.start(name)
        for name in WEBS:
            wait_until(partial(running.answers, name), f"{name} to answer")
        yield running
    finally:
        running.stop()
