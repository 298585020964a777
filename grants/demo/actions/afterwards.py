"""What comes after decisions and awards of the story: an appeal that is answered, an award that changes."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.appeals import actions as appeals
from grants.appeals import queries as appealed
from grants.appeals.states import Ground
from grants.awards import actions as awards
from grants.awards import variations
from grants.awards.models import Variation
from grants.awards.varying import Change
from grants.demo.actions.timeline import Deed
from grants.demo.actions.world import World
from grants.demo.partnerships import Partnership

APPEAL = (
    "The panel says that young people are only asked to walk. Our page on young people says that six of them"
    " plan the route and choose the music. We think that this page was not read."
)
ANSWER = (
    "The page was read: two reviewers quote it. The panel weighed it against the rest, which does not"
    " say what the six may decide. A panel may see that otherwise than you do, so the decision stands."
)
LATER = (
    "One of the three employers can take the second group of trainees only from the autumn. We ask for time,"
    " not for money."
)
IN_FAVOUR = "The employer has confirmed it in writing. Nothing else changes, and the fund’s last day is kept."


def appeal(world: World, partnership: Partnership, *, at: datetime) -> None:
    """At `at` the lead appeals; eight days later the deputy, who had no part in the decision, answers."""

    def make(session: Session, now: datetime) -> None:
        lead = world.actor(session, partnership.lead.key)
        appeals.make(
            session, application_id=world.bids[partnership.key], ground=Ground.OVERLOOKED, text=APPEAL,
            actor=lead, now=now,
        )  # fmt: skip

    def answer(session: Session, now: datetime) -> None:
        made = appealed.appeals_of(session, world.bids[partnership.key])[0]
        appeals.settle(
            session, appeal_id=made.id, upheld=False, answer=ANSWER, version=made.version,
            actor=world.actor(session, "deputy"), now=now,
        )  # fmt: skip

    world.timeline.add(at, make)
    world.timeline.add(at + timedelta(days=8), answer)


def vary(world: World, partnership: Partnership, *, round_number: int, at: datetime) -> None:
    """At `at` the lead asks to end on the fund's last day; the manager recommends it, the chair approves."""
    spend_by = world.definitions[round_number].calendar.spend_by

    def ask(session: Session, now: datetime) -> None:
        lead = world.actor(session, partnership.lead.key)
        awards.ask_variation(
            session, application_id=world.bids[partnership.key], actor=lead, now=now,
            change=Change(ends_on=spend_by, reason=LATER),
        )  # fmt: skip

    def recommend(session: Session, now: datetime) -> None:
        asked = _asked(world, session, partnership)
        awards.recommend_variation(
            session, variation_id=asked.id, in_favour=True, recommendation=IN_FAVOUR, version=asked.version,
            actor=world.actor(session, "manager"), now=now,
        )  # fmt: skip

    def approve(session: Session, now: datetime) -> None:
        asked = _asked(world, session, partnership)
        chair = world.actor(session, "chair")
        awards.approve_variation(session, variation_id=asked.id, version=asked.version, actor=chair, now=now)

    steps: tuple[Deed, ...] = (ask, recommend, approve)
    for hours, step in zip((0, 20, 44), steps, strict=True):
        world.timeline.add(at + timedelta(hours=hours), step)


def _asked(world: World, session: Session, partnership: Partnership) -> Variation:
    return variations.of_award(session, world.bids[partnership.key])[0]
