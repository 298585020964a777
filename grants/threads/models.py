"""Tables of messages: one thread a bid, its messages, and how far each person has read."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from grants.core.db import Base


class Thread(Base):
    """The messages about one bid. It begins with the first of them."""

    __tablename__ = "thread"
    __table_args__ = (Index("ix_thread_waiting_since", "waiting_since"),)

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    waiting_since: Mapped[datetime | None]
    """Since when the applicant has waited for an answer; None where nothing waits."""
    last_at: Mapped[datetime] = mapped_column(index=True)


class ThreadMessage(Base):
    """What one person wrote, as typed."""

    __tablename__ = "thread_message"
    __table_args__ = (Index("ix_thread_message_application_id_id", "application_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("thread.application_id"))
    from_team: Mapped[bool]
    """True where the programme team wrote it, False where the applicant did."""
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    sent_at: Mapped[datetime]


class ThreadMark(Base):
    """How far a person has read a thread."""

    __tablename__ = "thread_mark"

    application_id: Mapped[int] = mapped_column(ForeignKey("thread.application_id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    read_upto: Mapped[int]
    """The id of the last message that the person has marked as read, or written."""
