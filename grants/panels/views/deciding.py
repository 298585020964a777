"""The list of bids with the pot, one decision, countersigning, overrides."""

from fractions import Fraction
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import queries as bids
from grants.applications.models import Application
from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.forms import BaseForm
from grants.core.pages import show_form
from grants.core.paging import page_number
from grants.core.policy import first_no, require
from grants.core.web import me, needs, session, writes
from grants.panels import actions, policy, queries, rules
from grants.panels.forms import DecisionForm, OverrideForm, OverrideRefusalForm, ReopeningForm
from grants.panels.models import Decision
from grants.panels.states import OUTCOME_LABELS, Outcome
from grants.panels.views.blueprint import bp
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.reviewing import policy as reviewing
from grants.reviewing.queries import hidden_refs


@bp.get("/<round_ref>/")
@needs(Permission.READ_DECISIONS)
def decisions(round_ref: str) -> ResponseReturnValue:
    """Bids in rank order with the panel's decisions and the pot."""
    round_ = programme.round_by_ref(session(), round_ref)
    require(policy.can_see_decisions(session(), me(), round_.id))
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    number = page_number(request.args.get("page"))
    return render_template(
        "panels/decisions.html",
        round=round_,
        pot=queries.pot_position(session(), round_, without=hidden),
        page=queries.page_of_decisions(session(), round_.id, without=hidden, number=number),
        hidden=list(hidden.values()),
        labels=OUTCOME_LABELS,
    )


@bp.get("/bids/<ref>/")
@needs(Permission.READ_DECISIONS)
def decision(ref: str) -> ResponseReturnValue:
    """One bid before the panel, with the form for the chair."""
    application = bids.sent_by_ref(session(), ref)
    require(policy.can_see_decisions(session(), me(), application.round_id))
    return _decision_page(application, _decision_form(application))


