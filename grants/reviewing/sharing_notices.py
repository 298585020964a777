"""Who is told what when bids are given out, taken off or declined: one message a person and deed."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.applications.later import free_of_conflict
from grants.applications.models import Application
from grants.core.clock import exact_minute
from grants.notifications.actions import Notice
from grants.permissions import Role
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing.models import Assignment, AssignmentRun
from grants.reviewing.states import LIVE


def list_changed(
    session: Session,
    round_: Round,
    *,
    about: AssignmentRun | Assignment,
    people: Collection[Person],
    due_at: datetime | None,
    given: Mapping[int, int],
    taken: Mapping[int, int],
    key: str,
) -> list[Notice]:
    """Each of `people` once: how many bids they were given and by when, how many were taken off, and how many
    they have now. `due_at` of None is the round's.
    """
    definition = programme.definition_of(round_)
    in_all = _in_all(session, round_, people)
    due = exact_minute(due_at or definition.calendar.reviews_due_at)
    return [
        Notice(
            kind="bids_assigned" if given.get(person.id) else "bids_taken_off",
            to=person.email,
            person_id=person.id,
            facts={
                "name": person.name,
                "round": round_.name,
                "bids": given.get(person.id, 0),
                "taken": taken.get(person.id, 0),
                "in_all": in_all.get(person.id, 0),
                "due": due,
                "practice": definition.review.practice.value,
                "contact": definition.funder.email,
                "council": definition.funder.name,
                "path": "/scoring/",
            },
            about=about,
            key=f"list_changed:{key}:{person.id}",
        )
        for person in people
    ]


def _in_all(session: Session, round_: Round, people: Collection[Person]) -> dict[int, int]:
    """How many bids of the round each of these people is to review now."""
    rows = session.execute(
        select(Assignment.person_id, func.count())
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Application.round_id == round_.id,
            Assignment.person_id.in_([person.id for person in people]),
            Assignment.state.in_(LIVE),
        )
        .group_by(Assignment.person_id)
    )
    return {person_id: int(count) for person_id, count in rows}


def more_time(
    round_: Round, *, about: Assignment, person: Person, bids: int, due: datetime, key: str
) -> Notice:
    """A reviewer: until when they now have for so many bids."""
    return Notice(
        kind="reviews_more_time",
        to=person.email,
        person_id=person.id,
        facts={
            "name": person.name,
            "round": round_.name,
            "bids": bids,
            "due": exact_minute(due),
            "path": "/scoring/",
        },
        about=about,
        key=f"more_time:{key}:{person.id}",
    )


def declined(session: Session, assignment: Assignment, application: Application) -> list[Notice]:
    """Every programme manager without a conflict with the bid: it lost a reviewer, and why."""
    reviewer = accounts.person(session, assignment.person_id)
    round_ = programme.round_by_id(session, application.round_id)
    return [
        Notice(
            kind="bid_declined",
            to=person.email,
            person_id=person.id,
            facts={
                "reviewer": reviewer.name or reviewer.email,
                "ref": application.ref,
                "reason": assignment.reason,
                "path": f"/reviewing/assignments/{round_.ref}/",
            },
            about=assignment,
            key=f"bid_declined:{assignment.id}:{assignment.assigned_at.isoformat()}:{person.id}",
        )
        for person in free_of_conflict(session, Role.MANAGER, application.id)
        if person.id != assignment.person_id
    ]
