"""Reviewers' time and expenses: one's own record, and a round's for the programme manager."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.fields import Option
from grants.core.pages import download, show_form
from grants.core.paging import page_number
from grants.core.policy import require
from grants.core.spreadsheet import Heading, Kind, table_csv
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing import actions, expense_rules, expenses, policy, staffing
from grants.reviewing.forms import AnswerExpenseForm, ExpenseForm
from grants.reviewing.models import ReviewerExpense
from grants.reviewing.states import EXPENSE, EXPENSE_LABELS
from grants.reviewing.views.pages import bp

FIRST = 1
"""The version that the form of a new entry carries: there is nothing to be behind of."""

HEADINGS = (
    Heading("Reviewer", width=30),
    Heading("Email", width=30),
    Heading("Day", Kind.DAY),
    Heading("What for", width=24),
    Heading("Minutes", Kind.NUMBER),
    Heading("Amount (£)", Kind.MONEY),
    Heading("Note", width=40),
    Heading("State"),
    Heading("Answered on", Kind.DAY),
)


@bp.get("/expenses/")
@needs(Permission.REVIEW_BIDS)
def own_expenses() -> ResponseReturnValue:
    """What one has entered, and the form for more."""
    rounds = _rounds()
    newest = str(rounds[-1].id) if rounds else None
    return _own(_form(ExpenseForm(formdata=None, data={"version": FIRST, "round": newest})))


@bp.post("/expenses/")
@needs(Permission.REVIEW_BIDS)
@writes
def enter_expense() -> ResponseReturnValue:
    """Enter time or an expense."""
    form = _form(ExpenseForm())
    if not form.validate():
        return _own(form)
    try:
        actions.enter_expense(
            session(), round_id=int(form.round.data), entry=form.entry(), actor=me(), now=now()
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _own(form)
    flash("It is entered. The programme manager will look at it.", "success")
    return redirect(url_for(".own_expenses"))


@bp.get("/expenses/<int:expense_id>/change/")
@needs(Permission.REVIEW_BIDS)
def change_expense(expense_id: int) -> ResponseReturnValue:
    """One entry of one's own, to put right."""
    expense = _mine(expense_id)
    form = ExpenseForm(
        formdata=None,
        data={
            "round": str(expense.round_id),
            "day": expense.day,
            "kind": expense.kind.value,
            "minutes": expense.minutes or None,
            "pounds": expense.pence or None,
            "note": expense.note,
            "version": expense.version,
        },
    )
    return _change(expense, _form(form))


