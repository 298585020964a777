"""Reading reviewers' time and expenses: one person's, and a round's with what they come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.core.db import held
from grants.core.errors import NotFound
from grants.core.paging import PAGE_SIZE, Page, paginate
from grants.programme.models import Round
from grants.reviewing.expense_rules import Sum
from grants.reviewing.models import ReviewerExpense
from grants.reviewing.states import ExpenseState

WAITING = (ExpenseState.ENTERED, ExpenseState.QUERIED)


@dataclass(frozen=True)
class PersonSum:
    """What one reviewer has entered in a round: accepted, and still waiting."""

    person: Person
    accepted: Sum
    waiting: Sum


def for_update(session: Session, expense_id: int) -> ReviewerExpense:
    """An entry held against other writers. Raises NotFound."""
    found = held(session, ReviewerExpense, expense_id)
    if found is None:
        raise NotFound("There is no such entry.")
    return found


def own(session: Session, person_id: int, *, number: int = 1) -> Page[tuple[ReviewerExpense, Round]]:
    """A page of the person's entries with their rounds, newest day first, without those taken back."""
    return paginate(
        session,
        select(ReviewerExpense, Round)
        .join(Round, Round.id == ReviewerExpense.round_id)
        .where(ReviewerExpense.person_id == person_id, ReviewerExpense.state != ExpenseState.TAKEN_BACK)
        .order_by(ReviewerExpense.day.desc(), ReviewerExpense.id.desc()),
        number=number,
        size=PAGE_SIZE,
    )


def queried(session: Session, person_id: int) -> int:
    """How many of the person's entries wait for their answer to a question."""
    mine = select(func.count(ReviewerExpense.id)).where(
        ReviewerExpense.person_id == person_id, ReviewerExpense.state == ExpenseState.QUERIED
    )
    return session.scalar(mine) or 0


def of_round(session: Session, round_id: int, *, number: int = 1) -> Page[tuple[ReviewerExpense, Person]]:
    """A page of the round's entries with who entered them: waiting for an answer first, then by day."""
    return paginate(
        session,
        _of_round(round_id).order_by(
            ReviewerExpense.state != ExpenseState.ENTERED, ReviewerExpense.day.desc(), ReviewerExpense.id
        ),
        number=number,
        size=PAGE_SIZE,
    )


def all_of_round(session: Session, round_id: int) -> Sequence[tuple[ReviewerExpense, Person]]:
    """Every entry of the round with who entered it, by day."""
    rows = session.execute(_of_round(round_id).order_by(ReviewerExpense.day, ReviewerExpense.id))
    return [(expense, person) for expense, person in rows]


def _of_round(round_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(ReviewerExpense, Person)
        .join(Person, Person.id == ReviewerExpense.person_id)
        .where(ReviewerExpense.round_id == round_id, ReviewerExpense.state != ExpenseState.TAKEN_BACK)
    )


def sums(session: Session, round_id: int) -> list[PersonSum]:
    """What each reviewer has entered in the round, by name. One query."""
    rows = session.execute(
        select(
            Person, ReviewerExpense.state, func.sum(ReviewerExpense.minutes), func.sum(ReviewerExpense.pence)
        )
        .join(Person, Person.id == ReviewerExpense.person_id)
        .where(ReviewerExpense.round_id == round_id, ReviewerExpense.state != ExpenseState.TAKEN_BACK)
        .group_by(Person.id, ReviewerExpense.state)
        .order_by(Person.name, Person.id)
    )
    found: dict[int, tuple[Person, dict[bool, Sum]]] = {}
    for person, state, minutes, pence in rows:
        by_answer = found.setdefault(person.id, (person, {True: Sum(), False: Sum()}))[1]
        accepted = state is ExpenseState.ACCEPTED
        before = by_answer[accepted]
        by_answer[accepted] = Sum(before.minutes + int(minutes), before.pence + int(pence))
    return [PersonSum(person, by_answer[True], by_answer[False]) for person, by_answer in found.values()]
