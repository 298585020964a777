"""A real Valkey of a test's own, which the test may kill and start again."""

import signal
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis

from grants import processes
from tests.processes.running import free_port, wait_until


@dataclass
class Broker:
    """Valkey on a loopback port, keeping every write in `folder`."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """What GRANTS_BROKER_URL would say."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it accepts connections."""
        self.folder.mkdir(exist_ok=True)
        argv = [str(processes.valkey_server()), "--port", str(self.port), "--bind", "127.0.0.1"]
        argv += ["--dir", str(self.folder), "--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(argv, stdout=log, stderr=log)
        wait_until(self._listens, "Valkey")

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Send it a signal and wait for its end."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(20)
            self.process = None

    def waiting(self, queue: str) -> list[bytes]:
        """The raw messages in a queue, newest first."""
        with Redis.from_url(self.url) as client:
            found: list[bytes] = client.lrange(queue, 0, -1)
        return found

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True
