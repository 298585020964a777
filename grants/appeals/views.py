"""Pages of appeals: the lead organisation's own, the list of a round, and one appeal before its answer."""

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.appeals import actions, policy, queries
from grants.appeals.forms import AnswerForm, AppealForm
from grants.appeals.models import Appeal
from grants.appeals.rules import MOST_CHARACTERS
from grants.appeals.states import APPEAL, GROUND_LABELS, AppealState, Ground
from grants.applications import policy as bids_policy
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.forms import BaseForm
from grants.core.language import say
from grants.core.pages import show_form
from grants.core.paging import page_number
from grants.core.policy import require
from grants.core.web import me, needs, session, signed_in, writes
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.reviewing.queries import hidden_refs

bp = Blueprint("appeals", __name__, url_prefix="/appeals")


def init_app(app: Flask) -> None:
    """Let the page of a bid lead to its appeal."""
    app.jinja_env.globals["appeal_of"] = appeal_of


def appeal_of(application: Application) -> dict[str, object]:
    """What a bid's own page says of appeals: whether there are any, and until when one can be made."""
    return {
        "any": bool(queries.appeals_of(session(), application.id)),
        "until": queries.open_until(session(), application, now()),
    }


@bp.get("/rounds/<round_ref>/")
@needs(Permission.READ_APPEALS)
def appeals(round_ref: str) -> ResponseReturnValue:
    """A round's appeals, those that wait for an answer first."""
    round_ = programme.round_by_ref(session(), round_ref)
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    return render_template(
        "appeals/appeals.html",
        round=round_,
        page=queries.page_of_round(
            session(), round_, without=hidden, number=page_number(request.args.get("page"))
        ),
        hidden=list(hidden.values()),
        machine=APPEAL,
        grounds=GROUND_LABELS,
    )


@bp.get("/<ref>/")
@signed_in
def appeal(ref: str) -> ResponseReturnValue:
    """How to appeal, and what became of the bid's appeals, for its own people."""
    return _own_page(_own(ref), AppealForm())


@bp.post("/<ref>/")
@signed_in
@writes
def make(ref: str) -> ResponseReturnValue:
    """Appeal against what was decided on the bid."""
    application, form = _own(ref), AppealForm()
    if not form.validate():
        return _own_page(application, form)
    try:
        actions.make(
            session(),
            application_id=application.id,
            ground=Ground(form.ground.data),
            text=form.text.data,
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _own_page(application, form)
    flash(say("We have your appeal. We have sent you an email to say so."), "success")
    return redirect(url_for(".appeal", ref=ref))


@bp.post("/<ref>/<int:appeal_id>/withdraw/")
@signed_in
@writes
def withdraw(ref: str, appeal_id: int) -> ResponseReturnValue:
    """Take the appeal back."""
    found = _of(_own(ref), appeal_id)
    actions.withdraw(session(), appeal_id=found.id, actor=me(), now=now())
    flash(say("Your appeal is withdrawn."))
    return redirect(url_for(".appeal", ref=ref))


@bp.get("/<ref>/case/<int:appeal_id>/")
@needs(Permission.READ_APPEALS)
def case(ref: str, appeal_id: int) -> ResponseReturnValue:
    """One appeal as staff read it, and its answer."""
    return _case_page(_for_staff(ref, appeal_id), AnswerForm())


@bp.post("/<ref>/case/<int:appeal_id>/")
@needs(Permission.SETTLE_APPEALS)
@writes
def settle(ref: str, appeal_id: int) -> ResponseReturnValue:
    """Answer the appeal."""
    found, form = _for_staff(ref, appeal_id), AnswerForm()
    if not form.validate():
        return _case_page(found, form)
    actions.settle(
        session(),
        appeal_id=found.id,
        upheld=bool(form.upheld.data),
        answer=form.answer.data,
        version=form.version.data or 0,
        actor=me(),
        now=now(),
    )
    flash("The appeal is answered. The organisation has been told.", "success")
    return redirect(url_for(".case", ref=ref, appeal_id=found.id))


def _own(ref: str) -> Application:
    application = bids.by_ref(session(), ref)
    if not bids_policy.is_member(me(), application):
        raise NotFound("There is no such bid.")
    return application


def _of(application: Application, appeal_id: int) -> Appeal:
    found = queries.appeal_by_id(session(), appeal_id)
    if found.application_id != application.id:
        raise NotFound("There is no such appeal.")
    return found


def _for_staff(ref: str, appeal_id: int) -> Appeal:
    found = _of(bids.sent_by_ref(session(), ref), appeal_id)
    require(policy.can_read(session(), me(), found.application_id))
    return found


def _own_page(application: Application, form: BaseForm) -> ResponseReturnValue:
    made = queries.appeals_of(session(), application.id)
    until = queries.open_until(session(), application, now())
    about = queries.appealable(session(), application)
    if about is None and not made:
        raise NotFound("There is nothing to appeal against.")
    return show_form(
        "appeals/appeal.html",
        form,
        bid=application,
        fund=bids.bid_of(session(), application).definition,
        about=about,
        made=made,
        until=until,
        may_appeal=policy.can_appeal(me(), application),
        machine=APPEAL,
        grounds=GROUND_LABELS,
        waiting=AppealState.RECEIVED,
        most=MOST_CHARACTERS,
    )


def _case_page(found: Appeal, form: BaseForm) -> ResponseReturnValue:
    about = queries.appealable(session(), found.application)
    return show_form(
        "appeals/case.html",
        form,
        appeal=found,
        bid=found.application,
        round=programme.round_by_id(session(), found.application.round_id),
        machine=APPEAL,
        grounds=GROUND_LABELS,
        waits=found.state is AppealState.RECEIVED,
        may_settle=policy.can_settle(session(), me(), found, about),
    )
