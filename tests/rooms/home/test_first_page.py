"""What a person's first page counts."""

from sqlalchemy.orm import Session

from grants.applications import actions as applications
from grants.home import queries
from tests.rooms.applications import world as w
from tests.rooms.reviewing.panel import NOW, build


def test_a_bid_that_has_left_review_waits_for_no_reviewer(session: Session) -> None:
    panel = build(session, bids=2)
    for bid in panel.bids:
        panel.assign(bid, "rosa")
    assert queries.reviews_left(session, panel.person_ids["rosa"]) == 2
    applications.advance(session, application=panel.bids[0], deed="withdraw", actor=w.OPERATOR, now=NOW)
    assert queries.reviews_left(session, panel.person_ids["rosa"]) == 1
