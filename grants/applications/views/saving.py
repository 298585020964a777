"""What the pages of the form share: who may write, where a save leads, and two people on one page."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grants.applications import policy, queries
from grants.applications.queries import Bid
from grants.applications.revision_rules import page_key
from grants.applications.rules import is_hidden, places_of
from grants.applications.views.autosave import forget_waiting
from grants.applications.views.blueprint import own_bid, page_href, place_here
from grants.core.clock import clock_time, exact_minute, now
from grants.core.errors import Reason
from grants.core.fields import DatePartsField
from grants.core.forms import BaseForm, RowsField
from grants.core.language import say
from grants.core.policy import require
from grants.core.web import SAFE_METHODS, me, session


def draft_to_write(ref: str) -> Bid:
    """The bid at this address, for those who may write it. Raises NotFound or NotAllowed.

    A page that is closed, because the bid has been sent, leads to the bid's own page; what is sent to it is
    refused by the deed, with the words shown so that they can be copied.
    """
    bid = own_bid(ref)
    require(policy.can_edit(me(), bid.application))
    if request.method in SAFE_METHODS and bid.why_closed(page_key(place_here(bid))):
        abort(redirect(url_for("applications.bid", ref=ref)))
    return bid


def onward(bid: Bid, place: str, *, wrong: bool) -> ResponseReturnValue:
    """After a save: back to the same page if something typed there is wrong, else to the next, or to the task
    list.
    """
    forget_waiting(bid, page_key(place))
    if request.form.get("go") == "later":
        saved = say("Saved at %(time)s.", time=clock_time(now()))
        until = say("You can come back at any time before the round closes.")
        if bid.request is not None:
            due = exact_minute(bid.request.due_at)
            until = say("You can come back at any time before %(minute)s.", minute=due)
        flash(f"{saved} {until}", "success")
        return redirect(url_for("applications.bid", ref=bid.application.ref))
    if wrong:
        flash("Your answers are saved. Something in them must be put right before the bid can be sent.")
        return redirect(page_href(bid, place))
    places = places_of(bid.definition)
    facts = queries.facts_of(session(), bid)
    after = [
        next_
        for next_ in places[places.index(place) + 1 :]
        if not bid.why_closed(page_key(next_)) and not is_hidden(facts, next_)
    ]
    return redirect(page_href(bid, after[0]))


def one_more(rows: str) -> bool:
    """Whether the button that adds a row was pressed. What was typed is saved first, so that nobody who fills
    row after row can lose them all.
    """
    return f"{rows}-add" in request.form


def point_out(form: BaseForm, reasons: Sequence[Reason]) -> None:
    """Put each reason beside the field that its place names."""
    form.take_reasons([Reason(reason.text, reason.place.partition("#")[2]) for reason in reasons])
    for field in _fields(form):
        if isinstance(field, DatePartsField) and field.errors:
            field.wrong = frozenset(field.PARTS)


def _fields(form: Any) -> Iterator[Any]:
    """The fields of a form, those of its rows included."""
    for field in form:
        yield field
        for entry in field.entries if isinstance(field, RowsField) else ():
            yield from _fields(entry.form)
