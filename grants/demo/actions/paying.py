"""The story's first payments: schedules, batches on their way to the bank, one payment that fails."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.core.clock import today
from grants.core.money import plain_pounds
from grants.demo.actions.timeline import Deed
from grants.demo.actions.world import World
from grants.demo.partnerships import Partnership
from grants.payments import actions as payments
from grants.payments import queries
from grants.payments.models import PaymentLine
from grants.payments.states import LineState

ACCOUNT_CLOSED = "Account closed"


def pay(world: World, *, round_number: int, failing: Partnership | None = None, at: datetime) -> None:
    """At `at` finance draws schedules up and builds a batch of what is due, which the approver looks at the
    next day. It goes to the bank; three days later the bank's file says that all arrived but `failing`.
    """
    world.timeline.add(at, _build(world, round_number, failing))


def release(world: World, partnership: Partnership, *, note: str, at: datetime) -> None:
    """At `at` the manager releases what the award's report was to release."""

    def deed(session: Session, now: datetime) -> None:
        manager = world.actor(session, "manager")
        for step in queries.schedule_of(session, world.bids[partnership.key]):
            if step.waits:
                payments.release(session, instalment_id=step.instalment.id, note=note, actor=manager, now=now)

    world.timeline.add(at, deed)


def _build(world: World, round_number: int, failing: Partnership | None) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        finance, round_id = world.actor(session, "finance"), world.rounds[round_number]
        payments.draw_up(session, round_id=round_id, actor=finance, now=now)
        batch = payments.build(
            session, round_id=round_id, pay_on=today(now) + timedelta(days=2), actor=finance, now=now
        )
        payments.check(
            session, batch_id=batch.id, count=batch.count, total=batch.total, version=batch.version,
            actor=finance, now=now,
        )  # fmt: skip
        failed = world.bids[failing.key] if failing else 0
        world.timeline.add(now + timedelta(days=1), _approve(world, batch.id))
        world.timeline.add(now + timedelta(days=1, hours=2), _send(world, batch.id))
        world.timeline.add(now + timedelta(days=4), _hear(world, batch.id, failed))

    return deed


def _approve(world: World, batch_id: int) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        batch = queries.batch(session, batch_id)
        payments.approve(
            session, batch_id=batch_id, count=batch.count, total=batch.total, version=batch.version,
            actor=world.actor(session, "finance_approver"), now=now,
        )  # fmt: skip

    return deed


def _send(world: World, batch_id: int) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        version = queries.batch(session, batch_id).version
        finance = world.actor(session, "finance")
        payments.mark_sent(session, batch_id=batch_id, version=version, actor=finance, now=now)

    return deed


def _hear(world: World, batch_id: int, failed: int) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        lines = queries.lines_of(session, batch_id, states=(LineState.OPEN,))
        payments.take_outcomes(
            session, batch_id=batch_id, content=_outcomes(lines, failed),
            version=queries.batch(session, batch_id).version, actor=world.actor(session, "finance"), now=now,
        )  # fmt: skip

    return deed


def _outcomes(lines: Sequence[PaymentLine], failed: int) -> bytes:
    """The bank's file: all arrived but those of the bid with this id."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(["reference", "amount", "outcome", "reason"])
    for line in lines:
        outcome = ("failed", ACCOUNT_CLOSED) if line.application_id == failed else ("paid", "")
        writer.writerow([line.reference, plain_pounds(line.amount), *outcome])
    return sheet.getvalue().encode()
