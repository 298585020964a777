"""The town's meetings: one that is called, one that is open and at a bid, lots fixed and not drawn."""

from datetime import timedelta

from sqlalchemy.orm import Session

from grants.core.clock import today
from grants.meetings import actions, queries
from grants.meetings.lottery import commitment
from grants.meetings.models import Lottery
from tests.rooms.access.town import Town


def add(session: Session, town: Town) -> None:
    """Two meetings of the closed round, whose agenda is the scored bid."""
    round_ref = town.records["closed"]["round_ref"]
    called = _called(session, town)
    opened = _called(session, town)
    chair = town.actor(session, "chair")
    actions.open_meeting(session, meeting_id=opened, actor=chair, now=town.now)
    item = queries.agenda_rows(session, opened)[0]
    actions.call_bid(session, item_id=item.id, actor=chair, now=town.now)
    bids = [town.records["scored"]["ref"], town.records["decided"]["ref"]]
    lots = Lottery(
        meeting_id=opened,
        bids={"refs": sorted(bids)},
        source="A public draw",
        commitment=commitment(bids, "A public draw"),
        fixed_by_id=chair.signature(),
        fixed_at=town.now,
    )
    session.add(lots)
    session.flush()
    town.records["lots"] = {"lottery_id": lots.id}
    town.records["meeting"] = {"round_ref": round_ref, "meeting_id": called}
    town.records["meeting@now"] = {
        "round_ref": round_ref,
        "meeting_id": opened,
        "item_id": item.id,
        "person_id": town.person_ids["unassigned"],
    }


def _called(session: Session, town: Town) -> int:
    return actions.call_meeting(
        session,
        round_id=town.round_ids["closed"],
        held_on=today(town.now) + timedelta(days=7),
        place="Committee room 1",
        quorum=1,
        actor=town.actor(session, "manager"),
        now=town.now,
    ).id
