"""Money that is owed back: approving, receipts, keeping back, writing off."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.fields import Option
from grants.core.forms import BaseForm
from grants.core.money import pounds
from grants.core.pages import download, show_form
from grants.core.paper import pdf
from grants.core.web import me, needs, session, signed_in, writes
from grants.payments import actions, policy, queries
from grants.payments.forms import ApproveForm, KeepBackForm, ReceiptForm, WriteOffForm
from grants.payments.invoice import on_paper
from grants.payments.models import Receivable
from grants.payments.states import CAME_BY_LABELS, OWING_LABELS, RECEIVABLE, STATE_COLOURS
from grants.payments.views.blueprint import bid_of, bp
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.reviewing.queries import hidden_refs


@bp.get("/<round_ref>/receivables/")
@needs(Permission.READ_PAYMENTS)
def receivables(round_ref: str) -> ResponseReturnValue:
    """What organisations of a round owe back."""
    round_ = programme.round_by_ref(session(), round_ref)
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    return render_template(
        "payments/receivables.html",
        round=round_,
        rows=queries.receivables(session(), round_.id, without=hidden),
        hidden=list(hidden.values()),
        machine=RECEIVABLE,
        owing_labels=OWING_LABELS,
        colours=STATE_COLOURS,
    )


@bp.get("/receivables/<int:receivable_id>/")
@needs(Permission.READ_PAYMENTS)
def receivable(receivable_id: int) -> ResponseReturnValue:
    """One of them."""
    return _page(_row(receivable_id))


@bp.post("/receivables/<int:receivable_id>/approve/")
@needs(Permission.APPROVE_BATCH)
@writes
def approve_receivable(receivable_id: int) -> ResponseReturnValue:
    """Approve it: the invoice stands."""
    return _settle(receivable_id, approves=True, told="Approved. The invoice stands.")


@bp.post("/receivables/<int:receivable_id>/refuse/")
@needs(Permission.APPROVE_BATCH)
@writes
def refuse_receivable(receivable_id: int) -> ResponseReturnValue:
    """Do not."""
    return _settle(receivable_id, approves=False, told="Not approved. Nothing is owed.")


def _settle(receivable_id: int, *, approves: bool, told: str) -> ResponseReturnValue:
    form = ApproveForm()
    form.validate()
    actions.settle_draft(
        session(),
        receivable_id=_row(receivable_id).id,
        approves=approves,
        version=form.expected_version(),
        actor=me(),
        now=now(),
    )
    flash(told, "success")
    return redirect(url_for(".receivable", receivable_id=receivable_id))


@bp.post("/receivables/<int:receivable_id>/receipts/")
@needs(Permission.BUILD_BATCH)
@writes
def record_receipt(receivable_id: int) -> ResponseReturnValue:
    """Note money that arrived."""
    row, form = _row(receivable_id), ReceiptForm()
    if form.validate() and form.received_on.data is not None:
        try:
            actions.record_receipt(
                session(),
                receivable_id=row.id,
                amount=form.amount.data or 0,
                received_on=form.received_on.data,
                note=form.note.data or "",
                version=form.expected_version(),
                actor=me(),
                now=now(),
            )
            flash("The receipt is noted.", "success")
            return redirect(url_for(".receivable", receivable_id=receivable_id))
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    return _page(row, form)


@bp.post("/receivables/<int:receivable_id>/keep-back/")
@needs(Permission.BUILD_BATCH)
@writes
def keep_back(receivable_id: int) -> ResponseReturnValue:
    """Pay so much less of a later instalment."""
    row, form = _row(receivable_id), KeepBackForm()
    form.instalment.options = _free_instalments(row)
    if form.validate():
        try:
            actions.keep_back(
                session(),
                receivable_id=row.id,
                instalment_id=int(form.instalment.data or 0),
                amount=form.amount.data or 0,
                version=form.expected_version(),
                actor=me(),
                now=now(),
            )
            flash("So much less of the instalment will be paid.", "success")
            return redirect(url_for(".receivable", receivable_id=receivable_id))
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    return _page(row, form)


@bp.post("/receivables/<int:receivable_id>/write-off/")
@needs(Permission.BUILD_BATCH)
@writes
def draft_write_off(receivable_id: int) -> ResponseReturnValue:
    """Propose to give up what is still owed."""
    row, form = _row(receivable_id), WriteOffForm()
    if form.validate():
        try:
            actions.draft_write_off(
                session(),
                receivable_id=row.id,
                reason=form.reason.data or "",
                version=form.expected_version(),
                actor=me(),
                now=now(),
            )
            flash("Proposed. Another person has to approve it.", "success")
            return redirect(url_for(".receivable", receivable_id=receivable_id))
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    return _page(row, form)


@bp.post("/receivables/<int:receivable_id>/write-off/approve/")
@needs(Permission.APPROVE_BATCH)
@writes
def approve_write_off(receivable_id: int) -> ResponseReturnValue:
    """Give it up."""
    form = ApproveForm()
    form.validate()
    actions.approve_write_off(
        session(),
        receivable_id=_row(receivable_id).id,
        version=form.expected_version(),
        actor=me(),
        now=now(),
    )
    flash("Written off.", "success")
    return redirect(url_for(".receivable", receivable_id=receivable_id))


@bp.post("/receivables/<int:receivable_id>/write-off/drop/")
@needs(Permission.BUILD_BATCH, Permission.APPROVE_BATCH)
@writes
def drop_write_off(receivable_id: int) -> ResponseReturnValue:
    """End the proposal without a write-off."""
    form = ApproveForm()
    form.validate()
    actions.drop_write_off(
        session(),
        receivable_id=_row(receivable_id).id,
        version=form.expected_version(),
        actor=me(),
        now=now(),
    )
    flash("Not written off. The money is still owed.", "success")
    return redirect(url_for(".receivable", receivable_id=receivable_id))


@bp.get("/receivables/<int:receivable_id>/invoice/")
@signed_in
def invoice(receivable_id: int) -> ResponseReturnValue:
    """The invoice, for the organisation that owes and for finance."""
    row = queries.receivable(session(), receivable_id)
    policy.require_invoice(session(), me(), row)
    told = queries.invoice_of(session(), row)
    made = pdf("invoice", on_paper(told), dated=told.approved_at)
    return download(made, name=f"invoice-{told.ref}.pdf".lower(), media_type="application/pdf")


def _row(receivable_id: int) -> Receivable:
    row = queries.receivable(session(), receivable_id)
    bid_of(row.application.ref)
    return row


def _free_instalments(row: Receivable) -> tuple[Option, ...]:
    if row.application.stage not in queries.PAYABLE:
        return ()
    return tuple(
        Option(str(step.instalment.id), f"{step.instalment.name}, {pounds(step.to_pay)} to pay")
        for step in queries.schedule_of(session(), row.application_id)
        if step.live is None and step.to_pay > 0
    )


def _page(row: Receivable, form: BaseForm | None = None) -> ResponseReturnValue:
    """The page. `form` is the one that was sent and not taken; the others are as new."""
    started = {"version": row.version}
    kinds: dict[str, BaseForm] = {
        "approve": ApproveForm(formdata=None, data=started),
        "receipt": ReceiptForm(formdata=None, data=started),
        "keep_back": KeepBackForm(formdata=None, data=started),
        "write_off": WriteOffForm(formdata=None, data=started),
    }
    forms = {
        name: form if form is not None and type(form) is type(new) else new for name, new in kinds.items()
    }
    free = _free_instalments(row)
    keeping = forms["keep_back"]
    if isinstance(keeping, KeepBackForm):
        keeping.instalment.options = free
    people = (
        row.drafted_by_id,
        row.approved_by_id,
        row.write_off_drafted_by_id,
        row.write_off_approved_by_id,
        *(receipt.recorded_by_id for receipt in row.receipts),
    )
    context = {
        "row": row,
        "round": programme.round_by_id(session(), row.application.round_id),
        "forms": forms,
        "free": free,
        "names": queries.names_of(session(), people),
        "machine": RECEIVABLE,
        "colours": STATE_COLOURS,
        "owing_labels": OWING_LABELS,
        "came_by_labels": CAME_BY_LABELS,
        "may_build": me().may(Permission.BUILD_BATCH),
        "is_approver": me().may(Permission.APPROVE_BATCH),
        "may_settle": policy.may_settle_receivable(session(), me(), row),
        "may_write_off": policy.may_write_off(session(), me(), row),
    }
    if form is None:
        return render_template("payments/receivable.html", form=None, **context)
    return show_form("payments/receivable.html", form, **context)
