"""A round's offers and awards, and one award as staff see it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import BID
from grants.awards import actions, agreements, policy, queries, rules
from grants.awards.forms import EndingForm
from grants.awards.states import CONDITION, UNSETTLED
from grants.awards.views.blueprint import MAY_OPEN, bp
from grants.core.clock import in_london, now
from grants.core.errors import NotFound
from grants.core.forms import BaseForm
from grants.core.pages import show_form
from grants.core.paging import page_number
from grants.core.web import me, needs, session, writes
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.reviewing.queries import hidden_refs

ENDED = "{ref} has been ended early. The organisation has been told."


@bp.get("/<round_ref>/")
@needs(Permission.READ_ALLOCATIONS)
def awards(round_ref: str) -> ResponseReturnValue:
    """Offers and awards of a round."""
    round_ = programme.round_by_ref(session(), round_ref)
    hidden = hidden_refs(session(), me().person_id or 0, round_.id)
    number = page_number(request.args.get("page"))
    return render_template(
        "awards/awards.html",
        round=round_,
        page=queries.page_of_awards(session(), round_.id, without=hidden, number=number),
        overdue=queries.overdue_conditions(
            session(), round_.id, today=in_london(now()).date(), without=hidden
        ),
        hidden=list(hidden.values()),
        stages=BID,
        may_open=any(map(me().may, MAY_OPEN)),
        may_read_payments=me().may(Permission.READ_PAYMENTS),
    )


@bp.get("/bids/<ref>/")
@needs(*MAY_OPEN)
def award(ref: str) -> ResponseReturnValue:
    """One award as staff see it."""
    return _award_page(bids.sent_by_ref(session(), ref), EndingForm())


@bp.post("/bids/<ref>/close/")
@needs(Permission.MANAGE_AWARDS)
@writes
def close(ref: str) -> ResponseReturnValue:
    """Close an award whose work is done."""
    actions.close(session(), application_id=bids.sent_by_ref(session(), ref).id, actor=me(), now=now())
    flash(f"{ref} is closed.")
    return redirect(url_for(".award", ref=ref))


@bp.post("/bids/<ref>/end-early/")
@needs(Permission.MANAGE_AWARDS)
@writes
def draft_termination(ref: str) -> ResponseReturnValue:
    """Put an award forward to be ended early."""
    application = bids.sent_by_ref(session(), ref)
    form = EndingForm()
    if not form.validate():
        return _award_page(application, form)
    actions.draft_termination(
        session(), application_id=application.id, reason=form.reason.data, actor=me(), now=now()
    )
    flash("The chair has to approve this before anything changes.")
    return redirect(url_for(".award", ref=ref))


@bp.post("/bids/<ref>/end-early/approve/")
@needs(Permission.APPROVE_TERMINATION)
@writes
def approve_termination(ref: str) -> ResponseReturnValue:
    """Approve that an award ends early."""
    application = bids.sent_by_ref(session(), ref)
    award = actions.approve_termination(session(), application_id=application.id, actor=me(), now=now())
    flash(ENDED.format(ref=ref) if award.ended_at else f"{ref} ends once a finance approver has signed.")
    return redirect(url_for(".award", ref=ref))


@bp.post("/bids/<ref>/end-early/sign/")
@needs(Permission.SIGN_VARIATION)
@writes
def sign_termination(ref: str) -> ResponseReturnValue:
    """Sign that an award ends early and its money goes back to the pot."""
    application = bids.sent_by_ref(session(), ref)
    actions.sign_termination(session(), application_id=application.id, actor=me(), now=now())
    flash(ENDED.format(ref=ref))
    return redirect(url_for(".variations_page", ref=ref))


def _award_page(application: Application, form: BaseForm) -> ResponseReturnValue:
    found = queries.award_of(session(), application.id)
    if found is None:
        raise NotFound("This bid has no award.")
    return show_form(
        "awards/award.html",
        form,
        application=application,
        round=programme.round_by_id(session(), application.round_id),
        stages=BID,
        award=found,
        agreement=agreements.current(session(), application.id),
        conditions=[
            (one, one.state in UNSETTLED and rules.is_overdue(one.due_on, in_london(now()).date()))
            for one in queries.conditions_of(session(), application.id)
        ],
        condition_states=CONDITION,
        may_manage=policy.can_manage(me()),
        may_approve=policy.can_approve_ending(session(), me(), found),
    )
