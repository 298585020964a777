"""A test's database behind a real server."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grants import config
from tests.paths import PROJECT
from tests.processes.running import environment, free_port, status_of, wait_until


@contextmanager
def server(settings: config.Settings, console: Path) -> Iterator[str]:
    """The database of `settings` behind gunicorn, as the demo runs it."""
    port = free_port()
    env = environment(
        settings.data_dir,
        port,
        GRANTS_DATABASE_URL=settings.database_url,
        GRANTS_SECRET_KEY=settings.secret_key,
        GRANTS_DISPATCHER="grants.core.dispatch:Resting",
    )
    url = f"http://127.0.0.1:{port}"
    with console.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "grants.cli", "web"], cwd=PROJECT, env=env, stdout=out, stderr=out
        )
        try:
            wait_until(lambda: status_of(f"{url}/health") == 200 or process.poll() is not None, "the server")
            assert process.poll() is None, console.read_text()
            yield url
        finally:
            process.terminate()
            process.wait(20)
