"""The awards' money in pence: batches to the bank and back, what failed paid again, one clawback.

Every batch is built by one officer, checked by a second and approved by a third person.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select

from grants.applications.models import Application
from grants.core.clock import now, today
from grants.core.db import db, unit_of_work
from grants.core.errors import RuleBroken
from grants.core.money import plain_pounds
from grants.payments import actions, queries
from grants.payments.models import Instalment, PaymentBatch, PaymentLine
from grants.payments.rules import Reconciliation
from grants.payments.states import BatchState, LineState, Owing
from grants.programme import queries as rounds
from grants.programme.paying import DueBy, FileKind
from tests.whole_life import bank_files
from tests.whole_life.accounts import enter_account, leads_of, made_up_numbers
from tests.whole_life.stages import Failed, Life

BANK_IS_DOWN, ACCOUNT_CLOSED = "The bank could not be reached", "Account closed"


@dataclass
class Money:
    """What became of it: the batches' files as they were approved, pence paid, and what came back."""

    files: dict[int, Mapping[FileKind, bytes]] = field(default_factory=dict)
    failed: int = 0
    paid: int = 0
    clawback: int = 0


def draw_up(life: Life) -> int:
    """The officer gives every award its schedule. Gives how many instalments."""
    with unit_of_work() as session:
        officer = life.people.actor(session, "officer")
        actions.draw_up(session, round_id=life.round_id, actor=officer, now=now())
    return db.session().scalar(select(func.count()).select_from(Instalment)) or 0


def release_rest(life: Life) -> int:
    """The manager releases what waits for a report. Gives how many instalments."""
    with unit_of_work() as session:
        waiting = session.scalars(
            select(Instalment.id).where(Instalment.due_by == DueBy.REPORT).order_by(Instalment.id)
        ).all()
        for instalment_id in waiting:
            actions.release(
                session,
                instalment_id=instalment_id,
                note="Simulated report: accepted.",
                actor=life.people.actor(session, "manager"),
                now=now(),
            )
        return len(waiting)


def send_batch(life: Life, money: Money) -> int:
    """One batch on its whole way to the bank. Gives its id. Raises Failed where a file is not the batch."""
    with unit_of_work() as session:
        officer = life.people.actor(session, "officer")
        batch_id = actions.build(
            session, round_id=life.round_id, pay_on=today(now()), actor=officer, now=now()
        ).id
    for part, deed in (("checker", actions.check), ("approver", actions.approve)):
        with unit_of_work() as session:
            batch = queries.batch(session, batch_id)
            deed(
                session,
                batch_id=batch_id,
                count=batch.count,
                total=batch.total,
                version=batch.version,
                actor=life.people.actor(session, part),
                now=now(),
            )
    money.files[batch_id] = downloaded(life, batch_id)
    _compare(batch_id, money.files[batch_id])
    with unit_of_work() as session:
        actions.mark_sent(
            session,
            batch_id=batch_id,
            version=queries.batch(session, batch_id).version,
            actor=life.people.actor(session, "officer"),
            now=now(),
        )
    return batch_id


def downloaded(life: Life, batch_id: int) -> dict[FileKind, bytes]:
    """The approver downloads every file of a batch."""
    with unit_of_work() as session:
        approver = life.people.actor(session, "approver")
        return {
            kind: actions.download(session, batch_id=batch_id, kind=kind, actor=approver, now=now())[1]
            for kind in life.definition.paying.files
        }


def _compare(batch_id: int, files: Mapping[FileKind, bytes]) -> None:
    """Each file pays what the rows say, and its control totals are the batch's."""
    with unit_of_work() as session:
        batch = queries.batch(session, batch_id)
        lines = queries.lines_of(session, batch_id)
        wanted = bank_files.Read({line.reference: line.amount for line in lines}, batch.hash_total)
        totals = len(lines), sum(line.amount for line in lines)
        if totals != (batch.count, batch.total) or any(line.state is not LineState.OPEN for line in lines):
            raise Failed(f"{batch.ref} should pay every line: {totals}, {batch.count} and {batch.total}")
    for kind, content in files.items():
        if (found := bank_files.read(kind, content)) != wanted:
            raise Failed(f"The {kind} file of {batch.ref} does not pay what the batch pays: {found}")


