"""What reviewers have beside their bids: a practice bid, and an entry of their time."""

from sqlalchemy.orm import Session

from grants.core.clock import in_london
from grants.programme import queries as programme
from grants.reviewing import actions as reviewing
from grants.reviewing.expense_rules import Entry
from grants.reviewing.states import ExpenseKind
from tests.rooms.access.town import Town


def add(session: Session, town: Town, round_id: int) -> None:
    """The records of a round at work."""
    expense = reviewing.enter_expense(
        session,
        round_id=round_id,
        entry=Entry(in_london(town.now).date(), ExpenseKind.READING, minutes=90),
        actor=town.actor(session, "reviewer"),
        now=town.now,
    )
    town.records["expense"] = {"expense_id": expense.id}
    ref = programme.round_by_id(session, round_id).ref
    town.records["practice"] = {"round_ref": ref, "theme": "youth"}
