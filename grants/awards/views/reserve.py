"""The reserve list: what is free, who is next, who was skipped and why."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.allocations import queries as allocations
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import BID
from grants.awards import actions, policy, reserve, reserve_list
from grants.awards.forms import MoveUpForm, SkipForm
from grants.awards.reserve_list import OnTheList
from grants.awards.views.blueprint import bp
from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.forms import BaseForm
from grants.core.policy import require
from grants.core.web import me, needs, session, writes
from grants.panels import policy as panels
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing.queries import hidden_refs


@bp.get("/<round_ref>/reserve/")
@needs(Permission.READ_DECISIONS)
def reserve_list_page(round_ref: str) -> ResponseReturnValue:
    """The reserve list of a round."""
    return _page(programme.round_by_ref(session(), round_ref), None)


@bp.post("/bids/<ref>/move-up/")
@needs(Permission.MANAGE_AWARDS)
@writes
def move_up(ref: str) -> ResponseReturnValue:
    """Let the next bid of the list have what is free."""
    application, form = bids.sent_by_ref(session(), ref), MoveUpForm()
    round_ = programme.round_by_id(session(), application.round_id)
    if not form.validate():
        return _page(round_, form)
    try:
        actions.move_up(
            session(), application_id=application.id, amount=form.amount.data or 0, actor=me(), now=now()
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(round_, form)
    flash(f"{ref} moves up. Its offer goes out with the next release.", "success")
    return redirect(url_for(".reserve_list_page", round_ref=round_.ref))


@bp.post("/bids/<ref>/skip/")
@needs(Permission.DECIDE)
@writes
def skip(ref: str) -> ResponseReturnValue:
    """Pass over a bid of the list, with a reason."""
    application, form = bids.sent_by_ref(session(), ref), SkipForm(prefix=_prefix(ref))
    round_ = programme.round_by_id(session(), application.round_id)
    if not form.validate():
        return _page(round_, form)
    try:
        actions.skip(session(), application_id=application.id, reason=form.reason.data, actor=me(), now=now())
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _page(round_, form)
    flash(f"{ref} is skipped.")
    return redirect(url_for(".reserve_list_page", round_ref=round_.ref))


@bp.post("/bids/<ref>/skip/take-back/")
@needs(Permission.DECIDE)
@writes
def lift_skip(ref: str) -> ResponseReturnValue:
    """Take a skip back."""
    application = bids.sent_by_ref(session(), ref)
    actions.lift_skip(session(), application_id=application.id, actor=me(), now=now())
    flash(f"{ref} is in line again.")
    round_ = programme.round_by_id(session(), application.round_id)
    return redirect(url_for(".reserve_list_page", round_ref=round_.ref))


def _prefix(ref: str) -> str:
    """Each bid has a form of its own on the page."""
    return f"skip-{ref}-"


def _page(round_: Round, form: BaseForm | None) -> ResponseReturnValue:
    require(panels.can_see_decisions(session(), me(), round_.id))
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    everybody = reserve_list.of_round(session(), round_.id)
    budget = allocations.budget(session(), round_)
    following = reserve.proposed([one.waiting for one in everybody], budget.left)
    asked = (request.view_args or {}).get("ref")
    shown = [one for one in everybody if one.application.id not in hidden]
    page = render_template(
        "awards/reserve.html",
        round=round_,
        budget=budget,
        following=following.application_id if following else None,
        rows=[_row(one, form if one.application.ref == asked else None, budget.left) for one in shown],
        moved=[pair for pair in reserve_list.moved_up(session(), round_.id) if _seen(pair[0], hidden)],
        skips=[pair for pair in reserve_list.earlier_skips(session(), round_.id) if _seen(pair[0], hidden)],
        hidden=list(hidden.values()),
        stages=BID,
        form=form,
    )
    return page, 422 if form is not None and form.errors else 200


def _seen(application: Application, hidden: dict[int, str]) -> bool:
    return application.id not in hidden


def _row(one: OnTheList, form: BaseForm | None, left: int) -> dict[str, Any]:
    """What the page says of one bid, with the forms that this reader may send."""
    application_id, ref = one.application.id, one.application.ref
    moving, skipping = MoveUpForm(formdata=None), SkipForm(formdata=None, prefix=_prefix(ref))
    moving.amount.data = one.waiting.most(left)
    return {
        "bid": one.application,
        "waiting": one.waiting,
        "fits": one.waiting.fits(left),
        "skip": one.skip,
        "moving": form if isinstance(form, MoveUpForm) else moving,
        "skipping": form if isinstance(form, SkipForm) else skipping,
        "may_move": policy.can_move_up(session(), me(), application_id),
        "may_skip": panels.can_decide(session(), me(), application_id),
    }
