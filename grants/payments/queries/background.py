"""What whoever checks or approves a payment should know of it: its account, its release, checks, changes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.awards import queries as awards
from grants.awards.models import AwardCondition
from grants.banking import queries as banking
from grants.banking.models import BankDetails, DiligenceCheck, EarlierCheck
from grants.banking.states import Finding, Item, PayeeCheck
from grants.payments.models import PaymentLine, ScheduleChange
from grants.payments.queries.warnings import schedule_changes
from grants.payments.states import LineState


@dataclass(frozen=True)
class Signed:
    """Who did something when."""

    person_id: int
    at: datetime


@dataclass(frozen=True)
class Accepted(Signed):
    """Who approved an account when, and what the bank said of its name."""

    payee: PayeeCheck | None


@dataclass(frozen=True)
class Background:
    """`account`: who approved it, and whether the organisation's last payment went to another. `failure`: the
    last payment of the same instalment that failed or came back before this one. `checks`: who recorded a
    check of the award last. `concerns`: what was a concern once, with the check as it stands now.
    `overdue`: conditions of the award that are neither met nor waived although their day has passed.
    `changes` of its schedule by hand, the newest first.
    """

    account: Accepted | None
    is_new_account: bool
    failure: PaymentLine | None
    checks: Signed | None
    concerns: tuple[tuple[EarlierCheck, DiligenceCheck], ...]
    overdue: tuple[AwardCondition, ...]
    changes: tuple[ScheduleChange, ...]

    def people(self) -> set[int]:
        """The ids of everybody named."""
        signed = [one.person_id for one in (self.account, self.checks) if one]
        settled = [check.recorded_by_id for pair in self.concerns for check in pair]
        return {*signed, *settled, *(change.changed_by_id for change in self.changes)}


def backgrounds(session: Session, lines: Sequence[PaymentLine], *, today: date) -> dict[int, Background]:
    """The background of each payment by its id. Seven statements, however many payments."""
    bids = {line.application_id for line in lines}
    accounts = _accounts(session, {line.bank_details_id for line in lines if line.bank_details_id})
    before = _accounts_before(session, {line.instalment.application.lead_id for line in lines})
    failures = _failures(session, {line.instalment_id for line in lines})
    checks = _checks(session, bids)
    earlier = banking.earlier_checks(session, bids)
    overdue = awards.overdue_of(session, bids, today=today)
    changes = schedule_changes(session, bids)
    return {
        line.id: Background(
            account=accounts.get(line.bank_details_id or 0),
            is_new_account=_is_new(line, before),
            failure=next((one for one in failures if _failed_before(one, line)), None),
            checks=_last(checks.get(line.application_id, {})),
            concerns=_settled(checks.get(line.application_id, {}), earlier, line.application_id),
            overdue=tuple(one for one in overdue if one.application_id == line.application_id),
            changes=tuple(one for one in changes if one.application_id == line.application_id),
        )
        for line in lines
    }


def _accounts(session: Session, ids: Collection[int]) -> dict[int, Accepted]:
    columns = (BankDetails.id, BankDetails.settled_by_id, BankDetails.settled_at, BankDetails.payee_check)
    rows = session.execute(select(*columns).where(BankDetails.id.in_(ids)))
    return {
        id_: Accepted(who, at, payee) for id_, who, at, payee in rows if who is not None and at is not None
    }


def _accounts_before(session: Session, leads: Collection[int]) -> dict[int, list[tuple[int, int]]]:
    """By organisation its payments that had an account, the oldest first: their ids and accounts."""
    rows = session.execute(
        select(Application.lead_id, PaymentLine.id, PaymentLine.bank_details_id)
        .join(Application, Application.id == PaymentLine.application_id)
        .where(Application.lead_id.in_(leads), PaymentLine.bank_details_id.is_not(None))
        .order_by(PaymentLine.id)
    )
    found: dict[int, list[tuple[int, int]]] = {}
    for lead_id, line_id, account_id in rows:
        found.setdefault(lead_id, []).append((line_id, account_id or 0))
    return found


def _is_new(line: PaymentLine, before: Mapping[int, Sequence[tuple[int, int]]]) -> bool:
    earlier = [one for one in before.get(line.instalment.application.lead_id, ()) if one[0] < line.id]
    return bool(earlier) and earlier[-1][1] != line.bank_details_id


def _failures(session: Session, instalment_ids: Collection[int]) -> list[PaymentLine]:
    """The newest first."""
    rows = select(PaymentLine).where(
        PaymentLine.instalment_id.in_(instalment_ids),
        PaymentLine.state.in_((LineState.FAILED, LineState.RETURNED)),
    )
    return list(session.scalars(rows.order_by(PaymentLine.id.desc())))


def _failed_before(one: PaymentLine, line: PaymentLine) -> bool:
    return one.instalment_id == line.instalment_id and one.id < line.id


def _checks(session: Session, bids: Collection[int]) -> dict[int, dict[Item, DiligenceCheck]]:
    rows = session.scalars(select(DiligenceCheck).where(DiligenceCheck.application_id.in_(bids)))
    found: dict[int, dict[Item, DiligenceCheck]] = {}
    for check in rows:
        found.setdefault(check.application_id, {})[check.item] = check
    return found


def _last(checks: Mapping[Item, DiligenceCheck]) -> Signed | None:
    if not checks:
        return None
    newest = max(checks.values(), key=lambda check: check.recorded_at)
    return Signed(newest.recorded_by_id, newest.recorded_at)


def _settled(
    checks: Mapping[Item, DiligenceCheck], earlier: Sequence[EarlierCheck], application_id: int
) -> tuple[tuple[EarlierCheck, DiligenceCheck], ...]:
    """Of each check that was a concern, the newest concern and what stands now."""
    found: dict[Item, EarlierCheck] = {}
    for one in earlier:
        if one.application_id == application_id and one.finding is Finding.CONCERN:
            found.setdefault(one.item, one)
    return tuple((one, checks[item]) for item, one in found.items() if item in checks)
