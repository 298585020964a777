"""The bids that signed-in people are partners in: what each of them was asked, and nothing more of it."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import queries as accounts
from grants.applications import actions, partnership, policy, queries
from grants.applications.forms import ConsentForm
from grants.applications.models import Partner
from grants.applications.states import ANSWERED, BID, CONSENT, Answer
from grants.applications.views.blueprint import bp
from grants.applications.views.confirming import consent_page
from grants.core.clock import now
from grants.core.errors import RuleBroken
from grants.core.web import me, session, signed_in, writes


@bp.get("/partner-in/")
@signed_in
def partner_in() -> ResponseReturnValue:
    """The bids in which the person was asked to confirm, or whose partner they belong to."""
    email = partnership.email_of(session(), me())
    return render_template(
        "applications/partner_in.html",
        rows=partnership.bids_partnered_by(session(), email=email, organisation_ids=list(me().memberships)),
        consents=CONSENT,
        stages=BID,
    )


@bp.get("/partner-in/<int:partner_id>/")
@signed_in
def partner_in_bid(partner_id: int) -> ResponseReturnValue:
    """What the partner is asked, or has answered: the page behind its link."""
    return _page(_own(partner_id), _form())


@bp.post("/partner-in/<int:partner_id>/")
@signed_in
@writes
def answer_partner_in(partner_id: int) -> ResponseReturnValue:
    """Keep the partner's answer, given by somebody who is signed in."""
    partner, form = _own(partner_id), _form()
    if partner.consent not in ANSWERED:
        if not form.validate():
            return _page(partner, form)
        try:
            actions.answer_as_partner(
                session(),
                partner_id=partner_id,
                answer=Answer(form.answer.data),
                name=form.name.data or "",
                reason=form.reason.data or "",
                actor=me(),
                now=now(),
            )
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
            return _page(partner, form)
    return redirect(url_for(".partner_in_bid", partner_id=partner_id))


def _own(partner_id: int) -> Partner:
    email = partnership.email_of(session(), me())
    return partnership.partner_for(
        session(), partner_id, email=email, organisation_ids=list(me().memberships)
    )


def _form() -> ConsentForm:
    return ConsentForm(name=accounts.person(session(), me().signature()).name)


def _page(partner: Partner, form: ConsentForm) -> ResponseReturnValue:
    application = queries.application(session(), partner.application_id)
    email = partnership.email_of(session(), me())
    may = policy.can_answer_as_partner(me(), application, partner, email=email)
    return consent_page(partner, form, may_answer=bool(may))
