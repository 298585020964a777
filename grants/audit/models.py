"""The trail's two tables, and the database triggers that keep the trail append-only."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import DDL, BigInteger, Index, Integer, String, event
from sqlalchemy.orm import Mapped, mapped_column

from grants.audit.rules import GENESIS
from grants.core.db import Base, JsonDict

LONGEST_LABEL = 100
LONGEST_DEED = 80
LONGEST_NAME = 60
"""Of a subject's type, and of its id."""

_SEQ = BigInteger().with_variant(Integer, "sqlite")
"""SQLite keys a table by its row number only if the type is spelt INTEGER."""


class TrailEntry(Base):
    """One deed. Numbered 1, 2, 3… in the order of commits; holds ids and keyed digests, never personal
    text."""

    __tablename__ = "trail_entry"
    __table_args__ = (
        Index("ix_trail_entry_subject", "subject_type", "subject_id", "seq"),
        Index("ix_trail_entry_deed", "deed", "seq"),
    )

    seq: Mapped[int] = mapped_column(_SEQ, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    """Who did it; None when the service did. No foreign key: the trail outlives what it speaks of."""
    actor_label: Mapped[str] = mapped_column(String(LONGEST_LABEL))
    roles: Mapped[str] = mapped_column(String(200))
    """The roles the actor held at that moment, in alphabetical order, with spaces between."""
    deed: Mapped[str] = mapped_column(String(LONGEST_DEED))
    subject_type: Mapped[str] = mapped_column(String(LONGEST_NAME))
    subject_id: Mapped[str] = mapped_column(String(LONGEST_NAME))
    facts: Mapped[JsonDict]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class TrailHead(Base):
    """The one row that says where the trail ends. Whoever appends locks it first, so the chain cannot
    fork."""

    __tablename__ = "trail_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


HEAD_ID = 1

FIRST_HEAD = f"INSERT INTO trail_head (id, seq, hash) VALUES ({HEAD_ID}, 0, '{GENESIS}')"  # noqa: S608 - ours
"""Run once, when the table is made: the head of a trail without entries."""

SQLITE_GUARDS = (
    "CREATE TRIGGER trail_entry_no_update BEFORE UPDATE ON trail_entry"
    " BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END",
    "CREATE TRIGGER trail_entry_no_delete BEFORE DELETE ON trail_entry"
    " BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END",
    "CREATE TRIGGER trail_entry_no_replace BEFORE INSERT ON trail_entry"
    " WHEN EXISTS (SELECT 1 FROM trail_entry WHERE seq = NEW.seq)"
    " BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END",
)
"""INSERT OR REPLACE deletes a row without firing the delete trigger, hence the third."""

POSTGRESQL_GUARDS = (
    "CREATE OR REPLACE FUNCTION trail_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$",
    "CREATE TRIGGER trail_entry_no_change BEFORE UPDATE OR DELETE ON trail_entry"
    " FOR EACH ROW EXECUTE FUNCTION trail_is_append_only()",
    "CREATE TRIGGER trail_entry_no_truncate BEFORE TRUNCATE ON trail_entry"
    " FOR EACH STATEMENT EXECUTE FUNCTION trail_is_append_only()",
)

POSTGRESQL_UNGUARD = ("DROP FUNCTION IF EXISTS trail_is_append_only()",)
"""For a downgrade, after the table is dropped (SQLite drops triggers with their table)."""

GUARDS = {"sqlite": SQLITE_GUARDS, "postgresql": POSTGRESQL_GUARDS}
"""By dialect: what a migration executes after it has made `trail_entry`."""


def _on(moment: str, model: type[Base], statements: Iterable[str], dialect: str | None = None) -> None:
    for statement in statements:
        ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy
        event.listen(model.__table__, moment, ddl.execute_if(dialect=dialect) if dialect else ddl)


_on("after_create", TrailHead, (FIRST_HEAD,))
for _dialect, _guards in GUARDS.items():
    _on("after_create", TrailEntry, _guards, _dialect)
_on("after_drop", TrailEntry, POSTGRESQL_UNGUARD, "postgresql")
