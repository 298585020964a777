"""Text that breaks careless software, in why awards change, bids are skipped and panels decide again."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from grants.awards.models import ReserveSkip, Variation
from grants.awards.varying import LONGEST
from grants.panels.models import Decision, Override
from tests.paths import needs_shared_data
from tests.rooms.access.bodies import body_for
from tests.rooms.access.desk import Desk
from tests.rooms.access.naughty import in_one, kept
from tests.rooms.access.visiting import Visits

pytestmark = needs_shared_data

ALL = "start\n" + "\n".join(in_one(1_000_000)) + "\nend"
"""Every one of them in a box that takes any length."""


@pytest.fixture
def town(visits: Visits) -> Iterator[Visits]:
    """The town, put back afterwards."""
    yield visits
    visits.put_back()


def test_a_change_of_an_award(town: Visits) -> None:
    lead, manager, chair = (Desk(town, name) for name in ("signatory", "manager", "chair"))
    last = select(Variation.delivery, Variation.reason, Variation.recommendation, Variation.refusal)
    for text in in_one(LONGEST - 10):
        typed = f"start\n{text}\nend"
        lead.send("awards.ask_variation", "active", {"delivery": typed, "reason": typed})
        manager.send(
            "awards.recommend_variation",
            "active",
            {"in_favour": "no", "recommendation": typed, "version": 1},
        )
        chair.send("awards.refuse_variation", "active", {"reason": typed, "version": 2})
        assert lead.stored(last.order_by(Variation.id.desc()).limit(1)) == [(kept(typed),) * 4]
    assert lead.read("awards.changes", "active").holds(kept(typed))
    assert chair.read("awards.variations_page", "active").holds(kept(typed))


def test_why_a_bid_is_skipped_decided_again_or_no_more_money_given(town: Visits) -> None:
    chair, approver = Desk(town, "chair"), Desk(town, "finance approver")
    ref = town.town.records["reserved"]["ref"]
    chair.send("awards.skip", "reserved", {f"skip-{ref}-reason": ALL})
    assert chair.stored(select(ReserveSkip.reason)) == [(kept(ALL),)]
    assert chair.read("awards.reserve_list_page", "past").holds(kept(ALL))

    again = body_for("panels.reopen", town.town, town.town.records["reserved"])
    chair.send("panels.reopen", "reserved", {**again, "reason": ALL})
    why = select(Decision.reopening_reason).where(Decision.application_id == town.town.bid_ids["reserved"])
    assert chair.stored(why) == [(kept(ALL),)]
    assert chair.read("panels.decision", "reserved").holds(kept(ALL))

    override = town.town.records["override"]["override_id"]
    approver.send("panels.refuse_override", "override", {f"override{override}-refusal": ALL})
    assert approver.stored(select(Override.refusal).where(Override.id == override)) == [(kept(ALL),)]
    assert approver.read("panels.overrides", "closed").holds(kept(ALL))
