"""One batch: its lines and totals, each step of it, its files, what became of its payments."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken, Stale
from grants.core.forms import BaseForm
from grants.core.pages import as_download, show_form
from grants.core.web import me, needs, session, takes_files, writes
from grants.documents.rules import disposition
from grants.payments import actions, policy, queries
from grants.payments.forms import ApproveForm, CancelForm, CheckForm, LineForm, OutcomesForm
from grants.payments.models import PaymentBatch, PaymentLine
from grants.payments.read_outcomes import LARGEST_FILE
from grants.payments.states import BATCH, LINE, STATE_COLOURS, UNSENT, BatchState, LineState
from grants.payments.views.blueprint import bp
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.paying import FileKind
from grants.reviewing import policy as reviewing
from grants.reviewing.queries import hidden_refs

FILE_NAMES = {
    FileKind.CSV: ("CSV", "csv", "text/csv"),
    FileKind.BACS: ("Bacs Standard 18", "txt", "text/plain"),
    FileKind.PAIN001: ("ISO 20022 pain.001", "xml", "application/xml"),
}


@bp.get("/batches/<int:batch_id>/")
@needs(Permission.READ_PAYMENTS)
def batch(batch_id: int) -> ResponseReturnValue:
    """The batch, its lines, who did what, and the next step."""
    return _page(queries.batch(session(), batch_id))


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
    return _page(queries.batch(session(), batch_id), form)


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
    return _page(queries.batch(session(), batch_id), form)


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
        return _page(queries.batch(session(), batch_id), form)
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
        return _page(queries.batch(session(), batch_id), form)
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


def _page(row: PaymentBatch, form: BaseForm | None = None) -> ResponseReturnValue:
    """The batch. `form` is the one that was sent and not taken; the others are as new."""
    lines = queries.lines_of(session(), row.id)
    live = [line for line in lines if line.state is not LineState.LEFT_OUT]
    may_approve = policy.may_approve_batch(me(), row)
    asks_approval = row.state is BatchState.CHECKED and bool(may_approve)
    dropped = {
        line.id: reason
        for line in (live if asks_approval else ())
        if (reason := actions.why_not_line(session(), line, actor=me()))
    }
    kept = [line for line in live if line.id not in dropped]
    started = {"version": row.version}
    totals = {"count": len(kept), "total": sum(line.amount for line in kept)}
    kinds: dict[str, BaseForm] = {
        "check": CheckForm(formdata=None, data=started),
        "approve": ApproveForm(formdata=None, data={**started, **totals}),
        "cancel": CancelForm(formdata=None, data=started),
        "outcomes": OutcomesForm(formdata=None, data=started),
    }
    forms = {
        name: form if form is not None and type(form) is type(new) else new for name, new in kinds.items()
    }
    context = {**_facts(row, lines), "live": live, "dropped": dropped, "totals": totals, "forms": forms}
    context["may_approve"] = may_approve
    if form is None:
        return render_template("payments/batch.html", form=None, **context)
    return show_form("payments/batch.html", form, **context)


def _facts(row: PaymentBatch, lines: list[PaymentLine]) -> dict[str, object]:
    """What the page shows of a batch whatever its next step is."""
    people = (row.built_by_id, row.checked_by_id, row.approved_by_id, row.sent_by_id, row.ended_by_id)
    hidden = hidden_refs(session(), me().person_id or 0, row.round_id)
    return {
        "row": row,
        "round": programme.round_by_id(session(), row.round_id),
        "left_out": [line for line in lines if line.state is LineState.LEFT_OUT],
        "hidden": hidden,
        "machine": BATCH,
        "line_machine": LINE,
        "colours": STATE_COLOURS,
        "names": queries.names_of(session(), people),
        "files": queries.files_of(session(), row.id),
        "file_names": FILE_NAMES,
        "downloads": queries.downloads_of(session(), row.id),
        "may_build": me().may(Permission.BUILD_BATCH),
        "is_approver": me().may(Permission.APPROVE_BATCH),
        "may_download": me().may(Permission.READ_BANK_DETAILS),
        "unsent": row.state in UNSENT,
    }
