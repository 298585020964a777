"""One award's payments: its schedule, releasing and changing instalments, asking money back."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from grants.applications.models import Application
from grants.core.clock import in_london, now
from grants.core.errors import NotFound, RuleBroken
from grants.core.forms import BaseForm
from grants.core.pages import show_form
from grants.core.web import me, needs, session, writes
from grants.payments import actions, policy, queries
from grants.payments.forms import OwingForm, ReleaseForm, ScheduleForm
from grants.payments.models import Instalment
from grants.payments.rules import Planned
from grants.payments.states import DUE_LABELS, LINE, OWING_LABELS, RECEIVABLE, STATE_COLOURS, Owing
from grants.payments.views.blueprint import bid_of, bp
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.paying import DueBy


@bp.get("/awards/<ref>/")
@needs(Permission.READ_PAYMENTS)
def award(ref: str) -> ResponseReturnValue:
    """Where an award's money is."""
    return _page(bid_of(ref), OwingForm(formdata=None))


@bp.get("/awards/<ref>/schedule/")
@needs(Permission.BUILD_BATCH)
def schedule(ref: str) -> ResponseReturnValue:
    """The form of the instalments that are still free."""
    application = bid_of(ref)
    steps = queries.schedule_of(session(), application.id)
    free = [step.instalment for step in steps if not _is_fixed(step)]
    data = {
        "seen": max((step.instalment.number for step in steps), default=0),
        "parts": [
            {"name": one.name, "amount": one.amount, "due_by": one.due_by.value, "due_on": one.due_on}
            for one in free
        ],
    }
    return _schedule_page(application, ScheduleForm(formdata=None, data=data))


@bp.post("/awards/<ref>/schedule/")
@needs(Permission.BUILD_BATCH)
@writes
def replan(ref: str) -> ResponseReturnValue:
    """Change them."""
    application, form = bid_of(ref), ScheduleForm()
    if form.rows_pressed():
        return _schedule_page(application, form)
    if form.validate():
        seen = form.seen.data or ""
        parts = [
            Planned(
                row["name"] or "",
                row["amount"] or 0,
                DueBy(row["due_by"] or DueBy.DAY),
                row["due_on"] or in_london(now()).date(),
            )
            for row in form.parts.data
        ]
        try:
            actions.replan(
                session(),
                application_id=application.id,
                parts=parts,
                reason=form.reason.data or "",
                seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 8 else -1,
                actor=me(),
                now=now(),
            )
            flash("The schedule is changed.", "success")
            return redirect(url_for(".award", ref=ref))
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    return _schedule_page(application, form)


@bp.get("/instalments/<int:instalment_id>/release/")
@needs(Permission.RELEASE_INSTALMENTS)
def releasing(instalment_id: int) -> ResponseReturnValue:
    """The form that releases an instalment."""
    return _release_page(_instalment(instalment_id), ReleaseForm(formdata=None))


@bp.post("/instalments/<int:instalment_id>/release/")
@needs(Permission.RELEASE_INSTALMENTS)
@writes
def release(instalment_id: int) -> ResponseReturnValue:
    """Release it."""
    row, form = _instalment(instalment_id), ReleaseForm()
    if form.validate():
        try:
            actions.release(
                session(), instalment_id=instalment_id, note=form.note.data or "", actor=me(), now=now()
            )
            flash("The instalment is released. Finance pays it in a later batch.", "success")
            return redirect(url_for(".award", ref=row.application.ref))
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    return _release_page(row, form)


@bp.post("/awards/<ref>/receivables/")
@needs(Permission.BUILD_BATCH)
@writes
def draft_receivable(ref: str) -> ResponseReturnValue:
    """Ask for money back."""
    application, form = bid_of(ref), OwingForm()
    if form.validate():
        try:
            made = actions.draft_receivable(
                session(),
                application_id=application.id,
                owing=Owing(form.owing.data),
                amount=form.amount.data or 0,
                reason=form.reason.data or "",
                actor=me(),
                now=now(),
            )
            flash("Put forward. Another person has to approve it.", "success")
            return redirect(url_for(".receivable", receivable_id=made.id))
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    return _page(application, form)


def _is_fixed(step: queries.Step) -> bool:
    return bool(step.lines or step.offset or step.instalment.released_at)


def _instalment(instalment_id: int) -> Instalment:
    row = session().get(Instalment, instalment_id)
    if row is None:
        raise NotFound("There is no such instalment.")
    bid_of(row.application.ref)
    return row


def _page(application: Application, form: BaseForm) -> ResponseReturnValue:
    changes = queries.schedule_changes(session(), [application.id])
    steps = queries.schedule_of(session(), application.id)
    named = [*(one.changed_by_id for one in changes), *(step.instalment.released_by_id for step in steps)]
    return show_form(
        "payments/award.html",
        form,
        application=application,
        round=programme.round_by_id(session(), application.round_id),
        money=queries.money_of(session(), application),
        steps=steps,
        changes=changes,
        names=queries.names_of(session(), named),
        receivables=queries.receivables_of(session(), application.id),
        due_labels=DUE_LABELS,
        line_machine=LINE,
        machine=RECEIVABLE,
        owing_labels=OWING_LABELS,
        colours=STATE_COLOURS,
        may_build=me().may(Permission.BUILD_BATCH),
        may_release=policy.may_release(session(), me(), application),
        apart=policy.is_apart(session(), me(), application),
    )


def _schedule_page(application: Application, form: ScheduleForm) -> ResponseReturnValue:
    steps = queries.schedule_of(session(), application.id)
    fixed = [step.instalment for step in steps if _is_fixed(step)]
    money = queries.money_of(session(), application)
    return show_form(
        "payments/schedule.html",
        form,
        application=application,
        fixed=fixed,
        rest=money.amount - sum(one.amount for one in fixed),
    )


def _release_page(row: Instalment, form: ReleaseForm) -> ResponseReturnValue:
    return show_form(
        "payments/release.html", form, row=row, due_labels=DUE_LABELS, today=in_london(now()).date()
    )
