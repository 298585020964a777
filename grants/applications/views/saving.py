"""What the pages of the form share: who may write, where a save leads, and two people on one page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from grants.accounts import queries as accounts
from grants.applications import policy, queries
from grants.applications.queries import Bid
from grants.applications.revision_rules import page_key
from grants.applications.rules import is_hidden, places_of
from grants.applications.views.blueprint import own_bid, page_href, place_here
from grants.core.clock import clock_time, exact_minute, now
from grants.core.errors import Reason
from grants.core.fields import DatePartsField
from grants.core.forms import BaseForm
from grants.core.language import say
from grants.core.policy import require
from grants.core.web import SAFE_METHODS, me, session


@dataclass(frozen=True)
class Difference:
    """One answer that two people gave differently."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class Clash:
    """What somebody else saved on a page while this person was writing on it."""

    by: str
    at: datetime
    differences: Sequence[Difference]


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
    for field in form:
        if isinstance(field, DatePartsField) and field.errors:
            field.wrong = frozenset(field.PARTS)


def clash_with(
    bid: Bid,
    key: str,
    form: BaseForm,
    labels: Mapping[str, str],
    mine: Mapping[str, Any],
    *,
    in_words: Callable[[str, Any], str] = lambda name, given: str(given),
) -> Clash:
    """Both texts of every answer that differs. The form then carries the new version: saving it again is a
    choice. `in_words` makes text of an answer, given its name.
    """
    page = queries.page_of(session(), bid.application.id, key)
    theirs = page.answers if page else {}
    return clash(
        bid,
        key,
        form,
        [
            Difference(label, in_words(name, theirs.get(name, "")), in_words(name, mine.get(name, "")))
            for name, label in labels.items()
            if theirs.get(name, "") != mine.get(name, "")
        ],
    )


def clash(bid: Bid, key: str, form: BaseForm, differences: Sequence[Difference]) -> Clash:
    """Who saved the page and when, with the differences."""
    page = queries.page_of(session(), bid.application.id, key)
    form["version"].data = page.version if page else None
    person = accounts.person(session(), page.saved_by_id) if page and page.saved_by_id else None
    return Clash(
        by=(person.name or person.email) if person else "Somebody else",
        at=page.saved_at if page else now(),
        differences=differences,
    )
