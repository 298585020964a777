"""One scenario: three ways side by side, what its rules cost or how they clash, and what a bid would take."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grants.allocations import actions, queries
from grants.allocations.actions.planning import LONGEST_NAME
from grants.allocations.forms import BidForm
from grants.allocations.outcome import (
    BidRow,
    Outcome,
    awards_in,
    differences,
    picture,
    worth_words,
)
from grants.allocations.settings import SOUGHT_LABELS, in_words
from grants.allocations.states import SCENARIO, ScenarioState
from grants.allocations.views.blueprint import Shown, bp, seen, shown
from grants.allocations.views.planning import ASKED
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.pages import download, show_form
from grants.core.paging import PAGE_SIZE, Page, page_number
from grants.core.policy import require
from grants.core.spreadsheet import Cell, Heading, Kind, table_csv
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.reviewing.queries import hidden_refs
from grants.scoring.standing import names_of_bids

CSV = "text/csv; charset=utf-8"
SOME = 50
"""How many differences a scenario's own page shows; the comparison shows all."""

HEADINGS = (
    Heading("Rank", Kind.NUMBER),
    Heading("Reference"),
    Heading("Title"),
    Heading("Score", Kind.SCORE),
    Heading("Ask", Kind.MONEY),
    Heading("Least that would work", Kind.MONEY),
    Heading("The line", Kind.MONEY),
    Heading("The line with skip", Kind.MONEY),
    Heading("The optimum", Kind.MONEY),
    Heading("The panel decided", Kind.MONEY),
)


@bp.get("/scenarios/<int:scenario_id>/")
@needs(Permission.READ_ALLOCATIONS)
def scenario(scenario_id: int) -> ResponseReturnValue:
    """The scenario, as far as it has come."""
    return _page(shown(scenario_id), BidForm(formdata=None))


@bp.get("/scenarios/<int:scenario_id>/awards.csv")
@needs(Permission.READ_ALLOCATIONS)
def awards_csv(scenario_id: int) -> ResponseReturnValue:
    """Every bid with its award in each way, and what the panel has decided since."""
    found = shown(scenario_id)
    require(found.clear)
    if found.outcome is None:
        raise NotFound("This scenario has not been worked out.")
    titles, decided = queries.titles(session(), found.round.id), queries.decided(session(), found.round.id)
    rows = (_row(bid, titles[bid.id], decided.get(bid.id)) for bid in found.outcome.bids)
    name = f"{found.round.ref}-scenario-{found.scenario.id}.csv"
    return download(table_csv(HEADINGS, rows), name=name, media_type=CSV)


@bp.post("/scenarios/<int:scenario_id>/again/")
@needs(Permission.PLAN_ALLOCATIONS)
@writes
def again(scenario_id: int) -> ResponseReturnValue:
    """Work it out as things stand now: another row."""
    found = shown(scenario_id)
    require(found.clear)
    try:
        made = actions.work_out_again(session(), scenario_id=scenario_id, actor=me(), now=now())
    except RuleBroken as broken:
        flash(broken.reasons[0].text, "error")
        return redirect(url_for(".scenario", scenario_id=scenario_id))
    flash(ASKED)
    return redirect(url_for(".scenario", scenario_id=made.id))


@bp.post("/scenarios/<int:scenario_id>/with/")
@needs(Permission.PLAN_ALLOCATIONS)
@writes
def with_bid(scenario_id: int) -> ResponseReturnValue:
    """What would it take to fund this bid?"""
    found = shown(scenario_id)
    require(found.clear)
    form = BidForm()
    if not form.validate():
        return _page(found, form)
    try:
        made = actions.ask_with_bid(
            session(), scenario_id=scenario_id, ref=form.bid.data or "", actor=me(), now=now()
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(found, form)
    flash(ASKED)
    return redirect(url_for(".scenario", scenario_id=made.id))


def _page(found: Shown, form: BidForm) -> ResponseReturnValue:
    outcome = found.outcome
    context: dict[str, Any] = {"page": None, "names": {}, "decided": {}, "pictures": [], "current": None}
    if outcome is not None:
        page = _cut(outcome.bids)
        context = {
            "page": page,
            "names": names_of_bids(session(), [bid.id for bid in page.rows]),
            "decided": _decided(found.round.id, outcome),
            "pictures": picture(outcome),
            "current": _digest_now(found) == found.scenario.input_digest,
        }
    return show_form(
        "allocations/scenario.html",
        form,
        shown=found,
        states=SCENARIO,
        rules=list(in_words(found.settings, found.definition).values()) if found.clear else [],
        sought=SOUGHT_LABELS[found.settings.allocation.sought],
        worth=lambda value: worth_words(found.settings.allocation.sought, value),
        beside=_beside(found, outcome),
        some=SOME,
        may_plan=me().may(Permission.PLAN_ALLOCATIONS),
        may_take=me().may(Permission.DECIDE),
        longest=LONGEST_NAME,
        **context,
    )


def _decided(round_id: int, outcome: Outcome) -> dict[int, int]:
    found = queries.decided(session(), round_id)
    return {bid.id: found[bid.id] for bid in outcome.bids if bid.id in found}


def _digest_now(found: Shown) -> str:
    return queries.standing(session(), found.round).digest(found.scenario.settings)


def _beside(found: Shown, outcome: Outcome | None) -> dict[str, Any] | None:
    """How the scenario differs from the one that it was made from, where both have an optimum."""
    if outcome is None or found.scenario.base_id is None or found.scenario.state is not ScenarioState.DONE:
        return None
    hidden = hidden_refs(session(), me().person_id or 0, found.round.id)
    base = seen(queries.scenario_by_id(session(), found.scenario.base_id), found.round, hidden)
    if base.outcome is None or base.scenario.state is not ScenarioState.DONE:
        return None
    refs = {bid.id: bid.ref for bid in (*base.outcome.bids, *outcome.bids)}
    same = base.settings.allocation.sought is found.settings.allocation.sought
    return {
        "base": base.scenario,
        "changes": differences(awards_in(base.outcome.bids, "best"), awards_in(outcome.bids, "best"), refs),
        "cost": base.outcome.worth - outcome.worth if same else None,
    }


def _cut(bids: Sequence[BidRow]) -> Page[BidRow]:
    total = len(bids)
    number = min(page_number(request.args.get("page")), max(1, -(-total // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    return Page(bids[start : start + PAGE_SIZE], number, PAGE_SIZE, total)


def _row(bid: BidRow, title: str, decided: int | None) -> Sequence[Cell]:
    hundredths = (200 * bid.total.numerator + bid.total.denominator) // (2 * bid.total.denominator)
    return (bid.rank, bid.ref, title, hundredths, bid.ask, bid.least, bid.line, bid.skip, bid.best, decided)
