"""How the story's organisations say where they are paid, and how finance checks them before it pays."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.banking import actions as banking
from grants.banking import queries
from grants.banking.states import Finding, Item, PayeeCheck
from grants.demo.actions.world import World
from grants.demo.actions.writing import INVENTED
from grants.demo.page import one_page
from grants.demo.partnerships import Partnership
from grants.documents.actions import Accepted
from grants.documents.states import Kind

SORT_CODE = "000000"
"""No bank has it, so that no account of the story can be anybody's."""

CHANGED_NUMBER = "20000019"

NOTES = {
    Item.REGISTERS: "Found in its register under this name and number; nothing is overdue.",
    Item.ACCOUNTS: "Last year’s accounts read: the award is less than its yearly income.",
    Item.SANCTIONS: "Searched for the group and its trustees: nothing found.",
    Item.SUBSIDY: "Free help for residents, open to all: no economic activity, so no subsidy.",
    Item.EQUALITY: "Reaches women and disabled people more than others; no group loses by it.",
    Item.DUPLICATES: "No other bid is for the same work.",
}


def enter_accounts(world: World, chosen: Sequence[Partnership], *, at: datetime) -> None:
    """From `at` on each lead sends its account with a letter of its bank; two days later finance approves
    all but the last, which waits.
    """
    for place, partnership in enumerate(chosen):
        entered_at = at + timedelta(hours=place)
        _enter(world, partnership, number=f"{10_000_019 + 7_919 * place}", at=entered_at)
        if place < len(chosen) - 1:
            _approve(world, partnership, at=entered_at + timedelta(days=2))


def change_account(world: World, partnership: Partnership, *, at: datetime) -> None:
    """At `at` the lead sends another account with a letter; it waits for finance."""
    _enter(world, partnership, number=CHANGED_NUMBER, at=at)


def _enter(world: World, partnership: Partnership, *, number: str, at: datetime) -> None:
    lead = partnership.lead

    def deed(session: Session, now: datetime) -> None:
        banking.enter(
            session,
            organisation_id=world.groups[lead.key],
            account_name=lead.name[:70],
            sort_code=SORT_CODE,
            account_number=number,
            letter=Accepted("Letter of the bank.pdf", Kind.PDF, one_page((lead.name, INVENTED))),
            actor=world.actor(session, lead.key),
            now=now,
        )

    world.timeline.add(at, deed)


def _approve(world: World, partnership: Partnership, *, at: datetime) -> None:
    def deed(session: Session, now: datetime) -> None:
        officer = world.actor(session, "finance")
        row = queries.pending(session, world.groups[partnership.lead.key])
        if row is None:
            return
        banking.read_numbers(session, bank_details_id=row.id, actor=officer, now=now)
        banking.record_payee(
            session, bank_details_id=row.id, outcome=PayeeCheck.UNAVAILABLE, note="Seen in its letter.",
            version=row.version, actor=officer, now=now,
        )  # fmt: skip
        banking.approve(
            session, bank_details_id=row.id, call_back="", version=row.version, actor=officer, now=now
        )
        for item, note in NOTES.items():
            banking.record_check(
                session, application_id=world.bids[partnership.key], item=item, finding=Finding.CLEAR,
                note=note, version=0, actor=officer, now=now,
            )  # fmt: skip

    world.timeline.add(at, deed)
