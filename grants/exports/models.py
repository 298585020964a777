"""The table of exports: who asked for what, and the file that came of it with its hash."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from grants.core.db import Base, JsonDict, enum_column
from grants.exports.states import ExportKind, ExportState, Format, Grouping


class Export(Base):
    """One file of a round's allocations, or of finance.

    Built by a worker, stored by its SHA-256, downloaded as often as wanted.
    """

    __tablename__ = "export"
    __table_args__ = (CheckConstraint("(state = 'ready') = (sha256 IS NOT NULL)", name="ready_hashed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    format: Mapped[Format] = mapped_column(enum_column(Format))
    kind: Mapped[ExportKind] = mapped_column(
        enum_column(ExportKind), default=ExportKind.ALLOCATIONS, server_default="allocations"
    )
    at: Mapped[date | None]
    """The end of the day that a position is taken at."""
    grouping: Mapped[Grouping] = mapped_column(
        enum_column(Grouping), default=Grouping.NONE, server_default="none"
    )
    only: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """What it is narrowed to, as `reach.only_of` has it; '' for everything."""
    state: Mapped[ExportState] = mapped_column(enum_column(ExportState), default=ExportState.QUEUED)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    progress: Mapped[int] = mapped_column(default=0, server_default="0")
    """How much of the file under way is written, in hundredths."""
    rows: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    """Pence, the sum of all amounts in the file."""
    file_name: Mapped[str] = mapped_column(String(200), default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str | None] = mapped_column(String(64))
    failure: Mapped[str] = mapped_column(default="")
    """Why it failed, in words for the person who asked."""
    findings: Mapped[JsonDict] = mapped_column(default=dict)
    """What the quality checks found in a 360Giving file: name of the check to how many grants."""
