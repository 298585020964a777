"""The outbox's table."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from grants.core.db import Base, enum_column
from grants.notifications.rules import LONGEST_ERROR, LONGEST_SUBJECT
from grants.notifications.states import MessageState


class Message(Base):
    """One e-mail to one person, with all that happened to it."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_state_due_at", "state", "due_at"),
        Index("ix_message_about", "about_type", "about_id"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    to_address: Mapped[str] = mapped_column(String(320))
    person_id: Mapped[int | None] = mapped_column(index=True)
    about_type: Mapped[str] = mapped_column(String(60))
    about_id: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    """Names the occasion, so that the same notice is never written twice."""
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    body: Mapped[str] = mapped_column(Text)
    """Emptied once a sensitive message is sent."""
    sensitive: Mapped[bool]
    message_id_header: Mapped[str] = mapped_column(String(200), unique=True)
    """The Message-ID, the same at every attempt, so that a second copy can be known as one."""
    state: Mapped[MessageState] = mapped_column(enum_column(MessageState))
    attachment_kind: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """Which room's file goes with it, by the name under which that room makes such files; '' for none."""
    attachment_id: Mapped[int | None]
    """The row that the file is made from."""
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """Not to be tried before this moment. Every wait is a column, never a task with a countdown."""
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    claim: Mapped[str] = mapped_column(String(32), default="")
    """A random word of the worker that holds the message: only its holder may write down what happened."""
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str] = mapped_column(String(200), default="")
    """The mail server that took it, or the demo mailbox."""
    bounced_at: Mapped[datetime | None]
    """When it came back after a server had taken it."""
    last_error: Mapped[str] = mapped_column(String(LONGEST_ERROR), default="")
