"""The database: base class, column types, and transactions that lose nothing on SQLite or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Enum, MetaData, event, inspect, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from grants.core import dispatch

E = TypeVar("E", bound=StrEnum)
M = TypeVar("M", bound="Base")

JsonDict = dict[str, Any]

LOCK_WAIT_SECONDS = 30
"""How long a writer waits for SQLite's one write lock before it gives up."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite keeps no zone, so it is taken off going in and put back coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; hand the driver UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a time without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What every table class is. Constraint names follow one convention, so migrations can name them."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(column_0_N_label)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UtcDateTime, JsonDict: JSON},
    )


db = SQLAlchemy(model_class=Base)


def enum_column(enum: type[E]) -> Enum:
    """A column that holds a StrEnum's values as text, with a CHECK that refuses anything else."""
    return Enum(
        enum,
        name=enum.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def prepare_engine(engine: Engine) -> None:
    """Make SQLite behave: WAL, foreign keys, full sync, and transactions that begin when we say so.

    The driver's own habit of beginning late lets two processes read, then both write, and silently lose one
    update. So it is switched off and every transaction begins here: `BEGIN IMMEDIATE` when it means to write.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _configure_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {LOCK_WAIT_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def begin_write(session: Session) -> None:
    """Open a writing transaction.

    A reading one left open is dropped: its snapshot is worth nothing to a writer.
    """
    if session.in_transaction():
        session.rollback()
    session.connection(execution_options={"writes": True})


def held(session: Session, model: type[M], key: int) -> M | None:
    """The row as it is now, held against other writers until the transaction ends; None if there is none.

    A select, not `session.get`: that would compare the version of a copy read earlier with the row's and fail
    whenever somebody else was faster, which is what holding the row is for.
    """
    column = inspect(model).primary_key[0]
    statement = select(model).where(column == key).with_for_update(of=model)
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def commit(session: Session) -> None:
    """Commit, then hand over the work that this transaction wrote down."""
    session.commit()
    dispatch.send_pending(session)


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One writing transaction for a command, a worker or a test: commits at the end, rolls back on any
    error.
    """
    session = db.session()
    begin_write(session)
    try:
        yield session
        commit(session)
    except BaseException:
        session.rollback()
        dispatch.forget_pending(session)
        raise
