"""The end of a reviewer's work on a bid: the bid as a whole, checking everything, locking."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.core.clock import now
from grants.core.errors import RuleBroken, Stale
from grants.core.web import by_itself, me, needs, session, writes
from grants.permissions import Permission
from grants.scoring import actions, history, queue
from grants.scoring.forms import OverallForm, ReopeningForm
from grants.scoring.rules import Overall
from grants.scoring.states import RECOMMENDATIONS
from grants.scoring.views.autosave import CHANGED_ELSEWHERE, refused_by_itself, told_by_itself, window
from grants.scoring.views.blueprint import Desk, bp, desk
from grants.scoring.views.filling import open_for
from grants.scoring.views.silence import silence


@bp.get("/<ref>/check/")
@needs(Permission.REVIEW_BIDS)
def check(ref: str) -> ResponseReturnValue:
    """The whole sheet, what is still missing, and the button that locks it."""
    found = desk(ref)
    return _check_page(found, _overall_of(found))


@bp.post("/<ref>/comment/")
@needs(Permission.REVIEW_BIDS)
@writes
def save_comment(ref: str) -> ResponseReturnValue:
    """Keep what is said of the bid as a whole: comment, recommendation, amount."""
    found = desk(ref)
    form = OverallForm()
    if not form.validate():
        return refused_by_itself(form) if by_itself() else _check_page(found, form)
    try:
        sheet_id, version = open_for(found, form)
        sheet = actions.save_overall(
            session(),
            sheet_id=sheet_id,
            overall=form.overall(),
            version=version,
            actor=me(),
            now=now(),
            window=window(),
        )
    except Stale:
        form.version.data = found.sheet_version
        return CHANGED_ELSEWHERE if by_itself() else _check_page(found, form, clash=True)
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return refused_by_itself(form) if by_itself() else _check_page(found, form)
    if by_itself():
        return told_by_itself(found, sheet, found.cells)
    flash("What you say of the bid as a whole is saved.", "success")
    return redirect(url_for(".check", ref=ref))


@bp.post("/<ref>/lock/")
@needs(Permission.REVIEW_BIDS)
@writes
def lock(ref: str) -> ResponseReturnValue:
    """Lock the sheet with what is said of the whole as it is typed. A second press shows the locked sheet."""
    found = desk(ref)
    form = OverallForm()
    if not form.validate():
        return _check_page(found, form)
    if found.written is None:
        return _check_page(found, form, refused=True)
    pressed_before = found.locked
    try:
        actions.lock(
            session(),
            sheet_id=found.written.sheet.id,
            version=form.expected_version(),
            overall=form.overall(),
            actor=me(),
            now=now(),
            window=window(),
        )
    except Stale:
        form.version.data = found.sheet_version
        return _check_page(found, form, clash=True)
    except RuleBroken as broken:
        form.take_reasons([reason for reason in broken.reasons if reason.place in form])
        return _check_page(found, form, refused=True)
    if not pressed_before:
        flash(f"Your score sheet of {ref} is locked. It counts now.", "success")
    return redirect(url_for(".check", ref=ref))


def _overall_of(found: Desk) -> OverallForm:
    """The form about the whole bid as saved."""
    said = found.written.sheet.overall if found.written else Overall()
    return OverallForm(
        formdata=None,
        data={
            "comment": said.comment,
            "recommendation": said.recommendation.value if said.recommendation else "",
            "amount": said.amount,
            "reason": said.reason,
            "version": found.sheet_version,
        },
    )


def _check_page(
    found: Desk, form: OverallForm, *, clash: bool = False, refused: bool = False
) -> ResponseReturnValue:
    beside_fields = {str(error) for errors in form.errors.values() for error in errors}
    page = render_template(
        "scoring/check.html",
        form=form,
        desk=found,
        bid=found.bid.application,
        blockers=[blocker for blocker in found.blockers() if blocker.text not in beside_fields],
        silence=silence(found),
        levels={level.score: f"{level.score}: {level.name}" for level in found.rubric.levels},
        left=queue.progress(session(), me().person_id or 0).left if found.locked else 0,
        recommendations=RECOMMENDATIONS,
        reopen=ReopeningForm(formdata=None) if found.locked else None,
        reopening=history.waiting_reopening(session(), found.written.sheet.id)
        if found.locked and found.written
        else None,
        clash=clash,
        refused=refused,
    )
    return page, 409 if clash else 422 if refused or form.errors else 200
