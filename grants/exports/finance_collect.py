"""The rows of finance's files, read once for every form of them. A fixed number of statements each."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.accounts.models import Organisation
from grants.applications import partnership
from grants.applications.models import Application, Version
from grants.applications.states import BID, Stage
from grants.awards import queries as awards
from grants.awards.models import Award
from grants.banking import queries as banking
from grants.banking.models import CostCode, Supplier
from grants.core.clock import today
from grants.exports import award_moves
from grants.exports.award_ledger import AwardLedger, commitment, position
from grants.exports.finance_table import FinanceTable, Wanted, finance_table
from grants.exports.money_row import PaymentMoney, ReceivableMoney, Row
from grants.exports.reach import Reach, is_in, order_of, reach
from grants.exports.states import ExportKind
from grants.panels.models import Decision
from grants.panels.queries import TAKES_FROM_THE_POT
from grants.payments.models import Instalment, PaymentBatch, PaymentLine, Receipt, Receivable
from grants.payments.states import LINE, OWING_LABELS, RECEIVABLE, CameBy, LineState, ReceivableState
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition
from grants.programme.models import Round

PARTS = ("claims", "places", "lead_share", "partners")
"""What is read of a bid's frozen content."""

AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class Awarded:
    """An award or an open offer, as the rows tell it beside its money."""

    reach: Reach
    lead_id: int
    cost_code: str
    supplier: str
    stage: Stage
    offered: int
    amount: int
    released_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None


def collect_finance(session: Session, *, round_: Round, wanted: Wanted) -> FinanceTable:
    """What a file of finance holds, with its totals."""
    definition = programme.definition_of(round_)
    found = _awarded(session, round_, definition)
    rows = [
        row for row in _READERS[wanted.kind](session, round_, wanted, found) if is_in(row.reach, wanted.only)
    ]
    return finance_table(wanted, rows, order=order_of(definition, wanted.grouping))


def _awarded(session: Session, round_: Round, definition: FundDefinition) -> dict[int, Awarded]:
    """Everything that was released with money, by bid id in the order of references."""
    statement = (
        select(
            Application.id, Application.ref, Application.title, Application.stage, Application.ask,
            Application.lead_id, Organisation.name, CostCode.code, Supplier.number,
            Decision.amount, Decision.released_at, Award.amount, Award.accepted_at, Award.ended_at,
            *(Version.content[part] for part in PARTS),
        )
        .join(Organisation, Organisation.id == Application.lead_id)
        .join(Decision, Decision.application_id == Application.id)
        .join(Version, Version.id == Application.current_version_id)
        .outerjoin(Award, Award.application_id == Application.id)
        .outerjoin(CostCode, CostCode.application_id == Application.id)
        .outerjoin(Supplier, Supplier.organisation_id == Application.lead_id)
        .where(
            Application.round_id == round_.id,
            Application.stage.in_(TAKES_FROM_THE_POT),
            Decision.released_at.is_not(None),
            Decision.replaced_at.is_(None),
            Decision.amount > 0,
        )
        .order_by(Application.ref)
    )  # fmt: skip
    names = _names(session, round_.id)
    changed = partnership.agreed_partnerships(session, round_.id)
    with session.execute(statement.execution_options(yield_per=AT_A_TIME)) as rows:
        return {row[0]: _one(definition, names, changed.get(row[0], {}), *row) for row in rows}


def _one(
    definition: FundDefinition,
    names: Mapping[int, str],
    changed: Mapping[str, Any],
    *row: Any,
) -> Awarded:
    _, ref, title, stage, ask, lead_id, _, cost_code, supplier, offered, released_at, *rest = row
    amount, accepted_at, ended_at, *parts = rest
    content = {**dict(zip(PARTS, parts, strict=True)), **changed}
    return Awarded(
        reach=reach(definition, ref=ref, title=title, lead=names[lead_id], ask=ask, content=content),
        lead_id=lead_id,
        cost_code=cost_code or "",
        supplier=supplier or "",
        stage=stage,
        offered=offered,
        amount=amount or 0,
        released_at=released_at,
        accepted_at=accepted_at,
        ended_at=ended_at,
    )


