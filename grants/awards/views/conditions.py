"""One condition of an award: met on evidence, or waived by two people."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import queries as accounts
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.awards import actions, policy, queries
from grants.awards.forms import EvidenceForm, WaiverForm
from grants.awards.models import AwardCondition
from grants.awards.states import CONDITION, UNSETTLED
from grants.awards.views.blueprint import MAY_OPEN, bp
from grants.core.clock import now
from grants.core.errors import NotFound
from grants.core.forms import BaseForm
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission


@bp.get("/bids/<ref>/conditions/<int:number>/")
@needs(*MAY_OPEN)
def condition(ref: str, number: int) -> ResponseReturnValue:
    """What the panel demanded, and what became of it."""
    return _page(*_condition(ref, number))


@bp.post("/bids/<ref>/conditions/<int:number>/met/")
@needs(Permission.MANAGE_AWARDS)
@writes
def meet(ref: str, number: int) -> ResponseReturnValue:
    """Mark a condition as met."""
    application, found = _condition(ref, number)
    form = EvidenceForm()
    if not form.validate():
        return _page(application, found, form, evidence_form=form)
    actions.meet(session(), condition_id=found.id, evidence=form.evidence.data, actor=me(), now=now())
    flash(f"Condition {number} of {ref} is met.", "success")
    return redirect(url_for(".award", ref=ref))


@bp.post("/bids/<ref>/conditions/<int:number>/waive/")
@needs(Permission.MANAGE_AWARDS)
@writes
def draft_waiver(ref: str, number: int) -> ResponseReturnValue:
    """Ask the chair to waive a condition."""
    application, found = _condition(ref, number)
    form = WaiverForm()
    if not form.validate():
        return _page(application, found, form, waiver_form=form)
    actions.draft_waiver(session(), condition_id=found.id, reason=form.reason.data, actor=me(), now=now())
    flash("The chair has to approve this before anything changes.")
    return redirect(url_for(".award", ref=ref))


@bp.post("/bids/<ref>/conditions/<int:number>/waive/approve/")
@needs(Permission.APPROVE_VARIATION)
@writes
def approve_waiver(ref: str, number: int) -> ResponseReturnValue:
    """Waive a condition."""
    actions.approve_waiver(session(), condition_id=_condition(ref, number)[1].id, actor=me(), now=now())
    flash(f"Condition {number} of {ref} is waived.", "success")
    return redirect(url_for(".condition", ref=ref, number=number))


@bp.post("/bids/<ref>/conditions/<int:number>/waive/refuse/")
@needs(Permission.APPROVE_VARIATION)
@writes
def keep_condition(ref: str, number: int) -> ResponseReturnValue:
    """Refuse to waive a condition."""
    actions.keep_condition(session(), condition_id=_condition(ref, number)[1].id, actor=me(), now=now())
    flash(f"Condition {number} of {ref} still has to be met.")
    return redirect(url_for(".condition", ref=ref, number=number))


def _condition(ref: str, number: int) -> tuple[Application, AwardCondition]:
    application = bids.sent_by_ref(session(), ref)
    for one in queries.conditions_of(session(), application.id):
        if one.number == number:
            return application, one
    raise NotFound("There is no such condition.")


def _page(
    application: Application,
    found: AwardCondition,
    form: BaseForm | None = None,
    *,
    evidence_form: EvidenceForm | None = None,
    waiver_form: WaiverForm | None = None,
) -> ResponseReturnValue:
    """`form` is the one of the two that was sent."""
    page = render_template(
        "awards/condition.html",
        form=form,
        evidence_form=evidence_form or EvidenceForm(formdata=None),
        waiver_form=waiver_form or WaiverForm(formdata=None),
        application=application,
        condition=found,
        states=CONDITION,
        settled_by=accounts.person(session(), found.settled_by_id).name if found.settled_by_id else "",
        may_settle=found.state in UNSETTLED and application.stage is Stage.ACTIVE,
        may_manage=policy.can_manage(me()),
        may_waive=policy.can_settle_waiver(session(), me(), found),
    )
    return page, 422 if form is not None and form.errors else 200
