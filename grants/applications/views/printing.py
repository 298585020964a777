"""A bid as a PDF, for those who may read it: the draft as it stands, or the version that was sent."""

from flask.typing import ResponseReturnValue

from grants.applications import policy, queries
from grants.applications.models import Version
from grants.applications.on_paper import bid_paper
from grants.applications.queries import Bid
from grants.applications.views.blueprint import bp, own_bid
from grants.core.clock import now
from grants.core.errors import NotFound
from grants.core.pages import download
from grants.core.paper import pdf
from grants.core.web import me, needs, session, signed_in
from grants.permissions import Permission


@bp.get("/<ref>/pdf/")
@signed_in
def own_pdf(ref: str) -> ResponseReturnValue:
    """The bid for its own people: as it was sent, or the draft, which says on every page that it is one."""
    bid = own_bid(ref)
    if bid.application.submitted_at is not None:
        return _sent_pdf(bid, queries.current_version(session(), bid.application))
    facts = queries.facts_of(session(), bid)
    moment = now()
    data = bid_paper(
        queries.content_now(session(), bid, facts),
        bid.definition,
        round_name=bid.round.name,
        sent=None,
        written_at=moment,
        undecided=facts.undecided(),
    )
    return download(pdf("bid", data, dated=moment), name=f"{ref}-draft.pdf", media_type="application/pdf")


@bp.get("/<ref>/read/pdf/")
@needs(Permission.READ_BIDS)
def read_pdf(ref: str) -> ResponseReturnValue:
    """The bid as it was sent, for staff."""
    bid = queries.bid_by_ref(session(), ref)
    if not policy.can_read_sent(me(), bid.application):
        raise NotFound("There is no such bid among those that were sent.")
    return _sent_pdf(bid, queries.current_version(session(), bid.application))


def _sent_pdf(bid: Bid, version: Version) -> ResponseReturnValue:
    data = bid_paper(
        version.content,
        bid.definition,
        round_name=bid.round.name,
        sent=version,
        written_at=version.submitted_at,
    )
    name = f"{bid.application.ref}-v{version.number}.pdf"
    return download(pdf("bid", data, dated=version.submitted_at), name=name, media_type="application/pdf")
