"""Reading the numbers: finance alone, each time on record."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.banking import keys, policy, queries, sealing
from grants.banking.models import BankDetails
from grants.banking.rules import Account
from grants.banking.states import BankState
from grants.core.errors import NotFound, RuleBroken
from grants.core.policy import require
from grants.documents import policy as handing_out
from grants.documents import queries as documents
from grants.documents.models import Document
from grants.permissions import Actor


def open_for_payment(session: Session, *, bank_details_id: int, actor: Actor, now: datetime) -> Account:
    """The account, for a payment that names it. The reading goes on record.

    Raises NotAllowed (not finance), NotFound, or RuleBroken when they are not in force or payments are held.
    """
    require(policy.may_read(actor))
    details = queries.for_update(session, bank_details_id)
    if details.state is not BankState.APPROVED:
        raise RuleBroken("These bank details are not the approved ones any more.")
    held = queries.holds(session, details.organisation_id)
    if held:
        raise RuleBroken(" ".join(held))
    return _opened(session, details, why="payment", actor=actor, now=now)


def read_numbers(session: Session, *, bank_details_id: int, actor: Actor, now: datetime) -> Account:
    """The account, for a person of finance to look at. The reading goes on record.

    Raises NotAllowed, NotFound, or RuleBroken when the numbers were emptied.
    """
    require(policy.may_read(actor))
    details = queries.details(session, bank_details_id)
    return _opened(session, details, why="check", actor=actor, now=now)


def _opened(session: Session, details: BankDetails, *, why: str, actor: Actor, now: datetime) -> Account:
    if not details.sealed:
        raise RuleBroken("These bank details are no longer kept.")
    account = sealing.unseal(details.sealed, organisation_id=details.organisation_id, ring=keys.ring())
    audit.record(session, actor, "bank_details.read", details, now=now, why=why)
    return account


def open_letter(
    session: Session, *, bank_details_id: int, actor: Actor, now: datetime
) -> tuple[Document, bytes]:
    """The letter of the bank, for a person of finance: it shows the numbers, so the reading goes on record.

    Raises NotAllowed (not finance, or not scanned yet) or NotFound.
    """
    require(policy.may_read(actor))
    details = queries.details(session, bank_details_id)
    if details.letter_id is None:
        raise NotFound("No letter was sent with these bank details.")
    letter = documents.document(session, details.letter_id)
    require(handing_out.may_hand_out(letter, actor, scanner=bool(documents.scanner())))
    content = documents.content_of(letter)
    audit.record(session, actor, "bank_details.read", details, now=now, why="letter")
    return letter, content
