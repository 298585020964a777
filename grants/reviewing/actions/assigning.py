"""Asking for a round's bids to be shared out."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core import dispatch
from grants.core.errors import RuleBroken
from grants.core.policy import require
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.reviewing import policy, runs
from grants.reviewing.models import AssignmentRun

RUN_JOB = "reviewing.assign"
"""The job that shares a round's bids out."""


def request_assignment(session: Session, *, round_id: int, actor: Actor, now: datetime) -> AssignmentRun:
    """Ask a worker to share out the round's bids in review. Raises RuleBroken while one is doing so."""
    require(policy.may_assign(actor))
    round_ = programme.locked(session, round_id)
    if runs.unfinished_run(session, round_id) is not None:
        raise RuleBroken("Bids of this round are being shared out already.")
    run = AssignmentRun(round_id=round_.id, requested_by_id=actor.person_id, requested_at=now, summary={})
    session.add(run)
    session.flush()
    audit.record(session, actor, "assignment.requested", run, now=now, round_id=round_.id)
    dispatch.after_commit(session, RUN_JOB, run.id)
    return run
