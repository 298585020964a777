"""Asking how sure a ranking is, and what the worker that finds out writes on its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from grants.audit import actions as audit
from grants.core import dispatch
from grants.core.errors import RuleBroken
from grants.core.policy import require
from grants.permissions import Actor, service
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.scoring import policy, standing
from grants.scoring.models import Calibration
from grants.scoring.states import CALIBRATION, CalibrationState

CALIBRATE = "scoring.calibrate"
"""The job that works one calibration out."""

LEASE = timedelta(minutes=10)
"""How long a worker may be silent before it is taken for dead: the largest round takes a minute."""
COURIER_TIME = timedelta(seconds=30)
MOST_ATTEMPTS = 3
DIED = "The worker stopped while it worked this out, several times over. Ask whoever runs the service."


@dataclass(frozen=True)
class Claimed:
    """A calibration that one worker holds. `attempt` is the holder's proof."""

    id: int
    round_id: int
    attempt: int


def request_calibration(session: Session, *, round_id: int, actor: Actor, now: datetime) -> Calibration:
    """Ask for the round's calibration as its results stand. While one is under way, that one is given back.

    Raises NotAllowed, or RuleBroken while no review is locked.
    """
    require(policy.may_see_ranking(session, actor, round_id))
    round_ = programme.locked(session, round_id)
    if not standing.results_in(session, round_id):
        raise RuleBroken("No review of this round is locked yet, so there is nothing to work out.")
    return _ask(session, round_, actor, now=now)


def recalibrate(session: Session, *, now: datetime) -> int:
    """Mark calibrations that tell of other results as stale, and ask again where scoring has finished.

    Gives how many were asked for. Called by the clock; asking twice does no harm.
    """
    asked = 0
    for round_ in standing.rounds_to_look_at(session):
        digest = standing.digest(session, round_)
        latest = standing.latest(session, round_.id)
        if latest is not None and latest.input_digest == digest:
            continue
        if latest is not None and latest.state is CalibrationState.READY:
            _update(session, "outdate", [Calibration.id == latest.id])
        if standing.scoring_finished(session, round_.id):
            _ask(session, round_, service("clock"), now=now)
            asked += 1
    return asked


def _ask(session: Session, round_: Round, actor: Actor, *, now: datetime) -> Calibration:
    under_way = standing.under_way(session, round_.id)
    if under_way is not None:
        return under_way
    row = Calibration(
        round_id=round_.id,
        input_digest=standing.digest(session, round_),
        requested_by_id=actor.person_id,
        requested_at=now,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "calibration.requested", row, now=now, round_id=round_.id)
    dispatch.after_commit(session, CALIBRATE, row.id)
    return row


def waiting(session: Session, now: datetime) -> list[int]:
    """Ids of calibrations that nobody works on: never fetched, or left behind by a worker that died."""
    unfetched = and_(
        Calibration.state == CalibrationState.QUEUED, Calibration.requested_at < now - COURIER_TIME
    )
    found = select(Calibration.id).where(or_(unfetched, _silent(now))).order_by(Calibration.id).limit(100)
    return list(session.scalars(found))


def claim(session: Session, *, calibration_id: int, now: datetime) -> Claimed | None:
    """Take a waiting calibration, also from a worker that died; None if there is nothing to do."""
    silent = [Calibration.id == calibration_id, _silent(now)]
    _update(session, "fail", [*silent, Calibration.attempts >= MOST_ATTEMPTS], failure=DIED)
    _update(session, "requeue", silent)
    step = CALIBRATION.steps["start"]
    row = session.execute(
        update(Calibration)
        .where(Calibration.id == calibration_id, Calibration.state.in_(step.sources))
        .values(state=step.target, claimed_at=now, attempts=Calibration.attempts + 1)
        .returning(Calibration.id, Calibration.round_id, Calibration.attempts),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    return None if row is None else Claimed(*row)


def finish(
    session: Session, *, held: Claimed, digest: str, results: Mapping[str, Any], now: datetime
) -> bool:
    """It is worked out, of the results with that `digest`. False if the claim was lost on the way."""
    done = _update(
        session, "finish", _mine(held), results=dict(results), input_digest=digest, made_at=now, failure=""
    )
    if done:
        about = ("calibration", str(held.id))
        audit.record(
            session, service("worker"), "calibration.made", about, now=now, round_id=held.round_id,
            input_digest=digest,
        )  # fmt: skip
    return done


def fail(session: Session, *, held: Claimed, reason: str, now: datetime, again: bool = False) -> bool:
    """It could not be worked out, in words for those who wait; with `again`, tried `MOST_ATTEMPTS` times."""
    if again and held.attempt < MOST_ATTEMPTS:
        return _update(session, "requeue", _mine(held), failure=reason)
    failed = _update(session, "fail", _mine(held), failure=reason)
    if failed:
        about = ("calibration", str(held.id))
        audit.record(session, service("worker"), "calibration.failed", about, now=now)
    return failed


def _silent(now: datetime) -> ColumnElement[bool]:
    return and_(Calibration.state == CalibrationState.RUNNING, Calibration.claimed_at < now - LEASE)


def _mine(held: Claimed) -> list[ColumnElement[bool]]:
    return [Calibration.id == held.id, Calibration.attempts == held.attempt]


def _update(session: Session, deed: str, where: list[ColumnElement[bool]], **values: object) -> bool:
    step = CALIBRATION.steps[deed]
    result = session.execute(
        update(Calibration)
        .where(*where, Calibration.state.in_(step.sources))
        .values(state=step.target, **values),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(result, CursorResult)  # noqa: S101 - tells the type checker what an update returns
    return result.rowcount == 1
