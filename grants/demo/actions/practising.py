"""What the story's reviewers have beside their bids: practice scores, a bus fare, an evening of training."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.core.clock import in_london
from grants.demo.actions.world import World
from grants.demo.people import REVIEWERS, ROSA
from grants.programme.practice import PracticeAnswer
from grants.reviewing import actions as reviewing
from grants.reviewing.expense_rules import Entry
from grants.reviewing.states import ExpenseKind
from grants.scoring import actions as scoring

PRACTISE = 4
"""How many reviewers have locked the practice bid by now; Rosa, whom visitors try first, has not begun."""


def practise(world: World, *, round_number: int, at: datetime) -> None:
    """From `at` on some reviewers score the practice bid, one an hour, each a little off its levels."""
    others = [account.key for account in REVIEWERS if account.key != ROSA.key]
    for place, key in enumerate(others[:PRACTISE]):

        def deed(session: Session, now: datetime, place: int = place, key: str = key) -> None:
            _practise(session, world, round_number, key, off=place % 3 - 1, now=now)

        world.timeline.add(at + timedelta(hours=place), deed)


def _practise(
    session: Session, world: World, round_number: int, key: str, *, off: int, now: datetime
) -> None:
    who, definition = world.actor(session, key), world.definitions[round_number]
    sheet = scoring.open_practice(session, round_id=world.rounds[round_number], actor=who, now=now)
    themes: dict[str, list[PracticeAnswer]] = {}
    for answer in definition.practice.answers:
        themes.setdefault(answer.theme, []).append(answer)
    highest = definition.rubric.max_score
    for theme, answers in themes.items():
        given = {one.strand: min(highest, max(0, one.level + off)) for one in answers}
        scoring.save_practice(
            session, sheet_id=sheet.id, theme=theme, scores=given, why="", version=sheet.version,
            actor=who, now=now,
        )  # fmt: skip
    scoring.lock_practice(session, sheet_id=sheet.id, version=sheet.version, actor=who, now=now)


def spend(world: World, *, round_number: int, at: datetime) -> None:
    """At `at` two reviewers enter time and a fare; the manager accepts the first and asks about the last."""

    def deed(session: Session, now: datetime) -> None:
        manager = world.actor(session, "manager")
        other = next(account.key for account in REVIEWERS if account.key != ROSA.key)
        day = in_london(now).date()
        made = [
            reviewing.enter_expense(
                session, round_id=world.rounds[round_number], entry=entry,
                actor=world.actor(session, key), now=now,
            )
            for key, entry in (
                (other, Entry(day, ExpenseKind.MEETING, minutes=120, note="Evening of training")),
                (other, Entry(day, ExpenseKind.READING, minutes=95)),
                (ROSA.key, Entry(day, ExpenseKind.TRAVEL, pence=460, note="Bus there and back")),
            )
        ]  # fmt: skip
        for expense, answer, question in (
            (made[0], "accept", ""),
            (made[2], "query", "Was that for the training evening, or for reading at the library?"),
        ):
            reviewing.answer_expense(
                session, expense_id=expense.id, deed=answer, reason=question, version=expense.version,
                actor=manager, now=now,
            )  # fmt: skip

    world.timeline.add(at, deed)
