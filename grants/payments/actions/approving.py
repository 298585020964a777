"""Approving a batch: another person's hand, accounts opened on record, files written once and sealed."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.banking import actions as banking_deeds
from grants.banking import keys, sealing
from grants.banking import policy as bank_policy
from grants.banking import queries as banking
from grants.banking.keys import Ring
from grants.core.clock import in_london
from grants.core.errors import RuleBroken, Stale
from grants.core.policy import require
from grants.payments import policy, queries
from grants.payments.actions.building import drop, held_batch
from grants.payments.models import PaymentBatch, PaymentFile, PaymentLine
from grants.payments.rules import Paid, control_totals
from grants.payments.states import BATCH, LineState
from grants.payments.to_bacs import to_bacs
from grants.payments.to_pain001 import to_pain001
from grants.payments.to_payment_csv import to_payment_csv
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.programme.paying import FileKind


def approve(
    session: Session, *, batch_id: int, count: int, total: int, version: int, actor: Actor, now: datetime
) -> PaymentBatch:
    """A finance approver who had no hand in it approves. Lines of bids they scored, and what may not be paid
    any more, are left out; `count` and `total` (pence) are what the page said would remain.

    Raises NotAllowed, Stale (something changed since the page was opened), or RuleBroken.
    """
    batch = held_batch(session, batch_id, version)
    require(policy.may_approve_batch(actor, batch))
    state = BATCH.next(batch.state, "approve")
    left_out = drop(session, batch, actor=actor, now=now)
    if not batch.count:
        raise RuleBroken(
            "No payment of this batch may be approved by you. Cancel it, or ask another approver."
        )
    if (count, total) != (batch.count, batch.total):
        raise Stale("What this batch pays was changed since you opened the page.")
    lines = queries.lines_of(session, batch.id, states=(LineState.OPEN,))
    payments = [_opened(session, line, actor=actor, now=now) for line in lines]
    totals = control_totals(payments)
    batch.state, batch.hash_total = state, totals.hash_total
    batch.approved_by_id, batch.approved_at = actor.signature(), now
    round_ = programme.round_by_id(session, batch.round_id)
    for kind in programme.definition_of(round_).paying.files:
        _keep(session, batch, kind, _written(batch, round_, kind, payments, now=now), now=now)
    session.flush()
    audit.record(
        session, actor, "payment_batch.approve", batch, now=now,
        count=totals.count, total=totals.amount, hash_total=totals.hash_total, left_out=left_out,
        files=[file.sha256 for file in queries.files_of(session, batch.id)],
    )  # fmt: skip
    return batch


def _opened(session: Session, line: PaymentLine, *, actor: Actor, now: datetime) -> Paid:
    application = line.instalment.application
    account = banking_deeds.open_for_payment(
        session, bank_details_id=line.bank_details_id or 0, actor=actor, now=now
    )
    return Paid(
        reference=line.reference,
        amount=line.amount,
        account=account,
        bid=application.ref,
        organisation=application.lead.name,
        supplier=banking.supplier_number(session, application.lead_id),
        cost_code=banking.cost_code(session, application.id),
    )


def _written(
    batch: PaymentBatch, round_: Round, kind: FileKind, payments: Sequence[Paid], *, now: datetime
) -> bytes:
    paying = programme.definition_of(round_).paying
    match kind:
        case FileKind.CSV:
            return to_payment_csv(payments, batch=batch.ref, pay_on=batch.pay_on, columns=paying.columns)
        case FileKind.BACS:
            made_on = in_london(now).date()
            return to_bacs(
                payments, payer=paying.payer, serial=batch.id, made_on=made_on, pay_on=batch.pay_on
            )
        case FileKind.PAIN001:
            return to_pain001(payments, payer=paying.payer, batch=batch.ref, made_at=now, pay_on=batch.pay_on)


def _keep(session: Session, batch: PaymentBatch, kind: FileKind, content: bytes, *, now: datetime) -> None:
    session.add(
        PaymentFile(
            batch_id=batch.id,
            kind=kind,
            sealed=sealing.seal_bytes(content, about=about_file(batch.id, kind), ring=keys.ring()),
            sha256=sha256(content).hexdigest(),
            size=len(content),
            made_at=now,
        )
    )


def about_file(batch_id: int, kind: FileKind) -> str:
    """What a file's seal says that it is, so that no file can be put in the place of another."""
    return f"payment batch {batch_id}, {kind}"


def download(
    session: Session, *, batch_id: int, kind: FileKind, actor: Actor, now: datetime
) -> tuple[PaymentFile, bytes]:
    """The file's bytes as they were approved. Nothing changes but the trail, which says who had them.

    Raises NotAllowed (not finance), NotFound, or RuleBroken where the bytes are not those that were kept.
    """
    require(bank_policy.may_read(actor))
    batch = queries.batch(session, batch_id)
    file = queries.file_of(session, batch_id, kind)
    content = sealing.unseal_bytes(file.sealed, about=about_file(batch_id, kind), ring=keys.ring())
    if sha256(content).hexdigest() != file.sha256:
        raise RuleBroken("This file is not the one that was approved. Tell the operator of the service.")
    audit.record(session, actor, "payment_file.download", batch, now=now, file=kind, sha256=file.sha256)
    return file, content


def reseal_files(session: Session, ring: Ring) -> int:
    """Seal every file anew under the newest key of the ring. Returns how many."""
    old = select(PaymentFile).where(PaymentFile.sealed.not_like(f"{keys.name_of(ring[0])}:%"))
    files = session.scalars(old.order_by(PaymentFile.id).with_for_update(of=PaymentFile)).all()
    for file in files:
        about = about_file(file.batch_id, file.kind)
        content = sealing.unseal_bytes(file.sealed, about=about, ring=ring)
        file.sealed = sealing.seal_bytes(content, about=about, ring=ring)
    session.flush()
    return len(files)
