"""Tables of funds' rounds: the definition as loaded, and when the service announced opening and closing."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.core.db import Base, JsonDict
from grants.programme.states import ExtensionState


class Round(Base):
    """One round of a fund. Whether it is open follows from the clock and `opens_at`/`closes_at`, never from
    a job.

    `definition` is the fund file as JSON (`programme.fund_file.to_json`), `fingerprint` its SHA-256. `pot`
    is pence.
    """

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("fund_slug", "round_key"), Index("ix_round_closes_at", "closes_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(120), unique=True)
    """The round's place in addresses: fund slug and round key joined by a hyphen."""
    fund_slug: Mapped[str] = mapped_column(String(80))
    round_key: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(300))
    definition: Mapped[JsonDict]
    fingerprint: Mapped[str] = mapped_column(String(64))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    pot: Mapped[int] = mapped_column(BigInteger)
    loaded_at: Mapped[datetime]
    opening_announced_at: Mapped[datetime | None]
    closing_announced_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    next_bid_number: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Extension(Base):
    """More time for one bid or a whole round: drafted by a manager, in force once the chair approves."""

    __tablename__ = "extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(index=True)
    """The bid it is for; None for everybody in the round. Bids belong to a later room, so no foreign key."""
    closes_at: Mapped[datetime]
    reason: Mapped[str]
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    previous_closes_at: Mapped[datetime | None]
    """The closing minute that it took the place of, noted when it was approved."""
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refused_at: Mapped[datetime | None]
    refused_reason: Mapped[str] = mapped_column(default="", server_default="")
    withdrawn_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    """When everybody whom it concerns was written to."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}

    @property
    def state(self) -> ExtensionState:
        """Where it stands, from what was written down."""
        if self.approved_at is not None:
            return ExtensionState.APPROVED
        if self.refused_at is not None:
            return ExtensionState.REFUSED
        return ExtensionState.DRAFTED if self.withdrawn_at is None else ExtensionState.WITHDRAWN
