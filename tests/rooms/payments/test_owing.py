"""Money that comes back: asked for and approved by two, received, kept back, written off; the pot adds up."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.core.errors import NotAllowed, RuleBroken, Stale
from grants.notifications.models import Message
from grants.payments import actions, queries
from grants.payments.models import PaymentBatch, Receivable
from grants.payments.states import Owing, ReceivableState
from tests.rooms.panels.scored import Panel
from tests.rooms.payments.world import LATER, TODAY, funded, instalment, sent, settle


def draft(panel: Panel, amount: int, name: str = "officer") -> Receivable:
    """Ask so much back of the first bid."""
    return actions.draft_receivable(
        panel.session, application_id=panel.bids[0].id, owing=Owing.CLAWBACK, amount=amount,
        reason="Spent on other things", actor=panel.actor(name), now=LATER,
    )  # fmt: skip


def approve(panel: Panel, row: Receivable, name: str = "approver", *, approves: bool = True) -> None:
    actions.settle_draft(
        panel.session, receivable_id=row.id, approves=approves, version=row.version,
        actor=panel.actor(name), now=LATER,
    )  # fmt: skip


def receive(panel: Panel, row: Receivable, amount: int, version: int | None = None) -> None:
    actions.record_receipt(
        panel.session, receivable_id=row.id, amount=amount, received_on=TODAY, note="",
        version=version or row.version, actor=panel.actor("officer"), now=LATER,
    )  # fmt: skip


def keep_back(panel: Panel, row: Receivable, amount: int, which: int = 2) -> None:
    actions.keep_back(
        panel.session, receivable_id=row.id, instalment_id=instalment(panel, 1, which).id, amount=amount,
        version=row.version, actor=panel.actor("officer"), now=LATER,
    )  # fmt: skip


def invoiced(panel: Panel, batch: PaymentBatch) -> Receivable:
    """£1,000 asked back of a paid instalment, and what is refused on the way."""
    with pytest.raises(RuleBroken, match="more was not paid"):
        draft(panel, 1)
    settle(panel, batch, 1, "pay", "")
    first = queries.money_of(panel.session, panel.bids[0]).paid
    row = draft(panel, 100_000)
    with pytest.raises(NotAllowed):
        approve(panel, row, "officer")
    with pytest.raises(RuleBroken, match="not owed"):
        receive(panel, row, 1)
    approve(panel, row)
    assert (row.state, row.ref) == (ReceivableState.INVOICED, f"{panel.bids[0].ref}-R1")
    with pytest.raises(RuleBroken, match="asked back, more than would"):
        settle(panel, batch, 1, "return")
    assert queries.money_of(panel.session, panel.bids[0]).paid == first
    return row


def written_off(panel: Panel, row: Receivable) -> None:
    """What is still owed of it, by two people; a first proposal is refused."""
    actions.draft_write_off(
        panel.session, receivable_id=row.id, reason="Too early", version=row.version,
        actor=panel.actor("officer"), now=LATER,
    )  # fmt: skip
    actions.drop_write_off(
        panel.session, receivable_id=row.id, version=row.version, actor=panel.actor("approver"), now=LATER
    )
    with pytest.raises(RuleBroken, match="Nobody has proposed"):
        actions.approve_write_off(
            panel.session, receivable_id=row.id, version=row.version, actor=panel.actor("approver"), now=LATER
        )
    actions.draft_write_off(
        panel.session, receivable_id=row.id, reason="Dissolved", version=row.version,
        actor=panel.actor("officer"), now=LATER,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.approve_write_off(
            panel.session, receivable_id=row.id, version=row.version, actor=panel.actor("officer"), now=LATER
        )
    actions.approve_write_off(
        panel.session, receivable_id=row.id, version=row.version, actor=panel.actor("approver"), now=LATER
    )


def test_a_clawback_is_received_and_kept_back_in_parts_and_the_rest_written_off(
    session: Session,
) -> None:
    panel = funded(session, 1)
    batch, ask = sent(panel), panel.bids[0].ask
    row = invoiced(panel, batch)
    assert session.scalars(select(Message.kind).where(Message.key.like(f"invoice:{row.id}:%"))).all() == [
        "invoice"
    ]
    assert queries.open_invoices(session, [panel.bids[0].lead_id]) == [row]
    first = queries.money_of(session, panel.bids[0]).paid
    before = row.version
    receive(panel, row, 30_000)
    with pytest.raises(Stale):
        receive(panel, row, 30_000, before)
    keep_back(panel, row, 20_000)
    with pytest.raises(RuleBroken, match="neither in a batch nor paid"):
        keep_back(panel, row, 1, which=1)
    with pytest.raises(RuleBroken, match=r"Only £500 is still owed"):
        receive(panel, row, 50_001)
    money = queries.money_of(session, panel.bids[0])
    assert (money.net_paid, money.unpaid, money.given_back) == (
        first - 30_000, ask - first - 20_000, 50_000,
    )  # fmt: skip

    written_off(panel, row)
    assert (row.state, row.written_off, row.outstanding) == (ReceivableState.SETTLED, 50_000, 0)
    assert queries.open_invoices(session, [panel.bids[0].lead_id]) == []
    found = queries.reconciliation(session, panel.round)
    assert (found.difference, found.given_back) == (0, 50_000)

    actions.release(
        session,
        instalment_id=instalment(panel, 1, 2).id,
        note="Report",
        actor=panel.actor("manager"),
        now=LATER,
    )
    later = sent(panel)
    assert later.total == ask - first - 20_000
    settle(panel, later, 1, "pay", "")
    found = queries.reconciliation(session, panel.round)
    assert (found.net_paid, found.unpaid, found.difference) == (ask - 50_000, 0, 0)


def test_a_refused_receivable_frees_its_sum(session: Session) -> None:
    panel = funded(session, 1)
    batch = sent(panel)
    settle(panel, batch, 1, "pay", "")
    whole = batch.total
    row = draft(panel, whole)
    with pytest.raises(RuleBroken, match="at most £0"):
        draft(panel, 1)
    approve(panel, row, approves=False)
    settle(panel, batch, 1, "return")
    assert queries.reconciliation(session, panel.round).difference == 0
