"""What somebody should see before money goes out: changed schedules, payments that failed, missing codes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.banking import queries as banking
from grants.banking.models import CostCode, Supplier
from grants.payments.models import PaymentLine, ScheduleChange
from grants.payments.states import LIVE, LineState


@dataclass(frozen=True)
class Outcome:
    """How many payments of a batch stand in one state, and what they add up to, pence."""

    count: int = 0
    amount: int = 0


def schedule_changes(session: Session, application_ids: Collection[int]) -> list[ScheduleChange]:
    """Changes of awards' schedules by hand, the newest first."""
    rows = select(ScheduleChange).where(ScheduleChange.application_id.in_(application_ids))
    return list(session.scalars(rows.order_by(ScheduleChange.id.desc())))


def last_failures(session: Session, instalment_ids: Collection[int]) -> dict[int, PaymentLine]:
    """The newest payment of each instalment that failed or came back, by instalment."""
    rows = session.scalars(
        select(PaymentLine)
        .where(
            PaymentLine.instalment_id.in_(instalment_ids),
            PaymentLine.state.in_((LineState.FAILED, LineState.RETURNED)),
        )
        .order_by(PaymentLine.id)
    )
    return {line.instalment_id: line for line in rows}


def paid_elsewhere(session: Session, instalment_ids: Collection[int]) -> set[int]:
    """Those of the instalments that have an open or paid payment now."""
    rows = select(PaymentLine.instalment_id).where(
        PaymentLine.instalment_id.in_(instalment_ids), PaymentLine.state.in_(LIVE)
    )
    return set(session.scalars(rows))


def same_account(session: Session, line: PaymentLine) -> bool:
    """Whether the organisation would be paid to the account to which this payment went."""
    account = banking.payable(session, line.instalment.application.lead_id)
    return account is not None and account.id == line.bank_details_id


def uncoded(session: Session, application_ids: Collection[int]) -> list[Application]:
    """Bids whose supplier number or cost code finance has not entered, by reference."""
    rows = (
        select(Application)
        .outerjoin(Supplier, Supplier.organisation_id == Application.lead_id)
        .outerjoin(CostCode, CostCode.application_id == Application.id)
        .where(
            Application.id.in_(application_ids),
            or_(func.coalesce(Supplier.number, "") == "", func.coalesce(CostCode.code, "") == ""),
        )
    )
    return list(session.scalars(rows.order_by(Application.ref)))


def outcomes(session: Session, batch_ids: Collection[int]) -> Mapping[int, Mapping[LineState, Outcome]]:
    """What became of the payments of batches: by batch and state. One statement."""
    found: dict[int, dict[LineState, Outcome]] = {}
    rows = session.execute(
        select(PaymentLine.batch_id, PaymentLine.state, func.count(), func.sum(PaymentLine.amount))
        .where(PaymentLine.batch_id.in_(batch_ids))
        .group_by(PaymentLine.batch_id, PaymentLine.state)
    )
    for batch_id, state, count, amount in rows:
        found.setdefault(batch_id, {})[state] = Outcome(count, int(amount))
    return found
