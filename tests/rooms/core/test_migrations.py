"""The database's history: up, no drift from the models, and down again, on both databases."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Engine

from grants.core import schema
from grants.core.db import Base, prepare_engine
from tests.databases import DIALECTS, Shared, empty_postgresql
from tests.paths import PROJECT

VERSIONS = sorted(path.stem for path in (PROJECT / "grants" / "migrations" / "versions").glob("[0-9]*.py"))

TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": (
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    ),
}

pytestmark = pytest.mark.skipif(not VERSIONS, reason="the first migration is written when all models stand")


@pytest.fixture(params=DIALECTS)
def engine(
    request: pytest.FixtureRequest, shared_databases: Shared, tmp_path: Path, worker_id: str
) -> Iterator[Engine]:
    """An engine on a database without a table."""
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    if request.param == "postgresql":
        url = empty_postgresql(shared_databases, f"empty_{worker_id}").url
    made = create_engine(url)
    prepare_engine(made)
    yield made
    made.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def unseen(engine: Engine) -> list[tuple[str, ...]]:
    """Checks, triggers and the rows that a new database begins with: autogenerate is blind to them."""
    inspector = inspect(engine)
    checks = [
        (table, check["name"] or "", " ".join(check["sqltext"].split()))
        for table in sorted(tables(engine))
        for check in inspector.get_check_constraints(table)
    ]
    with engine.connect() as connection:
        triggers = connection.execute(text(TRIGGERS[engine.dialect.name])).all()
        heads = connection.execute(text("SELECT id, seq, hash FROM trail_head")).all()
    return [*sorted(checks), *(tuple(map(str, row)) for row in (*triggers, *heads))]


def test_up_without_drift_and_down_again(engine: Engine) -> None:
    schema.upgrade(engine)
    assert schema.revision(engine) == schema.newest_revision()
    assert schema.differences(engine) == ""
    assert tables(engine) == set(Base.metadata.tables)

    schema.downgrade(engine, "base")
    assert tables(engine) == set()

    schema.upgrade(engine)
    assert schema.differences(engine) == ""


def test_each_step_can_be_taken_back_and_taken_again(engine: Engine) -> None:
    for number in range(len(VERSIONS)):
        for step in ("+1", "-1", "+1"):
            if step == "-1":
                schema.downgrade(engine, "-1")
            else:
                schema.upgrade(engine, "+1")
        assert schema.revision(engine) == VERSIONS[number][:4]


def test_upgrading_twice_does_nothing(engine: Engine) -> None:
    schema.upgrade(engine)
    schema.upgrade(engine)

    assert schema.differences(engine) == ""


def test_drift_would_be_seen(engine: Engine) -> None:
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE recovery_code DROP COLUMN used_at"))

    assert "used_at" in schema.differences(engine)


def test_what_alembic_does_not_compare_is_the_same_too(engine: Engine) -> None:
    schema.upgrade(engine)
    migrated = unseen(engine)
    schema.downgrade(engine, "base")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))

    Base.metadata.create_all(engine)

    assert set(migrated) ^ set(unseen(engine)) == set()
    assert len(migrated) > 3


def test_revisions_are_numbered_in_one_line() -> None:
    numbers = [int(name[:4]) for name in VERSIONS if re.fullmatch(r"\d{4}_[a-z0-9_]+", name)]

    assert numbers == list(range(1, len(VERSIONS) + 1))
    assert schema.newest_revision() == VERSIONS[-1][:4]
