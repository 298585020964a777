"""The pages of the budget and of the partners with their shares."""

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import actions, queries
from grants.applications.facts import BudgetLine, PartnerEntry, total_of
from grants.applications.forms import BudgetForm, PartnersForm, budget_rows, partner_rows, shown
from grants.applications.money_rules import budget_reasons, partner_reasons
from grants.applications.queries import Bid
from grants.applications.states import Consent
from grants.applications.views.blueprint import bp, form_page
from grants.applications.views.saving import (
    Clash,
    Difference,
    clash,
    draft_to_write,
    one_more,
    onward,
    point_out,
)
from grants.core.clock import now
from grants.core.errors import Stale
from grants.core.web import me, session, signed_in, writes


@bp.get("/<ref>/budget/")
@signed_in
def budget(ref: str) -> ResponseReturnValue:
    """What the money is for, line by line, with the total that is asked for."""
    bid = draft_to_write(ref)
    page = queries.page_of(session(), bid.application.id, "budget")
    facts = queries.facts_from(bid, [page] if page else [])
    form = BudgetForm(data={"version": page.version if page else None, "lines": budget_rows(facts.budget)})
    if "more" in request.args:
        form.lines.one_more()
    elif facts.budget:
        point_out(form, budget_reasons(facts))
    return _budget_page(bid, form, total=facts.ask)


@bp.post("/<ref>/budget/")
@signed_in
@writes
def save_budget(ref: str) -> ResponseReturnValue:
    """Keep the lines, also when one is to be added; a line removed goes with the next save."""
    bid = draft_to_write(ref)
    form = BudgetForm()
    total = total_of(line.amount for line in form.typed_lines())
    if form.rows_pressed() and not one_more("lines"):
        return _budget_page(bid, form, total=total_of(line.amount for line in form.typed_lines()))
    before = _asked(bid)
    try:
        actions.save_budget(
            session(),
            application_id=bid.application.id,
            lines=form.typed_lines(),
            version=form.version.data,
            actor=me(),
            now=now(),
        )
    except Stale:
        page = queries.page_of(session(), bid.application.id, "budget")
        theirs = queries.budget_lines(page.answers if page else {})
        found = clash(
            bid, "budget", form, [Difference("Budget", _as_text(theirs), _as_text(form.typed_lines()))]
        )
        return _budget_page(bid, form, total=total, found=found), 409
    _tell_who_must_confirm_again(bid, before)
    if one_more("lines"):
        return redirect(url_for(".budget", ref=ref, more=1, _anchor=f"lines-{len(form.typed_lines())}"))
    facts = queries.facts_of(session(), bid)
    return onward(bid, "budget", wrong=bool(facts.budget and budget_reasons(facts)))


@bp.get("/<ref>/partners/")
@signed_in
def partners(ref: str) -> ResponseReturnValue:
    """The organisations that take part, their roles and shares."""
    bid = draft_to_write(ref)
    page = queries.page_of(session(), bid.application.id, "partners")
    saved = queries.partners_of(session(), bid.application.id)
    facts = queries.facts_from(bid, [page] if page else [], saved)
    form = PartnersForm(
        data={
            "version": page.version if page else None,
            "partners": partner_rows(facts.partners),
            "lead_share": shown(facts.lead_share),
        }
    )
    if "more" in request.args:
        form.partners.one_more()
    elif facts.partners:
        point_out(form, partner_reasons(facts))
    return _partners_page(bid, form)


@bp.post("/<ref>/partners/")
@signed_in
@writes
def save_partners(ref: str) -> ResponseReturnValue:
    """Keep the partners, also when one is to be added; a partner removed goes with the next save."""
    bid = draft_to_write(ref)
    form = PartnersForm()
    if form.rows_pressed() and not one_more("partners"):
        return _partners_page(bid, form)
    before = _asked(bid)
    try:
        actions.save_partners(
            session(),
            application_id=bid.application.id,
            partners=form.typed_partners(),
            lead_share=form.lead_share.data or "",
            version=form.version.data,
            actor=me(),
            now=now(),
        )
    except Stale:
        theirs = [queries.entry_of(partner) for partner in queries.partners_of(session(), bid.application.id)]
        difference = Difference("Partners", _partners_text(theirs), _partners_text(form.typed_partners()))
        return _partners_page(bid, form, found=clash(bid, "partners", form, [difference])), 409
    _tell_who_must_confirm_again(bid, before)
    if one_more("partners"):
        return redirect(
            url_for(".partners", ref=ref, more=1, _anchor=f"partners-{len(form.typed_partners())}")
        )
    facts = queries.facts_of(session(), bid)
    return onward(bid, "partners", wrong=bool(facts.partners and partner_reasons(facts)))


def _budget_page(bid: Bid, form: BudgetForm, *, total: int, found: Clash | None = None) -> str:
    form.offer(bid.definition.rules.budget_categories)
    return form_page("applications/budget.html", bid, form=form, total=total, clash=found)


def _partners_page(bid: Bid, form: PartnersForm, *, found: Clash | None = None) -> str:
    shares = total_of([form.lead_share.data or "", *(entry.share for entry in form.typed_partners())])
    return form_page("applications/partners.html", bid, form=form, shares=shares, clash=found)


def _asked(bid: Bid) -> set[int]:
    """The partners that have been asked or have answered."""
    partners = queries.partners_of(session(), bid.application.id)
    return {partner.id for partner in partners if partner.consent is not Consent.NOT_ASKED}


def _tell_who_must_confirm_again(bid: Bid, before: set[int]) -> None:
    partners = queries.partners_of(session(), bid.application.id)
    again = [
        partner.name for partner in partners if partner.id in before and partner.consent is Consent.NOT_ASKED
    ]
    if again:
        flash(f"This must be confirmed again by: {', '.join(again)}. Ask them when you have finished.")


def _as_text(lines: Sequence[BudgetLine]) -> str:
    return "\n".join(f"{line.item}, {line.category}, £{shown(line.amount)}" for line in lines)


def _partners_text(partners: Sequence[PartnerEntry]) -> str:
    return "\n\n".join(
        "\n".join(
            (
                f"{partner.name}, £{shown(partner.share)}",
                partner.role,
                f"{partner.contact_name}, {partner.contact_email}",
            )
        )
        for partner in partners
    )
