"""What has happened to a bid so far: for its own people, and for staff with a way to the trail."""

from flask import render_template
from flask.typing import ResponseReturnValue

from grants.applications import policy, queries
from grants.applications.bid_history import events
from grants.applications.queries import Bid
from grants.applications.views.blueprint import bp, own_bid
from grants.audit import queries as audit
from grants.core.errors import NotFound
from grants.core.web import me, needs, session, signed_in
from grants.permissions import Permission


@bp.get("/<ref>/history/")
@signed_in
def history(ref: str) -> ResponseReturnValue:
    """For the bid's own people. A decision shows once it is released."""
    return _history_page(own_bid(ref), "applications.bid")


@bp.get("/<ref>/read/history/")
@needs(Permission.READ_BIDS)
def sent_history(ref: str) -> ResponseReturnValue:
    """For staff; those who read the trail are led to its lines about this bid."""
    bid = queries.bid_by_ref(session(), ref)
    if not policy.can_read_sent(me(), bid.application):
        raise NotFound("There is no such bid among those that were sent.")
    return _history_page(bid, "applications.read")


def _history_page(bid: Bid, back: str) -> ResponseReturnValue:
    return render_template(
        "applications/history.html",
        bid=bid.application,
        fund=bid.definition,
        events=events(audit.history_of(session(), bid.application)),
        back=back,
        may_read_trail=me().may(Permission.READ_TRAIL),
    )
