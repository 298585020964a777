"""Tables of panel meetings: agenda, attendance, who left the room for which bid, and lots."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.core.db import Base, JsonDict, enum_column
from grants.meetings.states import MeetingState


class Meeting(Base):
    """One meeting of a round's panel."""

    __tablename__ = "meeting"
    __table_args__ = (CheckConstraint("quorum > 0", name="somebody"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    state: Mapped[MeetingState] = mapped_column(enum_column(MeetingState), default=MeetingState.CALLED)
    held_on: Mapped[date]
    """The day in the UK."""
    place: Mapped[str] = mapped_column(default="")
    """Where it meets, or the address of a call."""
    quorum: Mapped[int]
    """How many members must be in the room for a bid to be called."""
    called_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    called_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    current_id: Mapped[int | None]
    """The id of the agenda item that the panel is at."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class AgendaItem(Base):
    """A bid on the agenda. `position` counts from 1."""

    __tablename__ = "agenda_item"
    __table_args__ = (UniqueConstraint("meeting_id", "application_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    position: Mapped[int]
    called_at: Mapped[datetime | None]
    """When the chair last called it."""
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(default="")
    """What the minutes say of it."""


class Attendance(Base):
    """A stretch of time that a member was at the meeting."""

    __tablename__ = "attendance"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    came_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Recusal(Base):
    """A stretch of time that a member with a conflict of interest was out of the room for a bid."""

    __tablename__ = "recusal"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    went_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]


class Lottery(Base):
    """Lots between bids that nothing else tells apart. `seed` comes once the list is fixed: see `lottery`."""

    __tablename__ = "lottery"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    bids: Mapped[JsonDict]
    """{"refs": [references in alphabetical order]}."""
    source: Mapped[str]
    """Which public draw gives the seed."""
    commitment: Mapped[str]
    """SHA-256 over both, in hexadecimal."""
    fixed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    fixed_at: Mapped[datetime]
    seed: Mapped[str] = mapped_column(default="")
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    drawn_at: Mapped[datetime | None]
