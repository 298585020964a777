"""Taking the rows out of a PostgreSQL database, so that the next test finds it as new."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

_OBJECTS = """
    SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
           (SELECT count(*) FROM pg_trigger WHERE tgenabled = 'O'),
           (SELECT count(*) FROM pg_constraint),
           (SELECT count(*) FROM pg_attribute WHERE NOT attisdropped)
"""

_FILLED = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
    ORDER BY relname
"""

_COUNTED = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"

_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid != pg_backend_pid()
"""

_Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class Shape:
    """A new database: how many objects it has, and the rows that its making put in, by table."""

    objects: tuple[object, ...]
    rows: dict[str, list[tuple[object, ...]]]


def shape_of(connection: _Connection) -> Shape:
    """The shape of a database that is new."""
    return Shape(
        objects=_objects(connection), rows={table: _rows(connection, table) for table in _filled(connection)}
    )


def empty_tables(connection: _Connection, shape: Shape) -> bool:
    """Make the database what it was when it had `shape`. False, and nothing done, where its tables changed.

    Whoever is still connected is thrown out. Triggers and foreign keys sleep meanwhile: the trail forbids
    deleting. Numbering starts at one again. Vacuuming gives the space back, so the next time is cheap too.
    """
    connection.execute(_OTHERS)
    if _objects(connection) != shape.objects:
        return False
    connection.execute("SET session_replication_role = replica")
    filled = _filled(connection)
    for table in filled:
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        for row in shape.rows.get(table, ()):
            values = sql.SQL(", ").join(sql.Placeholder() * len(row))
            connection.execute(
                sql.SQL("INSERT INTO {} VALUES ({})").format(sql.Identifier(table), values), row
            )
    for (sequence,) in connection.execute(_COUNTED).fetchall():
        connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(str(sequence))))
    if filled:
        tables = sql.SQL(", ").join(map(sql.Identifier, filled))
        connection.execute(sql.SQL("VACUUM (INDEX_CLEANUP ON) {}").format(tables))
    return True


def _objects(connection: _Connection) -> tuple[object, ...]:
    return connection.execute(_OBJECTS).fetchall()[0]


def _filled(connection: _Connection) -> list[str]:
    return [str(table) for (table,) in connection.execute(_FILLED).fetchall()]


def _rows(connection: _Connection, table: str) -> list[tuple[object, ...]]:
    return connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))).fetchall()
