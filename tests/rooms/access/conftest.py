"""The town, built once a process on each database and put back after every deed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Shared
from tests.rooms.access.visiting import Visits, settle


@pytest.fixture(scope="session")
def visits(shared_databases: Shared, worker_dir: Path) -> Iterator[Visits]:
    """The town on SQLite, which is put back in a blink."""
    with settle(shared_databases, worker_dir, "sqlite", "town") as town:
        yield town


@pytest.fixture(scope="session")
def visits_on_postgresql(shared_databases: Shared, worker_dir: Path, worker_id: str) -> Iterator[Visits]:
    """The town on PostgreSQL, where putting it back takes a moment."""
    with settle(shared_databases, worker_dir, "postgresql", f"town_{worker_id}") as town:
        yield town
