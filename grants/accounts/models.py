"""Tables of people and organisations, how people sign in, and what they may do."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.accounts.states import JoiningState, OrganisationKind
from grants.core.db import Base, JsonDict, enum_column
from grants.permissions import MemberRole, Role


class Person(Base):
    """Somebody who can sign in. `email` is lower case and unique."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    session_epoch: Mapped[int] = mapped_column(default=0)
    """Raised to sign the person out everywhere."""

    roles: Mapped[list["RoleGrant"]] = relationship(
        back_populates="person", foreign_keys="RoleGrant.person_id", lazy="raise"
    )
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person", lazy="raise")


class RoleGrant(Base):
    """A role a person holds. Granted by one administrator, in force once another approves."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id != granted_by_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None when the operator granted it from the command line."""
    granted_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    in_force_since: Mapped[datetime | None]

    person: Mapped[Person] = relationship(back_populates="roles", foreign_keys=[person_id])


class Organisation(Base):
    """A group that leads or joins bids. A register number belongs to one organisation only."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    kind: Mapped[OrganisationKind] = mapped_column(enum_column(OrganisationKind))
    charity_number: Mapped[str | None] = mapped_column(String(20), unique=True)
    company_number: Mapped[str | None] = mapped_column(String(8), unique=True)
    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    """The organisation's identifier in data imported from elsewhere, such as GB-CHC-1234567."""
    postcode: Mapped[str] = mapped_column(String(10), default="")
    created_at: Mapped[datetime]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="organisation", lazy="raise")


class OrganisationProfile(Base):
    """What an organisation says about itself for all its bids, as last saved. Income is pence."""

    __tablename__ = "organisation_profile"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(String(50), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    description: Mapped[str] = mapped_column(default="")
    founded: Mapped[int | None]
    trustees: Mapped[int | None]
    year_end: Mapped[str] = mapped_column(String(12), default="")
    """Such as '31 March'."""
    income: Mapped[int | None] = mapped_column(BigInteger)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int]


class Membership(Base):
    """A person's standing in an organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[MemberRole] = mapped_column(enum_column(MemberRole))
    since: Mapped[datetime]

    person: Mapped[Person] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship(back_populates="memberships", lazy="joined")


class Joining(Base):
    """A person's request to join an organisation, or an invitation to do so. One row a person and
    organisation.

    Kept by e-mail address: a person who is invited may not have an account yet, and whoever signs in with
    a link sent to that address has proved that it is theirs.
    """

    __tablename__ = "joining"
    __table_args__ = (UniqueConstraint("organisation_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str] = mapped_column(String(254), index=True)
    role: Mapped[MemberRole] = mapped_column(enum_column(MemberRole))
    state: Mapped[JoiningState] = mapped_column(enum_column(JoiningState))
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None when the service did it by itself."""
    started_at: Mapped[datetime]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise")


class SignInLink(Base):
    """A single-use link sent by e-mail. Only a digest of its token is kept."""

    __tablename__ = "sign_in_link"
    __table_args__ = (Index("ix_sign_in_link_email_created_at", "email", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    next_path: Mapped[str] = mapped_column(String(500), default="")


class SecondFactor(Base):
    """A person's authenticator app. `last_step` refuses a code that was used before (RFC 6238, 5.2)."""

    __tablename__ = "second_factor"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    secret_encrypted: Mapped[str] = mapped_column(String(300))
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    made_for_demo: Mapped[bool] = mapped_column(default=False)
    """The demo page shows this factor's code to anybody, so outside demo mode it counts as not set up."""


class RecoveryCode(Base):
    """A code that stands in for the authenticator once. Only a digest is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


class KeptWords(Base):
    """What somebody typed into a form that they sent after their session had ended.

    Offered again to the same person in the same browser, and deleted after a day. Plain text, as drafts are.
    """

    __tablename__ = "kept_words"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    browser_digest: Mapped[str] = mapped_column(String(64))
    """Of the random name in the browser's own session cookie."""
    path: Mapped[str] = mapped_column(String(500))
    """Where the form was sent to, and will be sent again."""
    words: Mapped[JsonDict]
    """{"pairs": [[name, text], ...]} in the order in which they were sent."""
    kept_at: Mapped[datetime] = mapped_column(index=True)
