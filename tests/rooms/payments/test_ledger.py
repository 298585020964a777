"""The pot adds up whatever finance does, in whatever order, and agrees with a ledger kept on paper.

Hypothesis has officers, approvers, the bank and the chair do what they like to two awards on a real SQLite
file, each deed in a transaction of its own; what is refused changes nothing. On paper stand only four things:
what the bank paid, what came back, what was kept back, and which awards ended.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import queries as people
from grants.app import create_app
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.awards import actions as awards
from grants.core.db import db, unit_of_work
from grants.core.errors import Refusal
from grants.payments import actions, queries
from grants.payments.models import Instalment, PaymentBatch, PaymentLine, Receivable
from grants.payments.states import LIVE, BatchState, LineState, Owing, ReceivableState
from grants.permissions import Actor
from grants.programme.models import Round
from grants.programme.paying import DueBy
from tests.databases import Shared, fresh_sqlite, settings_for
from tests.rooms.payments.world import LATER, TODAY, funded

some = st.integers(0, 99)
shares = st.sampled_from((7, 33, 50, 100, 101))
"""Per cent of what might be: the last is a penny or more too much."""


class Office:
    """The app on one SQLite file with two awards, put back as it was whenever a ledger begins anew."""

    def __init__(self, app: Flask, path: Path) -> None:
        self.app, self._path, self._kept = app, path, path.with_suffix(".kept")
        with app.app_context(), unit_of_work() as session:
            panel = funded(session)
            self.person_ids, self.round_id = panel.person_ids, panel.round.id
            self.asks = {bid.id: bid.ask for bid in panel.bids}
            self.pot = panel.round.pot
        with app.app_context(), db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self._copy(self._path, self._kept)

    def put_back(self) -> None:
        """As it was in the beginning."""
        self._copy(self._kept, self._path)

    def _copy(self, source: Path, target: Path) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for leftover in target.parent.glob(f"{target.name}-*"):
            leftover.unlink()
        shutil.copyfile(source, target)


OFFICE: list[Office] = []
"""Hypothesis makes the machines, so the office waits for them here."""


@pytest.fixture(scope="module", autouse=True)
def office(shared_databases: Shared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The office, once for all ledgers."""
    folder = tmp_path_factory.mktemp("ledger")
    path = folder / "grants.sqlite3"
    app = create_app(settings_for(folder, fresh_sqlite(shared_databases, path).url))
    OFFICE.append(Office(app, path))
    yield OFFICE[0]
    with app.app_context():
        db.engine.dispose()
    OFFICE.clear()


def actor_called(session: Session, name: str) -> Actor:
    """That person of the office."""
    return people.actor_for(session, OFFICE[0].person_ids[name])


def pick(session: Session, model: type[Any], n: int, *states: object) -> object:
    """The nth row in one of these states; with none of them the nth of all, which is then refused."""
    rows = list(session.scalars(select(model).order_by(model.id)).unique())
    fit = [row for row in rows if not states or row.state in states] or rows
    return fit[n % len(fit)] if fit else None


