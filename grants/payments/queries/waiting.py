"""Counting what waits for finance, and instalments that wait for a programme manager."""

from sqlalchemy import and_, exists, func, or_, select

from grants.accounts.waiting import Counted, Reader, by_round
from grants.applications.models import Application
from grants.applications.waiting import by_bid
from grants.awards.models import Award
from grants.payments.models import Instalment, PaymentBatch, PaymentLine, Receipt, Receivable
from grants.payments.queries.rows import PAYABLE
from grants.payments.states import LIVE, BatchState, LineState, ReceivableState
from grants.programme.paying import DueBy


def awards_to_plan(reader: Reader) -> Counted:
    """Awards without a schedule."""
    return by_bid(Award.application_id, without=reader.hidden).where(
        Application.stage.in_(PAYABLE), ~exists().where(Instalment.application_id == Application.id)
    )


def instalments_to_pay(reader: Reader) -> Counted:
    """What `queries.due` finds today, of bids apart from the reader."""
    kept = (
        select(func.coalesce(func.sum(Receipt.amount), 0))
        .where(Receipt.instalment_id == Instalment.id)
        .correlate(Instalment)
        .scalar_subquery()
    )
    return by_bid(Instalment.application_id, without=reader.barred).where(
        Application.stage.in_(PAYABLE),
        or_(
            Instalment.released_at.is_not(None),
            and_(Instalment.due_by == DueBy.DAY, Instalment.due_on <= reader.day),
        ),
        ~exists().where(PaymentLine.instalment_id == Instalment.id, PaymentLine.state.in_(LIVE)),
        Instalment.amount > kept,
    )


def instalments_to_release(reader: Reader) -> Counted:
    """Those whose day has come and which nobody has released."""
    return by_bid(Instalment.application_id, without=reader.barred).where(
        Application.stage.in_(PAYABLE),
        Instalment.due_by != DueBy.DAY,
        Instalment.released_at.is_(None),
        Instalment.due_on <= reader.day,
    )


def batches_to_check(reader: Reader) -> Counted:
    """Batches that are built."""
    return _batches(reader, BatchState.BUILT)


def batches_to_send(reader: Reader) -> Counted:
    """Batches that are approved."""
    return _batches(reader, BatchState.APPROVED)


def _batches(reader: Reader, state: BatchState) -> Counted:
    """Batches in a state, without those that the reader may not handle because of a bid in them."""
    barred = select(PaymentLine.batch_id).where(
        PaymentLine.application_id.in_(reader.barred), PaymentLine.state == LineState.OPEN
    )
    return by_round(PaymentBatch.round_id).where(PaymentBatch.state == state, PaymentBatch.id.not_in(barred))


def batches_to_approve(reader: Reader) -> Counted:
    """Those that others built and checked."""
    return by_round(PaymentBatch.round_id).where(
        PaymentBatch.state == BatchState.CHECKED,
        PaymentBatch.built_by_id != reader.person_id,
        PaymentBatch.checked_by_id != reader.person_id,
    )


def batches_to_settle(_: Reader) -> Counted:
    """Those sent to the bank of which it is not noted what became of every payment."""
    return by_round(PaymentBatch.round_id).where(PaymentBatch.state == BatchState.SENT)


def receivables_overdue(reader: Reader) -> Counted:
    """Invoices whose day has passed and of which something is still owed."""
    return _receivables(reader, ReceivableState.INVOICED).where(Receivable.due_on < reader.day)


def receivables_to_approve(reader: Reader) -> Counted:
    """Drafted by somebody else."""
    return _receivables(reader, ReceivableState.DRAFTED).where(Receivable.drafted_by_id != reader.person_id)


def write_offs_to_approve(reader: Reader) -> Counted:
    """Proposed by somebody else."""
    return _receivables(reader, ReceivableState.INVOICED).where(
        Receivable.write_off_drafted_by_id != reader.person_id
    )


def _receivables(reader: Reader, state: ReceivableState) -> Counted:
    return by_bid(Receivable.application_id, without=reader.barred).where(Receivable.state == state)
