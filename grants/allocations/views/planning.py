"""The round's scenarios, and asking for another."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.allocations import actions, policy, queries
from grants.allocations.forms import ScenarioForm, form_for
from grants.allocations.settings import Settings, in_words
from grants.allocations.states import SCENARIO
from grants.allocations.views.blueprint import bp, seen
from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.pages import show_form
from grants.core.paging import page_number
from grants.core.policy import require
from grants.core.web import me, needs, session, writes
from grants.panels import policy as panels
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing.queries import hidden_refs

ASKED = "It is being worked out. This page tells how far it has come when you load it again."


@bp.get("/<round_ref>/scenarios/")
@needs(Permission.READ_ALLOCATIONS)
def scenarios(round_ref: str) -> ResponseReturnValue:
    """All scenarios of a round, the newest first."""
    round_ = programme.round_by_ref(session(), round_ref)
    require(panels.can_see_decisions(session(), me(), round_.id))
    made = queries.made(session(), round_.id)
    definition = programme.definition_of(round_)
    return render_template(
        "allocations/scenarios.html",
        round=round_,
        page=queries.scenarios(session(), round_.id, number=page_number(request.args.get("page"))),
        states=SCENARIO,
        made=made,
        published=list(in_words(Settings(definition.allocation), definition).values()),
        may_plan=me().may(Permission.PLAN_ALLOCATIONS),
    )


@bp.get("/<round_ref>/scenarios/new/")
@needs(Permission.PLAN_ALLOCATIONS)
def plan(round_ref: str) -> ResponseReturnValue:
    """A new scenario: the fund's published rules, or those of the scenario named as `like`, to be changed."""
    round_ = programme.round_by_ref(session(), round_ref)
    definition = programme.definition_of(round_)
    form = form_for(definition)
    form.show(_like(round_, request.args.get("like", "")) or Settings(definition.allocation), definition)
    return _form_page(round_, form)


@bp.post("/<round_ref>/scenarios/new/")
@needs(Permission.PLAN_ALLOCATIONS)
@writes
def ask(round_ref: str) -> ResponseReturnValue:
    """Have it worked out."""
    round_ = programme.round_by_ref(session(), round_ref)
    definition = programme.definition_of(round_)
    form = form_for(definition)
    if not form.validate():
        return _form_page(round_, form)
    try:
        scenario = actions.ask_for(
            session(),
            round_id=round_.id,
            name=form.name.data or "",
            settings=form.settings(definition),
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _form_page(round_, form)
    flash(ASKED)
    return redirect(url_for(".scenario", scenario_id=scenario.id))


def _like(round_: Round, number: str) -> Settings | None:
    """The settings of a scenario of this round that the reader may see."""
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    found = queries.scenario_in(session(), round_.id, int(number))
    if found is None:
        return None
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    there = seen(found, round_, hidden)
    return there.settings if there.clear else None


def _form_page(round_: Round, form: ScenarioForm) -> ResponseReturnValue:
    require(policy.can_plan(session(), me(), round_.id))
    definition = programme.definition_of(round_)
    return show_form("allocations/plan.html", form, round=round_, rows=form.rows(definition))
