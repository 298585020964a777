"""Deeds on people, organisations, memberships and roles; other deeds of the room are in `actions_*.py`."""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grants.accounts import notices, policy, queries, rules
from grants.accounts.models import Membership, Organisation, Person, RoleGrant
from grants.accounts.states import OrganisationKind
from grants.audit import actions as audit
from grants.core.db import Base
from grants.core.errors import NotFound, Reason, RuleBroken
from grants.core.policy import require
from grants.core.words import is_email
from grants.notifications import actions as outbox
from grants.permissions import Actor, MemberRole, Role, service

M = TypeVar("M", bound=Base)

REGISTRATION = service("registration")


def find_or_create_person(session: Session, *, email: str, name: str = "", now: datetime) -> Person:
    """The person with this address, made if there is none. `name` is only taken where none is known yet.

    Two at the same moment make one person. Raises RuleBroken if `email` is not an address.
    """
    plain = rules.plain_email(email)
    if not is_email(plain):
        raise RuleBroken(
            [Reason("Enter an email address in the correct format, like name@example.com", "email")]
        )
    name = " ".join(name.split())[: rules.LONGEST_NAME]
    made = _insert_unless_there(
        session, Person, {"email": plain, "name": name, "created_at": now, "session_epoch": 0}
    )
    if made is not None:
        audit.record(session, REGISTRATION, "person.register", made, now=now)
        return made
    found = queries.person_by_email(session, plain)
    if found is None:
        raise NotFound("There is no such person.")
    if name and not found.name:
        found.name = name
    return found


def rename_person(session: Session, *, person_id: int, name: str, actor: Actor, now: datetime) -> Person:
    """Give a person the name they want to be called by."""
    person = queries.person(session, person_id)
    person.name = " ".join(name.split())[: rules.LONGEST_NAME]
    audit.record(session, actor, "person.rename", person, now=now)
    return person


def sign_out_everywhere(session: Session, *, person_id: int, actor: Actor, now: datetime) -> Person:
    """End every session of a person, on every machine."""
    person = queries.person(session, person_id)
    person.session_epoch = Person.session_epoch + 1
    audit.record(session, actor, "person.sign_out_everywhere", person, now=now)
    return person


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
    charity, company = rules.charity_number(charity_number or ""), rules.company_number(company_number or "")
    faults = rules.number_faults(OrganisationKind.OTHER, charity_number or "", company_number or "")
    if faults:
        raise RuleBroken(faults)
    numbers = {"charity_number": charity, "company_number": company, "external_id": external_id or None}
    values = {"name": name.strip(), "kind": kind, "postcode": postcode.strip().upper(), "created_at": now}
    found = queries.organisation_by_numbers(session, **numbers)
    if not found:
        made = _insert_unless_there(session, Organisation, {**values, **numbers})
        if made is not None:
            audit.record(session, actor, "organisation.create", made, now=now, kind=kind)
            return made
        found = queries.organisation_by_numbers(session, **numbers)
    if len(found) > 1:
        text = "The charity number and the company number belong to two different organisations"
        raise RuleBroken([Reason(text, "company_number")])
    return found[0]


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
    made = _insert_unless_there(session, Membership, values)
    held = made or queries.membership(session, organisation_id=organisation_id, person_id=person_id)
    if held is None:
        raise NotFound("There is no such membership.")
    if made is not None or held.role is not role:
        held.role = role
        subject = ("organisation", organisation_id)
        audit.record(session, actor, "organisation.add_member", subject, now=now, person=person_id, role=role)
    return held


def grant_role(session: Session, *, person_id: int, role: Role, actor: Actor, now: datetime) -> RoleGrant:
    """Give a person a role: in force once another administrator approves, or at once when the operator
    gives it.

    Raises NotAllowed, and RuleBroken when the person has it already or the roles may not be held together.
    """
    require(policy.may_grant_role(actor))
    person = queries.person(session, person_id)
    grants = queries.grants_of(session, person_id)
    operator = policy.is_operator(actor)
    same = next((grant for grant in grants if grant.role is role), None)
    if same is not None and (same.in_force_since or not operator):
        raise RuleBroken([Reason("This person already has this role, or it waits for approval", "role")])
    clash = rules.roles_clash([grant.role for grant in grants], role)
    if clash:
        raise RuleBroken([Reason(clash, "role")])
    grant = same or RoleGrant(person_id=person_id, role=role, granted_by_id=actor.person_id, granted_at=now)
    session.add(grant)
    if operator:
        grant.granted_by_id, grant.granted_at, grant.in_force_since = None, now, now
    audit.record(session, actor, "role.grant", person, now=now, role=role, in_force=operator)
    for notice in notices.role_granted(session, grant, person):
        outbox.queue(session, notice, now=now)
    return grant


def approve_role(session: Session, *, grant_id: int, actor: Actor, now: datetime) -> RoleGrant:
    """Put a role in force. Raises NotAllowed unless the actor is a second administrator, RuleBroken if it
    is in force."""
    grant = _grant(session, grant_id)
    require(policy.may_approve_role(actor, grant))
    if grant.in_force_since:
        raise RuleBroken("This role is in force already.")
    person = queries.person(session, grant.person_id)
    grant.approved_by_id, grant.in_force_since = actor.person_id, now
    audit.record(session, actor, "role.approve", person, now=now, role=grant.role)
    for notice in notices.role_granted(session, grant, person):
        outbox.queue(session, notice, now=now)
    return grant


def revoke_role(session: Session, *, grant_id: int, actor: Actor, now: datetime) -> None:
    """Take a role away at once, or refuse one that waits. The trail keeps that it was held.

    Raises NotAllowed, and RuleBroken for the last administrator, who would leave nobody to give roles.
    """
    grant = _grant(session, grant_id)
    require(policy.may_revoke_role(actor))
    person = queries.person(session, grant.person_id)
    in_force = grant.in_force_since is not None
    administrators = queries.people_with_role(session, Role.ADMINISTRATOR)
    if grant.role is Role.ADMINISTRATOR and in_force and len(administrators) == 1:
        raise RuleBroken("This is the only administrator. Give the role to somebody else first.")
    audit.record(session, actor, "role.revoke", person, now=now, role=grant.role, in_force=in_force)
    session.delete(grant)
    session.flush()


def _grant(session: Session, grant_id: int) -> RoleGrant:
    grant = session.get(RoleGrant, grant_id, with_for_update=True)
    if grant is None:
        raise NotFound("There is no such role to settle.")
    return grant


def _insert_unless_there(session: Session, model: type[M], values: dict[str, Any]) -> M | None:
    """Insert, or None where a unique column is taken. The database decides, so two at the same moment make
    one row."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return session.scalars(
        insert(model).values(values).on_conflict_do_nothing().returning(model)
    ).one_or_none()
