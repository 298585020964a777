"""Committed drafts, by their references."""

from typing import Any

from grants.applications import queries
from grants.core.db import unit_of_work
from tests.rooms.applications import world as w
from tests.rooms.applications.world import World


def draft(world: World) -> str:
    """The reference of a new draft."""
    with unit_of_work():
        return w.started(world).ref


def complete(world: World) -> str:
    """The reference of a draft with nothing missing."""
    with unit_of_work():
        return w.complete(world).ref


def saved(ref: str, key: str) -> dict[str, Any]:
    """The answers of a page as they stand in the database."""
    with unit_of_work() as session:
        page = queries.page_of(session, queries.by_ref(session, ref).id, key)
        return dict(page.answers) if page else {}
