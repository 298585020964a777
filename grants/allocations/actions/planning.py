"""Asking for a scenario, and what the worker that works it out writes on its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from grants.allocations import policy, queries
from grants.allocations.models import Scenario
from grants.allocations.settings import Settings, from_json, to_json
from grants.allocations.states import SCENARIO, UNDER_WAY, ScenarioState
from grants.audit import actions as audit
from grants.core import dispatch
from grants.core.errors import Reason, RuleBroken, require_no
from grants.core.policy import require
from grants.permissions import Actor, service
from grants.programme import queries as programme
from grants.reviewing.queries import hidden_refs

COMPUTE = "allocations.compute"
"""The job that works one scenario out."""

LEASE = timedelta(minutes=10)
"""How long a worker may be silent before it is taken for dead: it speaks after every sum."""
COURIER_TIME = timedelta(seconds=30)
MOST_ATTEMPTS = 3
MOST_WAITING = 5
LONGEST_NAME = 100
DIED = "The worker stopped while it worked this out, several times over. Ask whoever runs the service."


@dataclass(frozen=True)
class Claimed:
    """A scenario that one worker holds. `attempt` is the holder's proof."""

    id: int
    round_id: int
    attempt: int


def ask_for(
    session: Session,
    *,
    round_id: int,
    name: str,
    settings: Settings,
    actor: Actor,
    now: datetime,
    base_id: int | None = None,
) -> Scenario:
    """Ask for a scenario under a name. It is worked out of the bids, scores and decisions as they are then.

    Raises NotAllowed (also where a bid that waits is hidden from the actor), or RuleBroken with all reasons.
    """
    require(policy.can_plan(session, actor, round_id))
    round_ = programme.locked(session, round_id)
    found = queries.standing(session, round_)
    waiting = {row[1]: row[0] for row in found.waiting}
    hidden = hidden_refs(session, actor.person_id or 0, round_id)
    require(policy.runs_clear({*waiting.values(), *found.unreleased}, hidden))
    require_no(_against(name, settings, waiting))
    if _under_way(session, round_id) >= MOST_WAITING:
        raise RuleBroken("Several scenarios are being worked out already. Wait until one of them is ready.")
    scenario = Scenario(
        round_id=round_id,
        base_id=base_id,
        name=name.strip(),
        settings=to_json(settings),
        requested_by_id=actor.signature(),
        requested_at=now,
    )
    session.add(scenario)
    session.flush()
    audit.record(
        session, actor, "scenario.requested", scenario, now=now,
        round_id=round_id, settings=audit.digest(repr(settings)),
    )  # fmt: skip
    dispatch.after_commit(session, COMPUTE, scenario.id)
    return scenario


def ask_with_bid(session: Session, *, scenario_id: int, ref: str, actor: Actor, now: datetime) -> Scenario:
    """Ask what it would take to fund one bid: the same scenario with that bid ruled in, to be compared.

    Raises NotAllowed or RuleBroken.
    """
    base = queries.scenario_by_id(session, scenario_id)
    was, ref = from_json(base.settings), ref.strip().upper()
    if not ref:
        raise RuleBroken([Reason("Enter the reference of a bid", "bid")])
    if ref in was.funded:
        raise RuleBroken([Reason("This scenario rules that bid in already", "bid")])
    refused = tuple(one for one in was.refused if one != ref)
    settings = Settings(was.allocation, (*was.funded, ref), refused)
    name = f"{base.name[: LONGEST_NAME - len(ref) - 7]}, with {ref}"
    try:
        return ask_for(
            session,
            round_id=base.round_id,
            name=name,
            settings=settings,
            actor=actor,
            now=now,
            base_id=base.id,
        )
    except RuleBroken as broken:
        places = {"funded": "bid"}
        raise RuleBroken(
            Reason(one.text, places.get(one.place, one.place)) for one in broken.reasons
        ) from broken


def work_out_again(session: Session, *, scenario_id: int, actor: Actor, now: datetime) -> Scenario:
    """Ask for the same scenario as things stand now: another row, the first stays as it was found.

    Bids that no longer wait for a decision are left out of those ruled in or out.
    """
    base = queries.scenario_by_id(session, scenario_id)
    was = from_json(base.settings)
    round_ = programme.round_by_id(session, base.round_id)
    waiting = {row[1] for row in queries.standing(session, round_).waiting}
    settings = Settings(
        was.allocation,
        tuple(ref for ref in was.funded if ref in waiting),
        tuple(ref for ref in was.refused if ref in waiting),
    )
    return ask_for(
        session,
        round_id=base.round_id,
        name=base.name,
        settings=settings,
        actor=actor,
        now=now,
        base_id=base.id,
    )


