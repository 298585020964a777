"""Tables of a bid: its sections as typed, budget, partners with their consent, and its frozen versions."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.accounts.models import Organisation
from grants.accounts.states import OrganisationKind
from grants.applications.states import Consent, Origin, Stage
from grants.core.db import Base, JsonDict, enum_column


class Application(Base):
    """One bid to one round by one lead organisation.

    Amounts are pence. `ref` such as 'LCR-0042' is its address.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("round_id", "source_id"),
        Index("ix_application_round_id_stage", "round_id", "stage"),
        CheckConstraint(
            "stage = 'draft' OR stage = 'lapsed' OR stage = 'withdrawn' OR submitted_at IS NOT NULL",
            name="sent",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    stage: Mapped[Stage] = mapped_column(enum_column(Stage), default=Stage.DRAFT)
    origin: Mapped[Origin] = mapped_column(enum_column(Origin), default=Origin.ONLINE)
    source_id: Mapped[str | None] = mapped_column(String(300))
    """The bid's identifier where it was imported from; unique in a round, so importing twice changes
    nothing.
    """
    source_digest: Mapped[str | None] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(300), default="")
    ask: Mapped[int] = mapped_column(BigInteger, default=0)
    least_amount: Mapped[int | None] = mapped_column(BigInteger)
    lead_share: Mapped[int] = mapped_column(BigInteger, default=0)
    """The lead's own part of the ask, pence; with the partners' shares it must add up to the ask."""
    started_at: Mapped[datetime]
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None]
    current_version_id: Mapped[int | None]
    """The submitted version that reviewers read; None until sent. Set with the version in one transaction."""
    closed_reason: Mapped[str] = mapped_column(default="")
    """Why the bid is ineligible, withdrawn, lapsed or terminated."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    lead: Mapped[Organisation] = relationship(lazy="joined")
    sections: Mapped[list["SectionAnswers"]] = relationship(lazy="raise", order_by="SectionAnswers.id")
    partners: Mapped[list["Partner"]] = relationship(lazy="raise", order_by="Partner.position")


class SectionAnswers(Base):
    """One page of the form as last saved. `key` is a fund file section, or 'eligibility', 'theme:<key>',
    'budget', 'partners'.

    `answers` holds what was typed, right or wrong, in the shapes that `applications.facts` names; so a save
    never refuses unfinished work. Partners are rows of their own, because their consent is.
    """

    __tablename__ = "section_answers"
    __table_args__ = (UniqueConstraint("application_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    key: Mapped[str] = mapped_column(String(80))
    answers: Mapped[JsonDict]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column()
    """Raised by every save, also one that only changed partners, which are rows of their own."""

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}


class Partner(Base):
    """An organisation that takes part beside the lead, its role and share (pence), and its consent on record.

    In a draft any of it may be missing; text has no limit here, so that nothing typed is refused before
    sending.
    """

    __tablename__ = "partner"
    __table_args__ = (
        CheckConstraint("share >= 0", name="share_not_negative"),
        CheckConstraint(
            "(consent IN ('given', 'declined')) = (answered_at IS NOT NULL)", name="answer_dated"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    kind: Mapped[OrganisationKind | None] = mapped_column(enum_column(OrganisationKind))
    number: Mapped[str] = mapped_column(default="")
    contact_name: Mapped[str]
    contact_email: Mapped[str]
    role: Mapped[str]
    share: Mapped[int | None] = mapped_column(BigInteger)
    share_typed: Mapped[str] = mapped_column(default="")
    """What was typed for the share where it is no amount of money."""
    consent: Mapped[Consent] = mapped_column(enum_column(Consent), default=Consent.NOT_ASKED)
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    token_expires_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(200), default="")
    """The person who answered for the partner, by their own account."""
    consent_wording: Mapped[str] = mapped_column(default="")
    """The very words agreed to, with role and share as they stood."""
    declined_reason: Mapped[str] = mapped_column(default="")


class Version(Base):
    """A bid as it was sent: never changes. `content` is the whole bid, `digest` its SHA-256."""

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int]
    content: Mapped[JsonDict]
    digest: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    declaration: Mapped[str]
    """The very words the signatory agreed to; empty where a bid was imported and none was collected."""
