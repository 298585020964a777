"""One batch: its lines and totals, each step of it, its files, what became of its payments."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken, Stale
from grants.core.pages import as_download, show_form
from grants.core.web import me, needs, session, takes_files, writes
from grants.documents.rules import disposition
from grants.payments import actions, queries
from grants.payments.forms import ApproveForm, CancelForm, CheckForm, LineForm, OutcomesForm
from grants.payments.models import PaymentLine
from grants.payments.read_outcomes import LARGEST_FILE
from grants.payments.states import LINE
from grants.payments.views.batch_page import FILE_NAMES, batch_page
from grants.payments.views.blueprint import bp
from grants.permissions import Permission
from grants.programme.paying import FileKind
from grants.reviewing import policy as reviewing


@bp.get("/batches/<int:batch_id>/")
@needs(Permission.READ_PAYMENTS)
def batch(batch_id: int) -> ResponseReturnValue:
    """The batch, its lines, who did what, and the next step."""
    return batch_page(queries.batch(session(), batch_id))


@bp.post("/batches/<int:batch_id>/check/")
@needs(Permission.BUILD_BATCH)
@writes
def check(batch_id: int) -> ResponseReturnValue:
    """Read its totals back."""
    form = CheckForm()
    if form.validate():
        text = (form.count.data or "").strip()
        try:
            actions.check(
                session(),
                batch_id=batch_id,
                count=int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else -1,
                total=form.total.data or 0,
                version=form.expected_version(),
                actor=me(),
                now=now(),
            )
            flash("The batch is checked. Another person has to approve it.", "success")
            return redirect(url_for(".batch", batch_id=batch_id))
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    return batch_page(queries.batch(session(), batch_id), form)


@bp.post("/batches/<int:batch_id>/approve/")
@needs(Permission.APPROVE_BATCH)
@writes
def approve(batch_id: int) -> ResponseReturnValue:
    """Approve what the page said would remain; the files are made."""
    form = ApproveForm()
    form.validate()
    try:
        count, total = int(form.count.data or ""), int(form.total.data or "")
    except ValueError as error:
        raise Stale("This page is too old to be used.") from error
    batch = actions.approve(
        session(),
        batch_id=batch_id,
        count=count,
        total=total,
        version=form.expected_version(),
        actor=me(),
        now=now(),
    )
    flash(f"Batch {batch.ref} is approved. Its files are ready.", "success")
    return redirect(url_for(".batch", batch_id=batch_id))


@bp.post("/batches/<int:batch_id>/cancel/")
@needs(Permission.BUILD_BATCH, Permission.APPROVE_BATCH)
@writes
def cancel(batch_id: int) -> ResponseReturnValue:
    """Cancel it; its instalments are free for another."""
    form = CancelForm()
    if form.validate():
        try:
            actions.cancel(
                session(),
                batch_id=batch_id,
                reason=form.reason.data or "",
                version=form.expected_version(),
                actor=me(),
                now=now(),
            )
            flash("The batch is cancelled.", "success")
            return redirect(url_for(".batch", batch_id=batch_id))
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    return batch_page(queries.batch(session(), batch_id), form)


@bp.post("/batches/<int:batch_id>/sent/")
@needs(Permission.BUILD_BATCH)
@writes
def mark_sent(batch_id: int) -> ResponseReturnValue:
    """Note that the bank has the file."""
    form = ApproveForm()
    form.validate()
    actions.mark_sent(session(), batch_id=batch_id, version=form.expected_version(), actor=me(), now=now())
    flash("The batch is marked as sent. Note what became of each payment.", "success")
    return redirect(url_for(".batch", batch_id=batch_id))


@bp.post("/batches/<int:batch_id>/files/<kind>/")
@needs(Permission.READ_BANK_DETAILS)
@writes
def download(batch_id: int, kind: str) -> ResponseReturnValue:
    """The file as it was approved. Who had it goes on record; nothing else changes."""
    if kind not in {one.value for one in FileKind}:
        raise NotFound("This batch has no such file.")
    row = queries.batch(session(), batch_id)
    file, content = actions.download(session(), batch_id=batch_id, kind=FileKind(kind), actor=me(), now=now())
    _, ending, media_type = FILE_NAMES[file.kind]
    return as_download(content, disposition=disposition(f"{row.ref}.{ending}"), media_type=media_type)


@bp.post("/batches/<int:batch_id>/outcomes/")
@needs(Permission.BUILD_BATCH)
@takes_files
@writes
def take_outcomes(batch_id: int) -> ResponseReturnValue:
    """Take the bank's file."""
    form, sent = OutcomesForm(), request.files.get("file")
    if sent is None or not sent.filename:
        form.validate()
        form.file.errors = ["Select the bank’s file"]
        return batch_page(queries.batch(session(), batch_id), form)
    form.validate()
    try:
        changed = actions.take_outcomes(
            session(),
            batch_id=batch_id,
            content=sent.read(LARGEST_FILE + 1),
            version=form.expected_version(),
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return batch_page(queries.batch(session(), batch_id), form)
    flash(f"{changed} {'payment' if changed == 1 else 'payments'} noted.", "success")
    return redirect(url_for(".batch", batch_id=batch_id))


@bp.get("/lines/<int:line_id>/")
@needs(Permission.BUILD_BATCH)
def line(line_id: int) -> ResponseReturnValue:
    """One payment, to note what became of it."""
    row = _line(line_id)
    return _line_page(row, LineForm(formdata=None, data={"version": row.version}))


@bp.post("/lines/<int:line_id>/")
@needs(Permission.BUILD_BATCH)
@writes
def settle(line_id: int) -> ResponseReturnValue:
    """Note it."""
    row, form = _line(line_id), LineForm()
    if form.validate():
        try:
            actions.settle_line(
                session(),
                line_id=line_id,
                deed=str(form.deed.data),
                note=form.note.data or "",
                version=form.expected_version(),
                actor=me(),
                now=now(),
            )
            flash(f"{row.reference} is noted as {LINE.staff_label(row.state).lower()}.", "success")
            return redirect(url_for(".batch", batch_id=row.batch_id))
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
    return _line_page(row, form)


def _line(line_id: int) -> PaymentLine:
    row = session().get(PaymentLine, line_id)
    if row is None or not reviewing.no_conflict(session(), me(), row.application_id):
        raise NotFound("There is no such payment.")
    return row


def _line_page(row: PaymentLine, form: LineForm) -> ResponseReturnValue:
    return show_form(
        "payments/line.html", form, row=row, batch=queries.batch(session(), row.batch_id), machine=LINE
    )
