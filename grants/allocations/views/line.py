"""The funding line: how far down the ranking the pot reaches, and deciding along it."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from grants.allocations import actions, queries
from grants.allocations.forms import LineForm
from grants.allocations.views.blueprint import bp
from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.pages import plural, show_form
from grants.core.policy import require
from grants.core.web import me, needs, session, writes
from grants.panels import policy
from grants.permissions import Permission
from grants.programme import queries as programme


@bp.get("/<round_ref>/")
@needs(Permission.READ_ALLOCATIONS)
def line(round_ref: str) -> ResponseReturnValue:
    """Where the line runs now."""
    return _line_page(round_ref, LineForm())


@bp.post("/<round_ref>/")
@needs(Permission.DECIDE)
@writes
def decide(round_ref: str) -> ResponseReturnValue:
    """Fund what is above the line and decline what is below."""
    round_ = programme.round_by_ref(session(), round_ref)
    form = LineForm()
    if not form.validate():
        return _line_page(round_ref, form)
    try:
        decided = actions.decide_to_the_line(
            session(),
            round_id=round_.id,
            reason_above=form.reason_above.data,
            reason_below=form.reason_below.data,
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _line_page(round_ref, form)
    left = len(decided.tied)
    flash(
        f"{plural(decided.funded, 'bid')} funded, {plural(decided.declined, 'bid')} declined"
        + (f", {plural(left, 'bid')} left for a person to decide." if left else ".")
    )
    return redirect(url_for("panels.decisions", round_ref=round_ref))


def _line_page(round_ref: str, form: LineForm) -> ResponseReturnValue:
    round_ = programme.round_by_ref(session(), round_ref)
    require(policy.can_see_decisions(session(), me(), round_.id))
    found = queries.proposal(session(), round_)
    hidden = queries.hidden_on_line(session(), found, person_id=me().person_id, round_id=round_.id)
    return show_form(
        "allocations/line.html",
        form,
        round=round_,
        proposal=found,
        budget=queries.budget(session(), round_),
        hidden=hidden,
        may_decide=me().may(Permission.DECIDE),
        may_plan=me().may(Permission.PLAN_ALLOCATIONS),
    )
