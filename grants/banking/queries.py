"""Bank details in force, what holds payments, and what finance has to look at."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from grants.accounts.models import Organisation, Person
from grants.applications.models import Application
from grants.audit.models import TrailEntry
from grants.awards.models import Award
from grants.banking import modulus
from grants.banking.models import (
    BankDetails,
    CostCode,
    DiligenceCheck,
    EarlierCheck,
    ModulusTable,
    Supplier,
)
from grants.banking.rules import CHECK_LIST
from grants.banking.states import PENDING, BankState, Finding, Item
from grants.core.db import held
from grants.core.errors import NotFound
from grants.core.paging import Page, paginate

NONE_YET = "No bank details have been entered."
CHANGED = "The bank details were changed, and the change is not approved yet."
NOT_APPROVED = "The bank details are not approved yet."
REFUSED = "The bank details that were entered were not approved."


@dataclass(frozen=True)
class PayableAccount:
    """An approved account to which money may go now. `id` opens it, for payment and on record alone."""

    id: int
    organisation_id: int
    ending: str
    approved_at: datetime
    supplier_number: str
    """What the council's ledger calls the organisation; '' where finance has not said yet."""


def payable(session: Session, organisation_id: int) -> PayableAccount | None:
    """The organisation's approved account; None where there is none or payments are held. Three queries."""
    if holds(session, organisation_id):
        return None
    found = in_force(session, organisation_id)
    if found is None or found.settled_at is None:
        return None
    supplier = session.get(Supplier, organisation_id)
    return PayableAccount(
        found.id, organisation_id, found.ending, found.settled_at, supplier.number if supplier else ""
    )


def holds(session: Session, organisation_id: int) -> tuple[str, ...]:
    """Why the organisation may be paid nothing now; () when it may. One query."""
    return holds_of(session, {organisation_id})[organisation_id]


