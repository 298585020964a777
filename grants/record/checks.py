"""Reading what the record tells of checks before payment: what was looked at, whose account was taken how.

No bank details: neither numbers nor the name on the account.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.banking.models import BankDetails, CostCode, DiligenceCheck, EarlierCheck, Supplier
from grants.banking.rules import CHECK_LIST
from grants.banking.states import BANK, FINDING_LABELS, PAYEE_LABELS
from grants.record.account import Cell, Private, Rows, Section, Who

CHECKS = ("Bid", "Check", "Finding", "What was looked at", "Recorded by", "When", "Recorded again")
ACCOUNTS = (
    "Organisation",
    "State",
    "Entered by",
    "Entered",
    "Confirmed by",
    "Confirmed",
    "Check of the name",
    "Checked by",
    "Checked",
    "Note",
    "Settled by",
    "Settled",
    "How",
    "Ended",
)
LEDGER = ("Bid", "What", "Entry", "Saved by", "When")


def sections(session: Session, which: Any) -> tuple[Section, ...]:
    """Checks, accounts and ledger entries of the bids in `which`. Five statements."""
    return (
        Section("Checks before payment", CHECKS, tuple(_checks(session, which))),
        Section("Bank details", ACCOUNTS, tuple(_accounts(session, which))),
        Section("In the ledger", LEDGER, tuple(_ledger(session, which))),
    )


def _who(person_id: int | None) -> Cell:
    return Who(person_id) if person_id else None


def _checks(session: Session, which: Any) -> Rows:
    found: list[tuple[Any, str]] = []
    for model in (EarlierCheck, DiligenceCheck):
        rows = (
            select(model, Application.ref)
            .join(Application, Application.id == model.application_id)
            .where(which)
        )
        found += [(one, ref) for one, ref in session.execute(rows)]
    for one, ref in sorted(found, key=lambda pair: (pair[1], pair[0].item, pair[0].recorded_at)):
        yield (
            ref, CHECK_LIST[one.item].title, FINDING_LABELS[one.finding], Private(one.note),
            Who(one.recorded_by_id), one.recorded_at, getattr(one, "replaced_at", None),
        )  # fmt: skip


def _accounts(session: Session, which: Any) -> Rows:
    leads = select(Application.lead_id).where(which)
    rows = select(BankDetails).where(BankDetails.organisation_id.in_(leads)).order_by(BankDetails.id)
    for one in session.scalars(rows):
        yield (
            one.organisation.name, BANK.staff_label(one.state), Who(one.entered_by_id), one.entered_at,
            _who(one.confirmed_by_id), one.confirmed_at,
            PAYEE_LABELS[one.payee_check] if one.payee_check else None, _who(one.payee_checked_by_id),
            one.payee_checked_at, Private(one.payee_note), _who(one.settled_by_id), one.settled_at,
            Private(one.settled_reason), one.ended_at,
        )  # fmt: skip


def _ledger(session: Session, which: Any) -> Rows:
    suppliers = (
        select(Application.ref, Supplier.number, Supplier.saved_by_id, Supplier.saved_at)
        .join(Supplier, Supplier.organisation_id == Application.lead_id)
        .where(which)
    )
    codes = (
        select(Application.ref, CostCode.code, CostCode.saved_by_id, CostCode.saved_at)
        .join(CostCode, CostCode.application_id == Application.id)
        .where(which)
    )
    entries: Iterator[tuple[str, Any]] = iter((("Supplier number", suppliers), ("Cost code", codes)))
    for what, rows in entries:
        for ref, entry, who, at in session.execute(rows.order_by(Application.ref)):
            yield ref, what, Private(entry), Who(who), at
