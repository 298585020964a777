"""Who takes part after a bid was sent, and what happens when a partner leaves it."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from grants.applications import actions, change_rules, partnership, policy, queries
from grants.applications.facts import Facts, total_of
from grants.applications.forms import (
    AddressForm,
    award_shares_form,
    leaving_form,
    share_field,
    shown,
    typed_shares,
)
from grants.applications.models import PartnerChange
from grants.applications.queries import Bid
from grants.applications.states import CHANGE, CONSENT, Change, ChangeKind
from grants.applications.views.blueprint import bp, form_page, own_bid
from grants.core.clock import now
from grants.core.errors import NotFound, Reason, RuleBroken
from grants.core.language import say
from grants.core.policy import require
from grants.core.web import me, session, signed_in, writes


@bp.get("/<ref>/partnership/")
@signed_in
def partnership_of(ref: str) -> ResponseReturnValue:
    """Who takes part in a bid that was sent, and every change since."""
    return _partnership_page(_sent(ref), None)


def _partnership_page(bid: Bid, form: AddressForm | None, asked_id: int = 0) -> ResponseReturnValue:
    """The page; `form` is what was wrong about the address of the partner with `asked_id`."""
    facts = queries.partnership_facts(session(), bid)
    changes = partnership.changes_of(session(), bid.application.id)
    open_ = next((one for one in changes if not _is_settled(one.state)), None)
    may = policy.can_change_partners(me(), bid.application)
    can_leave = bid.application.stage in change_rules.OPEN_STAGES and open_ is None
    proposed = partnership.proposed_partners(session(), open_.id) if open_ else []
    page = form_page(
        "applications/partnership.html",
        bid,
        form=form,
        addresses={
            one.id: form if form and one.id == asked_id else _address_form(one.id) for one in proposed
        },
        partners=facts.partners,
        lead_share=facts.lead_share,
        changes=changes,
        open_change=open_,
        proposed=proposed,
        can_leave=bool(may) and can_leave,
        can_take_back=bool(may)
        and open_ is not None
        and open_.kind is ChangeKind.LEAVING
        and CHANGE.allows(open_.state, "take_back"),
        can_share=bool(may) and open_ is not None and open_.kind is ChangeKind.PART_AWARD,
        machine=CHANGE,
        consents=CONSENT,
        fund_rubric=bid.definition.rubric,
    )
    return page, 422 if form else 200


def _address_form(partner_id: int) -> AddressForm:
    return AddressForm(prefix=f"partner-{partner_id}")


@bp.post("/<ref>/partnership/<int:partner_id>/ask/")
@signed_in
@writes
def ask_about_award_again(ref: str, partner_id: int) -> ResponseReturnValue:
    """Write to a partner about its share of a partial award: again, or at the address that is given."""
    bid = _to_change(ref)
    form = _address_form(partner_id)
    try:
        actions.ask_about_award_again(
            session(),
            application_id=bid.application.id,
            partner_id=partner_id,
            email=form.email.data or "",
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _partnership_page(bid, form, partner_id)
    flash(say("We have written to the partner."), "success")
    return redirect(url_for(".partnership_of", ref=ref))


@bp.get("/<ref>/partnership/shares/")
@signed_in
def award_shares(ref: str) -> ResponseReturnValue:
    """Share a partial award out otherwise."""
    bid = _to_change(ref)
    change, facts = _award_question(bid), queries.partnership_facts(session(), bid)
    return _shares_page(bid, change, facts, _shares_form(bid, change, facts))


@bp.post("/<ref>/partnership/shares/")
@signed_in
@writes
def propose_shares(ref: str) -> ResponseReturnValue:
    """Propose other shares; every partner is asked anew."""
    bid = _to_change(ref)
    change, facts = _award_question(bid), queries.partnership_facts(session(), bid)
    form = _shares_form(bid, change, facts)
    try:
        actions.propose_shares(
            session(),
            application_id=bid.application.id,
            lead_share=form.lead_share.data or "",
            shares=typed_shares(form),
            reason=form.reason.data or "",
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _shares_page(bid, change, facts, form)
    flash(say("The shares are proposed. Every partner has been asked."), "success")
    return redirect(url_for(".partnership_of", ref=ref))


def _award_question(bid: Bid) -> PartnerChange:
    """The open question about shares of a partial award. Raises NotFound."""
    change = partnership.open_change(session(), bid.application.id)
    if change is None or change.kind is not ChangeKind.PART_AWARD:
        raise NotFound(say("No shares of a partial award wait for an answer."))
    return change


def _shares_form(bid: Bid, change: PartnerChange, facts: Facts) -> Any:
    proposed = {one["name"]: one["share"] for one in change.after["partners"]}
    shares = {
        share_field(one.partner_id or 0): shown(proposed.get(one.name, one.share)) for one in facts.partners
    }
    made = award_shares_form(bid.application.lead.name, facts.partners)
    return made(data={**shares, "lead_share": shown(change.after["lead_share"])})


def _shares_page(bid: Bid, change: PartnerChange, facts: Facts, form: Any) -> ResponseReturnValue:
    page = form_page(
        "applications/award_shares.html",
        bid,
        form=form,
        award=change_rules.total_of_content(change.after),
        shares=total_of([form.lead_share.data or "", *typed_shares(form).values()]),
        boxes=[form[share_field(number)] for number in typed_shares(form)],
    )
    return page, 422 if form.errors else 200


@bp.get("/<ref>/partnership/<int:partner_id>/leaves/")
@signed_in
def leaves(ref: str, partner_id: int) -> ResponseReturnValue:
    """Ask why a partner leaves and who takes over its share."""
    bid = _to_change(ref)
    facts = queries.partnership_facts(session(), bid)
    return _leaving_page(bid, partner_id, facts, _form(bid, partner_id, facts))


@bp.post("/<ref>/partnership/<int:partner_id>/leaves/")
@signed_in
@writes
def draft_change(ref: str, partner_id: int) -> ResponseReturnValue:
    """Propose the change; those whose share changes are asked."""
    bid = _to_change(ref)
    facts = queries.partnership_facts(session(), bid)
    form = _form(bid, partner_id, facts)
    try:
        actions.draft_change(
            session(),
            application_id=bid.application.id,
            partner_id=partner_id,
            reason=form.reason.data or "",
            lead_share=form.lead_share.data or "",
            shares=typed_shares(form),
            newcomer=form.newcomer(),
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons([Reason(one.text, _field_of(one.place)) for one in broken.reasons])
        return _leaving_page(bid, partner_id, facts, form)
    flash(say("The change is proposed. Everybody whose share would change has been asked."), "success")
    return redirect(url_for(".partnership_of", ref=ref))


@bp.post("/<ref>/partnership/take-back/")
@signed_in
@writes
def take_back_change(ref: str) -> ResponseReturnValue:
    """Take the proposed change back; the partnership stays as it is."""
    bid = _to_change(ref)
    actions.take_back_change(session(), application_id=bid.application.id, actor=me(), now=now())
    flash(say("The change is taken back. The partnership stays as it was."))
    return redirect(url_for(".partnership_of", ref=ref))


def _is_settled(state: Change) -> bool:
    return state in (Change.APPROVED, Change.REFUSED, Change.TAKEN_BACK)


def _sent(ref: str) -> Bid:
    bid = own_bid(ref)
    if bid.application.submitted_at is None:
        raise NotFound(say("This bid has not been sent."))
    return bid


def _to_change(ref: str) -> Bid:
    bid = _sent(ref)
    require(policy.can_change_partners(me(), bid.application))
    return bid


def _form(bid: Bid, partner_id: int, facts: Facts) -> Any:
    queries.partner_in(session(), bid.application.id, partner_id)
    staying = [one for one in facts.partners if one.partner_id != partner_id]
    shares = {share_field(one.partner_id or 0): shown(one.share) for one in staying}
    made = leaving_form(bid.application.lead.name, staying)
    return made(data={**shares, "lead_share": shown(facts.lead_share)})


def _field_of(place: str) -> str:
    """The field of this page for a place on a bid's partners pages."""
    path, _, field = place.partition("#")
    if field.startswith("partners-"):
        return "new_" + field.split("-", 2)[2]
    return field or path


def _leaving_page(bid: Bid, partner_id: int, facts: Facts, form: Any) -> ResponseReturnValue:
    leaving = next(one for one in facts.partners if one.partner_id == partner_id)
    newcomer = form.newcomer()
    shares = [form.lead_share.data or "", *typed_shares(form).values(), newcomer.share if newcomer else ""]
    page = form_page(
        "applications/leaves.html",
        bid,
        form=form,
        leaving=leaving,
        boxes=[form[share_field(number)] for number in typed_shares(form)],
        total=facts.ask,
        shares=total_of(shares),
    )
    return page, 422 if form.errors else 200
