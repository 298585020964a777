"""Money that comes back: asked for by two people, received, kept back, written off by two."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from grants.applications import queries as bids
from grants.audit import actions as audit
from grants.core.clock import in_london
from grants.core.errors import Reason, RuleBroken, Stale, require_no
from grants.core.money import pounds
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.payments import notices, policy, queries
from grants.payments.models import Receipt, Receivable
from grants.payments.rules import explained, owed_reasons
from grants.payments.states import RECEIVABLE, CameBy, Owing, ReceivableState
from grants.permissions import Actor
from grants.programme import queries as programme

LONGEST_NOTE = 200


def draft_receivable(
    session: Session,
    *,
    application_id: int,
    owing: Owing,
    amount: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Receivable:
    """A finance officer asks for money back, pence, with a reason; nothing is owed until somebody else
    approves.

    Raises NotAllowed, or RuleBroken: more than was paid and is not asked back already.
    """
    require(policy.may_build(actor))
    application = bids.for_update(session, application_id)
    require(policy.is_apart(session, actor, application))
    programme.locked(session, application.round_id)
    money, owed = queries.money_of(session, application), queries.owed(session, application_id)
    require_no(owed_reasons(amount=amount, paid=money.paid, owed=owed, reason=reason))
    number = len(queries.receivables_of(session, application_id)) + 1
    receivable = Receivable(
        application_id=application_id,
        number=number,
        ref=f"{application.ref}-R{number}",
        owing=owing,
        amount=amount,
        reason=reason.strip(),
        drafted_by_id=actor.signature(),
        drafted_at=now,
        receipts=[],
    )
    session.add(receivable)
    session.flush()
    audit.record(
        session, actor, "receivable.draft", receivable, now=now,
        owing=owing, amount=amount, reason=audit.digest(receivable.reason),
    )  # fmt: skip
    return receivable


def settle_draft(
    session: Session, *, receivable_id: int, approves: bool, version: int, actor: Actor, now: datetime
) -> Receivable:
    """Another person approves, the invoice stands and goes to the lead's signatories; or does not.

    Raises NotAllowed (drafted it, scored the bid, has a conflict), Stale or RuleBroken.
    """
    receivable = _held(session, receivable_id, version)
    require(policy.may_settle_receivable(session, actor, receivable))
    deed = "approve" if approves else "refuse"
    receivable.state = RECEIVABLE.next(receivable.state, deed)
    receivable.approved_by_id, receivable.approved_at = actor.signature(), now
    if approves:
        round_ = programme.round_by_id(session, receivable.application.round_id)
        days = programme.definition_of(round_).paying.receivable_days
        receivable.due_on = in_london(now).date() + timedelta(days=days)
    session.flush()
    audit.record(session, actor, f"receivable.{deed}", receivable, now=now, amount=receivable.amount)
    for notice in notices.invoice(session, receivable) if approves else ():
        outbox.queue(session, notice, now=now)
    return receivable


def record_receipt(
    session: Session,
    *,
    receivable_id: int,
    amount: int,
    received_on: date,
    note: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Finance notes money that arrived, pence; nobody for a bid that they scored or have a conflict with.

    Raises NotAllowed, Stale or RuleBroken.
    """
    require(policy.may_build(actor))
    receivable = _held(session, receivable_id, version)
    require(policy.is_apart(session, actor, receivable.application))
    reasons = _amount_reasons(receivable, amount)
    if received_on > in_london(now).date():
        reasons.append(Reason("The day it arrived cannot be later than today", "received_on"))
    if len(note.strip()) > LONGEST_NOTE:
        reasons.append(Reason(f"Use {LONGEST_NOTE} characters or fewer", "note"))
    require_no(reasons)
    receipt = Receipt(
        receivable_id=receivable.id,
        came_by=CameBy.BANK,
        amount=amount,
        received_on=received_on,
        note=note.strip(),
        recorded_by_id=actor.signature(),
        recorded_at=now,
    )
    return _take(session, receivable, receipt, actor=actor, now=now)


def keep_back(
    session: Session,
    *,
    receivable_id: int,
    instalment_id: int,
    amount: int,
    version: int,
    actor: Actor,
    now: datetime,
) -> Receipt:
    """Offset: so much less of a later instalment of the same award is paid, pence.

    Raises NotAllowed, Stale, or RuleBroken: it is in a batch or paid, or less than that is left of it.
    """
    require(policy.may_build(actor))
    receivable = _held(session, receivable_id, version)
    application = receivable.application
    require(policy.is_apart(session, actor, application))
    reasons = _amount_reasons(receivable, amount)
    steps = {step.instalment.id: step for step in queries.schedule_of(session, application.id)}
    step = steps.get(instalment_id)
    if step is None or step.live is not None or application.stage not in queries.PAYABLE:
        told = "Select an instalment of this award that is neither in a batch nor paid"
        reasons.append(Reason(told, "instalment"))
    elif amount > step.to_pay:
        reasons.append(Reason(f"Only {pounds(step.to_pay)} is left of this instalment", "amount"))
    require_no(reasons)
    receipt = Receipt(
        receivable_id=receivable.id,
        came_by=CameBy.OFFSET,
        amount=amount,
        instalment_id=instalment_id,
        received_on=in_london(now).date(),
        recorded_by_id=actor.signature(),
        recorded_at=now,
    )
    return _take(session, receivable, receipt, actor=actor, now=now)


