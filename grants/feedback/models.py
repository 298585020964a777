"""Tables of feedback: one letter's worth a bid, its themes, and the runs that draft them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.core.db import Base, enum_column
from grants.feedback.states import DraftingState, FeedbackState


class BidFeedback(Base):
    """Feedback on one bid: drafted by a worker, edited by a chair, sent with the decision.

    `basis` tells what it was drafted from. A draft that nobody has edited is drafted anew by every run.
    """

    __tablename__ = "bid_feedback"
    __table_args__ = (CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_dated"),)

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    state: Mapped[FeedbackState] = mapped_column(enum_column(FeedbackState), default=FeedbackState.DRAFT)
    opening: Mapped[str] = mapped_column(default="")
    """What the chair says of the bid as a whole."""
    simulated: Mapped[bool] = mapped_column(default=False)
    """Whether a program, not a person, filled in some of the reviews; told to the applicant."""
    left_out: Mapped[int] = mapped_column(default=0)
    """How many shareable sentences the draft left out because they name a reviewer."""
    basis: Mapped[str] = mapped_column(String(64))
    drafted_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ready_at: Mapped[datetime | None]
    ready_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ThemeFeedback(Base):
    """What feedback says of one theme: the score of the level it comes nearest to, and two texts."""

    __tablename__ = "theme_feedback"
    __table_args__ = (UniqueConstraint("application_id", "theme"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("bid_feedback.application_id"))
    theme: Mapped[str] = mapped_column(String(60))
    band: Mapped[int | None]
    strengths: Mapped[str] = mapped_column(default="")
    next_steps: Mapped[str] = mapped_column(default="")


class FeedbackRun(Base):
    """One drafting of feedback for all bids of a round, with how far it has come."""

    __tablename__ = "feedback_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    state: Mapped[DraftingState] = mapped_column(enum_column(DraftingState), default=DraftingState.QUEUED)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    bids: Mapped[int] = mapped_column(default=0)
    """How many bids it looks at, known once it has begun."""
    done: Mapped[int] = mapped_column(default=0)
    """How many of them it has looked at."""
    drafted: Mapped[int] = mapped_column(default=0)
    """How many it drafted for the first time."""
    refreshed: Mapped[int] = mapped_column(default=0)
    """How many it drafted anew: nobody had edited them, and scores or sentences had changed."""
    finished_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(default="")
