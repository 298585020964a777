"""Tables of a bid: its sections as typed, budget, partners with their consent, and its frozen versions."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.accounts.models import Organisation
from grants.accounts.states import OrganisationKind
from grants.applications.states import (
    Assisted,
    Change,
    ChangeKind,
    Channel,
    Consent,
    Origin,
    RevisionState,
    Signing,
    Stage,
    Standing,
)
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
    opening: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """The window that saved it last, where its script says: a window is never stale by its own save."""
    noted_version: Mapped[int | None]
    """The version of which the trail speaks last; saves that pages make by themselves are noted seldom."""
    noted_at: Mapped[datetime | None]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

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
            "(consent IN ('given', 'declined', 'correction')) = (answered_at IS NOT NULL)",
            name="answer_dated",
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
    """Why the partner does not take part, or what it wants corrected first."""
    leads: Mapped[JsonDict | None]
    """The themes and strands that it leads: {"themes": [keys], "strands": [keys]}."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The organisation that bears the partner's number, once it is known here."""
    link_seed: Mapped[str] = mapped_column(String(64), default="")
    """What the secret of the link is made from, with the service's own key."""
    reminders: Mapped[int] = mapped_column(default=0)
    """How often it was reminded by the clock since it was asked."""
    reminded_at: Mapped[datetime | None]
    standing: Mapped[Standing] = mapped_column(enum_column(Standing), default=Standing.CURRENT)
    change_id: Mapped[int | None] = mapped_column(ForeignKey("partner_change.id"), index=True)
    """The change after sending by which this row came into the bid, or would."""


