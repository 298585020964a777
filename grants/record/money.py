"""Reading what the record tells of payments: plans, batches, what became of each payment, money that came
back. No bank details, and no hash total either: that of a single payment is its account.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.core.money import pounds
from grants.payments import queries as payments
from grants.payments.models import (
    Instalment,
    PaymentBatch,
    PaymentFile,
    PaymentLine,
    Receipt,
    Receivable,
    ScheduleChange,
)
from grants.payments.states import BATCH, CAME_BY_LABELS, DUE_LABELS, LINE, OWING_LABELS, RECEIVABLE
from grants.programme.models import Round
from grants.programme.paying import FileKind
from grants.record import checks
from grants.record.account import Cell, Private, Rows, Section, Who

FILE_WORDS = {FileKind.CSV: "CSV", FileKind.BACS: "Bacs", FileKind.PAIN001: "ISO 20022"}

INSTALMENTS = ("Bid", "Number", "Name", "Amount", "Due by", "Day", "Planned by", "When", "Released by",
               "Released", "Why")  # fmt: skip
CHANGES = ("Bid", "Before", "After", "Changed by", "When", "Why")
LINES = ("Bid", "Batch", "Reference", "Amount", "State", "Noted by", "When", "Paid", "Words")
BATCHES = ("Batch", "Day of payment", "State", "Payments", "Total", "Built by", "Built",
           "Checked by", "Checked", "Approved by", "Approved", "Sent by", "Sent", "Ended by", "Ended",
           "Why cancelled")  # fmt: skip
FILES = ("Batch", "File", "Made", "Bytes", "SHA-256")
RECEIVABLES = ("Invoice", "What for", "Amount", "State", "Reason", "Asked for by", "When", "Settled by",
               "Settled", "Due", "Still owed")  # fmt: skip
RECEIPTS = ("Invoice", "How", "Amount", "Day", "Recorded by", "When", "Note")
WRITE_OFFS = ("Invoice", "Written off", "Proposed by", "Proposed", "Approved by", "Approved", "Reason")


def of_a_bid(session: Session, bid: Application) -> tuple[Section, ...]:
    """A bid's instalments, payments with their batches and files, and money owed back."""
    return _sections(session, Application.id == bid.id)


def of_a_round(session: Session, round_: Round, *, without: Collection[int]) -> tuple[Section, ...]:
    """The same of all bids of a round but those in `without`, and where the pot is."""
    which = (Application.round_id == round_.id) & Application.id.not_in(without)
    return *_sections(session, which), Section("Where the pot is", ("Part", "Amount"), _pot(session, round_))


def _pot(session: Session, round_: Round) -> tuple[tuple[Cell, ...], ...]:
    standing = payments.reconciliation(session, round_)
    rows = [*standing.parts(), ("The pot", standing.pot), ("The pot less its parts", standing.difference)]
    return tuple((name, pounds(pence)) for name, pence in rows)


def _sections(session: Session, which: Any) -> tuple[Section, ...]:
    """What was checked, then eight sections in six statements."""
    owed = session.scalars(
        select(Receivable)
        .join(Application, Application.id == Receivable.application_id)
        .where(which)
        .order_by(Receivable.id)
    ).all()
    of_lines = (
        select(PaymentLine.batch_id)
        .join(Application, Application.id == PaymentLine.application_id)
        .where(which)
    )  # fmt: skip
    return (
        *checks.sections(session, which),
        Section("Instalments", INSTALMENTS, tuple(_instalments(session, which))),
        Section("Schedules changed by hand", CHANGES, tuple(_changes(session, which))),
        Section("Payment batches", BATCHES, tuple(_batches(session, of_lines))),
        Section("Payments", LINES, tuple(_lines(session, which))),
        Section("Payment files", FILES, tuple(_files(session, of_lines))),
        Section("Money owed back", RECEIVABLES, tuple(map(_receivable, owed))),
        Section(
            "Money that came back",
            RECEIPTS,
            tuple(_receipt(row, one) for row in owed for one in row.receipts),
        ),
        Section(
            "Written off", WRITE_OFFS, tuple(_write_off(row) for row in owed if row.write_off_drafted_at)
        ),
    )


