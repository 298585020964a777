"""Locked sheets that are opened again, and what every sheet held at each of its locks."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import queries as people
from grants.applications import queries as bids
from grants.applications.queries import Bid
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.policy import require
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.reviewing.states import KIND_LABELS
from grants.scoring import actions, history, policy, queries
from grants.scoring.forms import ReopeningForm, SettleReopeningForm
from grants.scoring.models import Reopening, Sheet
from grants.scoring.states import RECOMMENDATIONS, REOPENING, WAITING_REOPENINGS, ReopeningState
from grants.scoring.views.blueprint import bp, desk


@bp.post("/<ref>/ask-to-reopen/")
@needs(Permission.REVIEW_BIDS)
@writes
def ask_to_reopen(ref: str) -> ResponseReturnValue:
    """The reviewer asks for their own sheet."""
    found = desk(ref)
    if found.written is None:
        raise NotFound("You have not scored this bid.")
    form = ReopeningForm()
    if not form.validate():
        raise RuleBroken("Enter the reason why your score sheet should be opened again.")
    actions.ask_reopening(
        session(), sheet_id=found.written.sheet.id, reason=form.reason.data, actor=me(), now=now()
    )
    flash("The programme manager has been asked to have your score sheet opened again.", "success")
    return redirect(url_for(".check", ref=ref))


@bp.get("/sheets/<ref>/")
@needs(Permission.READ_RANKING)
def sheets(ref: str) -> ResponseReturnValue:
    """Every sheet of the bid with what it held at each lock, and requests to open one again."""
    return _page(_shown(ref), ReopeningForm(formdata=None))


@bp.post("/sheets/<ref>/<int:sheet_id>/")
@needs(Permission.DRAFT_REOPENING)
@writes
def draft_reopening(ref: str, sheet_id: int) -> ResponseReturnValue:
    """The programme manager puts the reopening of a sheet before the chairs."""
    bid = _shown(ref)
    sheet = session().get(Sheet, sheet_id)
    if sheet is None or sheet.application_id != bid.application.id:
        raise NotFound("This bid has no such score sheet.")
    form = ReopeningForm()
    if not form.validate():
        return _page(bid, form)
    actions.draft_reopening(session(), sheet_id=sheet_id, reason=form.reason.data, actor=me(), now=now())
    flash("The reopening waits for a chair.", "success")
    return redirect(url_for(".sheets", ref=ref))


@bp.post("/sheets/<ref>/reopening/<int:reopening_id>/")
@needs(Permission.APPROVE_REOPENING)
@writes
def settle_reopening(ref: str, reopening_id: int) -> ResponseReturnValue:
    """A chair opens the sheet again or refuses."""
    bid = _shown(ref)
    wanted = [row for row in history.reopenings_of(session(), bid.application.id) if row.id == reopening_id]
    if not wanted:
        raise NotFound("There is no such request.")
    form = SettleReopeningForm()
    if not form.validate():
        return _page(bid, ReopeningForm(formdata=None), form)
    approve = request.form.get("go") == "approve"
    try:
        actions.settle_reopening(
            session(),
            reopening_id=reopening_id,
            approve=approve,
            reason=form.reason.data or "",
            version=form.expected_version(),
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(bid, ReopeningForm(formdata=None), form)
    flash("The score sheet is open again." if approve else "The score sheet stays locked.", "success")
    return redirect(url_for(".sheets", ref=ref))


def _shown(ref: str) -> Bid:
    bid = bids.bid_by_ref(session(), ref)
    if bid.application.submitted_at is None:
        raise NotFound("There is no such bid.")
    require(policy.may_see_others(session(), me(), bid.application.id))
    return bid


def _page(bid: Bid, form: ReopeningForm, settling: SettleReopeningForm | None = None) -> ResponseReturnValue:
    application_id = bid.application.id
    found = queries.sheets_of(session(), application_id)
    reopenings = history.reopenings_of(session(), application_id)
    locks = history.locks_of(session(), application_id)
    page = render_template(
        "scoring/sheets.html",
        form=settling or form,
        reopen=form,
        settle=settling or SettleReopeningForm(formdata=None),
        bid=bid.application,
        round=bid.round,
        rubric=bid.definition.rubric,
        sheets=[one for one in found if one.sheet.id in locks or one.locked],
        locks=locks,
        reopenings=reopenings,
        names=_names(reopenings),
        of_sheet={one.sheet.id: one.person.name or one.person.email for one in found},
        states=REOPENING,
        waiting_ids={row.sheet_id for row in reopenings if row.state is ReopeningState.DRAFTED},
        kinds=KIND_LABELS,
        recommendations=RECOMMENDATIONS,
        may_draft=policy.may_draft_reopening(session(), me(), application_id),
        may_settle={
            row.id: policy.may_settle_reopening(session(), me(), row, application_id)
            for row in reopenings
            if row.state in WAITING_REOPENINGS
        },
    )
    return page, 422 if form.errors or (settling and settling.errors) else 200


def _names(reopenings: Sequence[Reopening]) -> dict[int, str]:
    """The names of those who drafted and settled."""
    ids = {one for row in reopenings for one in (row.drafted_by_id, row.settled_by_id) if one}
    return {one: (person := people.person(session(), one)).name or person.email for one in ids}
