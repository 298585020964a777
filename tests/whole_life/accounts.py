"""Awards until they may be paid: offers taken up, bank details entered and checked, the list of checks."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.awards import actions as awards
from grants.awards.models import Agreement
from grants.banking import actions as banking
from grants.banking import modulus
from grants.banking.models import BankDetails
from grants.banking.rules import CHECK_LIST, Account
from grants.banking.states import Finding, Modulus, PayeeCheck
from grants.core.clock import now
from grants.core.db import db, unit_of_work
from grants.permissions import Actor, MemberRole, service
from tests.rooms.awards import signing
from tests.whole_life.stages import Life, Progress, bids_at

Wait = Callable[[Callable[[], bool], str], None]
"""Waits for the workers until something holds, which it names."""

SORT_CODE = "089999"
"""Of VocaLink's published examples; the account numbers behind it are made up so that they pass the check."""

NOTE = "Simulated check: nobody looked anything up."


@dataclass(frozen=True)
class Lead:
    """A lead organisation with an award: its signatory, and the colleague who types the numbers again."""

    organisation_id: int
    signatory: Actor
    colleague: Actor


def take_up(life: Life, wait: Wait, progress: Progress) -> list[int]:
    """The workers typeset an agreement for each offer; the leads' signatories accept. Gives the bids' ids."""
    with unit_of_work() as session:
        offered = bids_at(session, life.round_id, Stage.OFFERED)

    def typeset() -> bool:
        with unit_of_work() as session:
            made = session.scalar(select(func.count(Agreement.application_id.distinct()))) or 0
        progress(made, len(offered))
        return made == len(offered)

    wait(typeset, "the worker to typeset the agreements")
    for done, application_id in enumerate(offered, start=1):
        with unit_of_work() as session:
            lead_id = session.scalars(
                select(Application.lead_id).where(Application.id == application_id)
            ).one()
            signatory = people.members_of(session, lead_id)[0].person_id
            awards.accept(
                session,
                application_id=application_id,
                signature=signing.signed(session, application_id),
                actor=people.actor_for(session, signatory),
                now=now(),
            )
        progress(done, len(offered))
    return offered


def open_accounts(life: Life, progress: Progress) -> int:
    """Every lead with an award enters its account by two people, and finance approves. Gives how many."""
    leads = leads_of(life)
    for done, (lead, number) in enumerate(zip(leads, made_up_numbers(), strict=False), start=1):
        enter_account(life, lead, number)
        progress(done, len(leads))
    return len(leads)


def leads_of(life: Life) -> list[Lead]:
    """The leads of awards, each given a colleague of its signatory."""
    with unit_of_work() as session:
        ids: Sequence[int] = session.scalars(
            select(Application.lead_id)
            .where(Application.round_id == life.round_id, Application.stage == Stage.ACTIVE)
            .distinct()
            .order_by(Application.lead_id)
        ).all()
        return [_lead(lead_id) for lead_id in ids]


def _lead(organisation_id: int) -> Lead:
    session = db.session()
    email = f"simulated.colleague.{organisation_id}@example.org"
    colleague = accounts.find_or_create_person(session, email=email, name="Simulated colleague", now=now())
    if len(people.members_of(session, organisation_id)) == 1:
        accounts.add_member(
            session,
            organisation_id=organisation_id,
            person_id=colleague.id,
            role=MemberRole.EDITOR,
            actor=service("command line"),
            now=now(),
        )
    signatory = next(
        member.person_id
        for member in people.members_of(session, organisation_id)
        if member.role is MemberRole.SIGNATORY
    )
    return Lead(
        organisation_id, people.actor_for(session, signatory), people.actor_for(session, colleague.id)
    )


def made_up_numbers() -> Iterator[str]:
    """Account numbers that fit the sort code, always the same."""
    for number in range(10_000_000, 100_000_000):
        account = Account("Simulated account", SORT_CODE, str(number))
        if modulus.check(account, modulus.built_in()) is Modulus.PASSED:
            yield str(number)


def enter_account(life: Life, lead: Lead, number: str, *, call_back: str = "") -> int:
    """Entered by the signatory, typed again by the colleague, approved by finance. Gives the details' id."""
    with unit_of_work() as session:
        details_id = banking.enter(
            session,
            organisation_id=lead.organisation_id,
            account_name="Simulated account",
            sort_code=SORT_CODE,
            account_number=number,
            actor=lead.signatory,
            now=now(),
        ).id
    with unit_of_work() as session:
        banking.confirm(
            session,
            bank_details_id=details_id,
            sort_code=SORT_CODE,
            account_number=number,
            actor=lead.colleague,
            now=now(),
        )
    with unit_of_work() as session:
        _approve_account(life, session.get_one(BankDetails, details_id), call_back)
    return details_id


def _approve_account(life: Life, details: BankDetails, call_back: str) -> None:
    session = db.session()
    checker = life.people.actor(session, "checker")
    banking.record_payee(
        session,
        bank_details_id=details.id,
        outcome=PayeeCheck.MATCH,
        note="",
        version=details.version,
        actor=checker,
        now=now(),
    )
    banking.approve(
        session,
        bank_details_id=details.id,
        call_back=call_back,
        version=details.version,
        actor=checker,
        now=now(),
    )


def look_into(life: Life, award_ids: Sequence[int], progress: Progress) -> int:
    """The manager records every check of every award, one transaction an award. Gives how many checks."""
    for done, application_id in enumerate(award_ids, start=1):
        with unit_of_work() as session:
            manager = life.people.actor(session, "manager")
            for item in CHECK_LIST:
                banking.record_check(
                    session,
                    application_id=application_id,
                    item=item,
                    finding=Finding.CLEAR,
                    note=NOTE,
                    version=0,
                    actor=manager,
                    now=now(),
                )
        progress(done, len(award_ids))
    return len(award_ids) * len(CHECK_LIST)
