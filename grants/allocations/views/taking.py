"""Taking a scenario to the panel: the chair drafts its decisions in one deed."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from grants.allocations import actions
from grants.allocations.actions import Reasons
from grants.allocations.forms import TakeForm
from grants.allocations.outcome import Outcome
from grants.allocations.views.blueprint import Shown, bp, shown
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.fields import Option
from grants.core.money import pounds
from grants.core.pages import plural, show_form
from grants.core.policy import require
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission


@bp.get("/scenarios/<int:scenario_id>/take/")
@needs(Permission.DECIDE)
def take(scenario_id: int) -> ResponseReturnValue:
    """What would be decided, with the reasons to be given."""
    found, outcome = _open(scenario_id)
    form = TakeForm()
    form.way.options = _ways(outcome)
    form.way.data = outcome.ways[-1].key
    return _page(found, form)


@bp.post("/scenarios/<int:scenario_id>/take/")
@needs(Permission.DECIDE)
@writes
def take_on(scenario_id: int) -> ResponseReturnValue:
    """Decide along it."""
    found, outcome = _open(scenario_id)
    form = TakeForm()
    form.way.options = _ways(outcome)
    if not form.validate():
        return _page(found, form)
    reasons = Reasons(
        form.reason_funded.data or "", form.reason_partly.data or "", form.reason_declined.data or ""
    )
    try:
        taken = actions.take_to_the_panel(
            session(), scenario_id=scenario_id, way=form.way.data, reasons=reasons, actor=me(), now=now()
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(found, form)
    flash(
        f"{plural(taken.funded, 'bid')} funded in full, {taken.in_part:,} in part, "
        f"{taken.declined:,} declined. Each decision can be changed until it is released."
    )
    return redirect(url_for("panels.decisions", round_ref=found.round.ref))


def _open(scenario_id: int) -> tuple[Shown, Outcome]:
    found = shown(scenario_id)
    require(found.clear)
    if found.outcome is None:
        raise NotFound("This scenario has not been worked out.")
    return found, found.outcome


def _ways(outcome: Outcome) -> tuple[Option, ...]:
    return tuple(
        Option(way.key, way.label, f"{plural(way.awards, 'award')}, {pounds(way.spent)}")
        for way in outcome.ways
    )


def _page(found: Shown, form: TakeForm) -> ResponseReturnValue:
    return show_form("allocations/take.html", form, shown=found)
