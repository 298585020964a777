"""The partners of a bid: a page each, a list of them, and their shares beside each other."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import actions, queries
from grants.applications.facts import Amount, Facts, partner_page, total_of
from grants.applications.forms import (
    NewPartnerForm,
    PartnerForm,
    partner_data,
    share_field,
    shares_form,
    shown,
    typed_shares,
)
from grants.applications.money_rules import partner_reasons
from grants.applications.queries import Bid
from grants.applications.states import CONSENT, Consent
from grants.applications.views.autosave import (
    forget_waiting,
    how_saved,
    keep_aside,
    keep_both,
    other_words,
    told_by_itself,
    waits_for_button,
)
from grants.applications.views.blueprint import bp, form_page, page_href
from grants.applications.views.saving import draft_to_write, onward, point_out
from grants.core.clock import now
from grants.core.errors import Reason, RuleBroken, Stale
from grants.core.forms import BaseForm
from grants.core.language import say
from grants.core.web import by_itself, me, session, signed_in, writes


@bp.get("/<ref>/partners/")
@signed_in
def partners(ref: str) -> ResponseReturnValue:
    """The organisations that take part, and how they share the money."""
    bid = draft_to_write(ref)
    facts = queries.facts_of(session(), bid)
    page = queries.page_of(session(), bid.application.id, "partners")
    form = _shares_form(bid, facts, {"version": page.version if page else None})
    if facts.partners and (_has_shares(facts) or "sent" in request.args):
        point_out(form, _about_shares(facts))
    return _partners_page(bid, facts, other_words(bid, "partners", form))


@bp.post("/<ref>/partners/")
@signed_in
@writes
def save_shares(ref: str) -> ResponseReturnValue:
    """Keep the shares as typed, or share the ask out: equally, or as they stand to each other."""
    bid = draft_to_write(ref)
    facts = queries.facts_of(session(), bid)
    form = shares_form(bid.application.lead.name, facts.partners)()
    lead_share: Amount = form.lead_share.data or ""
    shares: Mapping[int, Amount] = typed_shares(form)
    go = request.form.get("go", "")
    if go in ("equally", "pro_rata"):
        first, *others = actions.share_out(facts.ask, [lead_share, *shares.values()], equally=go == "equally")
        lead_share, shares = first, dict(zip(shares, others, strict=True))
    if waits_for_button(bid):
        return keep_aside(bid, "partners", form)
    before = asked_in(bid)
    try:
        page = actions.save_shares(
            session(),
            application_id=bid.application.id,
            lead_share=lead_share,
            shares=shares,
            version=form.version.data,
            how=how_saved(),
            actor=me(),
            now=now(),
        )
    except Stale:
        return keep_both(bid, "partners", form)
    if by_itself():
        return told_by_itself(bid, page)
    forget_waiting(bid, "partners")
    tell_who_must_confirm_again(bid, before)
    if go in ("equally", "pro_rata"):
        flash(say("The money is shared out. Look at the shares and change what should be different."))
        return redirect(url_for(".partners", ref=ref, _anchor="shares"))
    facts = queries.facts_of(session(), bid)
    if go != "later" and facts.partners and not _has_shares(facts):
        return redirect(url_for(".partners", ref=ref, sent=1))
    return onward(bid, "partners", wrong=bool(facts.partners and partner_reasons(facts)))


@bp.get("/<ref>/partners/new/")
@signed_in
def new_partner(ref: str) -> ResponseReturnValue:
    """Ask for the name of a further partner."""
    return form_page("applications/new_partner.html", draft_to_write(ref), form=NewPartnerForm())


@bp.post("/<ref>/partners/new/")
@signed_in
@writes
def add_partner(ref: str) -> ResponseReturnValue:
    """Add the partner; its own page asks for everything else."""
    bid, form = draft_to_write(ref), NewPartnerForm()
    try:
        partner = actions.add_partner(
            session(), application_id=bid.application.id, name=form.name.data or "", actor=me(), now=now()
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return form_page("applications/new_partner.html", bid, form=form), 422
    return redirect(url_for(".partner", ref=ref, partner_id=partner.id))


@bp.get("/<ref>/partners/<int:partner_id>/")
@signed_in
def partner(ref: str, partner_id: int) -> ResponseReturnValue:
    """One partner's page, with what is wrong in what was typed so far."""
    bid = draft_to_write(ref)
    entry = queries.entry_of(queries.partner_in(session(), bid.application.id, partner_id))
    page = queries.page_of(session(), bid.application.id, partner_page(partner_id))
    form = PartnerForm(data={**partner_data(entry), "version": page.version if page else None})
    form.offer(bid.definition.rubric)
    if page is not None:
        point_out(form, _about_partner(queries.facts_of(session(), bid), partner_id))
    form = other_words(bid, partner_page(partner_id), form)
    return form_page("applications/partner.html", bid, form=form, partner=entry)


