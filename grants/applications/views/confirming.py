"""Asking partners, and the public page behind each partner's own link."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import actions, change_rules, partnership, queries, rules
from grants.applications.forms import ConsentForm
from grants.applications.models import Partner
from grants.applications.states import ANSWERED, BID, CONSENT, Answer, ChangeKind, Consent
from grants.applications.views.blueprint import as_blockers, bp, form_page
from grants.applications.views.saving import draft_to_write
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.language import say, say_count
from grants.core.pages import show_form
from grants.core.web import me, public, session, signed_in, writes
from grants.programme import queries as programme


@bp.get("/<ref>/confirmations/")
@signed_in
def confirmations(ref: str) -> ResponseReturnValue:
    """Who has confirmed, who has not, and a button to ask."""
    bid = draft_to_write(ref)
    partners = queries.partners_of(session(), bid.application.id)
    facts = queries.facts_of(session(), bid)
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
    flash(
        say_count(
            "We have written to %(count)s partner.", "We have written to %(count)s partners.", len(asked)
        ),
        "success",
    )
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


@bp.post("/<ref>/confirmations/<int:partner_id>/remind/")
@signed_in
@writes
def remind(ref: str, partner_id: int) -> ResponseReturnValue:
    """Write once more to a partner that has not answered; its link stays."""
    bid = draft_to_write(ref)
    actions.remind_partner(
        session(), application_id=bid.application.id, partner_id=partner_id, actor=me(), now=now()
    )
    flash(say("We have reminded the partner."), "success")
    return redirect(url_for(".confirmations", ref=ref))


@bp.get("/consents/<token>/")
@public
def consent(token: str) -> ResponseReturnValue:
    """What the partner is asked to confirm, or what it has answered. Opening it changes nothing."""
    try:
        partner = queries.partner_by_token(session(), token)
    except NotFound as gone:
        return render_template("applications/consent_gone.html", reason=str(gone)), 404
    return consent_page(partner, ConsentForm(), token=token)


@bp.post("/consents/<token>/")
@public
@writes
def answer(token: str) -> ResponseReturnValue:
    """Keep the partner's one answer."""
    partner = queries.partner_by_token(session(), token)
    form = ConsentForm()
    if partner.consent not in ANSWERED:
        if not form.validate():
            return consent_page(partner, form, token=token)
        try:
            actions.answer_by_link(
                session(),
                token=token,
                answer=Answer(form.answer.data),
                name=form.name.data or "",
                reason=form.reason.data or "",
                now=now(),
                visitor=me(),
            )
        except RuleBroken as broken:
            form.take_reasons(broken.reasons)
            return consent_page(partner, form, token=token)
    return redirect(url_for(".consent", token=token))


def consent_page(
    partner: Partner, form: ConsentForm, *, may_answer: bool = True, token: str = ""
) -> ResponseReturnValue:
    """What a partner sees of a bid: the same behind its link and for those who are signed in."""
    bid = queries.bid_of(session(), queries.application(session(), partner.application_id))
    change = partnership.change_of(session(), partner)
    closed = rules.blockers_to_answer(
        not bid.why_closed("confirmations"),
        partner.consent,
        partner.token_expires_at,
        now(),
        change=change.state if change else None,
    )
    answered = partner.consent in ANSWERED
    part = change if change is not None and change.kind is ChangeKind.PART_AWARD else None
    closes_at = programme.closes_at(session(), bid.round, application_id=bid.application.id)
    return show_form(
        "applications/consent.html",
        form,
        bid=bid.application,
        written=bid.written,
        summary=queries.summary_of(session(), bid.application.id),
        fund=bid.definition,
        round=bid.round,
        closes_at=bid.request.due_at if bid.request else closes_at,
        partner=partner,
        leads=queries.leads_of(bid.definition, partner),
        change=change,
        award=change_rules.total_of_content(part.after) if part else None,
        before=change_rules.share_before(part.before, partner.name) if part else 0,
        token=token,
        answered=answered,
        Consent=Consent,
        closed=[] if answered else closed,
        may_answer=may_answer,
        by_link=request.endpoint in ("applications.consent", "applications.answer"),
        stage=BID.applicant_label(bid.application.stage) if bid.application.submitted_at else "",
    )