def _names(session: Session, round_id: int) -> dict[int, str]:
    """The names of a round's leads; those of two organisations with one name tell which is which."""
    leads = (
        select(Organisation.id, Organisation.name, Organisation.charity_number, Organisation.company_number)
        .join(Application, Application.lead_id == Organisation.id)
        .where(Application.round_id == round_id)
        .distinct()
    )
    rows = session.execute(leads).all()
    times = Counter(name for _, name, _, _ in rows)
    return {
        id_: name if times[name] == 1 else f"{name} ({charity or company or f'organisation {id_}'})"
        for id_, name, charity, company in rows
    }


def _day(moment: datetime | None) -> date | None:
    return today(moment) if moment else None


def _ledgers(session: Session, round_: Round, found: Mapping[int, Awarded]) -> dict[int, AwardLedger]:
    ledgers = {
        bid: AwardLedger(
            offered=one.offered,
            amount=one.amount,
            released_on=today(one.released_at),
            accepted_on=_day(one.accepted_at),
            ended_on=_day(one.ended_at) if one.stage is Stage.TERMINATED else None,
        )
        for bid, one in found.items()
    }
    award_moves.fill(session, round_.id, ledgers)
    return ledgers


def _commitments(session: Session, round_: Round, wanted: Wanted, found: Mapping[int, Awarded]) -> list[Row]:
    ledgers = _ledgers(session, round_, found)
    holds = _holds(session, found)
    rows = []
    for bid, one in found.items():
        ledger, why = ledgers[bid], holds.get(bid, "")
        ledger.is_held = bool(why)
        money = commitment(ledger)
        says = (
            one.reach.ref, one.reach.title, one.reach.lead, one.cost_code, BID.staff_label(one.stage),
            today(one.released_at), _day(one.accepted_at), _day(one.ended_at),
            _why_held(one, why) if money.held else "",
        )  # fmt: skip
        rows.append(Row(one.reach, says, money))
    return rows


def _why_held(one: Awarded, why: str) -> str:
    if one.accepted_at is None:
        return "The offer is not taken up yet."
    return why or "It waits for a release."


def _holds(session: Session, found: Mapping[int, Awarded]) -> dict[int, str]:
    """Why awards may be paid nothing now, by bid: the account, checks, conditions. Three statements."""
    accepted = {bid: one.lead_id for bid, one in found.items() if one.accepted_at}
    if not accepted:
        return {}
    accounts = banking.holds_of(session, set(accepted.values()))
    checks = banking.award_holds_of(session, accepted)
    conditions = awards.payment_holds_of(session, accepted)
    return {
        bid: " ".join((*accounts[lead_id], *checks[bid], conditions.get(bid, ""))).strip()
        for bid, lead_id in accepted.items()
    }


def _positions(session: Session, round_: Round, wanted: Wanted, found: Mapping[int, Awarded]) -> list[Row]:
    ledgers = _ledgers(session, round_, found)
    at = wanted.at or date.max
    rows = []
    for bid, one in found.items():
        money = position(ledgers[bid], at)
        if not any(money):
            continue  # it was not released by then
        accepted, ended = _day(one.accepted_at), _day(one.ended_at)
        says = (
            one.reach.ref, one.reach.title, one.reach.lead, one.cost_code,
            accepted if accepted and accepted <= at else None, ended if ended and ended <= at else None,
        )  # fmt: skip
        rows.append(Row(one.reach, says, money))
    return rows


