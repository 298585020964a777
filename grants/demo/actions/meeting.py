"""The story's panel at its table: a meeting that is over, with its minutes, and one that is called."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.core.clock import today
from grants.demo.actions.timeline import Deed
from grants.demo.actions.world import World
from grants.demo.partnerships import Partnership
from grants.meetings import actions as meetings
from grants.meetings import queries

PLACE = "Committee room 2, Town Hall"
QUORUM = 4
AT_THE_TABLE = ("deputy", "cem", "beatrice", "vera", "idris", "fiona", "patrick")
"""Who comes beside the chair."""


def call(world: World, *, round_number: int, at: datetime, held: timedelta) -> None:
    """At `at` the manager calls a meeting about the bids that are scored and not decided."""
    world.timeline.add(at, _call(world, round_number, held))


def _call(world: World, round_number: int, held: timedelta) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        meetings.call_meeting(
            session,
            round_id=world.rounds[round_number],
            held_on=today(now + held),
            place=PLACE,
            quorum=QUORUM,
            actor=world.actor(session, "manager"),
            now=now,
        )

    return deed


def hold(world: World, partnerships: Sequence[Partnership], *, round_number: int, at: datetime) -> None:
    """At `at` the chair opens the round's meeting, then comes to a bid every nine minutes."""
    world.timeline.add(at, _open(world, round_number))
    for place, partnership in enumerate(partnerships):
        world.timeline.add(at + timedelta(minutes=9 * place + 1), _come_to(world, round_number, partnership))
    end = at + timedelta(minutes=9 * len(partnerships) + 5)
    world.timeline.add(end, _close(world, round_number))


def _open(world: World, round_number: int) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        meeting_id = _newest(world, session, round_number)
        chair = world.actor(session, "chair")
        meetings.open_meeting(session, meeting_id=meeting_id, actor=chair, now=now)
        for name in AT_THE_TABLE:
            person = world.actor(session, name)
            meetings.arrive(
                session, meeting_id=meeting_id, person_id=person.signature(), actor=person, now=now
            )

    return deed


def _come_to(world: World, round_number: int, partnership: Partnership) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        bid_id, chair = world.bids[partnership.key], world.actor(session, "chair")
        for item in queries.agenda_rows(session, _newest(world, session, round_number)):
            if item.application_id == bid_id:
                meetings.call_bid(session, item_id=item.id, actor=chair, now=now)
                note = f"{partnership.reason} Agreed by all in the room."
                meetings.write_note(session, item_id=item.id, note=note, actor=chair, now=now)

    return deed


def _close(world: World, round_number: int) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        meeting_id = _newest(world, session, round_number)
        chair = world.actor(session, "chair")
        meetings.close_meeting(session, meeting_id=meeting_id, actor=chair, now=now)

    return deed


def _newest(world: World, session: Session, round_number: int) -> int:
    return queries.meetings_of(session, world.rounds[round_number])[0].id
