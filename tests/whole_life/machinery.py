"""The processes around a whole-life run: broker, worker, beat, mail sink; and how much memory they take."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from grants import config
from grants.app import create_app
from tests.paths import PROJECT
from tests.processes.broker import Broker
from tests.processes.running import descendants, wait_until


@dataclass
class Memory:
    """The most memory, in bytes, that this process and all it started took together, by the half second.

    Each page is shared out among the processes that use it (proportional set size), so nothing counts twice.
    """

    peak: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Look until `stop`."""
        while not self._stop.wait(0.5):
            self.peak = max(self.peak, sum(map(_proportional, (os.getpid(), *descendants(os.getpid())))))

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()


def _proportional(pid: int) -> int:
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


@dataclass(frozen=True)
class Machinery:
    """What a run works with."""

    app: Flask
    folder: Path
    mail_file: Path
    memory: Memory


@contextmanager
def machinery(folder: Path) -> Iterator[Machinery]:
    """Everything running, on a fresh database in `folder`, and stopped afterwards."""
    mail_file, memory = folder / "mail.jsonl", Memory()
    broker = Broker(folder / "valkey")
    processes: list[subprocess.Popen[bytes]] = []
    broker.start()
    try:
        port_file = folder / "smtp-port"
        processes.append(
            _start(
                folder,
                "sink",
                ["-m", "tests.smtp_sink", "--file", str(mail_file), "--port-file", str(port_file)],
            )
        )
        wait_until(port_file.exists, "the mail sink")
        os.environ.update(_settings(folder, broker, int(port_file.read_text())))
        subprocess.run(
            [sys.executable, "-m", "grants.cli", "migrate"], cwd=PROJECT, check=True, capture_output=True
        )
        processes.extend(_start(folder, name, ["-m", "grants.cli", name]) for name in ("worker", "beat"))
        threading.Thread(target=memory.watch, daemon=True).start()
        yield Machinery(create_app(config.load()), folder, mail_file, memory)
    finally:
        memory.stop()
        for process in processes:
            process.terminate()
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        broker.stop()


def _settings(folder: Path, broker: Broker, smtp_port: int) -> dict[str, str]:
    return {
        "GRANTS_DATA_DIR": str(folder / "data"),
        "GRANTS_BROKER_URL": broker.url,
        "GRANTS_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "GRANTS_MAIL_FROM": "Whole-life run <grants@example.org>",
        "GRANTS_WORKER_PROCESSES": "1",
        "GRANTS_DEMO": "",
    }


def _start(folder: Path, name: str, arguments: list[str]) -> "subprocess.Popen[bytes]":
    with (folder / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=PROJECT, stdout=log, stderr=log, start_new_session=True
        )
