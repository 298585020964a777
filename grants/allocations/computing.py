"""The job that works a scenario out: the one file of this room through which the product needs scipy."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction

import structlog

from grants.allocations import queries
from grants.allocations.actions import planning
from grants.allocations.actions.planning import Claimed
from grants.allocations.groups import shares_of
from grants.allocations.queries import Standing
from grants.allocations.settings import from_json
from grants.allocations.weighing import Ground, RankedBid, Weighed, weigh
from grants.core.db import JsonDict, db, unit_of_work
from grants.programme import queries as programme

log = structlog.get_logger(__name__)


def run_scenario(scenario_id: int, now: datetime) -> None:
    """Work the scenario out if it waits and nobody else has taken it; else do nothing.

    No transaction is open while sums are done. Whatever goes wrong is written on the row, which the sweep
    has tried again.
    """
    started = time.monotonic()

    def at() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    with unit_of_work() as session:
        held = planning.claim(session, scenario_id=scenario_id, now=now)
    if held is None:
        return

    def step(done: int, of: int) -> None:
        with unit_of_work() as session:
            planning.tell_progress(session, held=held, done=done, of=of, now=at())

    try:
        found, ground, settings = _read(held)
        weighed: Weighed = weigh(ground, from_json(settings), step)
    except Exception as error:  # whatever it is, somebody waits for this and must be told
        log.warning("scenario not worked out", scenario=held.id, attempt=held.attempt, error=repr(error))
        reason = f"Something went wrong while this was worked out ({type(error).__name__})."
        with unit_of_work() as session:
            planning.fail(session, held=held, reason=reason, now=at())
        return
    with unit_of_work() as session:
        planning.finish(
            session,
            held=held,
            clash=weighed.clash,
            digest=found.digest(settings),
            results=weighed.results,
            now=at(),
        )


def _read(held: Claimed) -> tuple[Standing, Ground, JsonDict]:
    """Everything in one look, and the scenario's settings."""
    session = db.session()
    try:
        settings = queries.scenario_by_id(session, held.id).settings
        round_ = programme.round_by_id(session, held.round_id)
        found = queries.standing(session, round_)
        shares = shares_of(queries.abouts(session, found), programme.definition_of(round_).areas)
        return found, ground_of(found, shares), settings
    finally:
        session.rollback()


def ground_of(found: Standing, shares: Mapping[int, Mapping[str, Fraction]]) -> Ground:
    """What stands, as the sums take it."""
    return Ground(
        left=found.left,
        bids=[
            RankedBid(bid, ref, rank, ask, least, Fraction(total))
            for bid, ref, rank, ask, least, total, _ in found.waiting
        ],
        decided={bid: amount for bid, amount, _ in found.funded},
        shares=shares,
        unreleased=found.unreleased,
    )
