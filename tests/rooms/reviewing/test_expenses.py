"""Reviewers' time and expenses: entered, queried, put right, accepted, added up."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.core.clock import in_london
from grants.core.errors import NotAllowed, RuleBroken, Stale
from grants.notifications.models import Message
from grants.reviewing import actions, expenses
from grants.reviewing.expense_rules import Entry, Sum
from grants.reviewing.models import ReviewerExpense
from grants.reviewing.states import ExpenseKind, ExpenseState
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring.visits import open_house

DAY = in_london(p.NOW).date()
READ = Entry(DAY, ExpenseKind.READING, minutes=90)
BUS = Entry(DAY, ExpenseKind.TRAVEL, pence=460, note=" To the town hall ")


def entered(panel: p.Panel, name: str = "vera", entry: Entry = READ) -> ReviewerExpense:
    """An entry of that reviewer."""
    return actions.enter_expense(
        panel.session, round_id=panel.round.id, entry=entry, actor=panel.actor(name), now=p.NOW
    )


def answer(
    panel: p.Panel, expense: ReviewerExpense, deed: str, *, reason: str = "", name: str = "manager"
) -> None:
    """The answer of a manager."""
    actions.answer_expense(
        panel.session, expense_id=expense.id, deed=deed, reason=reason, version=expense.version,
        actor=panel.actor(name), now=p.NOW,
    )  # fmt: skip


def test_an_entry_is_queried_put_right_and_accepted_and_then_stays(session: Session) -> None:
    panel = p.build(session, bids=0)
    vera, bus = panel.actor("vera"), entered(panel, entry=BUS)

    def correct(entry: Entry, version: int, name: str = "vera") -> None:
        actions.correct_expense(
            session, expense_id=bus.id, entry=entry, version=version, actor=panel.actor(name), now=p.NOW
        )

    with pytest.raises(RuleBroken, match="what you want to know"):
        answer(panel, bus, "query", reason=" ")
    answer(panel, bus, "query", reason="Which bus?")
    assert (bus.state, bus.query, expenses.queried(session, bus.person_id)) == (
        ExpenseState.QUERIED,
        "Which bus?",
        1,
    )
    letter = session.scalars(select(Message).where(Message.kind == "expense_queried")).one()
    assert ("Which bus?" in letter.body, letter.person_id) == (True, bus.person_id)
    with pytest.raises(Stale):
        correct(READ, bus.version - 1)
    with pytest.raises(NotAllowed):
        correct(READ, bus.version, "carl")
    correct(Entry(DAY, ExpenseKind.TRAVEL, pence=420, note="Number 12"), bus.version)
    assert (bus.state, bus.pence, bus.note) == (ExpenseState.ENTERED, 420, "Number 12")
    for name in ("vera", "chair", "auditor"):
        with pytest.raises(NotAllowed):
            answer(panel, bus, "accept", name=name)
    answer(panel, bus, "accept")
    with pytest.raises(RuleBroken):
        correct(READ, bus.version)
    with pytest.raises(RuleBroken):
        actions.take_back_expense(session, expense_id=bus.id, actor=vera, now=p.NOW)
    with pytest.raises(NotAllowed, match="added to the panel"):
        entered(panel, "chair")


def test_sums_by_reviewer_leave_out_what_was_taken_back(session: Session) -> None:
    panel = p.build(session, bids=0)
    answer(panel, entered(panel), "accept")
    answer(panel, entered(panel, entry=BUS), "query", reason="Which bus?")
    entered(panel, "carl")
    gone = entered(panel, "carl", BUS)
    actions.take_back_expense(session, expense_id=gone.id, actor=panel.actor("carl"), now=p.NOW)

    assert [(one.person.id, one.accepted, one.waiting) for one in expenses.sums(session, panel.round.id)] == [
        (panel.person_ids["carl"], Sum(), Sum(90, 0)),
        (panel.person_ids["vera"], Sum(90, 0), Sum(0, 460)),
    ]
    assert len(expenses.all_of_round(session, panel.round.id)) == 3


def test_the_pages_from_entering_to_the_file(app: Flask) -> None:
    house = open_house(app)
    with house.writing() as panel:
        panel.session.flush()
        round_id = panel.round.id
    day = {"day-day": DAY.day, "day-month": DAY.month, "day-year": DAY.year}
    typed = {"round": round_id, **day, "kind": "travel", "pounds": "4.60", "note": "=1+1", "version": 1}
    own, whole = "/reviewing/expenses/", f"/reviewing/expenses/rounds/{house.round_ref}/"

    assert house.post("vera", own, **{**typed, "pounds": ""})[0] == 422
    assert house.post("vera", own, **typed) == (302, own)
    with house.writing() as panel:
        expense_id = panel.session.scalars(select(ReviewerExpense.id)).one()
    one = f"/reviewing/expenses/{expense_id}/"
    assert house.get("carl", f"{one}change/")[0] == 404
    assert house.post("manager", one, go="query", reason="", version=1)[0] == 422
    assert house.post("manager", one, go="query", reason="Which bus?", version=1) == (302, whole)
    assert "Which bus?" in house.get("vera", own)[1]
    assert "1 question" in house.get("vera", "/scoring/")[1]
    assert "Which bus?" in house.get("vera", f"{one}change/")[1]
    assert house.post("vera", f"{one}change/", **{**typed, "minutes": "30", "version": 2}) == (302, own)
    assert house.post("manager", one, go="accept", version=2)[0] == 409
    assert house.post("manager", one, go="accept", version=3) == (302, whole)

    page = re.sub(r"\s+", " ", house.get("manager", whole)[1])
    assert "Accepted: <strong>30 min</strong> and <strong>£4.60</strong>" in page
    _, table = house.get("manager", f"{whole}expenses.csv")
    assert [line.split(",")[2:8] for line in table.splitlines()[1:]] == [
        [DAY.isoformat(), "Travel", "30", "4.60", "'=1+1", "Accepted"]
    ]
