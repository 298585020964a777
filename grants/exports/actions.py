"""Deeds on exports: asked for, claimed by a worker, finished, put back or failed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from grants.audit import actions as audit
from grants.core import dispatch
from grants.core.clock import today
from grants.core.errors import Reason, RuleBroken, require_no
from grants.core.policy import first_no, require
from grants.exports import policy, queries
from grants.exports.finance_table import Wanted
from grants.exports.models import Export
from grants.exports.reach import only_of
from grants.exports.states import EXPORT, FINANCE_FORMATS, ExportKind, Format
from grants.permissions import Actor, service
from grants.programme import queries as programme
from grants.programme.models import Round

BUILD = "exports.build"
"""The job that builds one export."""

MOST_ATTEMPTS = 3

ALLOCATIONS = Wanted(ExportKind.ALLOCATIONS)
"""Awards as they were decided."""

DIED = "The worker stopped while it built this file, several times over. Ask whoever runs the service."


def request_export(
    session: Session,
    *,
    round_id: int,
    format: Format,
    actor: Actor,
    now: datetime,
    wanted: Wanted = ALLOCATIONS,
) -> Export:
    """Ask for a file of the round's awards or of finance; a worker builds it. Asking again while the same one
    waits gives that one.

    Raises NotAllowed, NotFound, or RuleBroken while nothing has been released or for what no file tells.
    """
    hidden = queries.hidden_awards(session, round_id, person_id=actor.person_id)
    require(first_no(policy.can_build(actor), policy.can_have(hidden)))
    round_ = programme.locked(session, round_id)
    require_no(no_such_file(round_, format, wanted, now=now))
    waiting = queries.under_way(session, round_id=round_id, format_=format, wanted=wanted)
    if waiting is not None:
        return waiting
    if not queries.awards_in(session, round_id):
        raise RuleBroken("Nothing has been awarded in this round yet, so there is nothing to export.")
    export = Export(
        round_id=round_id, format=format, kind=wanted.kind, at=wanted.at, grouping=wanted.grouping,
        only=wanted.only, requested_by_id=actor.person_id, requested_at=now,
    )  # fmt: skip
    session.add(export)
    session.flush()
    audit.record(
        session, actor, "export.requested", export, now=now, round_id=round_id, format=format,
        kind=wanted.kind, **({"at": wanted.at.isoformat()} if wanted.at else {}),
    )  # fmt: skip
    dispatch.after_commit(session, BUILD, export.id)
    return export


def no_such_file(round_: Round, format_: Format, wanted: Wanted, *, now: datetime) -> Iterator[Reason]:
    """Why there is no such file of finance."""
    if wanted.kind is ExportKind.ALLOCATIONS:
        return
    if format_ not in FINANCE_FORMATS:
        yield Reason("Select CSV or Excel", "format")
    if (wanted.kind is ExportKind.POSITION) != (wanted.at is not None):
        yield Reason("Enter the day at whose end accruals are counted", "at")
    if wanted.at and wanted.at > today(now):
        yield Reason("The day must be today or in the past", "at")
    if wanted.only and wanted.only not in only_of(programme.definition_of(round_)):
        yield Reason("Select a theme or an area of this fund", "only")


@dataclass(frozen=True)
class Claimed:
    """An export that one worker holds. `attempt` is the holder's proof: no other claim has the same."""

    id: int
    round_id: int
    format: Format
    attempt: int
    wanted: Wanted = ALLOCATIONS


@dataclass(frozen=True)
class Built:
    """What a built file is. `total` is pence; `findings` are those of the quality checks."""

    rows: int
    total: int
    file_name: str
    size: int
    sha256: str
    findings: Mapping[str, int]


def claim(session: Session, *, export_id: int, now: datetime) -> Claimed | None:
    """Take a waiting export for building, also from a worker that died; None if there is nothing to do.

    One that was claimed as often as `MOST_ATTEMPTS` allows is failed: it may be what kills the workers.
    """
    stale = [Export.id == export_id, queries.is_stale(now)]
    _update(session, "fail", [*stale, Export.attempts >= MOST_ATTEMPTS], failure=DIED, finished_at=now)
    _update(session, "requeue", stale)
    row = session.execute(
        update(Export)
        .where(Export.id == export_id, Export.state.in_(EXPORT.steps["start"].sources))
        .values(state=EXPORT.steps["start"].target, claimed_at=now, attempts=Export.attempts + 1, progress=0)
        .returning(
            Export.id, Export.round_id, Export.format, Export.attempts,
            Export.kind, Export.at, Export.grouping, Export.only,
        ),
        execution_options={"synchronize_session": False},
    ).one_or_none()  # fmt: skip
    return (
        None
        if row is None
        else Claimed(row[0], row[1], row[2], row[3], Wanted(row[4], row[5], row[6], row[7]))
    )


def tell_progress(session: Session, *, held: Claimed, hundredths: int) -> None:
    """How much of the file is written, for whoever waits."""
    session.execute(
        update(Export)
        .where(Export.id == held.id, Export.attempts == held.attempt)
        .values(progress=hundredths),
        execution_options={"synchronize_session": False},
    )


def finish(session: Session, *, held: Claimed, built: Built, now: datetime) -> bool:
    """The file is stored. False if the claim was lost on the way: then another worker's file stands."""
    done = _move(
        session,
        "finish",
        held,
        rows=built.rows,
        total=built.total,
        file_name=built.file_name,
        size=built.size,
        sha256=built.sha256,
        findings=dict(built.findings),
        failure="",
        finished_at=now,
    )
    if done:
        audit.record(
            session,
            service("worker"),
            "export.built",
            ("export", str(held.id)),
            now=now,
            rows=built.rows,
            total=built.total,
            sha256=built.sha256,
        )
    return done


def put_back(session: Session, *, held: Claimed, reason: str, now: datetime) -> bool:
    """Something went wrong that may pass: wait for the sweep, or fail after `MOST_ATTEMPTS`."""
    if held.attempt >= MOST_ATTEMPTS:
        return fail(session, held=held, reason=reason, now=now)
    return _move(session, "requeue", held, failure=reason)


def fail(session: Session, *, held: Claimed, reason: str, now: datetime) -> bool:
    """It cannot be built as things are; `reason` is for the person who asked, who may ask again."""
    failed = _move(session, "fail", held, failure=reason, finished_at=now)
    if failed:
        audit.record(session, service("worker"), "export.failed", ("export", str(held.id)), now=now)
    return failed


def _move(session: Session, deed: str, held: Claimed, **values: object) -> bool:
    """Do `deed` if the claim still holds. The condition is in the update, so nobody comes between."""
    return _update(session, deed, [Export.id == held.id, Export.attempts == held.attempt], **values)


def _update(session: Session, deed: str, where: list[ColumnElement[bool]], **values: object) -> bool:
    step = EXPORT.steps[deed]
    result = session.execute(
        update(Export).where(*where, Export.state.in_(step.sources)).values(state=step.target, **values),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(result, CursorResult)  # noqa: S101 - tells the type checker what an update returns
    return result.rowcount == 1
