"""Tables of bank details, of what the ledger calls an organisation, and of the checks of an award."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.accounts.models import Organisation
from grants.banking.states import BankState, Finding, Item, Modulus, PayeeCheck
from grants.core.db import Base, enum_column


class BankDetails(Base):
    """One account of an organisation as it was entered. Never overwritten: a newer row replaces it.

    `sealed` holds name, sort code, number and roll number encrypted as one (`sealing`); '' once it was
    emptied. `digest` is keyed, so that the same account shows wherever it was entered without being read.
    """

    __tablename__ = "bank_details"
    __table_args__ = (
        Index("ix_bank_details_organisation_id_state", "organisation_id", "state"),
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id != entered_by_id", name="second_person"),
        CheckConstraint(
            "state != 'approved' OR (settled_by_id IS NOT NULL AND settled_by_id != entered_by_id "
            "AND (confirmed_by_id IS NULL OR settled_by_id != confirmed_by_id))",
            name="two_sides",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[BankState] = mapped_column(enum_column(BankState), default=BankState.DRAFT)
    sealed: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    ending: Mapped[str] = mapped_column(String(2))
    """The last two digits of the account number, by which people tell accounts apart."""
    modulus: Mapped[Modulus] = mapped_column(enum_column(Modulus))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The second person of the organisation, who typed the numbers again."""
    confirmed_at: Mapped[datetime | None]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    """A letter or statement of the bank, in the place of a second person."""
    payee_check: Mapped[PayeeCheck | None] = mapped_column(enum_column(PayeeCheck))
    payee_note: Mapped[str] = mapped_column(default="")
    """Why the account is taken although the bank's answer was no match, or how it was checked otherwise."""
    payee_checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    payee_checked_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    settled_reason: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
    """When it was replaced, refused or taken back."""
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}


class Supplier(Base):
    """What the council's ledger calls an organisation."""

    __tablename__ = "supplier"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(30))
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]


class CostCode(Base):
    """Where the council's ledger books an award."""

    __tablename__ = "cost_code"

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]


class DiligenceCheck(Base):
    """What came of one check of an award, as last recorded. `EarlierCheck` keeps what stood before."""

    __tablename__ = "diligence_check"
    __table_args__ = (UniqueConstraint("application_id", "item"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    item: Mapped[Item] = mapped_column(enum_column(Item))
    finding: Mapped[Finding] = mapped_column(enum_column(Finding))
    note: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class EarlierCheck(Base):
    """What was recorded of a check before somebody recorded it again: nothing is overwritten."""

    __tablename__ = "earlier_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    item: Mapped[Item] = mapped_column(enum_column(Item))
    finding: Mapped[Finding] = mapped_column(enum_column(Finding))
    note: Mapped[str]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    replaced_at: Mapped[datetime]


class ModulusTable(Base):
    """A table of the modulus check that the operator loaded in the place of the one that comes along."""

    __tablename__ = "modulus_table"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    """'weights' or 'substitutes'."""
    content: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    loaded_at: Mapped[datetime]
