"""The blueprint of the room's pages, when a request arrived, and what every page of a bid needs to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, g, render_template, request, request_started, url_for

from grants.accounts.states import KIND_LABELS
from grants.applications import later, policy, queries
from grants.applications.budget_sums import in_full
from grants.applications.journey import steps
from grants.applications.models import Application
from grants.applications.outline import outline
from grants.applications.queries import Bid
from grants.applications.released import Released
from grants.applications.revision_rules import page_key
from grants.core.clock import now
from grants.core.errors import Reason
from grants.core.web import me, session
from grants.notifications.hiding import hidden_messages
from grants.programme import queries as programme
from grants.programme.rules import Urgency, minutes_left, urgency

bp = Blueprint("applications", __name__, url_prefix="/applications")


@dataclass(frozen=True)
class Blocker:
    """One thing that stands in the way, and the page where it is put right ('' for none)."""

    text: str
    href: str


@dataclass(frozen=True)
class Closing:
    """How near the closing is, for pages of the form that say so."""

    urgency: Urgency
    minutes_left: int
    seconds_left: int

    @classmethod
    def at(cls, closes_at: datetime, moment: datetime) -> "Closing":
        """As it is at `moment`."""
        seconds = int((closes_at - moment).total_seconds())
        return cls(urgency(closes_at, moment), minutes_left(closes_at, moment), max(0, seconds))


def init_app(app: Flask) -> None:
    """Note when each request arrives; leave a place where a later room puts released decisions; hide letters
    about bids that are hidden from their reader.

    That room replaces the template global `released_decisions`, a function from bids to `Released` by bid id.
    """
    request_started.connect(_note_arrival, app)
    app.jinja_env.globals.setdefault("released_decisions", _none_released)
    app.jinja_env.globals.update(bid_outline=outline, bid_steps=steps)
    app.jinja_env.filters["financial_year"] = in_full
    hidden_messages["applications"] = later.about_hidden_bids


def arrived() -> datetime:
    """When this request arrived, before it waited for anybody else's transaction."""
    moment: datetime = g.arrived
    return moment


def _note_arrival(sender: Flask, **extra: Any) -> None:
    g.arrived = now()


def _none_released(applications: Sequence[Application]) -> Mapping[int, Released]:
    return {}


def own_bid(ref: str) -> Bid:
    """The bid at this address, for people of its lead organisation. Raises NotFound for anybody else."""
    bid = queries.bid_by_ref(session(), ref)
    policy.hide_from_strangers(me(), bid.application)
    return bid


def form_page(template: str, bid: Bid, **context: Any) -> str:
    """A page of a bid with its closing minute: of the round or, while changes are asked for, of those."""
    closes_at = programme.closes_at(session(), bid.round, application_id=bid.application.id)
    if bid.request is not None:
        closes_at = bid.request.due_at
    return render_template(
        template,
        bid=bid.application,
        fund=bid.definition,
        round=bid.round,
        closes_at=closes_at,
        closed=now() >= closes_at,
        closing=Closing.at(closes_at, now()),
        change_request=bid.request,
        asked_here=bid.request.asked.get(page_key(place_here(bid)), "") if bid.request else "",
        kinds=KIND_LABELS,
        **context,
    )


def place_here(bid: Bid) -> str:
    """The `place` of the page that is asked for, such as 'sections/summary'."""
    return request.path.removeprefix(url_for("applications.bid", ref=bid.application.ref)).strip("/")


def page_href(bid: Bid, place: str) -> str:
    """The address of a `place` such as 'sections/summary#q-title' of this bid."""
    path, _, field = place.partition("#")
    return (
        url_for("applications.bid", ref=bid.application.ref)
        + (f"{path}/" if path else "")
        + (f"#{field}" if field else "")
    )


def as_blockers(bid: Bid, reasons: Sequence[Reason]) -> list[Blocker]:
    """Reasons with links to where they are put right, as far as those pages are open."""
    return [Blocker(reason.text, open_href(bid, reason.place) if reason.place else "") for reason in reasons]


def open_href(bid: Bid, place: str) -> str:
    """The address of a `place` of this bid; '' where that page cannot be written."""
    return "" if bid.why_closed(page_key(place)) else page_href(bid, place)