@bp.post("/bids/<ref>/")
@needs(Permission.DECIDE)
@writes
def decide(ref: str) -> ResponseReturnValue:
    """Record the decision. The form shows scores, so it is only for those who may see them."""
    application = bids.sent_by_ref(session(), ref)
    require(policy.can_see_decisions(session(), me(), application.round_id))
    form = _decision_form(application)
    if form.rows_pressed() or not form.validate():
        return _decision_page(application, form)
    try:
        actions.decide(
            session(),
            application_id=application.id,
            outcome=Outcome(form.outcome.data),
            amount=form.amount.data or 0,
            reserve_order=form.reserve_order.data,
            reason=form.reason.data,
            conditions=form.typed_conditions(),
            version=form.version.data,
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _decision_page(application, form)
    flash(f"The decision on {application.ref} is on record.", "success")
    return redirect(
        url_for(".decisions", round_ref=programme.round_by_id(session(), application.round_id).ref)
    )


@bp.post("/bids/<ref>/decide-again/")
@needs(Permission.DECIDE)
@writes
def reopen(ref: str) -> ResponseReturnValue:
    """Take a released decision back before the panel."""
    application = bids.sent_by_ref(session(), ref)
    require(policy.can_see_decisions(session(), me(), application.round_id))
    form = ReopeningForm()
    if not form.validate():
        return _decision_page(application, form)
    actions.reopen(
        session(),
        application_id=application.id,
        reason=form.reason.data,
        version=form.version.data,
        actor=me(),
        now=now(),
    )
    flash(f"{ref} is before the panel again. The earlier decision stays on record.", "success")
    return redirect(url_for(".decision", ref=ref))


@bp.get("/<round_ref>/countersign/")
@needs(Permission.COUNTERSIGN)
def waiting(round_ref: str) -> ResponseReturnValue:
    """Decisions above the threshold that wait for a second panel member, without those the reader has a
    conflict with.
    """
    round_ = programme.round_by_ref(session(), round_ref)
    found = queries.waiting_for_countersignature(session(), round_.id)
    mine = policy.those_to_countersign(session(), me(), [waits for waits, _ in found])
    rows = [(waits, application) for waits, application in found if waits.id in mine]
    return render_template(
        "panels/countersign.html",
        round=round_,
        rows=rows,
        conditions=queries.conditions_of(session(), mine),
        labels=OUTCOME_LABELS,
    )


@bp.post("/decisions/<int:decision_id>/countersign/")
@needs(Permission.COUNTERSIGN)
@writes
def countersign(decision_id: int) -> ResponseReturnValue:
    """Sign a decision."""
    seen = request.form.get("version", type=int)
    signed = actions.countersign(session(), decision_id=decision_id, version=seen, actor=me(), now=now())
    application = bids.for_update(session(), signed.application_id)
    flash(f"You signed the decision on {application.ref}.", "success")
    round_ = programme.round_by_id(session(), application.round_id)
    return redirect(url_for(".waiting", round_ref=round_.ref))


@bp.get("/<round_ref>/overrides/")
@needs(Permission.READ_DECISIONS, Permission.APPROVE_OVERRIDE)
def overrides(round_ref: str) -> ResponseReturnValue:
    """Requests to award past the pot."""
    return _overrides_page(round_ref, OverrideForm())


@bp.post("/<round_ref>/overrides/")
@needs(Permission.DECIDE)
@writes
def ask_override(round_ref: str) -> ResponseReturnValue:
    """Ask to award past the pot."""
    round_ = programme.round_by_ref(session(), round_ref)
    form = OverrideForm()
    if not form.validate():
        return _overrides_page(round_ref, form)
    try:
        actions.ask_override(
            session(),
            round_id=round_.id,
            extra=form.extra.data or 0,
            reason=form.reason.data,
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _overrides_page(round_ref, form)
    flash("The finance approver has been asked to sign.", "success")
    return redirect(url_for(".overrides", round_ref=round_ref))


@bp.post("/overrides/<int:override_id>/approve/")
@needs(Permission.APPROVE_OVERRIDE)
@writes
def approve_override(override_id: int) -> ResponseReturnValue:
    """Sign a request to award past the pot."""
    override = actions.approve_override(session(), override_id=override_id, actor=me(), now=now())
    flash("You signed the override.", "success")
    round_ = programme.round_by_id(session(), override.round_id)
    return redirect(url_for(".overrides", round_ref=round_.ref))


@bp.post("/overrides/<int:override_id>/refuse/")
@needs(Permission.APPROVE_OVERRIDE)
@writes
def refuse_override(override_id: int) -> ResponseReturnValue:
    """Refuse a request to award past the pot, with a reason."""
    override = queries.override_by_id(session(), override_id)
    round_ = programme.round_by_id(session(), override.round_id)
    form = _refusal_form(override_id, sent=True)
    if not form.validate():
        return _overrides_page(round_.ref, form)
    actions.refuse_override(
        session(), override_id=override_id, reason=form.refusal.data, actor=me(), now=now()
    )
    flash("You refused the override. Who asked for it has been told.", "success")
    return redirect(url_for(".overrides", round_ref=round_.ref))


def _refusal_form(override_id: int, *, sent: bool = False) -> OverrideRefusalForm:
    """One override's own form: several may stand on the page."""
    prefix = f"override{override_id}-"
    return OverrideRefusalForm(prefix=prefix) if sent else OverrideRefusalForm(formdata=None, prefix=prefix)


def _decision_form(application: Application) -> DecisionForm:
    """The form, filled with the decision so far."""
    found = queries.decision_of(session(), application.id)
    return DecisionForm(obj=found, data={"conditions": _condition_rows(found)})


def _condition_rows(found: Decision | None) -> list[dict[str, Any]]:
    conditions = queries.conditions_of(session(), [found.id])[found.id] if found else ()
    return [{"text": one.text, "kind": one.kind, "due_on": one.due_on} for one in conditions]


def _decision_page(application: Application, form: DecisionForm | ReopeningForm) -> ResponseReturnValue:
    round_ = programme.round_by_id(session(), application.round_id)
    result = queries.result_of(session(), application.id)
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    found = queries.decision_of(session(), application.id)
    may_decide = policy.can_decide(session(), me(), application.id)
    return show_form(
        "panels/decision.html",
        form,
        again=_reopening_form(application, found, form) if may_decide else None,
        earlier=queries.earlier_decisions(session(), application.id),
        application=application,
        round=round_,
        result=result,
        total=Fraction(result.total) if result and result.total else None,
        labels=OUTCOME_LABELS,
        decision=found,
        conditions=queries.conditions_of(session(), [found.id])[found.id] if found else (),
        earlier_conditions=queries.earlier_conditions(session(), found.id) if found else (),
        returned=application.stage in queries.BEFORE_THE_PANEL,
        pot=queries.pot_position(session(), round_, without_application_id=application.id, without=hidden),
        may_decide=may_decide,
        conflict=reviewing.no_conflict(session(), me(), application.id),
    )


def _reopening_form(application: Application, found: Decision | None, form: BaseForm) -> BaseForm | None:
    """The form to decide again, where the decision on record allows that."""
    if found is None or any(
        rules.blockers_to_reopen(
            found.outcome,
            stage=application.stage,
            released=found.released_at is not None,
            flagged=found.flagged_at is not None,
            reason="any",
        )
    ):
        return None
    if isinstance(form, ReopeningForm):
        return form
    return ReopeningForm(formdata=None, data={"version": found.version})


def _overrides_page(round_ref: str, form: BaseForm) -> ResponseReturnValue:
    round_ = programme.round_by_ref(session(), round_ref)
    may_release = policy.can_release_money(session(), me(), round_.id)
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    refused = (request.view_args or {}).get("override_id")
    return show_form(
        "panels/overrides.html",
        form,
        asking=form if isinstance(form, OverrideForm) else OverrideForm(formdata=None),
        round=round_,
        overrides=[
            (
                override,
                first_no(may_release, policy.asked_by_another(me(), override)),
                form if override.id == refused else _refusal_form(override.id),
            )
            for override in queries.overrides_of(session(), round_.id)
        ],
        pot=queries.pot_position(session(), round_, without=hidden),
        may_ask=me().may(Permission.DECIDE),
    )
