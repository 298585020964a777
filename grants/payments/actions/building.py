"""Batches until they are approved: built from what is due, checked by reading back, cancelled."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.awards import queries as awards
from grants.banking import queries as banking
from grants.core.clock import in_london
from grants.core.errors import Reason, Stale, require_no
from grants.core.money import pounds
from grants.core.policy import require
from grants.payments import policy, queries
from grants.payments.models import Instalment, PaymentBatch, PaymentLine
from grants.payments.rules import explained, reference
from grants.payments.states import BATCH, LINE, LineState
from grants.permissions import Actor
from grants.programme import queries as programme


def build(session: Session, *, round_id: int, pay_on: date, actor: Actor, now: datetime) -> PaymentBatch:
    """A batch of everything that is due by `pay_on` and may be paid. What may not is in it as left out, with
    the reason.

    Raises NotAllowed, or RuleBroken where nothing may be paid or the day has passed.
    """
    require(policy.may_build(actor))
    round_ = programme.locked(session, round_id)
    if pay_on < in_london(now).date():
        require_no([Reason("The day of payment must be today or later", "pay_on")])
    found = [(due, why_not(session, due.instalment, due.to_pay, actor=actor)) for due in
             queries.due(session, round_id, pay_on=pay_on)]  # fmt: skip
    payable = [due for due, why in found if not why]
    if not payable:
        held = [Reason(f"{_ref(due.instalment)}: {why}") for due, why in found]
        require_no([Reason("Nothing can be paid by that day.", "pay_on"), *held[:20]])
    number = queries.next_batch_number(session, round_id)
    batch = PaymentBatch(
        round_id=round_id,
        number=number,
        ref=f"{round_.fund_slug[:24]}-{round_.id}-P{number:04d}".upper(),
        pay_on=pay_on,
        count=len(payable),
        total=sum(due.to_pay for due in payable),
        built_by_id=actor.signature(),
        built_at=now,
    )
    session.add(batch)
    session.flush()
    session.add_all(_line(session, batch, due, why, actor=actor, now=now) for due, why in found)
    session.flush()
    audit.record(
        session, actor, "payment_batch.build", batch, now=now,
        count=batch.count, total=batch.total, left_out=len(found) - batch.count,
    )  # fmt: skip
    return batch


def _line(
    session: Session, batch: PaymentBatch, due: queries.Due, why: str, *, actor: Actor, now: datetime
) -> PaymentLine:
    instalment = due.instalment
    account = None if why else banking.payable(session, instalment.application.lead_id)
    return PaymentLine(
        batch_id=batch.id,
        instalment_id=instalment.id,
        application_id=instalment.application_id,
        reference=_ref(instalment),
        amount=due.to_pay,
        state=LineState.LEFT_OUT if why else LineState.OPEN,
        bank_details_id=account.id if account else None,
        note=why,
        settled_by_id=actor.signature() if why else None,
        settled_at=now if why else None,
    )


def _ref(instalment: Instalment) -> str:
    return reference(instalment.application.ref, instalment.number)


def why_not(session: Session, instalment: Instalment, to_pay: int, *, actor: Actor) -> str:
    """Why this person may not have this paid now; '' where they may."""
    application = instalment.application
    if application.stage not in queries.PAYABLE:
        return "The award has ended early."
    apart = policy.is_apart(session, actor, application)
    if not apart:
        return apart.reason
    held = (
        *banking.holds(session, application.lead_id),
        *banking.award_holds(session, application.id),
        *awards.payment_holds(session, application.id),
    )
    if held:
        return " ".join(held)
    money = queries.money_of(session, application)
    if money.paid + to_pay > money.amount - money.offset:
        return f"With this more would be paid than the award of {pounds(money.amount)}."
    return ""


def drop(session: Session, batch: PaymentBatch, *, actor: Actor, now: datetime) -> int:
    """Leave out what may not be paid any more, or not with this person's hand. Returns how many lines."""
    lines = queries.lines_of(session, batch.id, states=(LineState.OPEN,))
    found = [(line, reason) for line in lines if (reason := why_not_line(session, line, actor=actor))]
    for line, reason in found:
        leave_out(line, reason, actor=actor, now=now)
    batch.count -= len(found)
    batch.total -= sum(line.amount for line, _ in found)
    session.flush()
    return len(found)


