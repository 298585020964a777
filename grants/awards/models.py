"""The table of awards: an offer taken up, and how it ended. The bid's stage says where it stands."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from grants.core.db import Base


class Award(Base):
    """Money that a lead organisation has accepted. `amount` is pence."""

    __tablename__ = "award"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint(
            "ending_approved_by_id IS NULL OR ending_approved_by_id != ending_drafted_by_id",
            name="two_people",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    accepted_at: Mapped[datetime]
    accepted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ending_reason: Mapped[str] = mapped_column(default="")
    ending_drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ending_approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