def waiting(session: Session, now: datetime) -> list[int]:
    """Ids of scenarios that nobody works on: never fetched, or left behind by a worker that died."""
    unfetched = and_(Scenario.state == ScenarioState.WAITING, Scenario.requested_at < now - COURIER_TIME)
    found = select(Scenario.id).where(or_(unfetched, _silent(now))).order_by(Scenario.id).limit(100)
    return list(session.scalars(found))


def claim(session: Session, *, scenario_id: int, now: datetime) -> Claimed | None:
    """Take a waiting scenario, also from a worker that died; None if there is nothing to do."""
    silent = [Scenario.id == scenario_id, _silent(now)]
    _update(session, "fail", [*silent, Scenario.attempts >= MOST_ATTEMPTS], failure=DIED)
    _update(session, "requeue", silent)
    step = SCENARIO.steps["start"]
    row = session.execute(
        update(Scenario)
        .where(Scenario.id == scenario_id, Scenario.state.in_(step.sources))
        .values(state=step.target, claimed_at=now, attempts=Scenario.attempts + 1, steps=0, steps_done=0)
        .returning(Scenario.id, Scenario.round_id, Scenario.attempts),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    return None if row is None else Claimed(*row)


def tell_progress(session: Session, *, held: Claimed, done: int, of: int, now: datetime) -> None:
    """How far the worker has come; it is alive."""
    session.execute(
        update(Scenario).where(*_mine(held)).values(steps=of, steps_done=done, claimed_at=now),
        execution_options={"synchronize_session": False},
    )


def finish(
    session: Session, *, held: Claimed, clash: bool, digest: str, results: Mapping[str, Any], now: datetime
) -> bool:
    """It is worked out, of what has that `digest`. False if the claim was lost on the way."""
    deed = "find_clash" if clash else "finish"
    done = _update(
        session, deed, _mine(held), results=dict(results), input_digest=digest, made_at=now, failure=""
    )
    if done:
        audit.record(
            session, service("worker"), "scenario.made", ("scenario", str(held.id)), now=now,
            round_id=held.round_id, clash=clash, input_digest=digest,
        )  # fmt: skip
    return done


def fail(session: Session, *, held: Claimed, reason: str, now: datetime) -> bool:
    """It could not be worked out, in words for those who wait; tried `MOST_ATTEMPTS` times."""
    if held.attempt < MOST_ATTEMPTS:
        return _update(session, "requeue", _mine(held), failure=reason)
    failed = _update(session, "fail", _mine(held), failure=reason)
    if failed:
        audit.record(session, service("worker"), "scenario.failed", ("scenario", str(held.id)), now=now)
    return failed


def _against(name: str, settings: Settings, waiting: Mapping[str, int]) -> list[Reason]:
    """All that stands in the way of a scenario."""
    reasons = []
    if not name.strip():
        reasons.append(Reason("Enter a name for the scenario", "name"))
    if len(name.strip()) > LONGEST_NAME:
        reasons.append(Reason(f"The name must be {LONGEST_NAME} characters or fewer", "name"))
    if not waiting:
        reasons.append(Reason("No ranked bid waits for a decision, so there is nothing to share out."))
    for place, refs in (("funded", settings.funded), ("refused", settings.refused)):
        unknown = [ref for ref in refs if ref not in waiting]
        if unknown and waiting:
            reasons.append(Reason(f"No ranked bid that waits for a decision is called {unknown[0]}", place))
    both = [ref for ref in settings.funded if ref in settings.refused]
    if both:
        reasons.append(Reason(f"{both[0]} cannot be ruled in and out at once", "refused"))
    allocation = settings.allocation
    if allocation.most is not None and allocation.fewest > allocation.most:
        reasons.append(Reason("The least number of awards is more than the most", "fewest"))
    return reasons


def _under_way(session: Session, round_id: int) -> int:
    here = select(Scenario.id).where(Scenario.round_id == round_id, Scenario.state.in_(UNDER_WAY))
    return len(session.scalars(here).all())


def _silent(now: datetime) -> ColumnElement[bool]:
    return and_(Scenario.state == ScenarioState.COMPUTING, Scenario.claimed_at < now - LEASE)


def _mine(held: Claimed) -> list[ColumnElement[bool]]:
    return [Scenario.id == held.id, Scenario.attempts == held.attempt]


def _update(session: Session, deed: str, where: list[ColumnElement[bool]], **values: object) -> bool:
    step = SCENARIO.steps[deed]
    result = session.execute(
        update(Scenario).where(*where, Scenario.state.in_(step.sources)).values(state=step.target, **values),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(result, CursorResult)  # noqa: S101 - tells the type checker what an update returns
    return result.rowcount == 1
