"""Tables of reviewers, their conflicts, and their assignments."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.accounts.models import Organisation, Person
from grants.applications.models import Application
from grants.core.db import Base, JsonDict, enum_column
from grants.programme.definition import ReviewerKind
from grants.reviewing.states import (
    AssignmentState,
    ConflictSource,
    ConflictState,
    ExpenseKind,
    ExpenseState,
    InterestTie,
    RunState,
)


class Reviewer(Base):
    """A panel member: their kind, whom they work for, and how many bids they will read at most."""

    __tablename__ = "reviewer"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kind: Mapped[ReviewerKind] = mapped_column(enum_column(ReviewerKind))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    most_bids: Mapped[int] = mapped_column(default=200)
    active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined")
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")


class Conflict(Base):
    """One person's conflict of interest with one bid, and how it was settled.

    Chair and finance may have one.
    """

    __tablename__ = "conflict"
    __table_args__ = (UniqueConstraint("person_id", "application_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    state: Mapped[ConflictState] = mapped_column(enum_column(ConflictState))
    source: Mapped[ConflictSource] = mapped_column(enum_column(ConflictSource))
    reason: Mapped[str]
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who put it on record: the person themselves, somebody else, or nobody where data suggested it."""
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    settled_reason: Mapped[str] = mapped_column(default="")
    grounds: Mapped[JsonDict | None]
    """What data has suggested it so far, key to sentence: the same ground is never put forward twice."""


class ConflictStep(Base):
    """One thing said or decided about a conflict, by whom: rows are added and never changed."""

    __tablename__ = "conflict_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    conflict_id: Mapped[int] = mapped_column(ForeignKey("conflict.id"), index=True)
    deed: Mapped[str]
    """The source where it was raised, else the deed of the machine."""
    state: Mapped[ConflictState] = mapped_column(enum_column(ConflictState))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    reason: Mapped[str]


class ReviewerInterest(Base):
    """One entry in the register of interests: an organisation that somebody who judges bids is tied to."""

    __tablename__ = "reviewer_interest"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    """Its charity or company number, as typed."""
    tie: Mapped[InterestTie] = mapped_column(enum_column(InterestTie))
    since: Mapped[date | None]
    until: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class InterestsDeclared(Base):
    """That somebody looked through their entries for a round and said that they are complete."""

    __tablename__ = "interests_declared"
    __table_args__ = (UniqueConstraint("person_id", "round_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    entries: Mapped[int]
    """How many there were; none means that they had nothing to declare."""
    declared_at: Mapped[datetime]


class AssignmentRun(Base):
    """One request to share a round's bids out among its reviewers: a row that a worker claims."""

    __tablename__ = "assignment_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    state: Mapped[RunState] = mapped_column(enum_column(RunState), default=RunState.QUEUED)
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    summary: Mapped[JsonDict]
    """What came out, for the preview and for later: counts, loads, what is short. See `preview`."""
    proposal: Mapped[JsonDict] = mapped_column(default=dict, deferred=True)
    """The pairs to add and to drop as lists of [bid, person]; thousands in a large round."""
    basis: Mapped[str] = mapped_column(default="")
    """A digest of what the proposal was worked out from; if it differs today, the proposal is out of date."""
    step: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(default="")
    """Why it could not be worked out, in words."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it was applied or discarded."""
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]


class Assignment(Base):
    """One reviewer's task with one bid. Content opens only when the state is `cleared`."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("application_id", "person_id"),
        Index("ix_assignment_person_id_state", "person_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("reviewer.person_id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("assignment_run.id"))
    state: Mapped[AssignmentState] = mapped_column(
        enum_column(AssignmentState), default=AssignmentState.ASSIGNED
    )
    assigned_at: Mapped[datetime]
    declared_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """When this review is due, where that is not the round's `reviews_due_at`."""
    due_reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why its reviewer was given more time; empty where they were not."""
    reason: Mapped[str] = mapped_column(default="")
    """Why it was given or taken off by hand, or declined; empty where a run did it."""

    application: Mapped[Application] = relationship(lazy="raise")
    reviewer: Mapped[Reviewer] = relationship(lazy="raise")


class ReviewerExpertise(Base):
    """How well a reviewer knows one theme: 0 (nothing in particular) to 3. No row means 0."""

    __tablename__ = "reviewer_expertise"
    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 3", name="level"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("reviewer.person_id"), primary_key=True)
    theme: Mapped[str] = mapped_column(primary_key=True)
    """The theme's key in the fund file."""
    level: Mapped[int]


class ReviewerExpense(Base):
    """Time a reviewer gave, or money they spent, on one day of a round: a record, not a payment."""

    __tablename__ = "reviewer_expense"
    __table_args__ = (CheckConstraint("minutes > 0 OR pence > 0", name="something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    day: Mapped[date]
    kind: Mapped[ExpenseKind] = mapped_column(enum_column(ExpenseKind))
    minutes: Mapped[int] = mapped_column(default=0)
    pence: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[ExpenseState] = mapped_column(enum_column(ExpenseState), default=ExpenseState.ENTERED)
    entered_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    query: Mapped[str] = mapped_column(default="")
    """What the programme manager asks, the last time; empty where they never did."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
