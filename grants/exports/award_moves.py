"""Reading what moved an award's money, and on which day: instalments, payments, money that came back."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.awards.models import AwardTerms
from grants.core.clock import today
from grants.exports.award_ledger import AwardLedger, Line, Part
from grants.payments.models import Instalment, PaymentBatch, PaymentLine, Receipt, Receivable
from grants.payments.states import STANDING, CameBy, LineState


def fill(session: Session, round_id: int, ledgers: Mapping[int, AwardLedger]) -> None:
    """Write into the ledgers of a round's awards, by bid id, all that is on record. Five statements."""
    _changes(session, round_id, ledgers)
    parts = _instalments(session, round_id, ledgers)
    _lines(session, round_id, parts)
    _receipts(session, round_id, ledgers, parts)
    _owed(session, round_id, ledgers)


def days_of(
    *,
    state: LineState,
    pay_on: date,
    sent_at: datetime | None,
    paid_at: datetime | None,
    settled_at: datetime | None,
) -> tuple[date | None, date | None]:
    """The days on which a payment was paid, and on which it failed or came back.

    It is paid on the batch's day of payment, or when the batch was sent if that was later, but never after
    somebody noted that it had arrived.
    """
    noted = paid_at or (settled_at if state is LineState.PAID else None)
    undone = today(settled_at) if settled_at and state in (LineState.FAILED, LineState.RETURNED) else None
    if noted is None or sent_at is None:
        return None, undone
    return min(today(noted), max(pay_on, today(sent_at))), undone


def _changes(session: Session, round_id: int, ledgers: Mapping[int, AwardLedger]) -> None:
    """What variations made of awards, as what each added or took."""
    statement = (
        select(AwardTerms.application_id, AwardTerms.agreed_at, AwardTerms.amount)
        .join(Application, Application.id == AwardTerms.application_id)
        .where(Application.round_id == round_id)
        .order_by(AwardTerms.application_id, AwardTerms.number)
    )
    before: dict[int, int] = {}
    for bid, agreed_at, amount in session.execute(statement):
        if bid in ledgers and amount != before.get(bid, amount):
            ledgers[bid].changes.append((today(agreed_at), amount - before[bid]))
        before[bid] = amount


def _instalments(session: Session, round_id: int, ledgers: Mapping[int, AwardLedger]) -> dict[int, Part]:
    statement = (
        select(
            Instalment.id, Instalment.application_id, Instalment.amount, Instalment.due_by,
            Instalment.due_on, Instalment.released_at,
        )
        .join(Application, Application.id == Instalment.application_id)
        .where(Application.round_id == round_id)
        .order_by(Instalment.application_id, Instalment.number)
    )  # fmt: skip
    found = {}
    for id_, bid, amount, due_by, due_on, released_at in session.execute(statement):
        if bid in ledgers:
            found[id_] = Part(amount, due_by, due_on, today(released_at) if released_at else None)
            ledgers[bid].parts.append(found[id_])
    return found


def _lines(session: Session, round_id: int, parts: Mapping[int, Part]) -> None:
    statement = (
        select(
            PaymentLine.instalment_id, PaymentLine.amount, PaymentLine.state, PaymentLine.paid_at,
            PaymentLine.settled_at, PaymentBatch.pay_on, PaymentBatch.sent_at,
        )
        .join(PaymentBatch, PaymentBatch.id == PaymentLine.batch_id)
        .where(PaymentBatch.round_id == round_id, PaymentLine.state != LineState.LEFT_OUT)
        .order_by(PaymentLine.id)
    )  # fmt: skip
    for id_, amount, state, paid_at, settled_at, pay_on, sent_at in session.execute(statement):
        paid_on, undone_on = days_of(
            state=state, pay_on=pay_on, sent_at=sent_at, paid_at=paid_at, settled_at=settled_at
        )
        if id_ in parts:
            sent_on = today(sent_at) if sent_at else None
            parts[id_].lines.append(Line(amount, sent_on, paid_on, undone_on))


def _receipts(
    session: Session, round_id: int, ledgers: Mapping[int, AwardLedger], parts: Mapping[int, Part]
) -> None:
    statement = (
        select(
            Receivable.application_id, Receipt.came_by, Receipt.instalment_id, Receipt.amount,
            Receipt.received_on, Receipt.recorded_at,
        )
        .join(Receivable, Receivable.id == Receipt.receivable_id)
        .join(Application, Application.id == Receivable.application_id)
        .where(Application.round_id == round_id)
        .order_by(Receipt.id)
    )  # fmt: skip
    for bid, came_by, instalment_id, pence, received_on, recorded_at in session.execute(statement):
        moved = (min(received_on, today(recorded_at)), pence)
        if came_by is CameBy.BANK and bid in ledgers:
            ledgers[bid].received.append(moved)
        elif instalment_id is not None and instalment_id in parts:
            parts[instalment_id].kept_back.append(moved)


def _owed(session: Session, round_id: int, ledgers: Mapping[int, AwardLedger]) -> None:
    """What counts as owed, less what came back. Drafts too, as on the page of payments."""
    came_back = (
        select(func.coalesce(func.sum(Receipt.amount), 0))
        .where(Receipt.receivable_id == Receivable.id)
        .scalar_subquery()
    )
    statement = (
        select(
            Receivable.application_id, func.sum(Receivable.amount - Receivable.written_off - came_back)
        )
        .join(Application, Application.id == Receivable.application_id)
        .where(Application.round_id == round_id, Receivable.state.in_(STANDING))
        .group_by(Receivable.application_id)
    )  # fmt: skip
    for bid, pence in session.execute(statement):
        if bid in ledgers:
            ledgers[bid].owed = int(pence)
