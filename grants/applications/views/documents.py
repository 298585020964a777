"""The documents of a bid: the checklist, sending, dating and removing files, and handing them out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Any

from flask import Flask, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from grants.applications import actions, document_rules, paperwork, policy, queries
from grants.applications.actions.attaching import PAGE, asked_for
from grants.applications.facts import Facts
from grants.applications.forms import documents_form
from grants.applications.paperwork import BidFile
from grants.applications.queries import Bid
from grants.applications.views.blueprint import bp, form_page, own_bid, page_href
from grants.applications.views.saving import draft_to_write, point_out
from grants.core.clock import now, today
from grants.core.errors import NotFound, Reason, RuleBroken
from grants.core.forms import BaseForm
from grants.core.language import say
from grants.core.pages import as_download
from grants.core.web import me, needs, session, signed_in, takes_files, writes
from grants.documents.actions import Accepted
from grants.documents.apart import look_apart
from grants.documents.rules import MEGABYTE, in_words, kept_name, size_in_words
from grants.documents.states import FORMATS, SCAN, SCAN_COLOURS, Kind
from grants.permissions import Permission
from grants.programme.definition import DocumentAsked

UPLOAD = "applications.send_document"
UPLOADS_PER_PERSON = "60 per hour"
MOST_AT_ONCE = 10


@dataclass(frozen=True)
class Needed:
    """One document of the checklist, the files that were sent for it, and what is wrong with them."""

    asked: DocumentAsked
    files: Sequence[BidFile]
    reasons: Sequence[Reason]
    href: str

    @property
    def status(self) -> tuple[str, str]:
        """Where it stands, with the colour of its tag."""
        if not self.files:
            return (say("Not sent yet"), "blue") if self.asked.required else (say("Optional"), "grey")
        return (say("Incomplete"), "yellow") if self.reasons else (say("Sent"), "green")


def init_app(app: Flask) -> None:
    """Limit how many files one person sends, and say kinds and sizes of files in templates."""
    (limiter,) = app.extensions["limiter"]
    views: dict[str, Any] = app.view_functions
    views[UPLOAD] = limiter.limit(UPLOADS_PER_PERSON, key_func=_person)(views[UPLOAD])
    app.jinja_env.filters["file_kinds"] = lambda kinds: in_words(kinds or tuple(Kind))
    app.jinja_env.filters["file_size"] = size_in_words


def _person() -> str:
    return f"person {me().person_id}"


@bp.get("/<ref>/documents/")
@signed_in
def documents(ref: str) -> ResponseReturnValue:
    """The checklist: what is asked for and why, what was sent, what is missing. Viewers read it."""
    bid = own_bid(ref)
    sent = paperwork.files_of(session(), bid.application.id)
    facts = _facts(bid, sent)
    return form_page(
        "applications/documents.html",
        bid,
        needed=[_needed(bid, facts, asked, sent) for asked in _asked_of(bid)],
        may_write=policy.can_edit(me(), bid.application) and not bid.why_closed(PAGE),
        **_about_files(),
    )


@bp.get("/<ref>/documents/<key>/")
@signed_in
def document(ref: str, key: str) -> ResponseReturnValue:
    """One document: why it is asked, what was sent, and the form that sends and dates it."""
    bid = draft_to_write(ref)
    asked, sent = asked_for(bid, key), paperwork.files_of(session(), bid.application.id)
    needed = _needed(bid, _facts(bid, sent), asked, sent)
    form = documents_form(asked)()
    if needed.files:
        if asked.dated:
            dates = [file.row.dated for file in needed.files if file.row.dated]
            form.dated.process(None, dates[-1] if dates else None)
        point_out(form, needed.reasons)
    return _document_page(bid, needed, form)


def _look_first(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Look at the files before the view's door opens a writing transaction: nobody waits meanwhile."""

    @wraps(view)
    def looking(ref: str, key: str) -> ResponseReturnValue:
        bid = draft_to_write(ref)
        g.looked = _look(asked_for(bid, key), bid.definition.uploads.largest_mb * MEGABYTE)
        return view(ref, key)

    return looking


@bp.post("/<ref>/documents/<key>/")
@signed_in
@_look_first
@writes
@takes_files
def send_document(ref: str, key: str) -> ResponseReturnValue:
    """Keep the files, and the date of the document. A file is kept also where its date is still wrong."""
    bid = draft_to_write(ref)
    asked, before = asked_for(bid, key), paperwork.files_of(session(), bid.application.id)
    form = documents_form(asked)()
    accepted, faults = g.looked
    present = [file for file in before if file.row.requirement == key]
    if not accepted and not faults and not present:
        faults = [Reason(say("Choose a file"), "files")]
    if asked.several:
        accepted = _without_copies(accepted, present)
    if asked.dated:
        form.dated.latest = today(now())
    wrong_date = bool(asked.dated) and not form.dated.validate(form)
    if not faults:
        try:
            _keep(bid, asked, accepted, None if wrong_date or not asked.dated else form.dated.data, present)
        except RuleBroken as broken:
            faults = list(broken.reasons)
    if faults:
        form.take_reasons(faults)
        return _document_page(bid, _needed(bid, _facts(bid, before), asked, before), form), 422
    sent = paperwork.files_of(session(), bid.application.id)
    wrong = [str(error) for error in form.dated.errors] if wrong_date else []
    reasons = wrong or [reason.text for reason in document_rules.reasons_about(_facts(bid, sent), asked)]
    if reasons:
        flash(say("The file is kept, but something is still missing: %(what)s.", what=reasons[0].rstrip(".")))
        return redirect(url_for(".document", ref=ref, key=key))
    flash(say("“%(title)s” is saved.", title=asked.title), "success")
    return redirect(url_for(".documents", ref=ref, _anchor=key))