def holds_of(session: Session, organisation_ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """`holds` of many organisations in one query."""
    rows = session.execute(
        select(BankDetails.organisation_id, BankDetails.state)
        .where(BankDetails.organisation_id.in_(organisation_ids))
        .distinct()
    )
    states: dict[int, set[BankState]] = {organisation_id: set() for organisation_id in organisation_ids}
    for organisation_id, state in rows:
        states[organisation_id].add(state)
    return {organisation_id: _why_held(found) for organisation_id, found in states.items()}


def _why_held(states: Collection[BankState]) -> tuple[str, ...]:
    if any(state in PENDING for state in states):
        return (CHANGED,) if BankState.APPROVED in states else (NOT_APPROVED,)
    if BankState.APPROVED in states:
        return ()
    return (REFUSED,) if BankState.REFUSED in states else (NONE_YET,)


def wanted_of(session: Session, organisation_ids: Collection[int]) -> list[Organisation]:
    """Those of the organisations that lead an award under way and whose own people have yet to enter or
    confirm bank details. One query, none for nobody.
    """
    if not organisation_ids:
        return []
    theirs = select(BankDetails.id).where(BankDetails.organisation_id == Organisation.id)
    done = theirs.where(BankDetails.state.in_((BankState.ENTERED, BankState.APPROVED)))
    half = theirs.where(BankDetails.state == BankState.DRAFT)
    awarded = (
        select(Award.id)
        .join(Application, Application.id == Award.application_id)
        .where(Application.lead_id == Organisation.id, Award.ended_at.is_(None))
    )
    wanted = select(Organisation).where(
        Organisation.id.in_(organisation_ids), awarded.exists(), or_(half.exists(), ~done.exists())
    )
    return list(session.scalars(wanted.order_by(Organisation.name)))


def award_holds(session: Session, application_id: int) -> tuple[str, ...]:
    """Why an award may be paid nothing now although its organisation may: checks not done, or a concern.
    One query.
    """
    return award_holds_of(session, {application_id})[application_id]


def award_holds_of(session: Session, application_ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """`award_holds` of many awards in one query."""
    rows = session.execute(
        select(DiligenceCheck.application_id, DiligenceCheck.item, DiligenceCheck.finding).where(
            DiligenceCheck.application_id.in_(application_ids)
        )
    )
    found: dict[int, dict[Item, Finding]] = {application_id: {} for application_id in application_ids}
    for application_id, item, finding in rows:
        found[application_id][item] = finding
    return {application_id: _why_award_held(findings) for application_id, findings in found.items()}


def _why_award_held(findings: Mapping[Item, Finding]) -> tuple[str, ...]:
    missing = [CHECK_LIST[item].title for item in CHECK_LIST if item not in findings]
    worries = [CHECK_LIST[item].title for item in CHECK_LIST if findings.get(item) is Finding.CONCERN]
    return (
        *((f"Not checked yet: {', '.join(missing)}.",) if missing else ()),
        *((f"There is a concern about: {', '.join(worries)}.",) if worries else ()),
    )


def earlier_checks(session: Session, application_ids: Collection[int]) -> list[EarlierCheck]:
    """What was recorded of awards' checks before they were recorded again, the newest first."""
    rows = select(EarlierCheck).where(EarlierCheck.application_id.in_(application_ids))
    return list(session.scalars(rows.order_by(EarlierCheck.id.desc())))


def checks_of(session: Session, application_id: int) -> dict[Item, DiligenceCheck]:
    """What was recorded of an award's checks, by item."""
    rows = session.scalars(select(DiligenceCheck).where(DiligenceCheck.application_id == application_id))
    return {row.item: row for row in rows}


@dataclass(frozen=True)
class AwardLine:
    """An award with what was found of each check, and what holds its payments."""

    application: Application
    amount: int
    found: Mapping[Item, Finding]
    holds: tuple[str, ...]


def award_lines(session: Session, round_id: int, *, without: Collection[int] = ()) -> list[AwardLine]:
    """The awards of a round by reference, without those hidden from the reader. Three queries."""
    rows = session.execute(
        select(Application, Award.amount)
        .join(Award, Award.application_id == Application.id)
        .where(Application.round_id == round_id, Application.id.not_in(without))
        .order_by(Application.ref)
    ).all()
    found: dict[int, dict[Item, Finding]] = {application.id: {} for application, _ in rows}
    answers = select(DiligenceCheck.application_id, DiligenceCheck.item, DiligenceCheck.finding)
    for application_id, item, finding in session.execute(
        answers.where(DiligenceCheck.application_id.in_(found))
    ):
        found[application_id][item] = finding
    held_back = holds_of(session, {application.lead_id for application, _ in rows}) if rows else {}
    return [
        AwardLine(application, amount, found[application.id], held_back[application.lead_id])
        for application, amount in rows
    ]


def recorders_of(session: Session, checks: Collection[DiligenceCheck | EarlierCheck]) -> dict[int, str]:
    """The names of who recorded these checks, by id."""
    ids = {check.recorded_by_id for check in checks}
    people = session.execute(select(Person.id, Person.name, Person.email).where(Person.id.in_(ids)))
    return {person_id: name or email for person_id, name, email in people}


def cost_code(session: Session, application_id: int) -> str:
    """Where the ledger books the award; '' where finance has not said yet."""
    found = session.get(CostCode, application_id)
    return found.code if found else ""


def supplier_number(session: Session, organisation_id: int) -> str:
    """What the ledger calls the organisation; '' where finance has not said yet."""
    found = session.get(Supplier, organisation_id)
    return found.number if found else ""


def called_in_the_ledger(session: Session, number: str, *, but: int) -> Organisation | None:
    """Another organisation that has this supplier number, however its letters are written."""
    rows = (
        select(Organisation)
        .join(Supplier, Supplier.organisation_id == Organisation.id)
        .where(func.lower(Supplier.number) == number.lower(), Organisation.id != but)
    )
    return session.scalars(rows.limit(1)).first()


def in_force(session: Session, organisation_id: int) -> BankDetails | None:
    """The approved details, whether or not a change of them waits."""
    return _newest(session, organisation_id, (BankState.APPROVED,))


def pending(session: Session, organisation_id: int) -> BankDetails | None:
    """Details that wait for a second person or for finance."""
    return _newest(session, organisation_id, PENDING)


def _newest(session: Session, organisation_id: int, states: Collection[BankState]) -> BankDetails | None:
    return session.scalar(
        select(BankDetails)
        .where(BankDetails.organisation_id == organisation_id, BankDetails.state.in_(states))
        .order_by(BankDetails.id.desc())
        .limit(1)
    )


def details(session: Session, details_id: int) -> BankDetails:
    """One row. Raises NotFound."""
    found = session.get(BankDetails, details_id)
    if found is None:
        raise NotFound("There are no such bank details.")
    return found


def for_update(session: Session, details_id: int) -> BankDetails:
    """One row, held against other writers. Raises NotFound."""
    found = held(session, BankDetails, details_id)
    if found is None:
        raise NotFound("There are no such bank details.")
    return found


def all_of(session: Session, organisation_id: int) -> list[BankDetails]:
    """Every row of an organisation, the newest first."""
    rows = select(BankDetails).where(BankDetails.organisation_id == organisation_id)
    return list(session.scalars(rows.order_by(BankDetails.id.desc())))


def names_of(session: Session, rows: Collection[BankDetails]) -> dict[int, str]:
    """The names of everybody who had a hand in these rows, by id."""
    hands = ("entered_by_id", "confirmed_by_id", "payee_checked_by_id", "settled_by_id")
    ids = {getattr(row, hand) for row in rows for hand in hands} - {None}
    people = session.execute(select(Person.id, Person.name, Person.email).where(Person.id.in_(ids)))
    return {person_id: name or email for person_id, name, email in people}


def desk(session: Session, *, waiting: bool, page: int, size: int = 50) -> Page[BankDetails]:
    """Rows for finance: those to be checked, the oldest first; or all that are not ended, by organisation."""
    if waiting:
        rows = (
            select(BankDetails).where(BankDetails.state == BankState.ENTERED).order_by(BankDetails.entered_at)
        )
    else:
        live = (*PENDING, BankState.APPROVED)
        rows = (
            select(BankDetails)
            .join(Organisation, Organisation.id == BankDetails.organisation_id)
            .where(BankDetails.state.in_(live))
            .order_by(func.lower(Organisation.name), BankDetails.id)
        )
    return paginate(session, rows, number=page, size=size)


@dataclass(frozen=True)
class Reading:
    """One time that somebody of finance read the numbers."""

    at: datetime
    name: str
    why: str


READ_FOR = {"check": "to check them", "payment": "for a payment", "letter": "in the letter of the bank"}


def readings_of(session: Session, details_id: int) -> list[Reading]:
    """Who has read the numbers, the newest first, at most 50: the trail says."""
    rows = session.execute(
        select(TrailEntry.at, Person.name, Person.email, TrailEntry.facts)
        .outerjoin(Person, Person.id == TrailEntry.actor_id)
        .where(
            TrailEntry.subject_type == "bank_details",
            TrailEntry.subject_id == str(details_id),
            TrailEntry.deed == "bank_details.read",
        )
        .order_by(TrailEntry.seq.desc())
        .limit(50)
    )
    return [
        Reading(at, name or email or "The service", READ_FOR.get(facts.get("why", ""), ""))
        for at, name, email, facts in rows
    ]


def modulus_tables(session: Session) -> modulus.Tables:
    """The tables that the operator loaded, each in the place of the one that comes along."""
    found = {row.name: row for row in session.scalars(select(ModulusTable))}
    weights, substitutes = found.get(modulus.WEIGHTS), found.get(modulus.SUBSTITUTES)
    if weights is None and substitutes is None:
        return modulus.built_in()
    return _read(weights.content if weights else "", substitutes.content if substitutes else "")


@lru_cache(maxsize=2)
def _read(weights: str, substitutes: str) -> modulus.Tables:
    along = modulus.built_in()
    return modulus.Tables(
        modulus.read_weights(weights) if weights else along.weights,
        modulus.read_substitutes(substitutes) if substitutes else along.substitutes,
    )


def tables_loaded(session: Session) -> datetime | None:
    """When the operator last loaded the weights of the modulus check; None for those that come along."""
    found = session.get(ModulusTable, modulus.WEIGHTS)
    return found.loaded_at if found else None


def accounts_shared(session: Session, details: BankDetails) -> list[str]:
    """Names of other organisations for which the same account was entered, ended or not."""
    names = (
        select(Organisation.name)
        .join(BankDetails, BankDetails.organisation_id == Organisation.id)
        .where(
            BankDetails.digest == details.digest,
            BankDetails.digest != "",
            BankDetails.organisation_id != details.organisation_id,
        )
    )
    return list(session.scalars(names.distinct().order_by(Organisation.name)))
