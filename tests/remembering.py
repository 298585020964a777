"""What takes long to make is made once in each process: its rows are kept, for the next empty database.

A round with scored bids is hundreds of deeds. Rows are kept as the driver gives them, so they come back as
they were, and in the caller's own transaction, as if the deeds had just been done; what waits for the commit,
lines of the trail and work for workers, waits again. The files of the data folder, keys among them, belong to
the rows.
"""

import pickle
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from io import BytesIO
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
from psycopg import sql
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from grants import config
from grants.audit.models import TrailEntry
from grants.core.db import Base
from grants.programme.definition import FundDefinition

P = ParamSpec("P")
Made = TypeVar("Made")

_NUMBERS = (
    "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
)


def remembered(make: Callable[Concatenate[Session, P], Made]) -> Callable[Concatenate[Session, P], Made]:
    """Have `make` do its deeds once in a process for each set of arguments, if the database is as new."""
    kept: dict[str, tuple[Rows, Parcel]] = {}

    @wraps(make)
    def make_or_remember(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> Made:
        if not nothing_happened(session):
            return make(session, *args, **kwargs)
        asked = f"{session.get_bind().dialect.name} {args} {kwargs}"
        if asked in kept:
            rows, parcel = kept[asked]
            put_in(session, rows)
            made: Made = parcel.open(session)
            return made
        made = make(session, *args, **kwargs)
        kept[asked] = keep(session), Parcel.of(made)
        return made

    return make_or_remember


@dataclass(frozen=True)
class Parcel:
    """What a test was given, without its session and its rows: those are named by class and id."""

    content: bytes
    funds: tuple[FundDefinition, ...]

    @classmethod
    def of(cls, made: object) -> "Parcel":
        """Pack it."""
        stream = BytesIO()
        packer = _Packer(stream)
        packer.dump(made)
        return cls(stream.getvalue(), tuple(packer.funds))

    def open(self, session: Session) -> Any:
        """It again, for another session on the same rows."""
        unpacker = _Unpacker(BytesIO(self.content))
        unpacker.session, unpacker.funds = session, self.funds
        return unpacker.load()


class _Packer(pickle.Pickler):
    def __init__(self, stream: BytesIO) -> None:
        super().__init__(stream)
        self.funds: list[FundDefinition] = []

    def persistent_id(self, thing: object) -> object:
        if isinstance(thing, Session):
            return ("session",)
        if isinstance(thing, FundDefinition):
            self.funds.append(thing)
            return ("fund", len(self.funds) - 1)
        if isinstance(thing, Base):
            return ("row", type(thing), inspect(thing).identity)
        return None


class _Unpacker(pickle.Unpickler):
    session: Session
    funds: tuple[FundDefinition, ...]

    def persistent_load(self, name: Any) -> object:
        if name[0] == "session":
            return self.session
        return self.funds[name[1]] if name[0] == "fund" else self.session.get_one(name[1], name[2])


@dataclass(frozen=True)
class Rows:
    """Every row of a database, by table; in PostgreSQL as it copies them out, and where numbering stands."""

    files: dict[Path, bytes]
    waiting: dict[str, list[object]]
    sqlite: dict[str, list[tuple[object, ...]]]
    postgresql: dict[str, bytes]
    numbers: dict[str, int]


def nothing_happened(session: Session) -> bool:
    """Whether the database is as new: a deed leaves a line in the trail, or one that waits for the commit."""
    if session.new or any(session.info.values()):
        return False
    return not session.scalar(select(func.count()).select_from(TrailEntry))


def keep(session: Session) -> Rows:
    """All rows that there are, written down."""
    session.flush()
    files = _files_beside(str(session.connection().engine.url.database))
    waiting = deepcopy({name: lines for name, lines in session.info.items() if isinstance(lines, list)})
    driver = session.connection().connection.driver_connection
    tables = [table.name for table in Base.metadata.sorted_tables]
    if isinstance(driver, psycopg.Connection):
        copies = {table: _copied_out(driver, table) for table in tables}
        numbers = {str(name): int(value) for name, value in driver.execute(_NUMBERS).fetchall()}
        return Rows(files, waiting, {}, {table: copy for table, copy in copies.items() if copy}, numbers)
    assert driver is not None
    found = {table: driver.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}
    return Rows(files, waiting, {table: rows for table, rows in found.items() if rows}, {}, {})


def put_in(session: Session, kept: Rows) -> None:
    """Put the rows into a database as new. Foreign keys and triggers sleep meanwhile."""
    session.info.update(deepcopy(kept.waiting))
    for path, content in kept.files.items():
        place = config.current().data_dir / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        place.chmod(0o600)
    driver = session.connection().connection.driver_connection
    assert driver is not None
    if isinstance(driver, psycopg.Connection):
        _put_into_postgresql(driver, kept)
        return
    driver.execute("PRAGMA defer_foreign_keys = ON")
    for table, rows in kept.sqlite.items():
        places = ", ".join("?" * len(rows[0]))
        driver.executemany(f'INSERT OR REPLACE INTO "{table}" VALUES ({places})', rows)


def _put_into_postgresql(driver: "psycopg.Connection[tuple[object, ...]]", kept: Rows) -> None:
    driver.execute("SET LOCAL session_replication_role = replica")
    for table, rows in kept.postgresql.items():
        name = sql.Identifier(table)
        driver.execute(sql.SQL("DELETE FROM {}").format(name))
        with driver.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
            copy.write(rows)
    for sequence, value in kept.numbers.items():
        driver.execute("SELECT setval(%s, %s)", (sequence, value))
    driver.execute("SET LOCAL session_replication_role = origin")


def _files_beside(database: str) -> dict[Path, bytes]:
    """The data folder's files but for the database: who closes that file gives up SQLite's locks on it."""
    folder = config.current().data_dir
    paths = [path for path in folder.rglob("*") if path.is_file() and not str(path).startswith(database)]
    return {path.relative_to(folder): path.read_bytes() for path in paths}


def _copied_out(driver: "psycopg.Connection[tuple[object, ...]]", table: str) -> bytes:
    with driver.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
        return b"".join(bytes(part) for part in copy)
