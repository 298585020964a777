"""Where the money of an award and of a pot is, counted from rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from grants.allocations import queries as allocations
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.awards.models import Award
from grants.core.errors import NotFound
from grants.panels.models import Decision
from grants.panels.queries import TAKEN, TAKES_FROM_THE_POT
from grants.payments.models import Instalment, PaymentBatch, PaymentLine, Receipt, Receivable
from grants.payments.rules import AwardMoney, Reconciliation, reconcile
from grants.payments.states import STANDING, BatchState, CameBy, LineState
from grants.programme.models import Round


@dataclass(frozen=True)
class AwardRow:
    """An award on the round's page of payments, or an offer that nobody has taken up yet."""

    application: Application
    money: AwardMoney
    outstanding: int = 0
    """What is still owed back, pence."""
    is_offer: bool = False


@dataclass
class _Sums:
    """Pence by bid id, one statement each."""

    paid: Mapping[int, int] = field(default_factory=dict)
    at_bank: Mapping[int, int] = field(default_factory=dict)
    unpaid: Mapping[int, int] = field(default_factory=dict)
    kept_of_unpaid: Mapping[int, int] = field(default_factory=dict)
    received: Mapping[int, int] = field(default_factory=dict)
    offset: Mapping[int, int] = field(default_factory=dict)
    planned: Mapping[int, int] = field(default_factory=dict)


def money_of(session: Session, application: Application) -> AwardMoney:
    """Where one award's money is. Raises NotFound."""
    found = _money(session, Application.id == application.id)
    if not found:
        raise NotFound("This bid has no award.")
    return found[0][1]


def spoken_for(session: Session, application: Application) -> int:
    """What was paid, is at the bank or was kept back of an award, pence: it cannot be made less than that."""
    money = money_of(session, application)
    return money.paid + money.at_bank + money.offset


def award_rows(session: Session, round_id: int) -> list[AwardRow]:
    """What a round's released decisions took from its pot, by reference. Ten statements, however many."""
    standing = select(Receivable.application_id, func.sum(Receivable.amount - Receivable.written_off)).where(
        Receivable.state.in_(STANDING)
    )
    owing = _by_bid(session, standing.group_by(Receivable.application_id))
    awards = [
        AwardRow(application, money, owing.get(application.id, 0) - money.received - money.offset)
        for application, money in _money(session, Application.round_id == round_id)
    ]
    offers = [
        AwardRow(application, AwardMoney(offered=amount, amount=amount, to_pay=amount), is_offer=True)
        for application, amount in _open_offers(session, round_id)
    ]
    return sorted([*awards, *offers], key=lambda row: row.application.ref)


def reconciliation(session: Session, round_: Round) -> Reconciliation:
    """Where a round's pot is, each part counted from its own rows."""
    budget = allocations.budget(session, round_)
    return reconcile(
        pot=budget.pot,
        decided=budget.proposed + budget.held,
        held=budget.held,
        released=budget.committed,
        offers=sum(amount for _, amount in _open_offers(session, round_.id)),
        awards=[money for _, money in _money(session, Application.round_id == round_.id)],
    )


def _open_offers(session: Session, round_id: int) -> list[tuple[Application, int]]:
    """Bids whose released decision takes from the pot and that have no award yet, with its pence."""
    rows = session.execute(
        select(Application, Decision.amount)
        .join(Decision, Application.id == Decision.application_id)
        .where(
            Application.round_id == round_id,
            Application.stage.in_(TAKES_FROM_THE_POT),
            Decision.released_at.is_not(None),
            Decision.replaced_at.is_(None),
            Decision.amount > 0,
            ~exists().where(Award.application_id == Application.id),
        )
    )
    return [(application, amount) for application, amount in rows]


def _money(session: Session, which: ColumnElement[bool]) -> list[tuple[Application, AwardMoney]]:
    rows = session.execute(
        select(Application, Award.amount, TAKEN)
        .join(Award, Award.application_id == Application.id)
        .join(Decision, Decision.application_id == Application.id)
        .where(which, Decision.replaced_at.is_(None))
        .order_by(Application.ref)
    ).all()
    sums = _sums(session, which)
    return [(application, _one(application, amount, taken, sums)) for application, amount, taken in rows]


def _one(application: Application, amount: int, taken: int, sums: _Sums) -> AwardMoney:
    key, ended = application.id, application.stage is Stage.TERMINATED
    to_pay = sums.unpaid.get(key, 0) - sums.kept_of_unpaid.get(key, 0)
    return AwardMoney(
        offered=amount if ended else taken,
        amount=amount,
        paid=sums.paid.get(key, 0),
        to_pay=to_pay if key in sums.planned else amount,
        at_bank=sums.at_bank.get(key, 0),
        received=sums.received.get(key, 0),
        offset=sums.offset.get(key, 0),
        gap=amount - sums.planned[key] if key in sums.planned else 0,
        ended=ended,
        back_in_pot=amount - taken if ended else 0,
    )


def _sums(session: Session, which: ColumnElement[bool]) -> _Sums:
    bids = select(Application.id).where(which)
    line = select(PaymentLine.application_id, func.sum(PaymentLine.amount)).where(
        PaymentLine.application_id.in_(bids)
    )
    lines = line.group_by(PaymentLine.application_id)
    part = select(Instalment.application_id, func.sum(Instalment.amount)).where(
        Instalment.application_id.in_(bids)
    )
    was_paid = exists().where(PaymentLine.instalment_id == Instalment.id, PaymentLine.state == LineState.PAID)
    back = (
        select(Receivable.application_id, func.sum(Receipt.amount))
        .join(Receipt, Receipt.receivable_id == Receivable.id)
        .where(Receivable.application_id.in_(bids))
        .group_by(Receivable.application_id)
    )
    sent = lines.join(PaymentBatch, PaymentBatch.id == PaymentLine.batch_id).where(
        PaymentLine.state == LineState.OPEN, PaymentBatch.state == BatchState.SENT
    )
    kept = back.join(Instalment, Instalment.id == Receipt.instalment_id).where(~was_paid)
    return _Sums(
        paid=_by_bid(session, lines.where(PaymentLine.state == LineState.PAID)),
        at_bank=_by_bid(session, sent),
        unpaid=_by_bid(session, part.where(~was_paid).group_by(Instalment.application_id)),
        kept_of_unpaid=_by_bid(session, kept),
        received=_by_bid(session, back.where(Receipt.came_by == CameBy.BANK)),
        offset=_by_bid(session, back.where(Receipt.came_by == CameBy.OFFSET)),
        planned=_by_bid(session, part.group_by(Instalment.application_id)),
    )


def _by_bid(session: Session, statement: Select[int, int]) -> dict[int, int]:
    return {application_id: int(pence) for application_id, pence in session.execute(statement)}
