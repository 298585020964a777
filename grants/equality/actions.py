"""Adding one person's answers to the counts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grants.core.policy import require
from grants.equality import policy, queries
from grants.equality.models import EqualityCount
from grants.equality.rules import PREFER_NOT_TO_SAY
from grants.permissions import Actor
from grants.programme import queries as programme


def add_answers(
    session: Session, *, round_id: int, answers: Mapping[str, str], actor: Actor, now: datetime
) -> None:
    """Count a choice for each of the fund's questions; what was not answered counts as not said.

    Nothing is written in the trail: its line would name the person beside the moment. Raises NotAllowed.
    """
    round_ = programme.round_by_id(session, round_id)
    closes_at = programme.closes_at(session, round_)
    require(policy.may_answer(queries.bids_in(session, actor, round_id), closes_at=closes_at, now=now))
    for question in programme.definition_of(round_).equality:
        chosen = answers.get(question.key, "")
        choice = chosen if chosen in question.choices else PREFER_NOT_TO_SAY
        _one_more(session, round_id=round_id, question=question.key, choice=choice)


def _one_more(session: Session, **which: Any) -> None:
    """One statement, so that two at the same moment are two."""
    dialect = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = dialect(EqualityCount).values(**which, people=1)
    more = first.on_conflict_do_update(
        index_elements=["round_id", "question", "choice"], set_={"people": EqualityCount.people + 1}
    )
    session.execute(more)
