"""Telling the whole story, in a handful of transactions: one up to each work that a worker does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from grants.core.clock import long_date, today
from grants.core.db import unit_of_work
from grants.core.errors import RuleBroken
from grants.demo import queries
from grants.demo.actions.rounds import tell_all_rounds
from grants.demo.actions.world import World
from grants.demo.calendar import rounds
from grants.programme.definition import FundDefinition


@dataclass(frozen=True)
class Told:
    """How much was told: deeds and bids, and messages that wait in the outbox."""

    deeds: int
    bids: int
    messages: int


def tell(*, definition: FundDefinition, now: datetime, progress: Callable[[str], None]) -> Told:
    """Tell the story of three rounds of the fund, as it stands at `now`. Opens its own transactions.

    Raises RuleBroken when the database has a round of the fund already, NotAllowed outside demo mode. What
    the story's people were written goes out through the outbox like any other mail.
    """
    world = World(rounds(definition, today=today(now)))
    with unit_of_work() as session:
        if queries.has_round_of(session, definition.slug):
            raise RuleBroken(
                f"The database already has a round of the fund “{definition.name}”. The demo’s story needs an"
                " empty one: set GRANTS_DATA_DIR to another folder."
            )
    tell_all_rounds(world)
    timeline = world.timeline
    while not timeline.ended:
        with unit_of_work() as session:
            timeline.act(session)
        timeline.work()
        if timeline.at is not None:
            progress(f"The demo’s story: {timeline.told:,} deeds, told up to {long_date(timeline.at)}")
    with unit_of_work() as session:
        return Told(timeline.told, queries.bids_told(session), queries.messages_waiting(session))
