"""The organisation's side: entering bank details, confirming them as a second person, taking them back."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.audit import actions as audit
from grants.banking import keys, modulus, notices, policy, queries, sealing
from grants.banking.models import BankDetails
from grants.banking.rules import Account, read_account, same_account
from grants.banking.states import BANK, BankState, Modulus
from grants.core.errors import NotFound, Reason, RuleBroken
from grants.core.language import say
from grants.core.policy import require
from grants.documents import actions as documents
from grants.documents.actions import Accepted
from grants.notifications import actions as outbox
from grants.permissions import Actor


def enter(
    session: Session,
    *,
    organisation_id: int,
    account_name: str,
    sort_code: str,
    account_number: str,
    roll_number: str = "",
    letter: Accepted | None = None,
    actor: Actor,
    now: datetime,
) -> BankDetails:
    """The signatory enters an account. What waits already is replaced; what is approved stays in force, but
    payments are held until the new details are settled. The old contacts are told.

    With a letter of the bank they go to finance at once, else a second person of the organisation confirms
    them first. Raises NotAllowed, or RuleBroken with every reason, none of which says what was typed.
    """
    require(policy.may_enter(actor, organisation_id))
    organisation = accounts.organisation(session, organisation_id)
    accounts.hold(session, organisation)
    account, outcome = _checked(
        session,
        name=account_name,
        sort_code=sort_code,
        account_number=account_number,
        roll_number=roll_number,
    )
    ring, before = keys.ring(), queries.in_force(session, organisation_id)
    if before is not None and before.sealed:
        held = sealing.unseal(before.sealed, organisation_id=organisation_id, ring=ring)
        if held == account:
            raise RuleBroken(say("These are the bank details that are approved already."))
    end_pending(session, organisation_id, now=now)
    document = None
    if letter is not None:
        page = f"/banking/{organisation_id}/"
        document = documents.take_in(session, accepted=letter, page=page, actor=actor, now=now)
    details = BankDetails(
        organisation_id=organisation_id,
        organisation=organisation,
        state=BANK.initial if document is None else BANK.next(BANK.initial, "hand_in"),
        sealed=sealing.seal(account, organisation_id=organisation_id, ring=ring),
        digest=sealing.digest(account, ring=ring),
        ending=account.ending,
        modulus=outcome,
        entered_by_id=actor.signature(),
        entered_at=now,
        letter_id=document.id if document else None,
    )
    session.add(details)
    session.flush()
    audit.record(
        session, actor, "bank_details.enter", details, now=now,
        organisation=organisation_id, change=before is not None, modulus=outcome, letter=document is not None,
    )  # fmt: skip
    _tell(session, details, change=before is not None, now=now)
    return details


def _checked(
    session: Session, *, name: str, sort_code: str, account_number: str, roll_number: str
) -> tuple[Account, Modulus]:
    account, reasons = read_account(
        name=name, sort_code=sort_code, account_number=account_number, roll_number=roll_number
    )
    if account is None:
        raise RuleBroken(reasons)
    outcome = modulus.check(account, queries.modulus_tables(session))
    if outcome is Modulus.FAILED:
        told = say("Check the sort code and the account number: they do not belong together")
        raise RuleBroken([Reason(told, "account_number")])
    return account, outcome


def _tell(session: Session, details: BankDetails, *, change: bool, now: datetime) -> None:
    told = [*notices.entered(session, details, change=change)]
    if details.state is BankState.ENTERED:
        told += notices.to_check(session, details, change=change)
    else:
        told += notices.to_confirm(session, details)
    for notice in told:
        outbox.queue(session, notice, now=now)


def end_pending(session: Session, organisation_id: int, *, now: datetime) -> None:
    """What waits gives way to what comes now."""
    waiting = queries.pending(session, organisation_id)
    if waiting is not None:
        waiting.state, waiting.ended_at = BANK.next(waiting.state, "replace"), now
        session.flush()


def confirm(
    session: Session,
    *,
    bank_details_id: int,
    sort_code: str,
    account_number: str,
    actor: Actor,
    now: datetime,
) -> BankDetails:
    """A second person of the organisation types the numbers again; if they are the same, finance is asked.

    Raises NotFound for a stranger, NotAllowed (whoever entered them), or RuleBroken when they differ or do
    not wait for it.
    """
    details = _own(session, bank_details_id, actor)
    require(policy.may_confirm(actor, details))
    state = BANK.next(details.state, "hand_in")
    typed, reasons = read_account(name="-", sort_code=sort_code, account_number=account_number)
    if typed is None:
        raise RuleBroken(reasons)
    held = sealing.unseal(details.sealed, organisation_id=details.organisation_id, ring=keys.ring())
    if not same_account(Account("", typed.sort_code, typed.account_number, held.roll_number), held):
        told = say(
            "These are not the numbers that were entered. Compare both with a statement of the account: if "
            "what was entered is wrong, your signatory enters it again."
        )
        raise RuleBroken([Reason(told, "account_number")])
    details.state, details.confirmed_by_id, details.confirmed_at = state, actor.signature(), now
    session.flush()
    audit.record(session, actor, "bank_details.confirm", details, now=now)
    change = queries.in_force(session, details.organisation_id) is not None
    for notice in notices.to_check(session, details, change=change):
        outbox.queue(session, notice, now=now)
    return details


def take_back(session: Session, *, bank_details_id: int, actor: Actor, now: datetime) -> BankDetails:
    """The signatory takes back what is not settled yet, for example what somebody else entered in their name.

    What was approved before counts again. Raises NotFound, NotAllowed or RuleBroken.
    """
    details = _own(session, bank_details_id, actor)
    require(policy.may_enter(actor, details.organisation_id))
    details.state, details.ended_at = BANK.next(details.state, "take_back"), now
    session.flush()
    audit.record(session, actor, "bank_details.take_back", details, now=now)
    for notice in notices.settled(session, details):
        outbox.queue(session, notice, now=now)
    return details


def _own(session: Session, bank_details_id: int, actor: Actor) -> BankDetails:
    details = queries.for_update(session, bank_details_id)
    if not policy.is_member(actor, details.organisation_id):
        raise NotFound(say("There are no such bank details."))
    return details
