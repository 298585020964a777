"""Tables of decisions, overrides of the pot, and releases."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from grants.core.db import Base, JsonDict, enum_column
from grants.panels.states import ConditionKind, Outcome

STANDS = text("replaced_at IS NULL")


class Release(Base):
    """One sending-out of decisions: drafted by a manager, approved by the chair."""

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint("approved_by_id IS NULL OR approved_by_id != drafted_by_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    decisions: Mapped[int] = mapped_column(default=0)
    """How many decisions went out."""


class Decision(Base):
    """The panel's outcome for one bid, with its reason. `amount` is pence, 0 unless funded.

    Above the fund's threshold a second panel member countersigns before it can be released. One that was
    released is never changed: deciding again writes another row, and `replaced_at` here. So a bid has one
    that stands, and those before it, each with the letter that told of it.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("(outcome IN ('fund', 'fund_in_part')) = (amount > 0)", name="amount_fits"),
        CheckConstraint("(outcome = 'reserve') = (reserve_order IS NOT NULL)", name="reserve_ordered"),
        CheckConstraint(
            "countersigned_by_id IS NULL OR countersigned_by_id != decided_by_id", name="two_people"
        ),
        CheckConstraint("replaced_at IS NULL OR released_at IS NOT NULL", name="replaced_after_release"),
        CheckConstraint("(reopened_at IS NULL) = (reopened_by_id IS NULL)", name="reopened_by_somebody"),
        Index(
            "ix_decision_stands", "application_id", unique=True,
            sqlite_where=STANDS, postgresql_where=STANDS,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome))
    amount: Mapped[int] = mapped_column(BigInteger, default=0)
    reserve_order: Mapped[int | None]
    reason: Mapped[str]
    """For the record and for the applicant's letter."""
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    countersign_needed: Mapped[bool] = mapped_column(default=False)
    countersigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    countersigned_at: Mapped[datetime | None]
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"), index=True)
    released_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    """Until when the lead may take up the offer; set at release, for funded bids."""
    from_reserve: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it offers money that became free to a bid of the reserve list."""
    flagged_at: Mapped[datetime | None]
    """When a conflict of interest found after release called for another look."""
    reopened_at: Mapped[datetime | None]
    """When a released decision went back to the panel."""
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reopening_reason: Mapped[str] = mapped_column(default="", server_default="")
    replaced_at: Mapped[datetime | None]
    """When another decision took this one's place."""
    varied_to: Mapped[int | None] = mapped_column(BigInteger)
    """What the award takes from the pot since it was varied or ended early, pence; None: the amount."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class DecisionCondition(Base):
    """A condition that the panel puts on an award. Numbered from 1 in each decision.

    Changing a decision replaces its conditions: the old ones stay to be read, with when they ceased to hold.
    """

    __tablename__ = "decision_condition"
    __table_args__ = (CheckConstraint("kind != 'by_date' OR due_on IS NOT NULL", name="date_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    number: Mapped[int]
    kind: Mapped[ConditionKind] = mapped_column(enum_column(ConditionKind))
    text: Mapped[str]
    """For the record, the applicant's letter and the agreement, word for word."""
    due_on: Mapped[date | None]
    """The last day on which it can be met. One to be met before anything is paid may have none."""
    set_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class DecisionLetter(Base):
    """What was written to a bid's applicant of its decision: the words, frozen at release, and the PDF.

    The PDF is made from the words by the worker that delivers the first message about it, and kept with its
    hash: typesetting a thousand letters would hold up the release itself, and another machine's fonts would
    give other bytes later. So every message, every resending and every download has one file.
    """

    __tablename__ = "decision_letter"
    __table_args__ = (CheckConstraint("content IS NULL OR sha256 IS NOT NULL", name="made_hashed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    told: Mapped[JsonDict]
    """What it says: see `grants.panels.wording.letter`."""
    written_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class Override(Base):
    """Leave to award past the pot by `extra` pence: asked for by the chair, approved by the finance
    approver.
    """

    __tablename__ = "override"
    __table_args__ = (
        CheckConstraint("extra > 0", name="positive"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id != asked_by_id", name="two_people"),
        CheckConstraint("approved_at IS NULL OR refused_at IS NULL", name="one_answer"),
        CheckConstraint("refused_by_id IS NULL OR refused_by_id != asked_by_id", name="refused_by_another"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    extra: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was refused."""
