"""The dates of a round for staff: how many drafts there are, and more time for one bid or for everybody."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import queries as accounts
from grants.applications import actions, deadlines, policy, queries
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.applications.views.blueprint import arrived, bp
from grants.applications.views.time_forms import AnswerForm, ExtensionForm, RefusalForm
from grants.core.clock import exact_minute
from grants.core.errors import NotFound, Reason, RuleBroken
from grants.core.pages import show_form
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.models import Extension, Round
from grants.programme.states import EXTENSION, ExtensionState


@bp.get("/extensions/<round_ref>/")
@needs(Permission.READ_BIDS, Permission.SCREEN_BIDS)
def extensions(round_ref: str) -> ResponseReturnValue:
    """The round's dates, how many drafts and bids it has, and every extension with what became of it."""
    return _page(programme.round_by_ref(session(), round_ref), ExtensionForm())


@bp.post("/extensions/<round_ref>/")
@needs(Permission.DRAFT_EXTENSION)
@writes
def draft_extension(round_ref: str) -> ResponseReturnValue:
    """Put more time forward to the chair."""
    round_ = programme.round_by_ref(session(), round_ref)
    form = ExtensionForm()
    valid = form.validate()
    until, bid = form.until(), _bid_named(form, round_)
    if not valid or until is None or form.errors:
        return _page(round_, form)
    try:
        actions.draft_extension(
            session(),
            round_id=round_.id,
            application_id=bid.id if bid else None,
            until=until,
            reason=form.reason.data or "",
            actor=me(),
            now=arrived(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(round_, form)
    flash("The chair has been asked to approve the extension.", "success")
    return redirect(url_for(".extensions", round_ref=round_ref))


@bp.get("/extensions/of-the-round/<int:extension_id>/")
@needs(Permission.READ_BIDS, Permission.SCREEN_BIDS)
def round_extension(extension_id: int) -> ResponseReturnValue:
    """More time for everybody: what was put forward, and the chair's answer."""
    return _one(_of_round(extension_id), RefusalForm())


@bp.get("/<ref>/extensions/<int:extension_id>/")
@needs(Permission.READ_BIDS, Permission.SCREEN_BIDS)
def extension(ref: str, extension_id: int) -> ResponseReturnValue:
    """More time for one bid: what was put forward, and the chair's answer."""
    return _one(_of_bid(ref, extension_id), RefusalForm())


@bp.post("/extensions/of-the-round/<int:extension_id>/approve/")
@needs(Permission.APPROVE_EXTENSION)
@writes
def approve_round_extension(extension_id: int) -> ResponseReturnValue:
    """Give the whole round more time."""
    return _approve(_of_round(extension_id))


@bp.post("/extensions/of-the-round/<int:extension_id>/refuse/")
@needs(Permission.APPROVE_EXTENSION)
@writes
def refuse_round_extension(extension_id: int) -> ResponseReturnValue:
    """Give the whole round no more time."""
    return _refuse(_of_round(extension_id))


@bp.post("/<ref>/extensions/<int:extension_id>/approve/")
@needs(Permission.APPROVE_EXTENSION)
@writes
def approve_extension(ref: str, extension_id: int) -> ResponseReturnValue:
    """Give one bid more time. The bid's reference in the address keeps those with a conflict out."""
    return _approve(_of_bid(ref, extension_id))


@bp.post("/<ref>/extensions/<int:extension_id>/refuse/")
@needs(Permission.APPROVE_EXTENSION)
@writes
def refuse_extension(ref: str, extension_id: int) -> ResponseReturnValue:
    """Give one bid no more time."""
    return _refuse(_of_bid(ref, extension_id))


@bp.post("/extensions/<int:extension_id>/withdraw/")
@needs(Permission.DRAFT_EXTENSION)
@writes
def withdraw_extension(extension_id: int) -> ResponseReturnValue:
    """Take back what the chair has not answered."""
    form = AnswerForm()
    taken = actions.withdraw_extension(
        session(), extension_id=extension_id, version=form.expected_version(), actor=me(), now=arrived()
    )
    flash("The extension has been taken back.", "success")
    return _back(taken)


def _approve(extension: Extension) -> ResponseReturnValue:
    form = AnswerForm()
    approved = actions.approve_extension(
        session(), extension_id=extension.id, version=form.expected_version(), actor=me(), now=arrived()
    )
    flash(
        f"Approved. The new closing is {exact_minute(approved.closes_at)}. "
        "Everybody concerned is being told.",
        "success",
    )
    return _back(approved)


def _refuse(extension: Extension) -> ResponseReturnValue:
    form = RefusalForm()
    if not form.validate():
        return _one(extension, form)
    refused = actions.refuse_extension(
        session(),
        extension_id=extension.id,
        version=form.expected_version(),
        reason=form.reason.data or "",
        actor=me(),
        now=arrived(),
    )
    flash("Refused. The manager who put it forward is being told.", "success")
    return _back(refused)


def _back(extension: Extension) -> ResponseReturnValue:
    round_ = programme.round_by_id(session(), extension.round_id)
    return redirect(url_for(".extensions", round_ref=round_.ref))


def _of_round(extension_id: int) -> Extension:
    found = programme.extension(session(), extension_id)
    if found.application_id is not None:
        raise NotFound("There is no such extension.")
    return found


def _of_bid(ref: str, extension_id: int) -> Extension:
    found = programme.extension(session(), extension_id)
    if found.application_id is None or found.application_id != queries.by_ref(session(), ref).id:
        raise NotFound("There is no such extension.")
    return found


def _bid_named(form: ExtensionForm, round_: Round) -> Application | None:
    """The bid whose reference was typed. What names none in this round is pointed out beside the box."""
    typed = (form.ref.data or "").strip().upper()
    if not typed:
        return None
    try:
        found = queries.by_ref(session(), typed)
    except NotFound:
        found = None
    if found is not None and found.round_id == round_.id:
        return found
    form.take_reasons([Reason("No bid of this round has this reference", "ref")])
    return None


def _page(round_: Round, form: ExtensionForm) -> ResponseReturnValue:
    found = programme.extensions_of(session(), round_.id)
    counts = queries.stage_counts(session(), round_.id)
    unsent = [counts.get(Stage.DRAFT, 0), counts.get(Stage.LAPSED, 0)]
    return show_form(
        "applications/extensions.html",
        form,
        round=round_,
        fund=programme.definition_of(round_),
        closes_at=programme.closes_at(session(), round_),
        extensions=found,
        bids=deadlines.bids_by_id(session(), [one.application_id for one in found if one.application_id]),
        states=EXTENSION,
        may_draft=policy.can_draft_extension(me()),
        drafts=counts.get(Stage.DRAFT, 0),
        sent=sum(counts.values()) - sum(unsent),
    )


def _one(extension: Extension, form: RefusalForm) -> ResponseReturnValue:
    bids = deadlines.bids_by_id(session(), [extension.application_id] if extension.application_id else [])
    form.version.data = extension.version
    round_ = programme.round_by_id(session(), extension.round_id)
    return show_form(
        "applications/extension.html",
        form,
        round=round_,
        closes_at=programme.closes_at(session(), round_, application_id=extension.application_id),
        extension=extension,
        bid=bids.get(extension.application_id or 0),
        drafted_by=accounts.person(session(), extension.drafted_by_id),
        states=EXTENSION,
        waits=extension.state is ExtensionState.DRAFTED,
        may_answer=policy.can_answer_extension(session(), me(), extension),
        may_withdraw=policy.can_draft_extension(me()),
    )
