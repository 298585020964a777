"""The offer and the applicant's answer."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.applications import partnership
from grants.applications import policy as applications
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.awards import actions, agreements, policy, queries
from grants.awards.forms import AcceptForm, OfferForm
from grants.awards.states import CONDITION
from grants.awards.views.blueprint import bp
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.forms import BaseForm
from grants.core.web import me, session, signed_in, writes
from grants.panels import queries as panels


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
    form = _accept_form(application)
    try:
        actions.accept(
            session(), application_id=application.id, signature=form.signature(), actor=me(), now=now()
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _offer_page(application, OfferForm(formdata=None), accept_form=form)
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


def _own_bid(ref: str) -> Application:
    """The bid, for its own organisation's people alone. Raises NotFound for everybody else."""
    application = bids.by_ref(session(), ref)
    if not applications.is_member(me(), application):
        raise NotFound("There is no such bid.")
    return application


def _accept_form(application: Application) -> AcceptForm:
    """The form under the agreement that is offered, if there is one."""
    agreement = agreements.current(session(), application.id)
    form = AcceptForm(sha256=agreement.sha256 if agreement else "")
    form.offer(agreement.told["accepts"] if agreement else ())
    return form


def _offer_page(
    application: Application, form: BaseForm, *, accept_form: AcceptForm | None = None
) -> ResponseReturnValue:
    found = panels.released_of(session(), [application.id]).get(application.id)
    if found is None or found.answer_by is None:
        raise NotFound("There is no offer for this bid.")
    if accept_form is None:
        accept_form = _accept_form(application)
    agreement = agreements.current(session(), application.id)
    page = render_template(
        "awards/offer.html",
        form=accept_form if accept_form.errors else form,
        decline_form=form,
        accept_form=accept_form,
        agreement=agreement,
        ready=agreement is not None and not agreements.is_stale(session(), agreement),
        outstanding=agreements.outstanding(session(), application.id),
        asked=partnership.asked_about_award(session(), application.id),
        conditions=panels.conditions_of(session(), [found.id])[found.id],
        award_conditions=queries.conditions_of(session(), application.id),
        condition_states=CONDITION,
        application=application,
        decision=found,
        award=queries.award_of(session(), application.id),
        may_answer=policy.can_answer_offer(me(), application),
    )
    return page, 422 if form.errors or accept_form.errors else 200
