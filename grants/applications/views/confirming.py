"""Asking partners, and the public page behind each partner's own link."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grants.applications import actions, queries, rules
from grants.applications.forms import ConsentForm
from grants.applications.models import Partner
from grants.applications.states import CONSENT, Consent
from grants.applications.views.blueprint import as_blockers, bp, form_page
from grants.applications.views.saving import draft_to_write
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.pages import show_form
from grants.core.web import me, public, session, signed_in, writes
from grants.programme import queries as programme

ANSWERED = frozenset({Consent.GIVEN, Consent.DECLINED})


@bp.get("/<ref>/confirmations/")
@signed_in
def confirmations(ref: str) -> ResponseReturnValue:
    """Who has confirmed, who has not, and a button to ask."""
    bid = draft_to_write(ref)
    partners = queries.partners_of(session(), bid.application.id)
    facts = queries.facts_from(bid, queries.pages_of(session(), bid.application.id).values(), partners)
    return form_page(
        "applications/confirmations.html",
        bid,
        partners=partners,
        consents=CONSENT,
        Consent=Consent,
        to_ask=[partner for partner in partners if partner.consent is Consent.NOT_ASKED],
        blockers=as_blockers(bid, rules.blockers_to_ask_partners(facts)),
        wording=bid.definition.rules.consent_wording,
    )


@bp.post("/<ref>/confirmations/")
@signed_in
@writes
def ask(ref: str) -> ResponseReturnValue:
    """Write to every partner that waits to be asked."""
    bid = draft_to_write(ref)
    asked = actions.ask_partners(session(), application_id=bid.application.id, actor=me(), now=now())
    flash(f"We have written to {len(asked)} {'partner' if len(asked) == 1 else 'partners'}.", "success")
    return redirect(url_for(".confirmations", ref=ref))


@bp.post("/<ref>/confirmations/<int:partner_id>/")
@signed_in
@writes
def ask_again(ref: str, partner_id: int) -> ResponseReturnValue:
    """Write to one partner once more; its old link ends."""
    bid = draft_to_write(ref)
    actions.ask_partners(
        session(), application_id=bid.application.id, actor=me(), now=now(), partner_id=partner_id
    )
    flash("We have written to the partner again.", "success")
    return redirect(url_for(".confirmations", ref=ref))


@bp.get("/consents/<token>/")
@public
def consent(token: str) -> ResponseReturnValue:
    """What the partner is asked to confirm, or what it has answered. Opening it changes nothing."""
    try:
        partner = queries.partner_by_token(session(), token)
    except NotFound as gone:
        return render_template("applications/consent_gone.html", reason=str(gone)), 404
    return _consent_page(partner, ConsentForm())


@bp.post("/consents/<token>/")
@public
@writes
def answer(token: str) -> ResponseReturnValue:
    """Keep the partner's one answer."""
    partner = queries.partner_by_token(session(), token)
    form = ConsentForm()
    if partner.consent not in ANSWERED:
        if not form.validate():
            return _consent_page(partner, form)
        try:
            actions.answer_consent(
                session(),
                token=token,
                agrees=form.answer.data == "yes",
                name=form.name.data or "",
                reason=form.reason.data or "",
                now=now(),
            )
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
            return _consent_page(partner, form)
    return redirect(url_for(".consent", token=token))


def _consent_page(partner: Partner, form: ConsentForm) -> ResponseReturnValue:
    bid = queries.bid_of(session(), queries.application(session(), partner.application_id))
    answered = partner.consent in ANSWERED
    closed = rules.blockers_to_answer(bid.application.stage, partner.consent, partner.token_expires_at, now())
    return show_form(
        "applications/consent.html",
        form,
        bid=bid.application,
        fund=bid.definition,
        round=bid.round,
        closes_at=programme.closes_at(session(), bid.round, application_id=bid.application.id),
        partner=partner,
        answered=answered,
        given=partner.consent is Consent.GIVEN,
        closed=[] if answered else closed,
    )
