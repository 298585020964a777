"""People and organisations for the tests of this room."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions, queries
from grants.accounts.models import Organisation, Person
from grants.accounts.states import OrganisationKind
from grants.audit.models import TrailEntry
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.notifications.models import Message
from grants.permissions import Actor, MemberRole, Role, service

OPERATOR = service("command line")


def person(name: str, *roles: Role) -> Person:
    """A person called `name` at example.org, with roles in force."""
    with unit_of_work() as session:
        made = actions.find_or_create_person(session, email=f"{name}@example.org", now=now())
        for role in roles:
            actions.grant_role(session, person_id=made.id, role=role, actor=OPERATOR, now=now())
    return made


def organisation(name: str, charity_number: str | None = None, **members: MemberRole) -> Organisation:
    """An organisation with members, made by the service itself."""
    with unit_of_work() as session:
        made = actions.find_or_create_organisation(
            session,
            name=name,
            kind=OrganisationKind.REGISTERED_CHARITY
            if charity_number
            else OrganisationKind.CONSTITUTED_GROUP,
            charity_number=charity_number,
            actor=OPERATOR,
            now=now(),
        )
        for member, role in members.items():
            joined = actions.find_or_create_person(session, email=f"{member}@example.org", now=now())
            actions.add_member(
                session, organisation_id=made.id, person_id=joined.id, role=role, actor=OPERATOR, now=now()
            )
    return made


def actor(session: Session, name: str) -> Actor:
    """That person as an actor, with whatever they may do now."""
    session.rollback()
    found = queries.person_by_email(session, f"{name}@example.org")
    assert found is not None
    return queries.actor_for(session, found.id)


def only(session: Session, column: Any) -> Any:
    """The one value that a table's column holds, read afresh."""
    session.rollback()
    return session.scalars(select(column)).one()


def deeds(session: Session) -> Sequence[str]:
    """What the trail says was done, in order."""
    session.rollback()
    return session.scalars(select(TrailEntry.deed).order_by(TrailEntry.seq)).all()


def mail(session: Session) -> list[tuple[str, str]]:
    """Kind and addressee of every message, in order."""
    session.rollback()
    sent = session.execute(select(Message.kind, Message.to_address).order_by(Message.id))
    return [(kind, to.removesuffix("@example.org")) for kind, to in sent]