@bp.post("/<ref>/partners/<int:partner_id>/")
@signed_in
@writes
def save_partner(ref: str, partner_id: int) -> ResponseReturnValue:
    """Keep the partner as typed. Of a page that somebody else saved meanwhile both versions are kept."""
    bid, key = draft_to_write(ref), partner_page(partner_id)
    queries.partner_in(session(), bid.application.id, partner_id)
    form = PartnerForm()
    form.offer(bid.definition.rubric)
    if waits_for_button(bid):
        return keep_aside(bid, key, form)
    before = asked_in(bid)
    try:
        page = actions.save_partner(
            session(),
            application_id=bid.application.id,
            partner_id=partner_id,
            entry=form.typed_partner(),
            version=form.version.data,
            how=how_saved(),
            actor=me(),
            now=now(),
        )
    except Stale:
        return keep_both(bid, key, form)
    if by_itself():
        return told_by_itself(bid, page)
    forget_waiting(bid, key)
    tell_who_must_confirm_again(bid, before)
    if request.form.get("go") == "later":
        return onward(bid, "partners", wrong=False)
    if _about_partner(queries.facts_of(session(), bid), partner_id):
        flash(say("Your answers are saved. Something in them must be put right before the bid can be sent."))
        return redirect(page_href(bid, f"partners/{partner_id}"))
    return redirect(url_for(".partners", ref=ref))


@bp.get("/<ref>/partners/<int:partner_id>/remove/")
@signed_in
def remove_partner(ref: str, partner_id: int) -> ResponseReturnValue:
    """Ask before a partner is taken out."""
    bid = draft_to_write(ref)
    found = queries.partner_in(session(), bid.application.id, partner_id)
    return form_page("applications/remove_partner.html", bid, form=BaseForm(), partner=found)


@bp.post("/<ref>/partners/<int:partner_id>/remove/")
@signed_in
@writes
def take_out_partner(ref: str, partner_id: int) -> ResponseReturnValue:
    """Take the partner out of the bid."""
    bid = draft_to_write(ref)
    actions.remove_partner(
        session(), application_id=bid.application.id, partner_id=partner_id, actor=me(), now=now()
    )
    flash(say("The partner is taken out of the bid."))
    return redirect(url_for(".partners", ref=ref))


def asked_in(bid: Bid) -> set[int]:
    """The partners that have been asked or have answered."""
    partners = queries.partners_of(session(), bid.application.id)
    return {partner.id for partner in partners if partner.consent is not Consent.NOT_ASKED}


def tell_who_must_confirm_again(bid: Bid, before: set[int]) -> None:
    """Say which of the partners that were asked `before` must be asked again."""
    partners = queries.partners_of(session(), bid.application.id)
    again = [
        partner.name for partner in partners if partner.id in before and partner.consent is Consent.NOT_ASKED
    ]
    if again:
        names = ", ".join(again)
        flash(
            say("This must be confirmed again by: %(names)s. Ask them when you have finished.", names=names)
        )


def _shares_form(bid: Bid, facts: Facts, data: dict[str, Any]) -> Any:
    shares = {share_field(one.partner_id or 0): shown(one.share) for one in facts.partners}
    made = shares_form(bid.application.lead.name, facts.partners)
    return made(data={**data, **shares, "lead_share": shown(facts.lead_share)})


def _has_shares(facts: Facts) -> bool:
    """Whether any share was given yet. Before that, who comes back from a partner is told of no fault."""
    return any(str(share).strip() for share in (facts.lead_share, *(one.share for one in facts.partners)))


def _about_shares(facts: Facts) -> list[Reason]:
    """What is wrong with the shares."""
    reasons = partner_reasons(facts)
    shares = ("partners#share-", "partners#lead_share")
    return [reason for reason in reasons if reason.place.startswith(shares)]


def _about_partner(facts: Facts, partner_id: int) -> list[Reason]:
    """What is missing or wrong on one partner's page."""
    return [one for one in partner_reasons(facts) if one.place.startswith(f"partners/{partner_id}#")]


def _partners_page(bid: Bid, facts: Facts, form: Any) -> str:
    shares = total_of([form.lead_share.data or "", *typed_shares(form).values()])
    return form_page(
        "applications/partners.html",
        bid,
        form=form,
        entries=[(entry, _about_partner(facts, entry.partner_id or 0)) for entry in facts.partners],
        boxes=[form[share_field(entry.partner_id or 0)] for entry in facts.partners],
        ask=facts.ask,
        shares=shares,
        consents=CONSENT,
        rubric=bid.definition.rubric,
    )
