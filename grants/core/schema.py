"""The database's shape: bringing it up to date, taking it back, and comparing it with the models."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from alembic import command
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from grants.core.db import Base, JsonDict

LOCK = 4_207_849_484
"""The PostgreSQL advisory lock under which migrations run, so that two processes do not run them at once."""


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the database up to revision `to`, all of it in one transaction."""
    with _migrating(engine) as config:
        command.upgrade(config, to)


def downgrade(engine: Engine, to: str) -> None:
    """Take the database back to revision `to` ('base' for an empty one)."""
    with _migrating(engine) as config:
        command.downgrade(config, to)


def revision(engine: Engine) -> str | None:
    """The revision the database is at; None for one that was never migrated."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The revision that `upgrade` leads to."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def differences(engine: Engine) -> str:
    """What a migration must do to make the database match the models, as Python; empty if nothing."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=AUTOGENERATE)
        operations = produce_migrations(context, Base.metadata).upgrade_ops
    if operations is None or operations.is_empty():
        return ""
    return render_python_code(operations)


def draft(engine: Engine, words: str) -> None:
    """Write a migration that makes the database match the models, to be read and corrected by a person."""
    number = int(newest_revision() or 0) + 1
    with _migrating(engine) as config:
        command.revision(config, message=words, autogenerate=True, rev_id=f"{number:04d}")


AUTOGENERATE: JsonDict = {"compare_type": True, "compare_server_default": False, "render_as_batch": True}
"""How models and database are compared; `migrations/env.py` uses the same."""


def _config() -> Config:
    config = Config(stdout=StringIO())
    config.set_main_option("script_location", "grants:migrations")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


@contextmanager
def _migrating(engine: Engine) -> Iterator[Config]:
    """A configuration with a connection in a writing transaction that nobody else can be in."""
    config = _config()
    with engine.connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        if sqlite:
            _foreign_keys(connection, on=False)
        connection = connection.execution_options(writes=True)
        try:
            with connection.begin():
                if not sqlite:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
                config.attributes["connection"] = connection
                yield config
                if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                    raise RuntimeError(f"the migration would break a foreign key: {tuple(broken)}")
        finally:
            if sqlite:
                _foreign_keys(connection, on=True)


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    """Switch SQLite's foreign keys, off while a table is replaced. It cannot be done inside a transaction."""
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")