def why_not_line(session: Session, line: PaymentLine, *, actor: Actor) -> str:
    """Why a line may not be paid any more; '' where it may."""
    reason = why_not(session, line.instalment, line.amount, actor=actor)
    if reason:
        return reason
    account = banking.payable(session, line.instalment.application.lead_id)
    if account is None or account.id != line.bank_details_id:
        return "The bank details were changed since the batch was built."
    return ""


def leave_out(line: PaymentLine, reason: str, *, actor: Actor, now: datetime) -> None:
    """Take a line out of its batch, with the reason. Its instalment is free for another."""
    line.state, line.note = LINE.next(line.state, "leave_out"), reason
    line.settled_by_id, line.settled_at = actor.signature(), now


def check(
    session: Session, *, batch_id: int, count: int, total: int, version: int, actor: Actor, now: datetime
) -> PaymentBatch:
    """A finance officer has compared the batch with the awards and reads its totals back, pence.

    Raises NotAllowed, Stale, or RuleBroken where they differ or a line may not be paid any more.
    """
    require(policy.may_build(actor))
    batch = held_batch(session, batch_id, version)
    state = BATCH.next(batch.state, "check")
    if (count, total) != (batch.count, batch.total):
        require_no(
            [Reason("Count and total are not those of the batch. Compare the payments again", "total")]
        )
    _require_payable(session, batch, actor=actor)
    batch.state, batch.checked_by_id, batch.checked_at = state, actor.signature(), now
    session.flush()
    audit.record(session, actor, "payment_batch.check", batch, now=now, count=count, total=total)
    return batch


def _require_payable(session: Session, batch: PaymentBatch, *, actor: Actor) -> None:
    lines = queries.lines_of(session, batch.id, states=(LineState.OPEN,))
    require_no(stopped(session, lines, actor=actor))


def stopped(session: Session, lines: Sequence[PaymentLine], *, actor: Actor) -> list[Reason]:
    """Why these lines cannot go on, at most twenty of the reasons."""
    found = ((line, why_not_line(session, line, actor=actor)) for line in lines)
    reasons = [Reason(f"{line.reference}: {reason} Cancel this batch and build another.")
               for line, reason in found if reason]  # fmt: skip
    return reasons[:20]


def cancel(
    session: Session, *, batch_id: int, reason: str, version: int, actor: Actor, now: datetime
) -> PaymentBatch:
    """Finance cancels a batch that was not sent; its instalments are free for another. With a reason."""
    require(policy.may_build(actor) or policy.may_approve(actor))
    batch = held_batch(session, batch_id, version)
    state, word = BATCH.next(batch.state, "cancel"), reason.strip()
    require_no(explained(word, "Enter why the batch is cancelled", "reason"))
    for line in queries.lines_of(session, batch.id, states=(LineState.OPEN,)):
        leave_out(line, "The batch was cancelled.", actor=actor, now=now)
    batch.state, batch.cancel_reason = state, word
    batch.ended_by_id, batch.ended_at = actor.signature(), now
    session.flush()
    audit.record(session, actor, "payment_batch.cancel", batch, now=now, reason=audit.digest(word))
    return batch


def held_batch(session: Session, batch_id: int, version: int) -> PaymentBatch:
    """A batch as the person saw it, held with its round. Raises NotFound or Stale."""
    programme.locked(session, queries.batch(session, batch_id).round_id)
    batch = queries.batch_for_update(session, batch_id)
    if batch.version != version:
        raise Stale("Somebody else changed this batch.")
    return batch
