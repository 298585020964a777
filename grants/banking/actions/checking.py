"""Finance's side: what the bank says of the payee, approving, refusing; what the ledger calls it."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications import queries as bids
from grants.audit import actions as audit
from grants.banking import notices, policy, queries
from grants.banking.models import BankDetails, CostCode, Supplier
from grants.banking.rules import LONGEST_CODE, LONGEST_NOTE, LONGEST_NUMBER, code_reasons
from grants.banking.states import BANK, PayeeCheck
from grants.core.errors import NotAllowed, Reason, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.documents import queries as documents
from grants.documents.states import Scan
from grants.notifications import actions as outbox
from grants.permissions import Actor, Permission

SIX_DIGITS = re.compile(r"(?:\d[\s–-]*){6}")
DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}/\d{1,2}/\d{4}\b")


def record_payee(
    session: Session,
    *,
    bank_details_id: int,
    outcome: PayeeCheck,
    note: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> BankDetails:
    """The officer notes what Confirmation of Payee answered. Anything but a match needs a note.

    Raises NotAllowed, Stale or RuleBroken.
    """
    details = _to_check(session, bank_details_id, actor=actor, version=version)
    require_no(_note_reasons(outcome, note.strip()))
    details.payee_check, details.payee_note = outcome, note.strip()
    details.payee_checked_by_id, details.payee_checked_at = actor.signature(), now
    session.flush()
    audit.record(session, actor, "bank_details.check_payee", details, now=now, outcome=outcome)
    return details


def _note_reasons(outcome: PayeeCheck, note: str) -> list[Reason]:
    if not note and outcome is not PayeeCheck.MATCH:
        return [Reason("Enter why the account can be taken, or how you checked it otherwise", "note")]
    if len(note) > LONGEST_NOTE:
        return [Reason(f"The note must be {LONGEST_NOTE:,} characters or fewer", "note")]
    return _no_numbers(note, "note")


def approve(
    session: Session, *, bank_details_id: int, call_back: str, version: int, actor: Actor, now: datetime
) -> BankDetails:
    """The officer approves; what was in force before is replaced. A change needs a word on how the officer
    made sure, by a contact they had before, that it is real.

    Raises NotAllowed (either person of the organisation, a member, whoever scored or has a conflict), Stale,
    or RuleBroken: no check of the payee, no second side.
    """
    details = _to_check(session, bank_details_id, actor=actor, version=version)
    before, word = queries.in_force(session, details.organisation_id), call_back.strip()
    reasons = [*_side_reasons(session, details), *_no_numbers(word, "call_back")]
    if details.payee_check is None:
        reasons.append(Reason("Record what the check of the payee says first"))
    if before is not None and not word:
        reasons.append(Reason("Enter how you made sure that the change is real", "call_back"))
    require_no(reasons)
    if before is not None:
        before.state, before.ended_at = BANK.next(before.state, "replace"), now
    _settle(details, "approve", reason=word, actor=actor, now=now)
    session.flush()
    audit.record(
        session, actor, "bank_details.approve", details, now=now,
        payee=details.payee_check, change=before is not None,
    )  # fmt: skip
    _tell_settled(session, details, now=now)
    return details


def _side_reasons(session: Session, details: BankDetails) -> list[Reason]:
    if details.confirmed_by_id is not None:
        return []
    letter = None if details.letter_id is None else documents.document(session, details.letter_id)
    if letter is None:
        return [Reason("A second person of the organisation, or a letter of the bank, has to confirm them")]
    if letter.scan is Scan.INFECTED:
        return [Reason("The letter of the bank was removed because of a virus: ask for another")]
    return []


def refuse(
    session: Session, *, bank_details_id: int, reason: str, version: int, actor: Actor, now: datetime
) -> BankDetails:
    """The officer refuses, with a reason that the organisation reads. What was approved before counts on."""
    details = _to_check(session, bank_details_id, actor=actor, version=version)
    word = reason.strip()
    missing = [] if word else [Reason("Enter why the bank details are not approved", "reason")]
    require_no([*missing, *_no_numbers(word, "reason")])
    _settle(details, "refuse", reason=word, actor=actor, now=now)
    details.ended_at = now
    session.flush()
    audit.record(session, actor, "bank_details.refuse", details, now=now, reason=audit.digest(word))
    _tell_settled(session, details, now=now)
    return details


def _no_numbers(text: str, place: str) -> list[Reason]:
    """Words are kept and sent as they are, so no number of an account may stand in them. Days may."""
    if SIX_DIGITS.search(DAY.sub(" ", text)):
        return [Reason("Do not write sort codes, account numbers or telephone numbers here", place)]
    return []


def _to_check(session: Session, bank_details_id: int, *, actor: Actor, version: int) -> BankDetails:
    details = queries.for_update(session, bank_details_id)
    require(policy.may_check(session, actor, details))
    if details.version != version:
        raise Stale("Somebody else changed these bank details since you opened the page.")
    if not BANK.allows(details.state, "approve"):
        raise RuleBroken("These bank details do not wait to be checked.")
    return details


def _settle(details: BankDetails, deed: str, *, reason: str, actor: Actor, now: datetime) -> None:
    details.state = BANK.next(details.state, deed)
    details.settled_by_id, details.settled_at, details.settled_reason = actor.signature(), now, reason


def _tell_settled(session: Session, details: BankDetails, *, now: datetime) -> None:
    for notice in notices.settled(session, details):
        outbox.queue(session, notice, now=now)


def save_supplier(
    session: Session, *, organisation_id: int, number: str, actor: Actor, now: datetime
) -> Supplier:
    """What the council's ledger calls the organisation. Raises NotAllowed, or RuleBroken for a number that is
    none, or another organisation's.
    """
    _require_officer(actor)
    require(policy.is_apart(session, actor, organisation_id))
    plain = number.strip()
    require_no(code_reasons(plain, place="number", what="the supplier number", most=LONGEST_NUMBER))
    other = queries.called_in_the_ledger(session, plain, but=organisation_id)
    if other is not None:
        require_no(
            [Reason(f"This is the supplier number of {other.name}. Each organisation has its own", "number")]
        )
    accounts.hold(session, accounts.organisation(session, organisation_id))
    supplier = session.get(Supplier, organisation_id) or Supplier(organisation_id=organisation_id)
    supplier.number, supplier.saved_by_id, supplier.saved_at = plain, actor.signature(), now
    session.add(supplier)
    session.flush()
    audit.record(session, actor, "supplier.save", supplier, now=now, number=audit.digest(plain))
    return supplier


def save_cost_code(
    session: Session, *, application_id: int, code: str, actor: Actor, now: datetime
) -> CostCode:
    """Where the ledger books an award. Raises NotAllowed or RuleBroken."""
    _require_officer(actor)
    application = bids.for_update(session, application_id)
    require(policy.is_apart(session, actor, application.lead_id))
    plain = code.strip()
    require_no(code_reasons(plain, place="code", what="the cost code", most=LONGEST_CODE))
    found = session.get(CostCode, application_id) or CostCode(application_id=application_id)
    found.code, found.saved_by_id, found.saved_at = plain, actor.signature(), now
    session.add(found)
    session.flush()
    audit.record(session, actor, "cost_code.save", found, now=now, code=audit.digest(plain))
    return found


def _require_officer(actor: Actor) -> None:
    if not actor.may(Permission.CHECK_BANK_DETAILS):
        raise NotAllowed("Only a finance officer enters codes of the ledger.")