class PartnerLetter(Base):
    """One e-mail that asked or reminded a partner, counted so that nobody is flooded."""

    __tablename__ = "partner_letter"
    __table_args__ = (Index("ix_partner_letter_address_digest_sent_at", "address_digest", "sent_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    address_digest: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]


class SignatureRequest(Base):
    """An editor says that the bid is ready, and asks the lead's signatories to send it."""

    __tablename__ = "signature_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    state: Mapped[Signing] = mapped_column(enum_column(Signing), default=Signing.WAITING)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    """Why a signatory declined to sign."""


class PartnerChange(Base):
    """The shares of a bid that was sent change, with the consent of those affected: a partner leaves and
    others take over its part, or the panel awards a part of the ask and everybody's share becomes less.

    `before` and `after` are {"lead_share": pence, "partners": [...]} in the shape of a version's content. The
    version itself never changes; the latest approved change is read beside it.
    """

    __tablename__ = "partner_change"
    __table_args__ = (
        CheckConstraint("approved_by_id IS NULL OR approved_by_id != forwarded_by_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    state: Mapped[Change] = mapped_column(enum_column(Change), default=Change.ASKING)
    kind: Mapped[ChangeKind] = mapped_column(
        enum_column(ChangeKind), default=ChangeKind.LEAVING, server_default=ChangeKind.LEAVING
    )
    leaving_id: Mapped[int]
    """The row of the partner that leaves; 0 where none does."""
    leaving: Mapped[str]
    """The name of the partner that leaves."""
    answer_by: Mapped[datetime | None]
    """Until when partners can answer about their shares of a partial award: as long as its offer stands."""
    reason: Mapped[str]
    before: Mapped[JsonDict]
    after: Mapped[JsonDict]
    drafted_at: Mapped[datetime]
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Nobody where the service shared a partial award out pro rata."""
    forwarded_at: Mapped[datetime | None]
    forwarded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(default="")
    """What the programme manager says to the chair."""
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(default="")


class SetAside(Base):
    """What somebody typed on a page that could not be saved over what is there; kept until one is chosen.

    `answers` is {"items": [...]}: the page's form as it was sent, see `core.written`.
    """

    __tablename__ = "set_aside"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answers: Mapped[JsonDict]
    based_on: Mapped[int]
    """The version of the page from which its writer set out; 0 for an empty page."""
    opening: Mapped[str] = mapped_column(String(40))
    set_aside_at: Mapped[datetime]


class PageVisit(Base):
    """Somebody who has a page of the form open: there until `seen_at` is old, last typing at `active_at`."""

    __tablename__ = "page_visit"
    __table_args__ = (UniqueConstraint("application_id", "key", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    key: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    seen_at: Mapped[datetime]
    active_at: Mapped[datetime]


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


OPEN_REQUEST = text("state = 'asked'")


class ChangeRequest(Base):
    """A request for changes to a bid that was sent: which pages open again, what is asked there, until when.

    While it is open the pages are written as in a draft, and what the bid's own row says of a draft (title,
    amounts in pence) is kept here: readers of the bid go on seeing what was sent.
    """

    __tablename__ = "change_request"
    __table_args__ = (
        Index(
            "uq_change_request_open",
            "application_id",
            unique=True,
            sqlite_where=OPEN_REQUEST,
            postgresql_where=OPEN_REQUEST,
        ),
        Index("ix_change_request_state_due_at", "state", "due_at"),
        CheckConstraint("(state = 'asked') = (ended_at IS NULL)", name="ended_dated"),
        CheckConstraint("(state = 'sent') = (sent_version_id IS NOT NULL)", name="sent_version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    """The version in which something should change. It stands until changes are sent."""
    state: Mapped[RevisionState] = mapped_column(enum_column(RevisionState), default=RevisionState.ASKED)
    asked: Mapped[JsonDict]
    """What is asked, by page: 'summary', 'theme:youth', 'budget'…"""
    reason: Mapped[str]
    due_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    as_sent: Mapped[JsonDict]
    """The pages that open, and every partner, as they stood: put back if no changes are sent."""
    title: Mapped[str] = mapped_column(String(300))
    ask: Mapped[int] = mapped_column(BigInteger)
    least_amount: Mapped[int | None] = mapped_column(BigInteger)
    lead_share: Mapped[int] = mapped_column(BigInteger)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_because: Mapped[str] = mapped_column(default="")
    """Why it was cancelled."""
    sent_version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"))
    unsent: Mapped[JsonDict] = mapped_column(default=dict)
    """The whole bid as it was written when the request ended without being answered; empty otherwise."""


class ClosingReminder(Base):
    """That the writers of a draft were reminded so many days before a closing minute: never twice."""

    __tablename__ = "closing_reminder"
    __table_args__ = (UniqueConstraint("application_id", "days", "closes_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    days: Mapped[int]
    closes_at: Mapped[datetime]
    sent_at: Mapped[datetime]


class Assistance(Base):
    """A bid taken down on paper or by telephone: how it came, and who signed it and how.

    The signatory signs by a link of their own, or on paper that a manager records and a chair approves.
    """

    __tablename__ = "assistance"
    __table_args__ = (
        CheckConstraint("approved_by_id IS NULL OR approved_by_id != recorded_by_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    received_at: Mapped[datetime]
    """When the paper or the call came in: before the closing, or the bid is not taken."""
    late_reason: Mapped[str] = mapped_column(default="")
    """Why it was entered only after the closing; its extension waits for the chair with these words."""
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
    signatory_name: Mapped[str] = mapped_column(String(200))
    signatory_email: Mapped[str] = mapped_column(String(320), default="")
    """'' where the signatory has no e-mail and signs on paper."""
    state: Mapped[Assisted] = mapped_column(enum_column(Assisted), default=Assisted.WRITING)
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    token_expires_at: Mapped[datetime | None]
    content_digest: Mapped[str] = mapped_column(String(64), default="")
    """Of the bid as it stood when the signed paper was recorded: what the chair approves is that."""
    paper_received_on: Mapped[date | None]
    paper_kept_at: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    refused_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class BidDocument(Base):
    """A file of the bid for one of the documents that the fund asks for (`requirement` is its key).

    One that a version which was sent names is never deleted: when another takes its place it is set aside.
    """

    __tablename__ = "bid_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    requirement: Mapped[str] = mapped_column(String(40))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)
    dated: Mapped[date | None]
    """The date that the document itself bears."""
    sent: Mapped[bool] = mapped_column(default=False)
    set_aside_at: Mapped[datetime | None]
