"""The table of appeals."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.appeals.states import AppealState, Ground
from grants.applications.models import Application
from grants.core.db import Base, enum_column


class Appeal(Base):
    """What a lead organisation brings forward against the decision on its bid, and the answer.

    `about` is the decision in the words it was told in, so that the record reads the same when the panel
    decides again. Whoever made the decision does not answer.
    """

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (state = 'received')", name="settled_when_over"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    about: Mapped[str]
    decision_id: Mapped[int | None]
    """The panel's decision; None where the bid was found ineligible. No key: an appeal outlives it."""
    ground: Mapped[Ground] = mapped_column(enum_column(Ground))
    text: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    state: Mapped[AppealState] = mapped_column(enum_column(AppealState), default=AppealState.RECEIVED)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    """Why it was upheld or not, as the applicant reads it."""
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}
