"""The town's bank details: A has approved ones and a change that waits, B sent a letter of its bank."""

from sqlalchemy.orm import Session

from grants.banking import actions
from grants.banking.models import BankDetails
from grants.banking.states import Finding, Item, PayeeCheck
from grants.documents.actions import Accepted
from grants.documents.states import Kind
from tests.rooms.access.town import Town

APPROVED = {"sort_code": "089999", "account_number": "66374958"}
ENTERED = {"sort_code": "871427", "account_number": "46238510"}
DRAFT = {"sort_code": "200915", "account_number": "41011166"}


def add(session: Session, town: Town) -> None:
    """Two organisations' accounts, and one check of an award."""
    ours, theirs = (town.organisation_ids[name] for name in ("A", "B"))
    approved = _enter(session, town, ours, "signatory", APPROVED)
    _confirm(session, town, approved)
    _approve(session, town, approved)
    draft = _enter(session, town, ours, "signatory", DRAFT)
    letter = Accepted("letter.pdf", Kind.PDF, b"%PDF-1.4 a letter of the bank")
    entered = _enter(session, town, theirs, "stranger", ENTERED, letter)
    _payee(session, town, entered)
    actions.record_check(
        session, application_id=town.bid_ids["active"], item=Item.ACCOUNTS, finding=Finding.CLEAR,
        note="Read the accounts", version=0, actor=town.actor(session, "finance officer"), now=town.now,
    )  # fmt: skip
    for name, row in (("approved", approved), ("draft", draft), ("entered", entered)):
        town.records[f"account@{name}"] = {"details_id": row.id, "version": row.version}
    town.records["check@active"] = {**town.records["active"], "item": "registers"}


def _enter(
    session: Session,
    town: Town,
    organisation_id: int,
    name: str,
    numbers: dict[str, str],
    letter: Accepted | None = None,
) -> BankDetails:
    return actions.enter(
        session,
        organisation_id=organisation_id,
        account_name="Account of a group",
        **numbers,
        letter=letter,
        actor=town.actor(session, name),
        now=town.now,
    )


def _confirm(session: Session, town: Town, row: BankDetails) -> None:
    actions.confirm(
        session, bank_details_id=row.id, **APPROVED, actor=town.actor(session, "editor"), now=town.now
    )


def _payee(session: Session, town: Town, row: BankDetails) -> None:
    actions.record_payee(
        session, bank_details_id=row.id, outcome=PayeeCheck.MATCH, note="", version=row.version,
        actor=town.actor(session, "finance officer"), now=town.now,
    )  # fmt: skip


def _approve(session: Session, town: Town, row: BankDetails) -> None:
    _payee(session, town, row)
    actions.approve(
        session, bank_details_id=row.id, call_back="", version=row.version,
        actor=town.actor(session, "finance officer"), now=town.now,
    )  # fmt: skip
