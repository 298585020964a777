"""`grants run`: one process that starts broker, web server, worker and beat, and keeps them running.

It runs as `python -m grants.supervisor` and holds no application, so that it stays small and fails with none.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from grants import config, processes
from grants.children import Child, end_strays, in_words, start
from grants.config import Misconfigured, Settings

POLL_SECONDS = 0.1
PROBE_SECONDS = 0.5
BROKER_SECONDS = 10.0
PATIENT_SECONDS = 60.0
"""How long the web server may take before the operator is told that it does not answer."""

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

_asked: list[int] = []
"""The stop signals received: one asks for an orderly stop, a second one for an immediate one."""


def main() -> int:
    """Run until told to stop. 0 after a stop that was asked for, 2 with a line on why it could not start."""
    for number in STOP_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda received, frame: _asked.append(received))
    try:
        run(config.load())
    except Misconfigured as error:
        sys.stderr.write(f"grants: {error}\n")
        return 2
    return 0


def run(settings: Settings) -> None:
    """Supervise until a stop signal. Raises Misconfigured when the service cannot be started here."""
    with ExitStack() as stack:
        stack.enter_context(alone_in(settings.data_dir))
        require_free_port(settings.bind, settings.port)
        require_writable(settings.data_dir / "logs")
        end_strays(settings.data_dir)
        children = make_children(settings)
        stack.callback(stop, children)
        for child in children:
            if child.name == "valkey":
                child.start()
                _await_broker(settings, child)
        first_steps = _prepare(settings)
        if not _asked:
            _keep_running(settings, children, first_steps)


@contextmanager
def alone_in(data_dir: Path) -> Iterator[None]:
    """Hold the data folder. Raises Misconfigured when another supervisor holds it."""
    require_writable(data_dir)
    with (data_dir / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise Misconfigured(
                f"The service is already running on {data_dir} (process {lock.read()})."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def require_writable(folder: Path) -> None:
    """Make `folder` if it is missing. Raises Misconfigured unless files can be made in it."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Misconfigured(f"The folder {folder} cannot be written to: {error.strerror}.") from error


def require_free_port(bind: str, port: int) -> None:
    """Raise Misconfigured unless the web server will be able to listen there."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise Misconfigured(
                f"Port {port} on {bind} cannot be used: {reason}. Choose another with PORT."
            ) from error


def make_children(settings: Settings) -> list[Child]:
    """Every process, in the order in which they are started."""
    data_dir = settings.data_dir
    children = [
        Child("web", processes.web(settings), data_dir, patience=10.0),
        Child("worker", processes.worker(settings), data_dir, patience=10.0),
        Child("beat", processes.beat(settings), data_dir, patience=5.0),
    ]
    if settings.embedded_broker:
        require_writable(data_dir / "valkey")
        require_writable(settings.socket_path.parent)
        children.insert(0, Child("valkey", processes.valkey(settings), data_dir, patience=5.0))
    return children


def stop(children: Sequence[Child]) -> None:
    """Stop web and beat, which make work, then the worker, then the broker. A second signal kills."""
    if any(not child.has_stopped() for child in children):
        say("Stopping")
    for names in (("web", "beat"), ("worker",), ("valkey",)):
        together = [child for child in children if child.name in names]
        for child in together:
            child.ask_to_stop()
        deadline = time.monotonic() + max((child.patience for child in together), default=0.0)
        while any(not child.has_stopped() for child in together):
            if time.monotonic() > deadline or len(_asked) > 1:
                break
            time.sleep(POLL_SECONDS)
        for child in together:
            if not child.has_stopped():
                say(f"{child.name} did not stop in time and is killed")
            child.end()


def say(line: str) -> None:
    """One line for the operator. A terminal that has gone away is no reason to stop."""
    with suppress(OSError):
        sys.stdout.write(f"{datetime.now():%H:%M:%S}  {line}\n")  # noqa: DTZ005 - the operator's own clock
        sys.stdout.flush()


def _keep_running(settings: Settings, children: Sequence[Child], first_steps: str) -> None:
    for child in children:
        if child.process is None:
            child.start()
    welcomed = False
    probe_due = complain_due = time.monotonic()
    complain_due += PATIENT_SECONDS
    while not _asked:
        for child in children:
            if line := child.tend():
                say(line)
        now = time.monotonic()
        if not welcomed and now >= probe_due:
            welcomed = processes.web_answers(settings)
            probe_due = now + PROBE_SECONDS
            if welcomed:
                _welcome(settings, first_steps)
            elif now > complain_due:
                complain_due = float("inf")
                say(f"web does not answer yet; its log is {settings.data_dir / 'logs' / 'web.log'}")
        time.sleep(POLL_SECONDS)


def _welcome(settings: Settings, first_steps: str) -> None:
    say(f"The service is running at {settings.public_url}")
    say(f"Its logs are in {settings.data_dir / 'logs'}; ctrl-C stops it")
    with suppress(OSError):
        sys.stdout.write(first_steps)
        sys.stdout.flush()


def _prepare(settings: Settings) -> str:
    """Run `grants init`, which says on stderr what it does. Gives what it says on stdout: how to begin."""
    process = start(processes.init(), settings.data_dir, stdout=subprocess.PIPE, stderr=None)
    output = b""
    while True:
        try:
            output = process.communicate(timeout=POLL_SECONDS)[0]
            break
        except subprocess.TimeoutExpired:
            if _asked:
                process.terminate()
    if process.returncode != 0 and not _asked:
        raise Misconfigured(f"The database could not be prepared ({in_words(process.returncode)}).")
    return output.decode(errors="replace")


def _await_broker(settings: Settings, broker: Child) -> None:
    """Wait until Valkey has read its log of writes and answers."""
    deadline = time.monotonic() + BROKER_SECONDS
    while not _pong(settings.socket_path) and not _asked:
        if broker.has_stopped() or time.monotonic() > deadline:
            raise Misconfigured(f"Valkey did not start: {broker.last_words()}")
        time.sleep(0.02)


def _pong(path: Path) -> bool:
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1.0)
        connection.connect(str(path))
        connection.sendall(b"PING\r\n")
        return connection.recv(64).startswith(b"+PONG")
    return False


if __name__ == "__main__":
    sys.exit(main())
