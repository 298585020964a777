"""Tables of payments: instalments of awards, batches with their lines and files, money that is owed back."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.core.db import Base, enum_column
from grants.payments.states import BatchState, CameBy, LineState, Owing, ReceivableState
from grants.programme.paying import DueBy, FileKind

IS_LIVE = text("state IN ('open', 'paid')")
"""`states.LIVE` as the databases read it."""


class Instalment(Base):
    """One part of an award, pence. What is due by a milestone or a report waits for its release."""

    __tablename__ = "instalment"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        CheckConstraint("amount > 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int]
    """Counts from 1 and is never given twice, so that a reference names one instalment for good."""
    name: Mapped[str] = mapped_column(String(80))
    amount: Mapped[int] = mapped_column(BigInteger)
    due_by: Mapped[DueBy] = mapped_column(enum_column(DueBy))
    due_on: Mapped[date]
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    release_note: Mapped[str] = mapped_column(default="")
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    planned_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}


class ScheduleChange(Base):
    """A schedule that was planned again by hand: its free instalments before and after, a line each."""

    __tablename__ = "schedule_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    before: Mapped[str]
    """Nothing where there was no schedule yet."""
    after: Mapped[str]
    reason: Mapped[str]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class PaymentBatch(Base):
    """Payments that are checked, approved and sent together. What is left out counts in no total."""

    __tablename__ = "payment_batch"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id != built_by_id", name="two_people"),
        CheckConstraint(
            "approved_by_id IS NULL OR (checked_by_id IS NOT NULL AND approved_by_id != checked_by_id)",
            name="checked_by_another",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    number: Mapped[int]
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[BatchState] = mapped_column(enum_column(BatchState), default=BatchState.BUILT)
    pay_on: Mapped[date]
    count: Mapped[int]
    total: Mapped[int] = mapped_column(BigInteger)
    """Pence."""
    hash_total: Mapped[str] = mapped_column(String(10), default="")
    """`rules.control_totals` of the accounts, from approval on."""
    built_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    built_at: Mapped[datetime]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    """When the last line was settled, or the batch was cancelled."""
    cancel_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class PaymentLine(Base):
    """One payment of a batch, pence. Of the lines of an instalment at most one is open or paid, ever."""

    __tablename__ = "payment_line"
    __table_args__ = (
        UniqueConstraint("batch_id", "instalment_id"),
        Index(
            "uq_payment_line_live",
            "instalment_id",
            unique=True,
            sqlite_where=IS_LIVE,
            postgresql_where=IS_LIVE,
        ),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("state = 'left_out' OR bank_details_id IS NOT NULL", name="has_an_account"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("payment_batch.id"))
    instalment_id: Mapped[int] = mapped_column(ForeignKey("instalment.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    reference: Mapped[str] = mapped_column(String(18))
    amount: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[LineState] = mapped_column(enum_column(LineState), default=LineState.OPEN)
    bank_details_id: Mapped[int | None] = mapped_column(ForeignKey("bank_details.id"))
    note: Mapped[str] = mapped_column(default="")
    """Why it was left out, failed or was returned."""
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    """When it was noted as paid. It stays when the payment comes back, so that a day in between is told."""
    version: Mapped[int] = mapped_column(default=1)

    instalment: Mapped[Instalment] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}


class PaymentFile(Base):
    """A batch's file as it was approved: its bytes sealed like bank details, written once."""

    __tablename__ = "payment_file"
    __table_args__ = (UniqueConstraint("batch_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("payment_batch.id"))
    kind: Mapped[FileKind] = mapped_column(enum_column(FileKind))
    sealed: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    """Bytes."""
    made_at: Mapped[datetime]


class Receivable(Base):
    """Money that the lead organisation of an award owes back, pence."""

    __tablename__ = "receivable"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("written_off >= 0 AND written_off <= amount", name="written_off_within_the_amount"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id != drafted_by_id", name="two_people"),
        CheckConstraint(
            "write_off_approved_by_id IS NULL OR write_off_approved_by_id != write_off_drafted_by_id",
            name="written_off_by_two",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int]
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    owing: Mapped[Owing] = mapped_column(enum_column(Owing))
    amount: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    state: Mapped[ReceivableState] = mapped_column(
        enum_column(ReceivableState), default=ReceivableState.DRAFTED
    )
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who approved or refused it."""
    approved_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    """When the invoice is to be paid."""
    written_off: Mapped[int] = mapped_column(BigInteger, default=0)
    write_off_reason: Mapped[str] = mapped_column(default="")
    write_off_drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    write_off_drafted_at: Mapped[datetime | None]
    write_off_approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    write_off_approved_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship(lazy="joined", innerjoin=True)
    receipts: Mapped[list["Receipt"]] = relationship(lazy="selectin", order_by="Receipt.id")

    __mapper_args__ = {"version_id_col": version}

    @property
    def came_back(self) -> int:
        """What was received or kept back of it, pence."""
        return sum(receipt.amount for receipt in self.receipts)

    @property
    def outstanding(self) -> int:
        """What is still owed, pence."""
        return self.amount - self.came_back - self.written_off


class Receipt(Base):
    """Money that came back for a receivable, pence: by the bank, or kept back from an instalment."""

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("(came_by = 'offset') = (instalment_id IS NOT NULL)", name="offset_of_an_instalment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    receivable_id: Mapped[int] = mapped_column(ForeignKey("receivable.id"), index=True)
    came_by: Mapped[CameBy] = mapped_column(enum_column(CameBy))
    amount: Mapped[int] = mapped_column(BigInteger)
    instalment_id: Mapped[int | None] = mapped_column(ForeignKey("instalment.id"), index=True)
    received_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