def _who(person_id: int | None) -> Cell:
    return Who(person_id) if person_id else None


def _instalments(session: Session, which: Any) -> Rows:
    rows = (
        select(Instalment)
        .join(Application, Application.id == Instalment.application_id)
        .where(which)
        .order_by(Application.ref, Instalment.number)
    )
    for one in session.scalars(rows):
        yield (
            one.application.ref, one.number, one.name, pounds(one.amount), DUE_LABELS[one.due_by], one.due_on,
            Who(one.planned_by_id), one.planned_at, _who(one.released_by_id), one.released_at,
            Private(one.release_note),
        )  # fmt: skip


def _changes(session: Session, which: Any) -> Rows:
    rows = (
        select(ScheduleChange, Application.ref)
        .join(Application, Application.id == ScheduleChange.application_id)
        .where(which)
        .order_by(ScheduleChange.id)
    )
    for one, ref in session.execute(rows):
        yield ref, one.before, one.after, Who(one.changed_by_id), one.changed_at, Private(one.reason)


def _batches(session: Session, of_lines: Select[int]) -> Rows:
    rows = select(PaymentBatch).where(PaymentBatch.id.in_(of_lines)).order_by(PaymentBatch.id)
    for one in session.scalars(rows):
        yield (
            one.ref, one.pay_on, BATCH.staff_label(one.state), one.count, pounds(one.total),
            Who(one.built_by_id), one.built_at, _who(one.checked_by_id),
            one.checked_at, _who(one.approved_by_id), one.approved_at, _who(one.sent_by_id), one.sent_at,
            _who(one.ended_by_id), one.ended_at, Private(one.cancel_reason),
        )  # fmt: skip


def _lines(session: Session, which: Any) -> Rows:
    """Payments with what became of them; also what a batch left out, and why."""
    rows = (
        select(PaymentLine, PaymentBatch.ref, Application.ref)
        .join(PaymentBatch, PaymentBatch.id == PaymentLine.batch_id)
        .join(Application, Application.id == PaymentLine.application_id)
        .where(which)
        .order_by(PaymentLine.id)
    )
    for one, batch, bid in session.execute(rows):
        yield (
            bid, batch, one.reference, pounds(one.amount), LINE.staff_label(one.state),
            _who(one.settled_by_id), one.settled_at, one.paid_at, Private(one.note),
        )  # fmt: skip


def _files(session: Session, of_lines: Select[int]) -> Rows:
    rows = (
        select(PaymentBatch.ref, PaymentFile.kind, PaymentFile.made_at, PaymentFile.size, PaymentFile.sha256)
        .join(PaymentBatch, PaymentBatch.id == PaymentFile.batch_id)
        .where(PaymentFile.batch_id.in_(of_lines))
        .order_by(PaymentFile.id)
    )
    for ref, kind, made_at, size, sha256 in session.execute(rows):
        # of a file with one payment the hash would let anybody try out account numbers
        yield ref, FILE_WORDS[kind], made_at, size, Private(sha256)


def _receivable(one: Receivable) -> tuple[Cell, ...]:
    return (
        one.ref, OWING_LABELS[one.owing], pounds(one.amount), RECEIVABLE.staff_label(one.state),
        Private(one.reason), Who(one.drafted_by_id), one.drafted_at, _who(one.approved_by_id),
        one.approved_at, one.due_on, pounds(one.outstanding),
    )  # fmt: skip


def _receipt(row: Receivable, one: Receipt) -> tuple[Cell, ...]:
    return (
        row.ref, CAME_BY_LABELS[one.came_by], pounds(one.amount), one.received_on, Who(one.recorded_by_id),
        one.recorded_at, Private(one.note),
    )  # fmt: skip


def _write_off(one: Receivable) -> tuple[Cell, ...]:
    return (
        one.ref, pounds(one.written_off), _who(one.write_off_drafted_by_id), one.write_off_drafted_at,
        _who(one.write_off_approved_by_id), one.write_off_approved_at, Private(one.write_off_reason),
    )  # fmt: skip
