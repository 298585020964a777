"""Deeds on organisations: found or made by their numbers, and members put into them."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import policy, queries, rules
from grants.accounts.actions.inserting import insert_unless_there
from grants.accounts.models import Membership, Organisation
from grants.accounts.states import OrganisationKind
from grants.audit import actions as audit
from grants.core.errors import NotFound, Reason, RuleBroken, require_no
from grants.core.policy import require
from grants.permissions import Actor, MemberRole


def find_or_create_organisation(
    session: Session,
    *,
    name: str,
    kind: OrganisationKind,
    charity_number: str | None = None,
    company_number: str | None = None,
    external_id: str | None = None,
    postcode: str = "",
    actor: Actor,
    now: datetime,
) -> Organisation:
    """The organisation that bears one of these numbers, made if there is none; without a number always a
    new one.

    What is known of an organisation that is found is left as it is. Raises RuleBroken when a number cannot
    be one or when the numbers belong to different organisations.
    """
    organisation, _ = find_or_make(
        session,
        name=name,
        kind=kind,
        charity_number=charity_number or "",
        company_number=company_number or "",
        external_id=external_id,
        postcode=postcode,
        actor=actor,
        now=now,
    )
    return organisation


def find_or_make(
    session: Session,
    *,
    name: str,
    kind: OrganisationKind,
    charity_number: str,
    company_number: str,
    external_id: str | None = None,
    postcode: str,
    actor: Actor,
    now: datetime,
) -> tuple[Organisation, bool]:
    """The same, and whether it was made just now."""
    charity, company = rules.charity_number(charity_number), rules.company_number(company_number)
    faults = rules.number_faults(OrganisationKind.OTHER, charity_number, company_number)
    require_no([*rules.organisation_faults(name, postcode), *faults])
    numbers = {"charity_number": charity, "company_number": company, "external_id": external_id or None}
    values = {
        "name": rules.on_one_line(name),
        "kind": kind,
        "postcode": rules.plain_postcode(postcode),
        "created_at": now,
    }
    found = queries.organisation_by_numbers(session, **numbers)
    if not found:
        made = insert_unless_there(session, Organisation, {**values, **numbers})
        if made is not None:
            audit.record(session, actor, "organisation.create", made, now=now, kind=kind)
            return made, True
        found = queries.organisation_by_numbers(session, **numbers)
    if len(found) > 1:
        text = "The charity number and the company number belong to two different organisations"
        raise RuleBroken([Reason(text, "company_number")])
    return found[0], False


def add_member(
    session: Session, *, organisation_id: int, person_id: int, role: MemberRole, actor: Actor, now: datetime
) -> Membership:
    """Make a person a member of an organisation, or change what they may do there. Raises NotAllowed."""
    require(policy.may_let_in(actor, organisation_id))
    return enter(
        session, organisation_id=organisation_id, person_id=person_id, role=role, actor=actor, now=now
    )


def enter(
    session: Session, *, organisation_id: int, person_id: int, role: MemberRole, actor: Actor, now: datetime
) -> Membership:
    """Write the membership down, without asking who may: the deed that calls this has."""
    values = {"organisation_id": organisation_id, "person_id": person_id, "role": role, "since": now}
    made = insert_unless_there(session, Membership, values)
    held = made or queries.membership(session, organisation_id=organisation_id, person_id=person_id)
    if held is None:
        raise NotFound("There is no such membership.")
    if made is not None or held.role is not role:
        held.role = role
        subject = ("organisation", organisation_id)
        audit.record(session, actor, "organisation.add_member", subject, now=now, person=person_id, role=role)
    return held
