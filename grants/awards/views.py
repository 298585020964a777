"""Offers and awards: the applicant's answer, and the manager's list."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import actions as changing
from grants.applications import partnership
from grants.applications import policy as applications
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.applications.states import BID, CHANGE, Change
from grants.awards import actions, policy, queries
from grants.awards.forms import EndingForm, ForwardForm, OfferForm, RefusalForm
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.forms import BaseForm
from grants.core.pages import show_form
from grants.core.paging import page_number
from grants.core.web import me, needs, session, signed_in, writes
from grants.panels import queries as panels
from grants.permissions import Permission
from grants.programme import queries as programme
from grants.reviewing.queries import hidden_refs

bp = Blueprint("awards", __name__, url_prefix="/awards")

MAY_OPEN = (Permission.MANAGE_AWARDS, Permission.APPROVE_TERMINATION, Permission.READ_DECISIONS)
"""Who may read one award: those who manage and end awards, and those who read what was decided and why."""


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
        hidden=list(hidden.values()),
        stages=BID,
        may_open=any(map(me().may, MAY_OPEN)),
    )


@bp.get("/bids/<ref>/offer/")
@signed_in
def offer(ref: str) -> ResponseReturnValue:
    """The offer as the lead organisation sees it."""
    return _offer_page(_own_bid(ref), OfferForm())


@bp.post("/bids/<ref>/accept/")
@signed_in
@writes
def accept(ref: str) -> ResponseReturnValue:
    """Take up the offer."""
    application = _own_bid(ref)
    actions.accept(session(), application_id=application.id, actor=me(), now=now())
    flash("You have accepted the offer. We have told the programme team.", "success")
    return redirect(url_for(".offer", ref=ref))


@bp.post("/bids/<ref>/decline/")
@signed_in
@writes
def decline(ref: str) -> ResponseReturnValue:
    """Turn the offer down."""
    application = _own_bid(ref)
    form = OfferForm()
    if not form.validate():
        return _offer_page(application, form)
    try:
        actions.decline_offer(
            session(), application_id=application.id, reason=form.reason.data, actor=me(), now=now()
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _offer_page(application, form)
    flash("You have turned the offer down. We have told the programme team.")
    return redirect(url_for(".offer", ref=ref))


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
    """End an award early."""
    application = bids.sent_by_ref(session(), ref)
    actions.approve_termination(session(), application_id=application.id, actor=me(), now=now())
    flash(f"{ref} has been ended early. The organisation has been told.")
    return redirect(url_for(".award", ref=ref))


@bp.get("/bids/<ref>/partnership/")
@needs(Permission.READ_BIDS)
def partner_changes(ref: str) -> ResponseReturnValue:
    """Every change of a bid's partnership since it was sent, and the one that waits."""
    return _changes_page(bids.sent_by_ref(session(), ref), RefusalForm())


@bp.post("/bids/<ref>/partnership/forward/")
@needs(Permission.SCREEN_BIDS)
@writes
def forward_partner_change(ref: str) -> ResponseReturnValue:
    """Put the change before the chair."""
    application = bids.sent_by_ref(session(), ref)
    form = ForwardForm()
    changing.forward_change(
        session(), application_id=application.id, note=form.note.data or "", actor=me(), now=now()
    )
    flash("The change is before the chair.", "success")
    return redirect(url_for(".partner_changes", ref=ref))


@bp.post("/bids/<ref>/partnership/approve/")
@needs(Permission.APPROVE_VARIATION)
@writes
def approve_partner_change(ref: str) -> ResponseReturnValue:
    """Let the partnership be as the change proposes."""
    application = bids.sent_by_ref(session(), ref)
    actions.settle_partner_change(
        session(), application_id=application.id, approves=True, actor=me(), now=now()
    )
    flash("The change is approved. The organisation has been told.", "success")
    return redirect(url_for(".partner_changes", ref=ref))


@bp.post("/bids/<ref>/partnership/refuse/")
@needs(Permission.APPROVE_VARIATION)
@writes
def refuse_partner_change(ref: str) -> ResponseReturnValue:
    """Refuse the change, with a reason."""
    application, form = bids.sent_by_ref(session(), ref), RefusalForm()
    if not form.validate():
        return _changes_page(application, form)
    actions.settle_partner_change(
        session(),
        application_id=application.id,
        approves=False,
        reason=form.reason.data,
        actor=me(),
        now=now(),
    )
    flash("The change is refused. The organisation has been told.")
    return redirect(url_for(".partner_changes", ref=ref))


def _changes_page(application: Application, form: BaseForm) -> ResponseReturnValue:
    changes = partnership.changes_of(session(), application.id)
    waiting = next((one for one in changes if one.state in (Change.AGREED, Change.FORWARDED)), None)
    return show_form(
        "awards/partner_changes.html",
        form,
        application=application,
        changes=changes,
        waiting=waiting,
        machine=CHANGE,
        forward_form=ForwardForm(formdata=None),
        may_forward=waiting is not None
        and waiting.state is Change.AGREED
        and me().may(Permission.SCREEN_BIDS),
        may_settle=waiting is not None
        and waiting.state is Change.FORWARDED
        and bool(policy.can_settle_partner_change(session(), me(), waiting)),
    )


def _own_bid(ref: str) -> Application:
    """The bid, for its own organisation's people alone. Raises NotFound for everybody else."""
    application = bids.by_ref(session(), ref)
    if not applications.is_member(me(), application):
        raise NotFound("There is no such bid.")
    return application


def _offer_page(application: Application, form: BaseForm) -> ResponseReturnValue:
    found = panels.decision_of(session(), application.id)
    if found is None or found.answer_by is None:
        raise NotFound("There is no offer for this bid.")
    return show_form(
        "awards/offer.html",
        form,
        application=application,
        decision=found,
        award=queries.award_of(session(), application.id),
        may_answer=policy.can_answer_offer(me(), application),
    )


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
        may_manage=policy.can_manage(me()),
        may_approve=policy.can_approve_ending(session(), me(), found),
    )
