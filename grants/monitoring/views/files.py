"""Receipts and photos of a report: sent, removed, handed out to the organisation and to staff."""

from collections.abc import Callable
from functools import wraps

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.errors import NotFound, Reason, RuleBroken
from grants.core.language import say
from grants.core.pages import as_download, show_form
from grants.core.policy import require
from grants.core.web import me, needs, session, signed_in, takes_files, writes
from grants.documents import policy as documents
from grants.documents import queries as store
from grants.documents.actions import Accepted
from grants.documents.apart import look_apart
from grants.documents.rules import MEGABYTE, disposition, kept_name
from grants.documents.states import FORMATS, SCAN, SCAN_COLOURS, Kind
from grants.monitoring import actions, queries
from grants.monitoring.forms import FilesForm
from grants.monitoring.models import Report, ReportFile
from grants.monitoring.states import USE_LABELS
from grants.monitoring.views.blueprint import bp, own_report, report_to_write, shown_report
from grants.permissions import Permission

LARGEST = 10 * MEGABYTE
MOST_AT_ONCE = 10
KINDS = (Kind.PDF, Kind.JPEG, Kind.PNG, Kind.XLSX, Kind.DOCX, Kind.ODT)


@bp.get("/bids/<ref>/<key>/files/")
@signed_in
def files(ref: str, key: str) -> ResponseReturnValue:
    """What was sent so far, and the form for more."""
    return _page(report_to_write(ref, key), FilesForm(formdata=None))


def _look_first(view: Callable[[str, str], ResponseReturnValue]) -> Callable[[str, str], ResponseReturnValue]:
    """Look at the files before the view's door opens a writing transaction: nobody waits meanwhile."""

    @wraps(view)
    def looking(ref: str, key: str) -> ResponseReturnValue:
        report_to_write(ref, key)
        g.looked = _look()
        return view(ref, key)

    return looking


@bp.post("/bids/<ref>/<key>/files/")
@signed_in
@_look_first
@writes
@takes_files
def send_files(ref: str, key: str) -> ResponseReturnValue:
    """Keep the files; none of them where one cannot be taken."""
    report, form = own_report(ref, key), FilesForm()
    accepted, faults = g.looked
    if form.validate() and not faults:
        try:
            actions.attach(
                session(), report_id=report.id, use=form.shows(), files=accepted, actor=me(), now=now()
            )
            flash(say("The files are kept."), "success")
            return redirect(url_for(".files", ref=ref, key=key))
        except RuleBroken as broken:
            faults = list(broken.reasons)
    form.take_reasons(faults)
    return _page(report, form)


@bp.post("/bids/<ref>/<key>/files/<int:file_id>/remove/")
@signed_in
@writes
def remove_file(ref: str, key: str, file_id: int) -> ResponseReturnValue:
    """Take a file out of the report."""
    report = own_report(ref, key)
    actions.detach(session(), report_id=report.id, file_id=file_id, actor=me(), now=now())
    flash(say("The file has been removed."), "success")
    return redirect(url_for(".files", ref=ref, key=key))


@bp.get("/bids/<ref>/<key>/files/<int:file_id>/")
@signed_in
def own_file(ref: str, key: str, file_id: int) -> ResponseReturnValue:
    """A file of the report, for people of its lead organisation."""
    return _hand_out(queries.file_of(session(), own_report(ref, key).id, file_id))


@bp.get("/reports/<int:report_id>/files/<int:file_id>/")
@needs(Permission.READ_REPORTS)
def sent_file(report_id: int, file_id: int) -> ResponseReturnValue:
    """A file that was sent with the report, for staff."""
    file = queries.file_of(session(), shown_report(report_id).id, file_id)
    if not file.sent:
        raise NotFound("There is no such file in this report.")
    return _hand_out(file)


def _hand_out(file: ReportFile) -> ResponseReturnValue:
    document = file.document
    require(documents.may_hand_out(document, me(), scanner=bool(store.scanner())))
    return as_download(
        store.content_of(document),
        disposition=disposition(document.name),
        media_type=FORMATS[document.kind].media_type,
    )


def _look() -> tuple[list[Accepted], list[Reason]]:
    """The files that were sent and can be taken; or why some cannot."""
    chosen = [file for file in request.files.getlist("files") if file.filename]
    if not chosen:
        return [], [Reason(say("Choose a file"), "files")]
    if len(chosen) > MOST_AT_ONCE:
        return [], [Reason(say("Choose at most 10 files at once"), "files")]
    accepted, faults = [], []
    for file in chosen:
        name, content = kept_name(file.filename or "") or "document", file.stream.read()
        looked = look_apart(name, content, kinds=KINDS, largest=LARGEST)
        faults += [Reason(fault.said(), "files") for fault in looked.faults]
        if looked.kind is not None and not looked.faults:
            accepted.append(Accepted(name, looked.kind, content))
    return accepted, faults


def _page(report: Report, form: FilesForm) -> ResponseReturnValue:
    return show_form(
        "monitoring/files.html",
        form,
        report=report,
        application=report.application,
        files=queries.files_of(session(), report.id),
        uses=USE_LABELS,
        kinds=KINDS,
        accept=",".join(f".{ending}" for kind in KINDS for ending in FORMATS[kind].extensions),
        most=LARGEST // MEGABYTE,
        scans=SCAN,
        colours=SCAN_COLOURS,
    )
