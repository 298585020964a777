"""An editor asks the signatories to send the bid; a signatory declines with a reason."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from grants.applications import actions, partnership, policy
from grants.applications.forms import DeclineToSignForm
from grants.applications.queries import Bid
from grants.applications.states import Signing, Stage
from grants.applications.views.blueprint import bp, form_page, own_bid
from grants.core.clock import now
from grants.core.errors import NotFound, RuleBroken
from grants.core.language import say
from grants.core.policy import require
from grants.core.web import me, session, signed_in, writes


@bp.post("/<ref>/signature/")
@signed_in
@writes
def ask_for_signature(ref: str) -> ResponseReturnValue:
    """Say that the bid is ready, and ask the signatories to send it."""
    bid = own_bid(ref)
    actions.ask_for_signature(session(), application_id=bid.application.id, actor=me(), now=now())
    flash(say("We have asked the signatories of your organisation to send the bid."), "success")
    return redirect(url_for(".bid", ref=ref))


@bp.post("/<ref>/signature/take-back/")
@signed_in
@writes
def take_back_signature(ref: str) -> ResponseReturnValue:
    """Take the request for a signature back."""
    bid = own_bid(ref)
    actions.take_back_signature(session(), application_id=bid.application.id, actor=me(), now=now())
    flash(say("The bid no longer waits for a signature."))
    return redirect(url_for(".bid", ref=ref))


@bp.get("/<ref>/signature/decline/")
@signed_in
def decline_signature(ref: str) -> ResponseReturnValue:
    """Ask a signatory why they do not sign."""
    return _decline_page(_to_sign(ref), DeclineToSignForm())


@bp.post("/<ref>/signature/decline/")
@signed_in
@writes
def decline_to_sign(ref: str) -> ResponseReturnValue:
    """Decline to sign; the editors read the reason."""
    bid, form = _to_sign(ref), DeclineToSignForm()
    try:
        actions.decline_to_sign(
            session(),
            application_id=bid.application.id,
            reason=form.reason.data or "",
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        form.take_reasons(broken.reasons)
        return _decline_page(bid, form)
    flash(say("You have declined to sign. We have told the people who write the bid."))
    return redirect(url_for(".bid", ref=ref))


def _to_sign(ref: str) -> Bid:
    bid = own_bid(ref)
    require(policy.can_submit(me(), bid.application))
    latest = partnership.latest_signing(session(), bid.application.id)
    waits = latest is not None and latest.state is Signing.WAITING
    if not waits or bid.application.stage is not Stage.DRAFT:
        raise NotFound(say("Nobody has asked for a signature."))
    return bid


def _decline_page(bid: Bid, form: DeclineToSignForm) -> ResponseReturnValue:
    return form_page("applications/decline_to_sign.html", bid, form=form), 422 if form.errors else 200