def _payments(session: Session, round_: Round, wanted: Wanted, found: Mapping[int, Awarded]) -> list[Row]:
    statement = (
        select(
            PaymentLine.application_id, PaymentBatch.ref, PaymentLine.reference, Instalment.name,
            PaymentBatch.pay_on, PaymentBatch.sent_at, PaymentLine.state, PaymentLine.paid_at,
            PaymentLine.settled_at, PaymentLine.amount,
        )
        .join(PaymentBatch, PaymentBatch.id == PaymentLine.batch_id)
        .join(Instalment, Instalment.id == PaymentLine.instalment_id)
        .where(PaymentBatch.round_id == round_.id, PaymentLine.state != LineState.LEFT_OUT)
        .order_by(PaymentBatch.number, PaymentLine.reference, PaymentLine.id)
    )  # fmt: skip
    return [_payment(found, *row) for row in session.execute(statement)]


def _payment(found: Mapping[int, Awarded], bid: int, *row: Any) -> Row:
    batch, reference, instalment, pay_on, sent_at, state, paid_at, settled_at, amount = row
    one = found[bid]
    paid_on, undone_on = award_moves.days_of(
        state=state, pay_on=pay_on, sent_at=sent_at, paid_at=paid_at, settled_at=settled_at
    )
    says = (
        batch, reference, one.reach.ref, one.reach.lead, one.supplier, one.cost_code, instalment,
        pay_on, _day(sent_at), LINE.staff_label(state), paid_on, undone_on,
    )  # fmt: skip
    return Row(one.reach, says, PaymentMoney()._replace(**{state.value: amount}))


def _receivables(session: Session, round_: Round, wanted: Wanted, found: Mapping[int, Awarded]) -> list[Row]:
    back = (
        select(Receipt.receivable_id, Receipt.came_by, func.sum(Receipt.amount))
        .join(Receivable, Receivable.id == Receipt.receivable_id)
        .join(Application, Application.id == Receivable.application_id)
        .where(Application.round_id == round_.id)
        .group_by(Receipt.receivable_id, Receipt.came_by)
    )
    came_back = {(id_, came_by): int(pence) for id_, came_by, pence in session.execute(back)}
    statement = (
        select(
            Receivable.application_id, Receivable.id, Receivable.ref, Receivable.owing, Receivable.state,
            Receivable.amount, Receivable.written_off, Receivable.drafted_at, Receivable.approved_at,
            Receivable.due_on,
        )
        .join(Application, Application.id == Receivable.application_id)
        .where(Application.round_id == round_.id)
        .order_by(Receivable.ref)
    )  # fmt: skip
    return [_receivable(found, came_back, *row) for row in session.execute(statement)]


def _receivable(
    found: Mapping[int, Awarded], came_back: Mapping[tuple[int, CameBy], int], bid: int, *row: Any
) -> Row:
    id_, ref, owing, state, amount, written_off, drafted_at, approved_at, due_on = row
    one = found[bid]
    says = (
        ref, one.reach.ref, one.reach.lead, one.supplier, one.cost_code, OWING_LABELS[owing],
        RECEIVABLE.staff_label(state), today(drafted_at), _day(approved_at), due_on,
    )  # fmt: skip
    received, kept_back = (came_back.get((id_, way), 0) for way in (CameBy.BANK, CameBy.OFFSET))
    if state is ReceivableState.DRAFTED:
        return Row(one.reach, says, ReceivableMoney(drafted=amount))
    if state is ReceivableState.REFUSED:
        return Row(one.reach, says, ReceivableMoney(refused=amount))
    outstanding = amount - received - kept_back - written_off
    return Row(one.reach, says, ReceivableMoney(received, kept_back, written_off, outstanding))


Reader = Callable[[Session, Round, Wanted, Mapping[int, Awarded]], list[Row]]

_READERS: Mapping[ExportKind, Reader] = {
    ExportKind.COMMITMENTS: _commitments,
    ExportKind.PAYMENTS: _payments,
    ExportKind.RECEIVABLES: _receivables,
    ExportKind.POSITION: _positions,
}
