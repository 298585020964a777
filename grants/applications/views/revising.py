"""Changes to a bid that was sent: a manager asks for them or no longer does, the signatory sends them."""

from datetime import UTC, date, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import actions, policy, queries, revisions
from grants.applications.extension_rules import read_clock
from grants.applications.forms import ReasonForm, SendForm, ask_field, changes_form
from grants.applications.queries import Bid
from grants.applications.revision_rules import page_titles
from grants.applications.states import REVISION
from grants.applications.views.blueprint import arrived, bp, own_bid
from grants.applications.views.sending import check_page
from grants.core.clock import LONDON, exact_minute, now
from grants.core.errors import NotFound, Reason, RuleBroken
from grants.core.forms import BaseForm
from grants.core.language import say
from grants.core.web import me, needs, session, signed_in, writes
from grants.permissions import Permission


@bp.get("/<ref>/changes/")
@needs(Permission.READ_BIDS)
def changes(ref: str) -> ResponseReturnValue:
    """The requests for changes to a bid, and for a manager the form of a new one, or why there is none."""
    bid = _sent_bid(ref)
    return _changes_page(bid, _form(bid), ReasonForm())


@bp.post("/<ref>/changes/")
@needs(Permission.SCREEN_BIDS)
@writes
def ask_for_changes(ref: str) -> ResponseReturnValue:
    """Open the pages on which something is asked."""
    bid = _sent_bid(ref)
    form = _form(bid)
    titles = page_titles(bid.definition)
    form.validate()
    if form.errors:
        return _changes_page(bid, form, ReasonForm()), 422
    try:
        asked = actions.ask_for_changes(
            session(),
            application_id=bid.application.id,
            asked={key: form[ask_field(key)].data or "" for key in titles},
            reason=form.reason.data or "",
            due_at=_due(form.due.data, form.due_time.data or ""),
            actor=me(),
            now=now(),
        )
    except RuleBroken as broken:
        places = {"ask": ask_field(next(iter(titles)))}
        form.take_reasons([Reason(r.text, places.get(r.place, r.place)) for r in broken.reasons])
        return _changes_page(bid, form, ReasonForm()), 422
    flash(f"We have asked for changes to {ref}, to be sent before {exact_minute(asked.due_at)}.", "success")
    return redirect(url_for(".changes", ref=ref))


@bp.post("/<ref>/changes/cancel/")
@needs(Permission.SCREEN_BIDS)
@writes
def cancel_changes(ref: str) -> ResponseReturnValue:
    """Close the pages again."""
    bid = _sent_bid(ref)
    form = ReasonForm()
    if not form.validate():
        return _changes_page(bid, _form(bid, filled=False), form), 422
    actions.cancel_changes(
        session(), application_id=bid.application.id, reason=form.reason.data, actor=me(), now=now()
    )
    flash(f"The request for changes to {ref} is cancelled and the applicant has been told why.", "success")
    return redirect(url_for(".changes", ref=ref))


@bp.post("/<ref>/send-changes/")
@signed_in
@writes
def send_changes(ref: str) -> ResponseReturnValue:
    """Send the changes. What counts is when the request arrived. A second press leads to the bid."""
    bid = own_bid(ref)
    form = SendForm()
    try:
        version = actions.send_changes(
            session(),
            application_id=bid.application.id,
            declared=form.declared.data,
            actor=me(),
            now=arrived(),
        )
    except RuleBroken as broken:
        if bid.request is None:
            raise
        declaration = [reason for reason in broken.reasons if reason.place == "check#declared"]
        form.take_reasons([Reason(reason.text, "declared") for reason in declaration])
        others = [reason for reason in broken.reasons if reason not in declaration]
        return check_page(bid, queries.facts_of(session(), bid), form, others), 422
    received = say("We have received your changes. They are version %(number)s of your bid.",
                   number=version.number)  # fmt: skip
    flash(received, "success")
    return redirect(url_for(".bid", ref=ref))


def _sent_bid(ref: str) -> Bid:
    bid = queries.bid_by_ref(session(), ref)
    if not policy.can_read_sent(me(), bid.application):
        raise NotFound("There is no such bid among those that were sent.")
    return bid


def _form(bid: Bid, *, filled: bool = True) -> BaseForm:
    titles = page_titles(bid.definition)
    form: BaseForm = changes_form(tuple(titles.items()))(**({} if filled else {"formdata": None}))
    return form


def _due(day: date | None, clock: str) -> datetime | None:
    """The minute in the UK that was typed, as UTC; None where day or time is missing or unreadable."""
    minute = read_clock(clock)
    if day is None or minute is None:
        return None
    return datetime.combine(day, minute, tzinfo=LONDON).astimezone(UTC)


def _changes_page(bid: Bid, form: BaseForm, cancelling: ReasonForm) -> str:
    may_ask = bool(policy.can_screen(me()))
    return render_template(
        "applications/changes.html",
        bid=bid.application,
        fund=bid.definition,
        round=bid.round,
        form=cancelling if bid.request is not None else form,
        asking=form,
        cancelling=cancelling,
        open_request=bid.request,
        requests=revisions.requests_of(session(), bid.application.id),
        names=revisions.names_of_askers(session(), bid.application.id),
        titles=page_titles(bid.definition),
        states=REVISION,
        ask_field=ask_field,
        may_ask=may_ask,
        objection=actions.why_no_changes(session(), bid) if may_ask else "",
        pressed=request.method == "POST",
    )
