"""Tables of requests for deletion, and of what was taken out of old records."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from grants.core.db import Base, enum_column
from grants.privacy.states import DeletionState

WAITS = text("state = 'asked'")


class DeletionRequest(Base):
    """A person asks for what is held about them to be deleted; an administrator answers, once."""

    __tablename__ = "deletion_request"
    __table_args__ = (
        Index(
            "uq_deletion_request_waiting",
            "person_id",
            unique=True,
            sqlite_where=WAITS,
            postgresql_where=WAITS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[DeletionState] = mapped_column(enum_column(DeletionState), default=DeletionState.ASKED)
    words: Mapped[str] = mapped_column(default="")
    """What the person adds, if anything."""
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Removal(Base):
    """That the words and names of one record were taken out, so that it is done once and pages can say so.

    `kind` is a period of the register; `subject_id` the id of the bid, or of the person (`account`).
    """

    __tablename__ = "removal"

    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    removed_at: Mapped[datetime]
