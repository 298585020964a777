"""What becomes of a round's money, day by day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from grants.awards import actions as awards
from grants.awards.varying import Change
from grants.core.clock import today
from grants.payments import actions as payments
from grants.payments import queries as paid
from grants.payments.models import PaymentBatch
from grants.payments.states import Owing
from tests.rooms.panels.scored import Panel
from tests.rooms.payments.world import LATER, instalment

DAY = timedelta(days=1)


def a_year(panel: Panel) -> Iterator[datetime]:
    """A round's money by day: two paid, one of those returned, one asked back and varied, one ended early."""
    now = LATER
    yield now
    now += DAY
    batch = sent(panel, now, pay_on=today(now + DAY))
    yield now
    now += DAY
    settle(panel, batch, 1, "pay", now)
    settle(panel, batch, 2, "pay", now)
    yield now
    now += DAY
    settle(panel, batch, 2, "return", now)
    yield now
    yield from _asked_back(panel, now)
    now += 3 * DAY
    payments.release(
        panel.session, instalment_id=instalment(panel, 1, 2).id, note="Report",
        actor=panel.actor("manager"), now=now,
    )  # fmt: skip
    yield now
    now += DAY
    _varied(panel, now)
    yield now
    now += DAY
    bid = panel.bids[1]
    awards.draft_termination(
        panel.session, application_id=bid.id, reason="Dissolved", actor=panel.actor("manager"), now=now
    )
    awards.approve_termination(panel.session, application_id=bid.id, actor=panel.actor("chair"), now=now)
    awards.sign_termination(panel.session, application_id=bid.id, actor=panel.actor("approver"), now=now)
    yield now


def _varied(panel: Panel, now: datetime) -> None:
    """The first award is £1,000 less from that day on."""
    session, bid = panel.session, panel.bids[0]
    made = awards.ask_variation(
        session, application_id=bid.id, change=Change(amount=bid.ask - 100_000, reason="Cheaper"),
        actor=panel.actor("applicant1"), now=now,
    )  # fmt: skip
    awards.recommend_variation(
        session, variation_id=made.id, in_favour=True, recommendation="Yes", version=made.version,
        actor=panel.actor("manager"), now=now,
    )  # fmt: skip
    for deed, name in ((awards.approve_variation, "chair"), (awards.sign_variation, "approver")):
        deed(session, variation_id=made.id, version=made.version, actor=panel.actor(name), now=now)


def _asked_back(panel: Panel, now: datetime) -> Iterator[datetime]:
    """Of the first bid £1,000, in parts."""
    now += DAY
    row = payments.draft_receivable(
        panel.session, application_id=panel.bids[0].id, owing=Owing.CLAWBACK, amount=100_000,
        reason="Spent on other things", actor=panel.actor("officer"), now=now,
    )  # fmt: skip
    payments.settle_draft(
        panel.session, receivable_id=row.id, approves=True, version=row.version,
        actor=panel.actor("approver"), now=now,
    )  # fmt: skip
    yield now
    now += DAY
    payments.record_receipt(
        panel.session, receivable_id=row.id, amount=30_001, received_on=today(now), note="",
        version=row.version, actor=panel.actor("officer"), now=now,
    )  # fmt: skip
    payments.keep_back(
        panel.session, receivable_id=row.id, instalment_id=instalment(panel, 1, 2).id, amount=20_000,
        version=row.version, actor=panel.actor("officer"), now=now,
    )  # fmt: skip
    yield now


def sent(panel: Panel, now: datetime, *, pay_on: date) -> PaymentBatch:
    """A batch of all that is due, all the way to the bank."""
    session = panel.session
    batch = payments.build(
        session, round_id=panel.round.id, pay_on=pay_on, actor=panel.actor("officer"), now=now
    )
    payments.check(
        session, batch_id=batch.id, count=batch.count, total=batch.total, version=batch.version,
        actor=panel.actor("officer"), now=now,
    )  # fmt: skip
    payments.approve(
        session, batch_id=batch.id, count=batch.count, total=batch.total, version=batch.version,
        actor=panel.actor("approver"), now=now,
    )  # fmt: skip
    return payments.mark_sent(
        session, batch_id=batch.id, version=batch.version, actor=panel.actor("officer"), now=now
    )


def settle(panel: Panel, batch: PaymentBatch, number: int, deed: str, now: datetime) -> None:
    bid = panel.bids[number - 1].id
    line = next(line for line in paid.lines_of(panel.session, batch.id) if line.application_id == bid)
    payments.settle_line(
        panel.session, line_id=line.id, deed=deed, note="The bank says so", version=line.version,
        actor=panel.actor("officer"), now=now,
    )  # fmt: skip
