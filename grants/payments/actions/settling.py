"""A batch at the bank: sent, and what became of each payment, by hand or from the bank's file."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core.errors import NotAllowed, Reason, RuleBroken, require_no
from grants.core.money import pounds
from grants.core.policy import require
from grants.payments import policy, queries
from grants.payments.actions.building import held_batch, stopped
from grants.payments.models import PaymentBatch, PaymentLine
from grants.payments.read_outcomes import read_outcomes
from grants.payments.states import BATCH, LINE, BatchState, LineState
from grants.permissions import Actor
from grants.programme import queries as programme

LONGEST_NOTE = 200


def mark_sent(session: Session, *, batch_id: int, version: int, actor: Actor, now: datetime) -> PaymentBatch:
    """Finance has handed the file to the bank. Refused where anything of it may not be paid any more.

    Raises NotAllowed, Stale or RuleBroken.
    """
    require(policy.may_build(actor))
    batch = held_batch(session, batch_id, version)
    state = BATCH.next(batch.state, "send")
    lines = queries.lines_of(session, batch.id, states=(LineState.OPEN,))
    require_no(stopped(session, lines, actor=actor))
    batch.state, batch.sent_by_id, batch.sent_at = state, actor.signature(), now
    session.flush()
    audit.record(session, actor, "payment_batch.send", batch, now=now, count=batch.count, total=batch.total)
    return batch


def settle_line(
    session: Session, *, line_id: int, deed: str, note: str, version: int, actor: Actor, now: datetime
) -> PaymentLine:
    """Finance notes that a payment arrived ('pay'), failed ('fail') or came back ('return'), with the bank's
    word for the last two. A failed or returned one may be paid again in a later batch.

    Raises NotAllowed, Stale or RuleBroken.
    """
    require(policy.may_build(actor))
    batch_id = queries.line_for_update(session, line_id).batch_id
    programme.locked(session, queries.batch(session, batch_id).round_id)
    line = queries.line_for_update(session, line_id)
    if line.version != version:
        raise RuleBroken("Somebody else has noted what became of this payment. Look at it again.")
    word = note.strip()
    if deed != "pay" and not word:
        require_no([Reason("Enter what the bank says", "note")])
    if len(word) > LONGEST_NOTE:
        require_no([Reason(f"Use {LONGEST_NOTE} characters or fewer", "note")])
    batch = queries.batch_for_update(session, batch_id)
    _settle(session, batch, line, deed, note=word, actor=actor, now=now)
    _close(session, batch, actor=actor, now=now)
    return line


def take_outcomes(
    session: Session, *, batch_id: int, content: bytes, version: int, actor: Actor, now: datetime
) -> int:
    """Take what a bank's file says of a batch's payments, all or nothing. What is noted already is passed
    over, so the same file may be sent twice. Returns how many lines changed.

    Raises NotAllowed, Stale, or RuleBroken with the file's lines.
    """
    require(policy.may_build(actor))
    batch = held_batch(session, batch_id, version)
    if batch.state not in (BatchState.SENT, BatchState.SETTLED):
        raise RuleBroken("This batch was not sent to the bank.")
    lines = {
        line.reference: line
        for line in queries.lines_of(session, batch.id)
        if line.state is not LineState.LEFT_OUT
    }
    told = read_outcomes(content, expected={name: line.amount for name, line in lines.items()})
    changed = [one for one in told if lines[one.reference].state is not LINE.steps[one.deed].target]
    require_no(
        Reason(
            f"{one.reference} is noted as “{LINE.staff_label(lines[one.reference].state).lower()}” already",
            "file",
        )
        for one in changed
        if not LINE.allows(lines[one.reference].state, one.deed)
    )
    for one in changed:
        note = one.note or ("" if one.deed == "pay" else "The bank’s file gives no reason.")
        _settle(session, batch, lines[one.reference], one.deed, note=note, actor=actor, now=now)
    _close(session, batch, actor=actor, now=now)
    audit.record(
        session, actor, "payment_batch.take_outcomes", batch, now=now,
        lines=len(told), changed=len(changed),
    )  # fmt: skip
    return len(changed)


def _settle(
    session: Session,
    batch: PaymentBatch,
    line: PaymentLine,
    deed: str,
    *,
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    if batch.state not in (BatchState.SENT, BatchState.SETTLED):
        raise RuleBroken("This batch was not sent to the bank.")
    application = line.instalment.application
    if not (apart := policy.is_apart(session, actor, application)):
        raise NotAllowed(f"{line.reference}: {apart.reason}")
    state = LINE.next(line.state, deed)
    money = queries.money_of(session, application)
    if deed == "pay" and money.paid + line.amount > money.amount - money.offset:
        raise RuleBroken(f"{line.reference}: with this more would be paid than the award.")
    owed = queries.owed(session, line.application_id)
    if line.state is LineState.PAID and money.paid - line.amount < owed:
        raise RuleBroken(
            f"{line.reference}: {pounds(owed)} of this award is asked back, more than would have been paid "
            "then. Settle that first."
        )
    line.state, line.note = state, note
    line.settled_by_id, line.settled_at = actor.signature(), now
    if state is LineState.PAID:
        line.paid_at = now
    session.flush()
    audit.record(
        session, actor, f"payment.{deed}", line, now=now, amount=line.amount, note=audit.digest(note)
    )


def _close(session: Session, batch: PaymentBatch, *, actor: Actor, now: datetime) -> None:
    """The batch is settled with its last line."""
    waits = queries.lines_of(session, batch.id, states=(LineState.OPEN,))
    if batch.state is BatchState.SENT and not waits:
        batch.state = BATCH.next(batch.state, "settle")
        batch.ended_by_id, batch.ended_at = actor.signature(), now
        session.flush()
        audit.record(session, actor, "payment_batch.settle", batch, now=now)
