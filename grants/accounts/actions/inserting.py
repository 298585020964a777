"""Inserting a row that somebody else may be inserting at the same moment."""

from typing import Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grants.core.db import Base

M = TypeVar("M", bound=Base)


def insert_unless_there(session: Session, model: type[M], values: dict[str, Any]) -> M | None:
    """Insert, or None where a unique column is taken. The database decides, so two at the same moment make
    one row."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return session.scalars(
        insert(model).values(values).on_conflict_do_nothing().returning(model)
    ).one_or_none()
