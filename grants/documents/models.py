"""The table of files that people sent. What each is for is known to the room that asked for it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from grants.core.db import Base, enum_column
from grants.documents.states import Kind, Scan


class Document(Base):
    """One file: its name as typed, what it is, where it lies, and where its scan for viruses stands.

    Whom it is handed to is decided by the room whose record points to it.
    """

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("(place IS NULL) = (scan = 'infected')", name="infected_removed"),
        Index("ix_document_scan_next_scan_at", "scan", "next_scan_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    kind: Mapped[Kind] = mapped_column(enum_column(Kind))
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str] = mapped_column(String(64))
    place: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Where it lies in the store; None once it was removed because of a virus."""
    page: Mapped[str] = mapped_column(String(300))
    """The path of the page on which its uploader looks after it."""
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    uploaded_at: Mapped[datetime]
    scan: Mapped[Scan] = mapped_column(enum_column(Scan), default=Scan.UNSCANNED)
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    next_scan_at: Mapped[datetime | None]
    """When the scanner is asked next; None when there is nothing to ask."""
    scanned_at: Mapped[datetime | None]
    signature: Mapped[str] = mapped_column(String(200), default="")
    """What the scanner calls the virus that it found."""
    failure: Mapped[str] = mapped_column(String(300), default="")
    """Why the last scan did not come to a verdict, in the scanner's words."""
    missing_since: Mapped[datetime | None]
    """When the nightly look through the store first did not find the file."""
