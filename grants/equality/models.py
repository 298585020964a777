"""The one table of this room: how many people chose what."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from grants.core.db import Base


class EqualityCount(Base):
    """How many people of a round chose one answer to one question.

    Answers are added up the moment they arrive and kept no other way: there is no row of a person, of a bid
    or of a moment, and not even one person's answers stand together. So nobody can be found again.
    """

    __tablename__ = "equality_count"
    __table_args__ = (CheckConstraint("people > 0", name="somebody"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    choice: Mapped[str] = mapped_column(String(300), primary_key=True)
    people: Mapped[int]
