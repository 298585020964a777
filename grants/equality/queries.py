"""Counts of a round, and the rounds whose questions a person may answer."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications import queries as applications
from grants.applications.models import Application
from grants.equality.models import EqualityCount
from grants.equality.rules import PREFER_NOT_TO_SAY, shown, takes_answers
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.programme.definition import EqualityQuestion
from grants.programme.models import Round


def bids_in(session: Session, actor: Actor, round_id: int) -> list[Application]:
    """The bids of the person's organisations in a round."""
    every = applications.bids_of(session, list(actor.memberships))
    return [bid for bid, round_ in every if round_.id == round_id]


def rounds_asking(session: Session, actor: Actor, *, now: datetime) -> list[Round]:
    """Rounds with questions to which the person's organisations have sent a bid, while answers are taken."""
    sent = {
        round_.id: round_
        for bid, round_ in applications.bids_of(session, list(actor.memberships))
        if bid.submitted_at is not None
    }
    return [
        round_
        for round_ in sent.values()
        if programme.definition_of(round_).equality
        and takes_answers(programme.closes_at(session, round_), now)
    ]


def counts_of(session: Session, round_: Round) -> list[tuple[EqualityQuestion, Mapping[str, int | None]]]:
    """Each question with its choices in order and how many chose them; None where that is too few to show."""
    rows = session.execute(
        select(EqualityCount.question, EqualityCount.choice, EqualityCount.people).where(
            EqualityCount.round_id == round_.id
        )
    )
    people = {(row.question, row.choice): row.people for row in rows}
    return [
        (
            question,
            shown({choice: people.get((question.key, choice), 0) for choice in choices_of(question)}),
        )
        for question in programme.definition_of(round_).equality
    ]


def choices_of(question: EqualityQuestion) -> tuple[str, ...]:
    """What can be chosen: the fund's choices, and not to say."""
    return (*question.choices, PREFER_NOT_TO_SAY)
