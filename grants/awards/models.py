"""Tables of awards: agreements as offered and accepted, conditions to be met, how an award ended."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from grants.awards.states import ConditionState, VariationState
from grants.core.db import Base, JsonDict, enum_column
from grants.panels.states import ConditionKind

HOLDS = text("lifted_at IS NULL")
IS_OPEN = text("state IN ('asked', 'recommended', 'to_sign')")


class Agreement(Base):
    """The document that goes with an offer: its words, its PDF with the hash, and who accepted it.

    Made once the offer is out and the partners of a partial award have agreed to their shares. One whose
    partnership changed before it was accepted is replaced by another with the next number.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by_id IS NULL)", name="accepted_by_somebody"),
        CheckConstraint("accepted_at IS NULL OR replaced_at IS NULL", name="accepted_stands"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    number: Mapped[int]
    told: Mapped[JsonDict]
    """What it says: see `grants.awards.agreement_words`."""
    made_at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    replaced_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted_name: Mapped[str] = mapped_column(String(200), default="")
    """The name that the signatory typed under it."""


class AwardCondition(Base):
    """A condition of an award from its acceptance on, as the panel set it. Waiving one takes two people."""

    __tablename__ = "award_condition"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        CheckConstraint(
            "state != 'waived' OR settled_by_id != waiver_drafted_by_id", name="waived_by_two_people"
        ),
        CheckConstraint("(state IN ('met', 'waived')) = (settled_at IS NOT NULL)", name="settled_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    number: Mapped[int]
    kind: Mapped[ConditionKind] = mapped_column(enum_column(ConditionKind))
    text: Mapped[str]
    due_on: Mapped[date | None]
    state: Mapped[ConditionState] = mapped_column(enum_column(ConditionState), default=ConditionState.OPEN)
    evidence: Mapped[str] = mapped_column(default="")
    """What showed that it was met."""
    waiver_reason: Mapped[str] = mapped_column(default="")
    waiver_drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reminded_days: Mapped[int | None]
    """For how many days before it is due the lead was reminded last."""


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
    ending_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The finance approver, where money that was not paid goes back to the pot."""


class ReserveSkip(Base):
    """A bid of the reserve list that the chair passes over for now, with the reason; it can be taken back.

    It rests on one decision: once the panel decides again, it no longer holds.
    """

    __tablename__ = "reserve_skip"
    __table_args__ = (
        CheckConstraint("(lifted_at IS NULL) = (lifted_by_id IS NULL)", name="lifted_by_somebody"),
        Index(
            "ix_reserve_skip_holds", "decision_id", unique=True, sqlite_where=HOLDS, postgresql_where=HOLDS
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    reason: Mapped[str]
    skipped_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    skipped_at: Mapped[datetime]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]


class Variation(Base):
    """A change of a running award that its lead asks for: recommended on by a manager, approved by the chair,
    and signed by a finance approver where the money changes. What is not to change is None or ''.
    """

    __tablename__ = "variation"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        CheckConstraint("amount IS NULL OR amount > 0", name="positive"),
        CheckConstraint("approved_by_id != recommended_by_id", name="two_people"),
        CheckConstraint("signed_by_id NOT IN (recommended_by_id, approved_by_id)", name="signed_by_a_third"),
        CheckConstraint("state != 'agreed' OR amount IS NULL OR signed_at IS NOT NULL", name="money_signed"),
        Index(
            "ix_variation_open", "application_id", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    number: Mapped[int]
    state: Mapped[VariationState] = mapped_column(enum_column(VariationState), default=VariationState.ASKED)
    amount: Mapped[int | None] = mapped_column(BigInteger)
    """The whole award as it would be, pence."""
    ends_on: Mapped[date | None]
    budget: Mapped[JsonDict]
    """Pence by budget category; empty where the budget stays."""
    delivery: Mapped[str] = mapped_column(default="")
    """What is delivered otherwise than the bid says."""
    reason: Mapped[str]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    in_favour: Mapped[bool | None]
    recommendation: Mapped[str] = mapped_column(default="")
    recommended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recommended_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class AwardTerms(Base):
    """What was agreed of an award, and when: number 1 as it was accepted, another for each variation.

    Written once the first variation is agreed; never changed. What still is as the bid says is None or ''.
    """

    __tablename__ = "award_terms"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        CheckConstraint("amount > 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    number: Mapped[int]
    variation_id: Mapped[int | None] = mapped_column(ForeignKey("variation.id"))
    amount: Mapped[int] = mapped_column(BigInteger)
    ends_on: Mapped[date | None]
    budget: Mapped[JsonDict]
    delivery: Mapped[str] = mapped_column(default="")
    agreed_at: Mapped[datetime]