class Ledger(RuleBasedStateMachine):
    """What was paid and what came back, by bid, in pence."""

    def __init__(self) -> None:
        super().__init__()
        self.office = OFFICE[0]
        self.office.put_back()
        self.paid: Counter[int] = Counter()
        self.received: Counter[int] = Counter()
        self.kept: Counter[int] = Counter()
        self.ended: set[int] = set()
        self.receivables, self.released = False, 0

    def does(self, deed: Callable[[Session], object]) -> bool:
        """Do a deed in a transaction of its own; whether it was allowed."""
        with self.office.app.app_context():
            try:
                with unit_of_work() as session:
                    deed(session)
                return True
            except Refusal:
                return False
            finally:
                db.session.remove()

    @initialize(at_once=st.booleans())
    def begin(self, at_once: bool) -> None:
        """Now and then with a first batch at the bank that paid both."""
        if at_once:
            self.to_the_bank()
            self.bank_says(0, "pay")
            self.bank_says(0, "pay")

    @rule()
    def to_the_bank(self) -> None:
        """All that is due, the whole way."""
        self.batch(0, "build")
        for _ in range(3):
            self.batch(0, "on")

    @rule(n=some, step=st.sampled_from(("build", "on", "on", "on", "on", "cancel")))
    def batch(self, n: int, step: str) -> None:
        """Build one, take one a step on, or cancel one."""

        def deed(session: Session) -> None:
            officer, approver = actor_called(session, "officer"), actor_called(session, "approver")
            if step == "build":
                actions.build(session, round_id=self.office.round_id, pay_on=TODAY, actor=officer, now=LATER)
                return
            live = (BatchState.BUILT, BatchState.CHECKED, BatchState.APPROVED)
            row = pick(session, PaymentBatch, n, *live)
            if not isinstance(row, PaymentBatch):
                return
            at: dict[str, Any] = {"batch_id": row.id, "version": row.version, "now": LATER}
            if step == "cancel":
                actions.cancel(session, reason="So", actor=approver, **at)
            elif row.state is BatchState.BUILT:
                actions.check(session, count=row.count, total=row.total, actor=officer, **at)
            elif row.state is BatchState.CHECKED:
                actions.approve(session, count=row.count, total=row.total, actor=approver, **at)
            else:
                actions.mark_sent(session, actor=officer, **at)

        self.does(deed)

    @rule(n=some, deed=st.sampled_from(("pay", "pay", "pay", "fail", "return")))
    def bank_says(self, n: int, deed: str) -> None:
        """What became of a payment."""
        moved: list[tuple[int, int]] = []

        def note(session: Session) -> None:
            open_ones = (LineState.OPEN,) if deed != "return" else (LineState.PAID,)
            line = pick(session, PaymentLine, n, *open_ones)
            if not isinstance(line, PaymentLine):
                return
            was_paid, amount = line.state is LineState.PAID, line.amount
            actions.settle_line(
                session, line_id=line.id, deed=deed, note="So", version=line.version,
                actor=actor_called(session, "officer"), now=LATER,
            )  # fmt: skip
            change = amount if deed == "pay" else -amount if was_paid else 0
            moved.append((line.application_id, change))

        if self.does(note):
            for bid, change in moved:
                self.paid[bid] += change

    @precondition(lambda self: self.released < len(self.office.asks))
    @rule(n=some)
    def release(self, n: int) -> None:
        """The manager releases an instalment."""

        def deed(session: Session) -> None:
            waits = (Instalment.due_by == DueBy.REPORT, Instalment.released_at.is_(None))
            rows = session.scalars(select(Instalment).where(*waits).order_by(Instalment.id)).all()
            actions.release(
                session, instalment_id=rows[n % len(rows)].id, note="So",
                actor=actor_called(session, "manager"), now=LATER,
            )  # fmt: skip

        self.released += self.does(deed)

    @precondition(lambda self: +self.paid)
    @rule(n=some, share=shares, approves=st.sampled_from((True, True, False)))
    def ask_back(self, n: int, share: int, approves: bool) -> None:
        """Ask for money back, and settle the draft."""

        def draft(session: Session) -> None:
            bid = max(self.office.asks, key=lambda one: (self.paid[one] > 0, one % 2 == n % 2))
            amount = (self.paid[bid] - queries.owed(session, bid)) * share // 100
            row = actions.draft_receivable(
                session, application_id=bid, owing=Owing.UNDERSPEND, amount=amount, reason="So",
                actor=actor_called(session, "officer"), now=LATER,
            )  # fmt: skip
            actions.settle_draft(
                session, receivable_id=row.id, approves=approves, version=row.version,
                actor=actor_called(session, "approver"), now=LATER,
            )  # fmt: skip

        self.receivables |= self.does(draft)

    @precondition(lambda self: self.receivables)
    @rule(n=some, share=shares, how=st.sampled_from(("bank", "keep", "keep", "keep", "write off")))
    def comes_back(self, n: int, share: int, how: str) -> None:
        """Money arrives, is kept back of an instalment, or is given up."""
        found: list[tuple[int, int]] = []

        def deed(session: Session) -> None:
            officer, approver = actor_called(session, "officer"), actor_called(session, "approver")
            row = pick(session, Receivable, n, ReceivableState.INVOICED)
            assert isinstance(row, Receivable)
            amount = -(-row.outstanding * share // 100)
            found.append((row.application_id, amount))
            at: dict[str, Any] = {"receivable_id": row.id, "version": row.version, "now": LATER}
            if how == "bank":
                actions.record_receipt(
                    session, amount=amount, received_on=TODAY, note="", actor=officer, **at
                )
            elif how == "keep":
                steps = queries.schedule_of(session, row.application_id)
                free = [step for step in steps if step.live is None] or steps
                which = free[n % len(free)].instalment.id
                actions.keep_back(session, instalment_id=which, amount=amount, actor=officer, **at)
            else:
                row = actions.draft_write_off(session, reason="So", actor=officer, **at)
                at["version"] = row.version
                actions.approve_write_off(session, actor=approver, **at)

        if self.does(deed) and how != "write off":
            bid, amount = found[0]
            (self.received if how == "bank" else self.kept)[bid] += amount

    @rule(n=some)
    def end(self, n: int) -> None:
        """Now and then an award ends early."""
        bid = list(self.office.asks)[n % 2]

        def deed(session: Session) -> None:
            for act, name, more in (
                (awards.draft_termination, "manager", {"reason": "So"}),
                (awards.approve_termination, "chair", {}),
            ):
                act(session, application_id=bid, actor=actor_called(session, name), now=LATER, **more)
            award = queries.award_of(session, bid)
            if award.ended_at is None:
                approver = actor_called(session, "approver")
                awards.sign_termination(session, application_id=bid, actor=approver, now=LATER)

        if n in (30, 41) and self.does(deed):
            self.ended.add(bid)

    @invariant()
    def adds_up(self) -> None:
        """The identity, what is on paper, no instalment twice, no award over its amount."""
        with self.office.app.app_context():
            session = db.session()
            round_ = session.get(Round, self.office.round_id)
            assert round_ is not None
            found = queries.reconciliation(session, round_)
            rows = [row.money for row in queries.award_rows(session, round_.id)]
            ended = set(session.scalars(select(Application.id).where(Application.stage == Stage.TERMINATED)))
            lines = session.execute(
                select(PaymentLine.instalment_id, PaymentLine.application_id, PaymentLine.amount).where(
                    PaymentLine.state.in_(LIVE)
                )
            ).all()
            at_bank = session.execute(
                select(PaymentLine.application_id, PaymentLine.amount)
                .join(PaymentBatch, PaymentBatch.id == PaymentLine.batch_id)
                .where(PaymentLine.state == LineState.OPEN, PaymentBatch.state == BatchState.SENT)
            ).all()
            db.session.remove()
        assert found.difference == 0
        assert all(row.offered == row.net_paid + row.unpaid + row.given_back for row in rows)
        columns = [(row.offered, row.net_paid, row.unpaid, row.given_back) for row in rows]
        together = tuple(sum(column) for column in zip(*columns, strict=True)) or (0, 0, 0, 0)
        assert together == (found.taken, found.net_paid, found.unpaid, found.given_back)
        assert ended == self.ended
        assert found.net_paid == sum(self.paid.values()) - sum(self.received.values())
        unpaid = sum(
            sum(amount for key, amount in at_bank if key == bid)
            if bid in ended
            else ask - self.paid[bid] - self.kept[bid]
            for bid, ask in self.office.asks.items()
        )
        assert found.unpaid == unpaid
        assert found.left == self.office.pot - found.net_paid - unpaid
        assert max(Counter(row.instalment_id for row in lines).values(), default=0) <= 1
        for bid, ask in self.office.asks.items():
            assert sum(row.amount for row in lines if row.application_id == bid) <= ask - self.kept[bid]


TestLedger = Ledger.TestCase
TestLedger.settings = settings(
    max_examples=16, stateful_step_count=30, phases=(Phase.generate,), derandomize=True, deadline=None
)