def _keep(bid: Bid, asked: DocumentAsked, accepted: Sequence[Accepted], dated: Any, present: object) -> None:
    who_when: dict[str, Any] = {"application_id": bid.application.id, "actor": me(), "now": now()}
    if accepted:
        actions.attach(session(), requirement=asked.key, files=accepted, dated=dated, **who_when)
    if dated and present and (asked.several or not accepted):
        actions.date_documents(session(), requirement=asked.key, dated=dated, **who_when)


@bp.get("/<ref>/documents/files/<int:file_id>/remove/")
@signed_in
def confirm_removal(ref: str, file_id: int) -> ResponseReturnValue:
    """Ask before a file is taken out."""
    bid = draft_to_write(ref)
    file = paperwork.file_of(session(), bid.application.id, file_id)
    if file.row.set_aside_at is not None:
        raise NotFound(say("There is no such file in this bid."))
    asked = asked_for(bid, file.row.requirement)
    return form_page("applications/remove_document.html", bid, file=file, asked=asked)


@bp.post("/<ref>/documents/files/<int:file_id>/remove/")
@signed_in
@writes
def remove_document(ref: str, file_id: int) -> ResponseReturnValue:
    """Take the file out of the bid."""
    bid = draft_to_write(ref)
    actions.detach(session(), application_id=bid.application.id, file_id=file_id, actor=me(), now=now())
    flash(say("The file has been removed."), "success")
    return redirect(url_for(".documents", ref=ref))


@bp.get("/<ref>/documents/files/<int:file_id>/")
@signed_in
def own_file(ref: str, file_id: int) -> ResponseReturnValue:
    """A file of the bid, for people of its lead organisation."""
    bid = own_bid(ref)
    return _hand_out(paperwork.file_of(session(), bid.application.id, file_id))


@bp.get("/<ref>/read/documents/<int:file_id>/")
@needs(Permission.READ_BIDS)
def sent_file(ref: str, file_id: int) -> ResponseReturnValue:
    """A file that a version of the bid names, for staff who read bids."""
    bid = queries.bid_by_ref(session(), ref)
    if not policy.can_read_sent(me(), bid.application):
        raise NotFound(say("There is no such bid among those that were sent."))
    file = paperwork.file_of(session(), bid.application.id, file_id)
    if not file.row.sent:
        raise NotFound(say("There is no such file in this bid."))
    return _hand_out(file)


def _hand_out(file: BidFile) -> ResponseReturnValue:
    content, name, media_type = paperwork.opened(file, actor=me())
    return as_download(content, disposition=name, media_type=media_type)


def _look(asked: DocumentAsked, largest: int) -> tuple[list[Accepted], list[Reason]]:
    """The files that were sent and can be taken; or why some cannot, and then none is kept."""
    accepted, faults = [], []
    chosen = [file for file in request.files.getlist("files") if file.filename]
    if len(chosen) > (MOST_AT_ONCE if asked.several else 1):
        most = say("Choose one file") if not asked.several else say("Choose at most 10 files at once")
        return [], [Reason(most, "files")]
    for file in chosen:
        name = _name_of(file)
        content = file.stream.read()
        looked = look_apart(name, content, kinds=document_rules.kinds_for(asked), largest=largest)
        faults += [Reason(fault.said(), "files") for fault in looked.faults]
        if looked.kind is not None and not looked.faults:
            accepted.append(Accepted(name, looked.kind, content))
    return accepted, faults


def _without_copies(accepted: Sequence[Accepted], present: Sequence[BidFile]) -> list[Accepted]:
    """The files that are not there yet: who only had to put the date right may choose the file once more."""
    there = {(file.document.name, file.document.sha256) for file in present if file.entry.usable}
    return [file for file in accepted if (file.name, sha256(file.content).hexdigest()) not in there]


def _name_of(file: FileStorage) -> str:
    return kept_name(file.filename or "") or "document"


def _asked_of(bid: Bid) -> list[DocumentAsked]:
    return document_rules.asked_of(bid.definition, bid.application.lead.kind)


def _facts(bid: Bid, sent: Sequence[BidFile]) -> Facts:
    return Facts(
        definition=bid.definition,
        lead_name=bid.application.lead.name,
        lead_kind=bid.application.lead.kind,
        ask=0,
        documents=tuple(file.entry for file in sent),
    )


def _needed(bid: Bid, facts: Facts, asked: DocumentAsked, sent: Sequence[BidFile]) -> Needed:
    return Needed(
        asked=asked,
        files=[file for file in sent if file.row.requirement == asked.key],
        reasons=document_rules.reasons_about(facts, asked),
        href=page_href(bid, document_rules.place_of(asked)),
    )


def _about_files() -> dict[str, Any]:
    return {"scans": SCAN, "scan_colours": SCAN_COLOURS}


def _document_page(bid: Bid, needed: Needed, form: BaseForm) -> str:
    return form_page(
        "applications/document.html",
        bid,
        needed=needed,
        asked=needed.asked,
        form=form,
        kinds_taken=document_rules.kinds_for(needed.asked),
        accept=",".join(
            f".{ending}"
            for kind in document_rules.kinds_for(needed.asked)
            for ending in FORMATS[kind].extensions
        ),
        earliest=document_rules.earliest_date(bid.definition, needed.asked),
        **_about_files(),
    )
