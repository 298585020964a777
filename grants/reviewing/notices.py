"""Who is told what about assignments and conflicts of interest."""

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.applications.later import free_of_conflict
from grants.applications.models import Application
from grants.core.clock import long_date
from grants.core.language import in_english
from grants.notifications.actions import Notice
from grants.permissions import Role
from grants.reviewing.models import Conflict, ReviewerExpense
from grants.reviewing.states import CONFLICT


@in_english
def declared(session: Session, conflict: Conflict, application: Application) -> list[Notice]:
    """Every programme manager but the person concerned: a declared conflict wants settling."""
    facts = {
        "reviewer": _name(accounts.person(session, conflict.person_id)),
        "ref": application.ref,
        "reason": conflict.reason,
        "path": f"/reviewing/conflict/{conflict.id}/",
    }
    return [
        Notice(
            kind="conflict_declared",
            to=person.email,
            person_id=person.id,
            facts=facts,
            about=conflict,
            key=f"conflict_declared:{conflict.id}:{conflict.raised_at.isoformat()}:{person.id}",
        )
        for person in free_of_conflict(session, Role.MANAGER, application.id)
        if person.id != conflict.person_id
    ]


@in_english
def recorded(session: Session, conflict: Conflict, application: Application) -> Notice:
    """The person concerned: somebody else put a conflict of theirs on record."""
    person = accounts.person(session, conflict.person_id)
    return Notice(
        kind="conflict_recorded",
        to=person.email,
        person_id=person.id,
        facts={
            "name": person.name,
            "ref": application.ref,
            "lead": application.lead.name,
            "reason": conflict.reason,
        },
        about=conflict,
        key=f"conflict_recorded:{conflict.id}:{conflict.raised_at.isoformat()}",
    )


@in_english
def settled(session: Session, conflict: Conflict, application: Application) -> Notice:
    """The person concerned: how their conflict was settled, and why."""
    person = accounts.person(session, conflict.person_id)
    settled_at = conflict.settled_at.isoformat() if conflict.settled_at else ""
    return Notice(
        kind="conflict_settled",
        to=person.email,
        person_id=person.id,
        facts={
            "name": person.name,
            "ref": application.ref,
            "lead": application.lead.name,
            "outcome": CONFLICT.staff_label(conflict.state).lower(),
            "reason": conflict.settled_reason,
            "path": "/reviewing/",
        },
        about=conflict,
        key=f"conflict_settled:{conflict.id}:{settled_at}",
    )


def _name(person: Person) -> str:
    return person.name or person.email


@in_english
def expense_queried(session: Session, expense: ReviewerExpense) -> Notice:
    """The reviewer: the programme manager asks about an entry of time or money."""
    person = accounts.person(session, expense.person_id)
    return Notice(
        kind="expense_queried",
        to=person.email,
        person_id=person.id,
        facts={
            "name": _name(person),
            "day": long_date(expense.day),
            "question": expense.query,
            "path": f"/reviewing/expenses/{expense.id}/change/",
        },
        about=expense,
        key=f"expense_queried:{expense.id}:{expense.version}",
    )
