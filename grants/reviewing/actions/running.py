"""What a worker does to a run's row: claims it, notes how far it is, proposes, or puts it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, and_, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from grants.audit import actions as audit
from grants.core.db import JsonDict
from grants.permissions import service
from grants.reviewing import runs
from grants.reviewing.models import AssignmentRun
from grants.reviewing.states import RUN, RunState

RUN_JOB = "reviewing.assign"
"""The job that works out who reads what."""

MOST_ATTEMPTS = 3

DIED = "The worker stopped while it worked this out, several times over. Ask whoever runs the service."


@dataclass(frozen=True)
class Claimed:
    """A run that one worker holds. `attempt` is the holder's proof: no other claim has the same."""

    id: int
    round_id: int
    attempt: int


@dataclass(frozen=True)
class Found:
    """What came out: pairs (bid, person) to add and drop, and the summary for people.

    `hopeless` where bids are short and nobody can be given any; `basis` is the ground's digest.
    """

    basis: str
    added: Sequence[tuple[int, int]]
    dropped: Sequence[tuple[int, int]]
    summary: JsonDict
    hopeless: bool


def claim(session: Session, *, run_id: int, now: datetime) -> Claimed | None:
    """Take a waiting run, also from a worker that died; None if there is nothing to do.

    One that was claimed as often as `MOST_ATTEMPTS` allows has failed: it may be what kills the workers.
    """
    silent = and_(AssignmentRun.id == run_id, runs.is_silent(now))
    _update(session, "fail", silent, AssignmentRun.attempts >= MOST_ATTEMPTS, failure=DIED, finished_at=now)
    _update(session, "requeue", silent)
    start = RUN.steps["start"]
    row = session.execute(
        update(AssignmentRun)
        .where(AssignmentRun.id == run_id, AssignmentRun.state.in_(start.sources))
        .values(state=start.target, claimed_at=now, step=0, attempts=AssignmentRun.attempts + 1)
        .returning(AssignmentRun.id, AssignmentRun.round_id, AssignmentRun.attempts)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return None if row is None else Claimed(*row)


def note_step(session: Session, *, claimed: Claimed, step: int) -> None:
    """Say how far the run is (`states.STEPS`), if the claim still holds."""
    session.execute(
        update(AssignmentRun)
        .where(_holds(claimed), AssignmentRun.state == RunState.RUNNING)
        .values(step=step)
        .execution_options(synchronize_session=False)
    )


def propose(session: Session, *, claimed: Claimed, found: Found, now: datetime) -> bool:
    """The proposal is there for the manager. False if the claim was lost on the way."""
    done = _update(
        session, "fail" if found.hopeless else "propose", _holds(claimed),
        basis=found.basis, summary=found.summary, finished_at=now, failure="",
        proposal={"added": [list(pair) for pair in found.added],
                  "dropped": [list(pair) for pair in found.dropped]},
    )  # fmt: skip
    if done:
        audit.record(
            session, service(RUN_JOB), "assignment.proposed", ("assignment_run", str(claimed.id)), now=now,
            added=len(found.added), dropped=len(found.dropped), short=len(found.summary["short"]),
            pairs=audit.digest(repr(found.added)),
        )  # fmt: skip
    return done


def put_back(session: Session, *, claimed: Claimed, error: str, now: datetime) -> bool:
    """Something went wrong that may pass: wait for the sweep, or fail after `MOST_ATTEMPTS`."""
    failure = f"Something went wrong while this was worked out ({error})."
    if claimed.attempt < MOST_ATTEMPTS:
        return _update(session, "requeue", _holds(claimed), failure=failure)
    failed = _update(session, "fail", _holds(claimed), failure=failure, finished_at=now)
    if failed:
        subject = ("assignment_run", str(claimed.id))
        audit.record(session, service(RUN_JOB), "assignment.failed", subject, now=now)
    return failed


def _holds(claimed: Claimed) -> ColumnElement[bool]:
    return and_(AssignmentRun.id == claimed.id, AssignmentRun.attempts == claimed.attempt)


def _update(session: Session, deed: str, *where: ColumnElement[bool], **values: object) -> bool:
    """Do `deed` where the condition holds. It is in the update, so nobody comes between."""
    step = RUN.steps[deed]
    result = session.execute(
        update(AssignmentRun)
        .where(*where, AssignmentRun.state.in_(step.sources))
        .values(state=step.target, **values),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(result, CursorResult)  # noqa: S101 - tells the type checker what an update returns
    return result.rowcount == 1
