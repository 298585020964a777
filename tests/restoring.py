"""Putting back what was written into a PostgreSQL database, so that the next deed finds it as it was kept.

A copy of every table lies in a schema of its own. Only the rows that differ are touched, and only in tables
that were written to: copying the whole database again takes the server thirty times as long.
"""

import re
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from sqlalchemy import Engine, event

READS = re.compile(r"\s*(SELECT|SHOW|SAVEPOINT|RELEASE|ROLLBACK|SET)\b", re.IGNORECASE)
WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(?:public\.)?"?(\w+)"?', re.IGNORECASE)

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_NUMBERS = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"

_Connection = psycopg.Connection[tuple[object, ...]]


@dataclass
class Written:
    """The tables that an app has written to since they were put back, and what else it did."""

    tables: set[str] = field(default_factory=set)
    otherwise: list[str] = field(default_factory=list)

    def watch(self, engine: Engine) -> None:
        """Hear of everything that `engine` sends from now on."""

        def hear(connection: object, cursor: object, statement: str, *rest: object) -> None:
            if found := WRITES.match(statement):
                self.tables.add(found[1])
            elif not READS.match(statement):
                self.otherwise.append(statement)

        event.listen(engine, "before_cursor_execute", hear)

    def forget(self) -> None:
        """All is as it was kept."""
        self.tables.clear()
        self.otherwise.clear()


@dataclass
class Keeper:
    """Keeps the database at `url` as it is when `keep` is called."""

    url: str
    tables: tuple[str, ...] = ()
    numbers: dict[str, object] = field(default_factory=dict)

    def keep(self) -> None:
        """Copy every table, and note where numbering stands."""
        with self._connect() as connection:
            self.tables = tuple(str(name) for (name,) in connection.execute(_TABLES).fetchall())
            connection.execute("CREATE SCHEMA kept")
            for name in self.tables:
                table = sql.Identifier(name)
                connection.execute(sql.SQL("CREATE TABLE kept.{0} AS TABLE public.{0}").format(table))
            self.numbers = _numbers(connection)

    def put_back(self, tables: set[str]) -> None:
        """Make `tables` and all numbering what they were. Triggers sleep: the trail forbids deleting."""
        with self._connect() as connection:
            connection.execute("SET session_replication_role = replica; SET lock_timeout = '20s'")
            for name in sorted(tables):
                table = sql.Identifier(name)
                connection.execute(_REMOVE.format(table))
                connection.execute(_RETURN.format(table))
            for name, value in _numbers(connection).items():
                if value != (kept := self.numbers[name]):
                    connection.execute("SELECT setval(%s, %s, %s)", (name, kept or 1, kept is not None))

    def changed(self) -> list[str]:
        """The tables, and numbering, that are not what they were."""
        with self._connect() as connection:
            rows = [
                name
                for name in self.tables
                if connection.execute(_DIFFERENT.format(sql.Identifier(name))).fetchall() != [(0,)]
            ]
            return rows + sorted(
                name for name, value in _numbers(connection).items() if value != self.numbers[name]
            )

    def _connect(self) -> _Connection:
        return psycopg.connect(self.url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)


def _numbers(connection: _Connection) -> dict[str, object]:
    return {str(name): value for name, value in connection.execute(_NUMBERS).fetchall()}


_REMOVE = sql.SQL("DELETE FROM public.{0} t WHERE t::text NOT IN (SELECT k::text FROM kept.{0} k)")
_RETURN = sql.SQL(
    "INSERT INTO public.{0} SELECT * FROM kept.{0} k WHERE k::text NOT IN (SELECT t::text FROM public.{0} t)"
)
_DIFFERENT = sql.SQL("""
    SELECT count(*) FROM (SELECT t::text FROM public.{0} t) AS now (line)
    FULL JOIN (SELECT k::text FROM kept.{0} k) AS before (line) ON now.line = before.line
    WHERE now.line IS NULL OR before.line IS NULL
""")
