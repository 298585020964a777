"""The town's payments: an award in six instalments, batches at every step, and money that is owed back.

Its organisation's payments are held by a change of its account, so nothing here may go on to the bank.
"""

from datetime import timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.banking import keys, sealing
from grants.core.clock import in_london
from grants.payments import actions
from grants.payments.models import Instalment, PaymentBatch, PaymentFile, PaymentLine
from grants.payments.rules import Planned
from grants.payments.states import BatchState, LineState, Owing
from grants.programme.paying import DueBy, FileKind
from tests.rooms.access.town import Town

PARTS = (100_000, 200_000, 300_000, 400_000, 500_000, 500_050)


def add(session: Session, town: Town) -> None:
    """The award 'active', whose account has to be there already."""
    bid, officer = (
        session.get_one(Application, town.bid_ids["active"]),
        town.actor(session, "finance officer"),
    )
    day = in_london(town.now).date()
    parts = [Planned(f"Part {n}", pence, DueBy.REPORT, day) for n, pence in enumerate(PARTS[:5], 1)]
    parts.append(Planned("Part 6", PARTS[5], DueBy.REPORT, day + timedelta(days=90)))
    made = actions.replan(
        session,
        application_id=bid.id,
        parts=parts,
        reason="In six parts",
        seen=0,
        actor=officer,
        now=town.now,
    )
    for part in made[:5]:
        part.due_by = DueBy.DAY
    built = _batch(session, town, bid, made[:1], BatchState.BUILT)
    checked = _batch(session, town, bid, made[1:2], BatchState.CHECKED)
    approved = _batch(session, town, bid, made[2:3], BatchState.APPROVED)
    sent = _batch(session, town, bid, made[3:5], BatchState.SENT)
    for name, batch in (("built", built), ("checked", checked), ("approved", approved), ("sent", sent)):
        town.records[f"batch@{name}"] = {
            "batch_id": batch.id, "version": batch.version, "kind": "csv",
            "count": batch.count, "total": batch.total,
        }  # fmt: skip
    lines = session.scalars(
        select(PaymentLine).where(PaymentLine.batch_id == sent.id).order_by(PaymentLine.id)
    ).all()
    lines[0].state = LineState.PAID
    session.flush()
    town.records["payment"] = {"line_id": lines[1].id, "version": lines[1].version}
    town.records["instalment"] = {"instalment_id": made[5].id}
    _owe(session, town, bid, made[5].id)


def _batch(
    session: Session, town: Town, bid: Application, parts: list[Instalment], state: BatchState
) -> PaymentBatch:
    officer, approver = (town.person_ids[name] for name in ("finance officer", "finance approver"))
    number = len(session.scalars(select(PaymentBatch.id)).all()) + 1
    is_checked, is_approved = state is not BatchState.BUILT, state in (BatchState.APPROVED, BatchState.SENT)
    batch = PaymentBatch(
        round_id=bid.round_id,
        number=number,
        ref=f"TOWN-P{number}",
        state=state,
        pay_on=in_london(town.now).date(),
        count=len(parts),
        total=sum(part.amount for part in parts),
        built_by_id=officer,
        built_at=town.now,
        checked_by_id=officer if is_checked else None,
        checked_at=town.now if is_checked else None,
        approved_by_id=approver if is_approved else None,
        approved_at=town.now if is_approved else None,
    )
    session.add(batch)
    session.flush()
    session.add_all(_line(town, bid, batch, part) for part in parts)
    if is_approved:
        session.add(_file(town, batch))
    session.flush()
    return batch


def _line(town: Town, bid: Application, batch: PaymentBatch, part: Instalment) -> PaymentLine:
    return PaymentLine(
        batch_id=batch.id,
        instalment_id=part.id,
        application_id=bid.id,
        reference=f"{bid.ref}/{part.number}",
        amount=part.amount,
        bank_details_id=town.records["account@approved"]["details_id"],
    )


def _file(town: Town, batch: PaymentBatch) -> PaymentFile:
    content = b"reference,amount\r\n"
    return PaymentFile(
        batch_id=batch.id,
        kind=FileKind.CSV,
        sealed=sealing.seal_bytes(content, about=f"payment batch {batch.id}, csv", ring=keys.ring()),
        sha256=sha256(content).hexdigest(),
        size=len(content),
        made_at=town.now,
    )


def _owe(session: Session, town: Town, bid: Application, instalment_id: int) -> None:
    for name in ("drafted", "invoiced"):
        officer = town.actor(session, "finance officer")
        row = actions.draft_receivable(
            session, application_id=bid.id, owing=Owing.CLAWBACK, amount=10_000, reason="Not spent",
            actor=officer, now=town.now,
        )  # fmt: skip
        if name == "invoiced":
            actions.settle_draft(
                session, receivable_id=row.id, approves=True, version=row.version,
                actor=town.actor(session, "finance approver"), now=town.now,
            )  # fmt: skip
            actions.draft_write_off(
                session, receivable_id=row.id, reason="Dissolved", version=row.version,
                actor=officer, now=town.now,
            )  # fmt: skip
        town.records[f"owed@{name}"] = {
            "receivable_id": row.id, "version": row.version, "instalment": instalment_id,
        }  # fmt: skip
