"""Who is told that bank details were entered, changed or settled: never with a number of the account."""

from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Organisation, Person
from grants.banking import queries
from grants.banking.models import BankDetails
from grants.banking.states import BankState
from grants.core.language import in_english
from grants.notifications.actions import Notice
from grants.permissions import MemberRole, Role


@in_english
def entered(session: Session, details: BankDetails, *, change: bool) -> list[Notice]:
    """Everybody the organisation was known by before, whoever entered it included: if it was not them, they
    should know at once.
    """
    facts = {**_facts(session, details), "change": change, "letter": details.letter_id is not None}
    return [
        _notice("bank_details_entered", address, facts, details)
        for address in old_contacts(session, details.organisation)
    ]


@in_english
def to_confirm(session: Session, details: BankDetails) -> list[Notice]:
    """Whoever may be the second person."""
    return [
        _notice("bank_details_to_confirm", one.person.email, _facts(session, details), details)
        for one in accounts.members_of(session, details.organisation_id)
        if one.role is not MemberRole.VIEWER and one.person_id != details.entered_by_id
    ]


@in_english
def to_check(session: Session, details: BankDetails, *, change: bool) -> list[Notice]:
    """Every finance officer who does not stand on the other side."""
    facts = {**_facts(session, details), "change": change, "path": f"/banking/check/{details.id}/"}
    sides = {details.entered_by_id, details.confirmed_by_id}
    return [
        _notice("bank_details_to_check", person.email, facts, details)
        for person in accounts.people_with_role(session, Role.FINANCE_OFFICER)
        if person.id not in sides
    ]


@in_english
def settled(session: Session, details: BankDetails) -> list[Notice]:
    """The organisation's old contacts: approved, refused with the reason, or taken back."""
    facts = {
        **_facts(session, details),
        "outcome": details.state.value,
        "reason": details.settled_reason if details.state is BankState.REFUSED else "",
    }
    return [
        _notice("bank_details_settled", address, facts, details)
        for address in old_contacts(session, details.organisation)
    ]


def old_contacts(session: Session, organisation: Organisation) -> list[str]:
    """Addresses of its writers and signatories, of who entered or confirmed earlier details even if they have
    left since, and the organisation's own; each once.
    """
    members = [
        one.person.email
        for one in accounts.members_of(session, organisation.id)
        if one.role is not MemberRole.VIEWER
    ]
    earlier = _hands(queries.all_of(session, organisation.id))
    before = session.scalars(select(Person.email).where(Person.id.in_(earlier)).order_by(Person.id)).all()
    profile = accounts.profile_of(session, organisation.id)
    own = [profile.email.strip().lower()] if profile is not None and profile.email.strip() else []
    return list(dict.fromkeys([*members, *before, *own]))


def _hands(rows: Collection[BankDetails]) -> set[int]:
    return {hand for row in rows for hand in (row.entered_by_id, row.confirmed_by_id) if hand is not None}


def _facts(session: Session, details: BankDetails) -> dict[str, object]:
    by = accounts.person(session, details.entered_by_id)
    return {
        "organisation": details.organisation.name,
        "by": by.name or by.email,
        "at": details.entered_at,
        "path": f"/banking/{details.organisation_id}/",
    }


def _notice(kind: str, to: str, facts: dict[str, object], details: BankDetails) -> Notice:
    address = sha256(to.encode()).hexdigest()[:32]
    key = f"{kind}:{details.id}:{details.state}:{address}"
    return Notice(kind=kind, to=to, facts=facts, about=details, key=key)