def _amount_reasons(receivable: Receivable, amount: int) -> list[Reason]:
    if receivable.state is not ReceivableState.INVOICED:
        return [Reason("This money is not owed: it was not approved, or is settled")]
    if amount <= 0:
        return [Reason("Enter an amount of more than £0", "amount")]
    if amount > receivable.outstanding:
        return [Reason(f"Only {pounds(receivable.outstanding)} is still owed", "amount")]
    return []


def _take(
    session: Session, receivable: Receivable, receipt: Receipt, *, actor: Actor, now: datetime
) -> Receipt:
    receivable.receipts.append(receipt)
    flag_modified(receivable, "amount")  # so that its version counts receipts too
    session.flush()
    audit.record(
        session, actor, "receipt.record", receipt, now=now,
        receivable=receivable.id, came_by=receipt.came_by, amount=receipt.amount,
    )  # fmt: skip
    _close(session, receivable, actor=actor, now=now)
    return receipt


def _close(session: Session, receivable: Receivable, *, actor: Actor, now: datetime) -> None:
    if receivable.outstanding == 0:
        receivable.state = RECEIVABLE.next(receivable.state, "settle")
        session.flush()
        audit.record(session, actor, "receivable.settle", receivable, now=now)


def draft_write_off(
    session: Session, *, receivable_id: int, reason: str, version: int, actor: Actor, now: datetime
) -> Receivable:
    """A finance officer proposes to give up what is still owed, with a reason."""
    require(policy.may_build(actor))
    receivable = _held(session, receivable_id, version)
    require(policy.is_apart(session, actor, receivable.application))
    if receivable.state is not ReceivableState.INVOICED:
        raise RuleBroken("This money is not owed: it was not approved, or is settled.")
    word = reason.strip()
    require_no(explained(word, "Enter why it cannot be had back", "reason"))
    receivable.write_off_reason = word
    receivable.write_off_drafted_by_id, receivable.write_off_drafted_at = actor.signature(), now
    session.flush()
    audit.record(
        session, actor, "write_off.draft", receivable, now=now,
        amount=receivable.outstanding, reason=audit.digest(word),
    )  # fmt: skip
    return receivable


def approve_write_off(
    session: Session, *, receivable_id: int, version: int, actor: Actor, now: datetime
) -> Receivable:
    """Another person gives up what is still owed. It stays paid: nothing comes back to the pot.

    Raises NotAllowed (proposed it, scored the bid, has a conflict), Stale or RuleBroken.
    """
    receivable = _held(session, receivable_id, version)
    require(policy.may_write_off(session, actor, receivable))
    if receivable.write_off_drafted_by_id is None or receivable.state is not ReceivableState.INVOICED:
        raise RuleBroken("Nobody has proposed to write this off.")
    given_up = receivable.outstanding
    receivable.written_off = given_up
    receivable.write_off_approved_by_id, receivable.write_off_approved_at = actor.signature(), now
    session.flush()
    audit.record(session, actor, "write_off.approve", receivable, now=now, amount=given_up)
    _close(session, receivable, actor=actor, now=now)
    return receivable


def drop_write_off(
    session: Session, *, receivable_id: int, version: int, actor: Actor, now: datetime
) -> Receivable:
    """A proposal to write off ends without one: a finance approver refuses it, or an officer takes it back.

    Raises NotAllowed, Stale or RuleBroken.
    """
    receivable = _held(session, receivable_id, version)
    require(policy.may_build(actor) or policy.may_approve(actor))
    require(policy.is_apart(session, actor, receivable.application))
    if receivable.write_off_drafted_by_id is None or receivable.write_off_approved_by_id is not None:
        raise RuleBroken("Nobody has proposed to write this off.")
    receivable.write_off_reason = ""
    receivable.write_off_drafted_by_id = receivable.write_off_drafted_at = None
    session.flush()
    audit.record(session, actor, "write_off.drop", receivable, now=now, amount=receivable.outstanding)
    return receivable


def _held(session: Session, receivable_id: int, version: int) -> Receivable:
    application = queries.receivable(session, receivable_id).application
    programme.locked(session, application.round_id)
    receivable = queries.receivable_for_update(session, receivable_id)
    if receivable.version != version:
        raise Stale("Somebody else changed this.")
    return receivable