@bp.post("/expenses/<int:expense_id>/change/")
@needs(Permission.REVIEW_BIDS)
@writes
def correct_expense(expense_id: int) -> ResponseReturnValue:
    """Put an entry right; its round stays."""
    expense = _mine(expense_id)
    form = _form(ExpenseForm())
    if not form.validate():
        return _change(expense, form)
    try:
        actions.correct_expense(
            session(),
            expense_id=expense_id,
            entry=form.entry(),
            version=form.expected_version(),
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _change(expense, form)
    flash("Your entry is changed. The programme manager will look at it again.", "success")
    return redirect(url_for(".own_expenses"))


@bp.post("/expenses/<int:expense_id>/take-back/")
@needs(Permission.REVIEW_BIDS)
@writes
def take_back_expense(expense_id: int) -> ResponseReturnValue:
    """Take an entry back."""
    _mine(expense_id)
    actions.take_back_expense(session(), expense_id=expense_id, actor=me(), now=now())
    flash("Your entry is taken back.", "success")
    return redirect(url_for(".own_expenses"))


@bp.get("/expenses/rounds/<round_ref>/")
@needs(Permission.ASSIGN_REVIEWERS)
def expenses_of_round(round_ref: str) -> ResponseReturnValue:
    """Everything that reviewers of a round have entered, and what it comes to."""
    round_ = programme.round_by_ref(session(), round_ref)
    sums = expenses.sums(session(), round_.id)
    return render_template(
        "reviewing/expenses_round.html",
        round=round_,
        page=expenses.of_round(session(), round_.id, number=page_number(request.args.get("page"))),
        sums=sums,
        accepted=expense_rules.total((one.accepted.minutes, one.accepted.pence) for one in sums),
        waiting=expense_rules.total((one.waiting.minutes, one.waiting.pence) for one in sums),
        labels=EXPENSE_LABELS,
        states=EXPENSE,
        hours=expense_rules.hours,
    )


@bp.get("/expenses/rounds/<round_ref>/expenses.csv")
@needs(Permission.ASSIGN_REVIEWERS)
def expenses_csv(round_ref: str) -> ResponseReturnValue:
    """The same as a file, whole."""
    round_ = programme.round_by_ref(session(), round_ref)
    rows = (
        (
            person.name,
            person.email,
            expense.day,
            EXPENSE_LABELS[expense.kind],
            expense.minutes,
            expense.pence,
            expense.note,
            EXPENSE.staff_label(expense.state),
            expense.answered_at.date() if expense.answered_at else None,
        )
        for expense, person in expenses.all_of_round(session(), round_.id)
    )
    name = f"{round_.ref}-reviewer-expenses.csv"
    return download(table_csv(HEADINGS, rows), name=name, media_type="text/csv; charset=utf-8")


@bp.get("/expenses/<int:expense_id>/")
@needs(Permission.ASSIGN_REVIEWERS)
def expense(expense_id: int) -> ResponseReturnValue:
    """One entry, to accept or query."""
    found = _entry(expense_id)
    return _answer_page(found, AnswerExpenseForm(formdata=None, data={"version": found.version}))


@bp.post("/expenses/<int:expense_id>/")
@needs(Permission.ASSIGN_REVIEWERS)
@writes
def answer_expense(expense_id: int) -> ResponseReturnValue:
    """Accept it, or ask about it."""
    found = _entry(expense_id)
    form = AnswerExpenseForm()
    if not form.validate():
        return _answer_page(found, form)
    try:
        actions.answer_expense(
            session(),
            expense_id=expense_id,
            deed=request.form.get("go", ""),
            reason=form.reason.data or "",
            version=form.expected_version(),
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _answer_page(found, form)
    flash("Your answer is kept. The reviewer sees it beside the entry.", "success")
    round_ = programme.round_by_id(session(), found.round_id)
    return redirect(url_for(".expenses_of_round", round_ref=round_.ref))


def _entry(expense_id: int) -> ReviewerExpense:
    found = session().get(ReviewerExpense, expense_id)
    if found is None:
        raise NotFound("There is no such entry.")
    return found


def _mine(expense_id: int) -> ReviewerExpense:
    found = _entry(expense_id)
    if found.person_id != me().person_id:
        raise NotFound("There is no such entry among yours.")
    return found


def _form(form: ExpenseForm) -> ExpenseForm:
    form.round.options = tuple(Option(str(round_.id), round_.name) for round_ in _rounds())
    return form


def _rounds() -> list[Round]:
    """The rounds that have opened, the newest last."""
    opened = [round_ for round_ in programme.all_rounds(session()) if round_.opens_at <= now()]
    return sorted(opened, key=lambda round_: round_.opens_at)


def _own(form: ExpenseForm) -> ResponseReturnValue:
    require(policy.may_enter_expenses(session(), me()))
    return show_form(
        "reviewing/expenses.html",
        form,
        page=expenses.own(session(), me().person_id or 0, number=page_number(request.args.get("page"))),
        labels=EXPENSE_LABELS,
        states=EXPENSE,
        hours=expense_rules.hours,
    )


def _change(found: ReviewerExpense, form: ExpenseForm) -> ResponseReturnValue:
    return show_form(
        "reviewing/expense_change.html",
        form,
        expense=found,
        may_change=EXPENSE.allows(found.state, "correct"),
    )


def _answer_page(found: ReviewerExpense, form: AnswerExpenseForm) -> ResponseReturnValue:
    return show_form(
        "reviewing/expense.html",
        form,
        expense=found,
        round=programme.round_by_id(session(), found.round_id),
        names=staffing.names(session(), [found.person_id]),
        labels=EXPENSE_LABELS,
        states=EXPENSE,
        hours=expense_rules.hours,
        may_answer=policy.may_answer_expense(me(), found),
        allowed=[deed for deed in ("accept", "query") if EXPENSE.allows(found.state, deed)],
    )
