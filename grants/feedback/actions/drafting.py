"""Having feedback drafted for a whole round, and what the worker that does it writes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, and_, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from grants.audit import actions as audit
from grants.core import dispatch
from grants.core.errors import RuleBroken
from grants.core.policy import require
from grants.feedback import policy, queries, rules
from grants.feedback.models import BidFeedback, FeedbackRun, ThemeFeedback
from grants.feedback.rules import Draft, Source
from grants.feedback.states import DRAFTING, DraftingState, FeedbackState
from grants.permissions import Actor, service
from grants.programme import queries as programme
from grants.programme.models import Round

DRAFT_JOB = "feedback.draft"
"""The job that drafts feedback for a round."""

LEASE = timedelta(minutes=5)
"""How long a worker may be silent before it is taken for dead: it writes down each portion it has done."""
COURIER_TIME = timedelta(seconds=30)
MOST_ATTEMPTS = 3
DIED = "The worker stopped while it drafted, several times over. Ask whoever runs the service."


@dataclass(frozen=True)
class Claimed:
    """A run that one worker holds. `attempt` is the holder's proof."""

    id: int
    round_id: int
    attempt: int


def request_drafts(session: Session, *, round_id: int, actor: Actor, now: datetime) -> FeedbackRun:
    """Have feedback drafted for every scored bid of the round whose decision is not out.

    What somebody has edited stays as it is. While a run is under way, that one is given back.
    Raises NotAllowed, or RuleBroken where there is nothing to draft from.
    """
    require(policy.may_draft(session, actor, round_id))
    round_ = programme.locked(session, round_id)
    under_way = queries.run_under_way(session, round_.id)
    if under_way is not None:
        return under_way
    if not queries.to_draft(session, round_.id):
        raise RuleBroken("No bid of this round is scored and waits for its decision.")
    run = FeedbackRun(round_id=round_.id, requested_by_id=actor.signature(), requested_at=now)
    session.add(run)
    session.flush()
    audit.record(session, actor, "feedback.requested", run, now=now, round_id=round_.id)
    dispatch.after_commit(session, DRAFT_JOB, run.id)
    return run


def waiting(session: Session, now: datetime) -> list[int]:
    """Ids of runs that nobody works on: never fetched, or left behind by a worker that died."""
    unfetched = and_(FeedbackRun.state == DraftingState.QUEUED, FeedbackRun.requested_at < now - COURIER_TIME)
    found = select(FeedbackRun.id).where(or_(unfetched, _silent(now))).order_by(FeedbackRun.id).limit(100)
    return list(session.scalars(found))


