"""Two versions of a bid side by side, for its own people and for staff."""

from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue

from grants.applications import policy, queries, revisions
from grants.applications.queries import Bid
from grants.applications.version_pair import Choice, as_choice, pair
from grants.applications.views.blueprint import bp, own_bid
from grants.core.clock import exact_minute
from grants.core.errors import NotFound
from grants.core.language import say
from grants.core.web import me, needs, session, signed_in
from grants.permissions import Permission


@bp.get("/<ref>/versions/")
@signed_in
def versions(ref: str) -> ResponseReturnValue:
    """The versions of a bid, for its own people; with what they wrote for a request and did not send."""
    bid = own_bid(ref)
    unsent = [
        Choice(
            f"unsent-{asked.id}",
            say("Not sent: written until %(minute)s", minute=exact_minute(asked.ended_at or asked.due_at)),
            asked.unsent,
        )
        for asked in revisions.requests_of(session(), bid.application.id)
        if asked.unsent
    ]
    return _versions_page(bid, unsent, "applications.bid")


@bp.get("/<ref>/read/versions/")
@needs(Permission.READ_BIDS)
def sent_versions(ref: str) -> ResponseReturnValue:
    """The versions of a bid as they were sent, for staff."""
    bid = queries.bid_by_ref(session(), ref)
    if not policy.can_read_sent(me(), bid.application):
        raise NotFound("There is no such bid among those that were sent.")
    return _versions_page(bid, [], "applications.read")


def _versions_page(bid: Bid, unsent: Sequence[Choice], back: str) -> ResponseReturnValue:
    sent = [as_choice(version) for version in revisions.versions_of(session(), bid.application.id)]
    if not sent:
        raise NotFound("This bid has not been sent.")
    asked = (request.args.get("first", ""), request.args.get("second", ""))
    return render_template(
        "applications/versions.html",
        bid=bid.application,
        pair=pair(bid.definition, sent, unsent, *asked),
        back=back,
    )
