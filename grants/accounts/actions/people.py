"""Deeds on people: registered, named, signed out everywhere."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import queries, rules
from grants.accounts.actions.inserting import insert_unless_there
from grants.accounts.models import Person
from grants.audit import actions as audit
from grants.core.errors import NotFound, Reason, RuleBroken
from grants.core.words import is_email
from grants.permissions import Actor, service

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
    name = rules.on_one_line(name)[: rules.LONGEST_NAME]
    made = insert_unless_there(
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
    """Give a person the name they want to be called by. Raises RuleBroken if nothing can be seen of it."""
    person = queries.person(session, person_id)
    plain = rules.on_one_line(name)[: rules.LONGEST_NAME]
    if not plain:
        raise RuleBroken([Reason("Enter your name", "name")])
    person.name = plain
    audit.record(session, actor, "person.rename", person, now=now)
    return person


def sign_out_everywhere(session: Session, *, person_id: int, actor: Actor, now: datetime) -> Person:
    """End every session of a person, on every machine."""
    person = queries.person(session, person_id)
    person.session_epoch = Person.session_epoch + 1
    audit.record(session, actor, "person.sign_out_everywhere", person, now=now)
    return person
