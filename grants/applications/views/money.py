"""The page of the budget."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import actions, queries
from grants.applications.budget_sums import sums_of
from grants.applications.forms import BudgetForm, budget_rows
from grants.applications.money_rules import budget_reasons
from grants.applications.queries import Bid
from grants.applications.views.autosave import (
    how_saved,
    keep_aside,
    keep_both,
    other_words,
    told_by_itself,
    waits_for_button,
)
from grants.applications.views.blueprint import bp, form_page
from grants.applications.views.partnering import asked_in, tell_who_must_confirm_again
from grants.applications.views.saving import draft_to_write, one_more, onward, point_out
from grants.core.clock import now
from grants.core.errors import Stale
from grants.core.web import by_itself, me, session, signed_in, writes
from grants.programme.fund_calendar import financial_years


@bp.get("/<ref>/budget/")
@signed_in
def budget(ref: str) -> ResponseReturnValue:
    """What the money is for, line by line, with the total that is asked for."""
    bid = draft_to_write(ref)
    page = queries.page_of(session(), bid.application.id, "budget")
    facts = queries.facts_from(bid, [page] if page else [])
    form = BudgetForm(data={"version": page.version if page else None, "lines": budget_rows(facts.budget)})
    if "more" in request.args:
        form.lines.one_more()
    elif facts.budget:
        point_out(form, budget_reasons(facts))
    form = other_words(bid, "budget", form)
    return _budget_page(bid, form)


@bp.post("/<ref>/budget/")
@signed_in
@writes
def save_budget(ref: str) -> ResponseReturnValue:
    """Keep the lines, also when one is to be added; a line removed goes with the next save."""
    bid = draft_to_write(ref)
    form = BudgetForm()
    if form.rows_pressed() and not one_more("lines"):
        return _budget_page(bid, form)
    if waits_for_button(bid):
        return keep_aside(bid, "budget", form)
    before = asked_in(bid)
    try:
        page = actions.save_budget(
            session(),
            application_id=bid.application.id,
            lines=form.typed_lines(),
            version=form.version.data,
            how=how_saved(),
            actor=me(),
            now=now(),
        )
    except Stale:
        return keep_both(bid, "budget", form)
    if by_itself():
        return told_by_itself(bid, page)
    tell_who_must_confirm_again(bid, before)
    if one_more("lines"):
        return redirect(url_for(".budget", ref=ref, more=1, _anchor=f"lines-{len(form.typed_lines())}"))
    facts = queries.facts_of(session(), bid)
    return onward(bid, "budget", wrong=bool(facts.budget and budget_reasons(facts)))


def _budget_page(bid: Bid, form: BudgetForm) -> str:
    """The page with the sums of what stands in its boxes."""
    categories, years = bid.definition.rules.budget_categories, financial_years(bid.definition.calendar)
    form.offer(categories, years)
    return form_page(
        "applications/budget.html",
        bid,
        form=form,
        years=years,
        sums=sums_of(form.typed_lines(), categories=categories, years=years),
    )
