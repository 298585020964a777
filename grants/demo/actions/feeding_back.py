"""How the story's applicants get feedback: drafted for the round, read by the chair, marked as ready."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.demo.actions.timeline import Deed
from grants.demo.actions.world import World
from grants.demo.partnerships import Partnership
from grants.feedback import actions as feedback
from grants.feedback import queries


def draft(world: World, *, round_number: int, at: datetime) -> None:
    """At `at` the manager has feedback drafted for every scored bid of the round."""

    def deed(session: Session, now: datetime) -> None:
        round_id = world.rounds[round_number]
        manager = world.actor(session, "manager")
        run = feedback.request_drafts(session, round_id=round_id, actor=manager, now=now)
        held = feedback.claim(session, run_id=run.id, now=now)
        if held is not None:
            ids = queries.to_draft(session, round_id)
            feedback.draft_some(session, run=held, application_ids=ids, bids=len(ids), now=now)
            feedback.finish(session, run=held, now=now)

    world.timeline.add(at, deed)


def mark_ready(world: World, partnerships: Sequence[Partnership], *, at: datetime) -> None:
    """From `at` on the chair reads the drafts and marks them as ready, six minutes a bid."""
    for place, partnership in enumerate(partnerships):
        world.timeline.add(at + timedelta(minutes=6 * place), _mark_ready(world, partnership))


def _mark_ready(world: World, partnership: Partnership) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        row = queries.of_bid(session, world.bids[partnership.key])
        if row is not None:
            feedback.mark_ready(
                session,
                application_id=row.application_id,
                version=row.version,
                actor=world.actor(session, "chair"),
                now=now,
            )

    return deed