def claim(session: Session, *, run_id: int, now: datetime) -> Claimed | None:
    """Take a waiting run, also from a worker that died; None if there is nothing to do."""
    silent = [FeedbackRun.id == run_id, _silent(now)]
    _update(session, "fail", [*silent, FeedbackRun.attempts >= MOST_ATTEMPTS], failure=DIED, finished_at=now)
    _update(session, "requeue", silent)
    step = DRAFTING.steps["start"]
    row = session.execute(
        update(FeedbackRun)
        .where(FeedbackRun.id == run_id, FeedbackRun.state.in_(step.sources))
        .values(state=step.target, claimed_at=now, attempts=FeedbackRun.attempts + 1, done=0)
        .returning(FeedbackRun.id, FeedbackRun.round_id, FeedbackRun.attempts),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    return None if row is None else Claimed(*row)


def draft_some(
    session: Session, *, run: Claimed, application_ids: Sequence[int], bids: int, now: datetime
) -> bool:
    """Draft feedback for these bids, or draft it anew where nobody has edited it and it would now differ.

    `bids` is how many the run looks at in all. False if the claim was lost: then nothing is written.
    """
    mine = [
        FeedbackRun.id == run.id,
        FeedbackRun.attempts == run.attempt,
        FeedbackRun.state == DraftingState.RUNNING,
    ]
    counted = {"bids": bids, "done": FeedbackRun.done + len(application_ids), "claimed_at": now}
    if not _set(session, mine, counted):
        return False
    round_ = programme.round_by_id(session, run.round_id)
    drafted, refreshed = _draft(session, round_, application_ids, now=now)
    _set(
        session,
        mine,
        {"drafted": FeedbackRun.drafted + drafted, "refreshed": FeedbackRun.refreshed + refreshed},
    )
    return True


def _draft(
    session: Session, round_: Round, application_ids: Sequence[int], *, now: datetime
) -> tuple[int, int]:
    """Write drafts of these bids; gives how many are new and how many were drafted anew."""
    definition = programme.definition_of(round_)
    still = set(queries.to_draft(session, round_.id)) & set(application_ids)
    sources = queries.sources_of(session, definition.rubric, still)
    watch = queries.watch(session, round_.id)
    there = {row.application_id: row for row in _held(session, still)}
    drafted = refreshed = 0
    for application_id in sorted(still):
        source, row = sources[application_id], there.get(application_id)
        basis = source.basis()
        if not source.themes or (row is not None and not _open_to_draft(row, basis)):
            continue
        if row is None:
            row = BidFeedback(application_id=application_id)
            drafted += 1
        else:
            refreshed += 1
        made = rules.draft(definition.rubric, definition.feedback, source, watch)
        write_draft(session, row, source, made, now=now)
    return drafted, refreshed


def _open_to_draft(row: BidFeedback, basis: str) -> bool:
    return row.state is FeedbackState.DRAFT and row.edited_at is None and row.basis != basis


def _held(session: Session, application_ids: Collection[int]) -> Sequence[BidFeedback]:
    rows = select(BidFeedback).where(BidFeedback.application_id.in_(application_ids)).with_for_update()
    return session.scalars(rows.execution_options(populate_existing=True)).all()


def write_draft(session: Session, row: BidFeedback, source: Source, made: Draft, *, now: datetime) -> None:
    """Put a draft in the place of whatever the row held."""
    row.basis, row.simulated, row.left_out, row.drafted_at = (
        source.basis(),
        source.simulated,
        made.left_out,
        now,
    )
    session.add(row)
    session.flush()
    there = {
        one.theme: one for one in queries.themes_of(session, [row.application_id]).get(row.application_id, [])
    }
    for drafted in made.themes:
        theme = there.pop(drafted.theme, None) or ThemeFeedback(
            application_id=row.application_id, theme=drafted.theme
        )
        theme.band, theme.strengths, theme.next_steps = drafted.band, drafted.strengths, drafted.next_steps
        session.add(theme)
    for gone in there.values():
        session.delete(gone)
    session.flush()


def finish(session: Session, *, run: Claimed, now: datetime) -> bool:
    """Every bid was looked at. False if the claim was lost on the way."""
    done = _update(session, "finish", _mine(run), finished_at=now, failure="")
    if done:
        row = session.get_one(FeedbackRun, run.id, populate_existing=True)
        audit.record(
            session, service("worker"), "feedback.drafted", row, now=now, round_id=run.round_id,
            bids=row.bids, drafted=row.drafted, refreshed=row.refreshed,
        )  # fmt: skip
    return done


def fail(session: Session, *, run: Claimed, reason: str, now: datetime) -> bool:
    """It could not be done, in words for those who wait; tried again up to `MOST_ATTEMPTS` times."""
    if run.attempt < MOST_ATTEMPTS:
        return _update(session, "requeue", _mine(run), failure=reason)
    failed = _update(session, "fail", _mine(run), failure=reason, finished_at=now)
    if failed:
        about = ("feedback_run", str(run.id))
        audit.record(session, service("worker"), "feedback.failed", about, now=now, round_id=run.round_id)
    return failed


def _silent(now: datetime) -> ColumnElement[bool]:
    return and_(FeedbackRun.state == DraftingState.RUNNING, FeedbackRun.claimed_at < now - LEASE)


def _mine(run: Claimed) -> list[ColumnElement[bool]]:
    return [FeedbackRun.id == run.id, FeedbackRun.attempts == run.attempt]


def _update(session: Session, deed: str, where: list[ColumnElement[bool]], **values: object) -> bool:
    step = DRAFTING.steps[deed]
    return _set(session, [*where, FeedbackRun.state.in_(step.sources)], {"state": step.target, **values})


def _set(session: Session, where: list[ColumnElement[bool]], values: dict[str, object]) -> bool:
    result = session.execute(
        update(FeedbackRun).where(*where).values(values), execution_options={"synchronize_session": False}
    )
    assert isinstance(result, CursorResult)  # noqa: S101 - tells the type checker what an update returns
    return result.rowcount == 1
