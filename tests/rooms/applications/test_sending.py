"""A bid is sent once, in time, with nothing missing; what was sent never changes."""

from grants.applications import queries
from grants.applications.states import Stage
from grants.core.db import unit_of_work
from tests.rooms.applications import world as w


def test_a_complete_bid_is_sent_and_frozen(ctx: object) -> None:
    with unit_of_work() as session:
        world = w.build(session)
        version = w.sent(world)
        application = queries.application(session, version.application_id)
        assert application.stage is Stage.SUBMITTED
        assert version.content["ask"] == 2_000_050