def hear_from_bank(life: Life, money: Money, batch_id: int, *, failing: int, why: str) -> None:
    """The bank's file says that the first so many payments failed and the others arrived; it comes twice."""
    with unit_of_work() as session:
        lines = queries.lines_of(session, batch_id)
        told = _outcomes(lines, failing, why)
    for wanted in (len(lines), 0):
        with unit_of_work() as session:
            changed = actions.take_outcomes(
                session,
                batch_id=batch_id,
                content=told,
                version=queries.batch(session, batch_id).version,
                actor=life.people.actor(session, "officer"),
                now=now(),
            )
        if changed != wanted:
            raise Failed(f"The bank's file changed {changed} payments, not {wanted}.")
    money.failed += failing
    money.paid += sum(line.amount for line in lines[failing:])


def _outcomes(lines: list[PaymentLine], failing: int, why: str) -> bytes:
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(["reference", "amount", "outcome", "reason"])
    for number, line in enumerate(lines):
        outcome = ("failed", why) if number < failing else ("paid", "")
        writer.writerow([line.reference, plain_pounds(line.amount), *outcome])
    return sheet.getvalue().encode()


def change_account(life: Life, batch_id: int) -> None:
    """The lead whose account is closed enters another, which finance approves after calling back."""
    with unit_of_work() as session:
        closed = session.scalars(
            select(Application.lead_id)
            .join(PaymentLine, PaymentLine.application_id == Application.id)
            .where(PaymentLine.batch_id == batch_id, PaymentLine.note == ACCOUNT_CLOSED)
        ).one()
    leads = leads_of(life)
    (lead,) = [one for one in leads if one.organisation_id == closed]
    *_, unused = (number for number, _ in zip(made_up_numbers(), range(len(leads) + 1), strict=False))
    enter_account(life, lead, unused, call_back="Simulated call to a number held before.")


def claw_back(life: Life, money: Money, application_id: int) -> None:
    """A tenth of an award is asked back by the officer, approved by the approver, and arrives."""
    with unit_of_work() as session:
        award = queries.award_of(session, application_id)
        money.clawback = max(award.amount // 10, 1)
        receivable_id = actions.draft_receivable(
            session,
            application_id=application_id,
            owing=Owing.CLAWBACK,
            amount=money.clawback,
            reason="Simulated clawback: spent on something else.",
            actor=life.people.actor(session, "officer"),
            now=now(),
        ).id
    with unit_of_work() as session:
        actions.settle_draft(
            session,
            receivable_id=receivable_id,
            approves=True,
            version=queries.receivable(session, receivable_id).version,
            actor=life.people.actor(session, "approver"),
            now=now(),
        )
    with unit_of_work() as session:
        actions.record_receipt(
            session,
            receivable_id=receivable_id,
            amount=money.clawback,
            received_on=today(now()),
            note="",
            version=queries.receivable(session, receivable_id).version,
            actor=life.people.actor(session, "officer"),
            now=now(),
        )


def reconciled(life: Life) -> Reconciliation:
    """Where the pot is. Raises Failed unless its parts add up."""
    with unit_of_work() as session:
        found = queries.reconciliation(session, rounds.round_by_id(session, life.round_id))
    if found.difference:
        raise Failed(f"The pot and its parts differ by {found.difference} pence: {found}")
    return found


def must_be_settled(life: Life, money: Money, *, awarded: int) -> None:
    """Every penny awarded was paid once and a clawback came back; no file has changed; nothing is left to do.

    Raises Failed.
    """
    found, pot = reconciled(life), life.definition.amounts.pot
    wanted = Reconciliation(
        pot=pot,
        net_paid=awarded - money.clawback,
        unpaid=0,
        proposed=0,
        held=0,
        left=pot - awarded + money.clawback,
        taken=awarded,
        came_back=money.clawback,
    )
    if (money.paid, found) != (awarded, wanted):
        raise Failed(f"{awarded} pence were awarded, {money.paid} paid: {found}")
    if any(downloaded(life, batch_id) != files for batch_id, files in money.files.items()):
        raise Failed("A file of payments is not the same when it is downloaded again.")
    states = set(db.session().scalars(select(PaymentBatch.state)))
    if states != {BatchState.SETTLED}:
        raise Failed(f"The batches are not settled: {states}")
    try:
        send_batch(life, money)
    except RuleBroken:
        return
    raise Failed("A batch could be built although everything is paid.")
