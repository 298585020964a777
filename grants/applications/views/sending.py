"""Checking answers, sending, the receipt, reading what was written, withdrawing."""

from functools import partial

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.applications import actions, policy, queries, rules
from grants.applications.facts import Facts
from grants.applications.forms import ReasonForm, SendForm
from grants.applications.missing_rules import told_by_page
from grants.applications.queries import Bid
from grants.applications.states import BID, Stage
from grants.applications.views.blueprint import arrived, as_blockers, bp, form_page, open_href, own_bid
from grants.applications.views.saving import draft_to_write
from grants.applications.views.waiting import signing_of
from grants.core.errors import NotFound, Reason, RuleBroken
from grants.core.policy import require
from grants.core.web import me, session, signed_in, writes


@bp.get("/<ref>/check/")
@signed_in
def check(ref: str) -> ResponseReturnValue:
    """Everything that was written, with what is still missing on top and the declaration below."""
    bid = draft_to_write(ref)
    facts = queries.facts_of(session(), bid)
    return check_page(bid, facts, SendForm(), rules.blockers_to_submit(facts))


@bp.post("/<ref>/submit/")
@signed_in
@writes
def submit(ref: str) -> ResponseReturnValue:
    """Send the bid. What counts is when the request arrived. A second press leads to the receipt."""
    bid = own_bid(ref)
    form = SendForm()
    try:
        actions.submit(
            session(),
            application_id=bid.application.id,
            declared=form.declared.data,
            actor=me(),
            now=arrived(),
        )
    except RuleBroken as broken:
        declaration = [reason for reason in broken.reasons if reason.place == "check#declared"]
        form.take_reasons([Reason(reason.text, "declared") for reason in declaration])
        others = [reason for reason in broken.reasons if reason not in declaration]
        return check_page(bid, queries.facts_of(session(), bid), form, others), 422
    return redirect(url_for(".receipt", ref=ref))


@bp.get("/<ref>/receipt/")
@signed_in
def receipt(ref: str) -> ResponseReturnValue:
    """The bid has been received: reference, time and what happens next."""
    bid = own_bid(ref)
    version = queries.current_version(session(), bid.application)
    return form_page("applications/receipt.html", bid, version=version)


@bp.get("/<ref>/answers/")
@signed_in
def answers(ref: str) -> ResponseReturnValue:
    """The bid to read: as it was sent, or as far as it was written."""
    bid = own_bid(ref)
    if bid.application.submitted_at is not None:
        version = queries.current_version(session(), bid.application)
        return form_page(
            "applications/answers.html", bid, content=version.content, version=version, undecided=()
        )
    facts = queries.facts_of(session(), bid)
    content = queries.content_now(session(), bid, facts)
    return form_page(
        "applications/answers.html",
        bid,
        content=content,
        version=None,
        undecided=facts.undecided(),
        signatories=_signatories(bid),
    )


@bp.get("/<ref>/withdraw/")
@signed_in
def withdraw(ref: str) -> ResponseReturnValue:
    """Ask for the reason before a bid is taken back; of one that was, say so."""
    bid = own_bid(ref)
    if bid.application.stage is Stage.WITHDRAWN:
        return form_page("applications/withdrawn.html", bid)
    return _withdraw_page(_to_withdraw(ref), ReasonForm())


@bp.post("/<ref>/withdraw/")
@signed_in
@writes
def take_back(ref: str) -> ResponseReturnValue:
    """Withdraw the bid."""
    bid = _to_withdraw(ref)
    form = ReasonForm()
    if not form.validate():
        return _withdraw_page(bid, form)
    actions.withdraw(
        session(), application_id=bid.application.id, reason=form.reason.data, actor=me(), now=arrived()
    )
    return redirect(url_for(".bid", ref=ref))


def _to_withdraw(ref: str) -> Bid:
    bid = own_bid(ref)
    require(policy.can_withdraw(me(), bid.application))
    if not BID.allows(bid.application.stage, "withdraw"):
        raise NotFound("This bid cannot be withdrawn.")
    return bid


def _withdraw_page(bid: Bid, form: ReasonForm) -> ResponseReturnValue:
    return form_page("applications/withdraw.html", bid, form=form), 422 if form.errors else 200


def _signatories(bid: Bid) -> list[Person]:
    lead_id = bid.application.lead_id
    return accounts.signatories_of(session(), {lead_id}).get(lead_id, [])


def check_page(bid: Bid, facts: Facts, form: SendForm, blockers: list[Reason]) -> str:
    return form_page(
        "applications/check.html",
        bid,
        form=form,
        content=queries.content_now(session(), bid, facts),
        change=partial(open_href, bid),
        undecided=facts.undecided(),
        blockers=as_blockers(bid, told_by_page(facts, blockers)),
        can_submit=policy.can_submit(me(), bid.application),
        **signing_of(bid),
        signatories=_signatories(bid),
        declaration=bid.definition.rules.declaration,
    )
