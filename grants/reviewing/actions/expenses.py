"""A reviewer enters time or money; the programme manager accepts it or asks. Nothing is paid here."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core.clock import in_london
from grants.core.errors import NotAllowed, Reason, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.reviewing import expense_rules, expenses, notices, policy
from grants.reviewing.expense_rules import Entry
from grants.reviewing.models import ReviewerExpense
from grants.reviewing.states import EXPENSE


def enter_expense(
    session: Session, *, round_id: int, entry: Entry, actor: Actor, now: datetime
) -> ReviewerExpense:
    """Enter the actor's time or expense for a round. Raises NotAllowed, or RuleBroken with every fault."""
    require(policy.may_enter_expenses(session, actor))
    _check(session, round_id, entry, now=now)
    expense = ReviewerExpense(
        round_id=round_id, person_id=actor.signature(), state=EXPENSE.initial, entered_at=now
    )
    _write(expense, entry)
    session.add(expense)
    session.flush()
    _record(session, actor, "entered", expense, now=now)
    return expense


def correct_expense(
    session: Session, *, expense_id: int, entry: Entry, version: int, actor: Actor, now: datetime
) -> ReviewerExpense:
    """Change an entry of the actor's own that is not accepted; it waits for an answer again.

    Raises NotAllowed, Stale, or RuleBroken with every fault.
    """
    expense = _own(session, expense_id, version=version, actor=actor, deed="correct")
    _check(session, expense.round_id, entry, now=now)
    _write(expense, entry)
    expense.state = EXPENSE.next(expense.state, "correct")
    session.flush()
    _record(session, actor, "corrected", expense, now=now)
    return expense


def take_back_expense(session: Session, *, expense_id: int, actor: Actor, now: datetime) -> None:
    """Take an entry of the actor's own back before it is accepted. Raises NotAllowed or RuleBroken."""
    expense = _own(session, expense_id, version=None, actor=actor, deed="take_back")
    expense.state = EXPENSE.next(expense.state, "take_back")
    session.flush()
    _record(session, actor, "taken_back", expense, now=now)


def answer_expense(
    session: Session, *, expense_id: int, deed: str, reason: str, version: int, actor: Actor, now: datetime
) -> ReviewerExpense:
    """`deed` is 'accept' or 'query'; a query says what is asked.

    Raises NotAllowed (not the programme manager, or their own entry), Stale or RuleBroken.
    """
    expense = expenses.for_update(session, expense_id)
    require(policy.may_answer_expense(actor, expense))
    if expense.version != version:
        raise Stale("This entry has changed since you opened the page.")
    if deed not in ("accept", "query") or not EXPENSE.allows(expense.state, deed):
        raise RuleBroken("This entry has been answered or taken back.")
    if deed == "query" and not reason.strip():
        raise RuleBroken([Reason("Enter what you want to know", "reason")])
    expense.state = EXPENSE.next(expense.state, deed)
    expense.answered_by_id, expense.answered_at = actor.signature(), now
    expense.query = reason.strip() if deed == "query" else expense.query
    session.flush()
    _record(session, actor, "accepted" if deed == "accept" else "queried", expense, now=now)
    if deed == "query":
        outbox.queue(session, notices.expense_queried(session, expense), now=now)
    return expense


def _own(
    session: Session, expense_id: int, *, version: int | None, actor: Actor, deed: str
) -> ReviewerExpense:
    expense = expenses.for_update(session, expense_id)
    if expense.person_id != actor.person_id:
        raise NotAllowed("This entry is somebody else’s.")
    if version is not None and expense.version != version:
        raise Stale("This entry has changed since you opened the page.")
    if not EXPENSE.allows(expense.state, deed):
        raise RuleBroken("This entry has been accepted or taken back, so it can no longer change.")
    return expense


def _check(session: Session, round_id: int, entry: Entry, *, now: datetime) -> None:
    round_ = programme.round_by_id(session, round_id)
    since = in_london(round_.opens_at).date()
    require_no(expense_rules.faults(entry, today=in_london(now).date(), since=since))


def _write(expense: ReviewerExpense, entry: Entry) -> None:
    expense.day, expense.kind = entry.day, entry.kind
    expense.minutes, expense.pence, expense.note = entry.minutes, entry.pence, entry.note.strip()


def _record(session: Session, actor: Actor, deed: str, expense: ReviewerExpense, *, now: datetime) -> None:
    audit.record(
        session, actor, f"expense.{deed}", expense, now=now,
        round_id=expense.round_id, kind=expense.kind, minutes=expense.minutes, pence=expense.pence,
    )  # fmt: skip
