"""Deeds on files: taken in, forgotten, and every step of their scan for viruses."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from grants.audit import actions as audit
from grants.core import dispatch
from grants.core.errors import Reason, RuleBroken
from grants.core.file_store import FULL
from grants.core.language import say
from grants.documents import notices, queries
from grants.documents.models import Document
from grants.documents.states import SCAN, Kind, Scan
from grants.notifications import actions as outbox
from grants.permissions import Actor, service

SCAN_JOB = "documents.scan"
"""The job that has one file scanned."""

MOST_REFUSALS = 5
"""How often the scanner may answer without a verdict before the file counts as one it cannot scan."""

LONGEST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True)
class Accepted:
    """A file that was looked at and has no faults."""

    name: str
    kind: Kind
    content: bytes


def take_in(session: Session, *, accepted: Accepted, page: str, actor: Actor, now: datetime) -> Document:
    """Keep the file; where there is a scanner it is asked next. `page` is where its uploader looks after it.

    Raises RuleBroken when there is no room. The file is on disk before the row is written: if the transaction
    fails, `tidy` removes what nobody knows of.
    """
    scans = bool(queries.scanner())
    document = Document(
        name=accepted.name,
        kind=accepted.kind,
        size=len(accepted.content),
        sha256=sha256(accepted.content).hexdigest(),
        place=_keep(accepted.content),
        page=page,
        uploaded_by_id=actor.person_id,
        uploaded_at=now,
        scan=Scan.WAITING if scans else Scan.UNSCANNED,
        next_scan_at=now + queries.COURIER_TIME if scans else None,
    )
    session.add(document)
    session.flush()
    audit.record(
        session, actor, "document.add", document, now=now,
        kind=document.kind, size=document.size, sha256=document.sha256,
    )  # fmt: skip
    if scans:
        dispatch.after_commit(session, SCAN_JOB, document.id)
    return document


def _keep(content: bytes) -> str:
    try:
        return queries.store().keep(content)
    except OSError as error:
        if error.errno in FULL:
            text = say("There is no room left on our side, so the file was not kept. Try again later.")
            raise RuleBroken([Reason(text, "files")]) from error
        raise


def forget(session: Session, *, document: Document, actor: Actor, now: datetime) -> None:
    """Take the row away; the file itself goes with the next `tidy` that finds it a day old."""
    audit.record(session, actor, "document.remove", document, now=now, sha256=document.sha256)
    session.delete(document)
    session.flush()


@dataclass(frozen=True)
class Claimed:
    """A file that one worker has scanned. `attempt` is the holder's proof: no other claim has the same."""

    id: int
    place: str
    sha256: str
    attempt: int


def claim(session: Session, *, document_id: int, now: datetime) -> Claimed | None:
    """Take a waiting file to the scanner, also one sent before there was a scanner; None if there is nothing
    to do.
    """
    session.execute(
        update(Document)
        .where(Document.id == document_id, Document.scan.in_(SCAN.steps["queue"].sources))
        .values(scan=SCAN.steps["queue"].target, next_scan_at=now),
        execution_options={"synchronize_session": False},
    )
    row = session.execute(
        update(Document)
        .where(Document.id == document_id, Document.scan == Scan.WAITING, queries.is_free(now))
        .values(claimed_at=now, attempts=Document.attempts + 1)
        .returning(Document.id, Document.place, Document.sha256, Document.attempts),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    return None if row is None else Claimed(row[0], row[1] or "", row[2], row[3])


def passed(session: Session, *, held: Claimed, now: datetime) -> bool:
    """The scanner found nothing. False if the claim was lost on the way."""
    return _move(session, "pass", held, scanned_at=now, next_scan_at=None, failure="")


def found_virus(session: Session, *, held: Claimed, signature: str, now: datetime) -> bool:
    """The scanner found a virus: the row lets go of the file, and its uploader is told.

    The caller removes the file once this is committed. False if the claim was lost on the way.
    """
    if not _move(
        session,
        "find",
        held,
        scanned_at=now,
        next_scan_at=None,
        failure="",
        signature=signature[:200],
        place=None,
    ):
        return False
    document = queries.document(session, held.id)
    session.refresh(document)
    audit.record(session, service("worker"), "document.infected", document, now=now, sha256=held.sha256)
    for notice in notices.infected(session, document):
        outbox.queue(session, notice, now=now)
    return True


def put_back(session: Session, *, held: Claimed, reason: str, now: datetime) -> bool:
    """The scanner was away: ask again after a growing wait, for as long as it takes."""
    return _move(
        session,
        "put_back",
        held,
        claimed_at=None,
        failure=reason[:300],
        next_scan_at=now + wait(held.attempt),
    )


def no_verdict(session: Session, *, held: Claimed, reason: str, now: datetime) -> bool:
    """The scanner answered, but without a verdict: ask again some times, then stop asking."""
    if held.attempt < MOST_REFUSALS:
        return put_back(session, held=held, reason=reason, now=now)
    failed = _move(session, "fail", held, failure=reason[:300], scanned_at=now, next_scan_at=None)
    if failed:
        audit.record(session, service("worker"), "document.not_scanned", ("document", str(held.id)), now=now)
    return failed


def wait(attempt: int) -> timedelta:
    """How long to wait after so many attempts: 10, 20, 40 seconds … at most ten minutes."""
    return min(timedelta(seconds=10 * 2 ** min(attempt - 1, 10)), LONGEST_WAIT)


def note_missing(session: Session, *, document_id: int, now: datetime) -> bool:
    """The store has lost the file of this row. True when that is news."""
    if not _update(
        session, [Document.id == document_id, Document.missing_since.is_(None)], missing_since=now
    ):
        return False
    audit.record(session, service("beat"), "document.missing", ("document", str(document_id)), now=now)
    return True


def _move(session: Session, deed: str, held: Claimed, **values: object) -> bool:
    """Do `deed` if the claim still holds. The condition is in the update, so nobody comes between."""
    step = SCAN.steps[deed]
    holds = [Document.id == held.id, Document.attempts == held.attempt, Document.scan.in_(step.sources)]
    return _update(session, holds, scan=step.target, **values)


def _update(session: Session, where: list[ColumnElement[bool]], **values: object) -> bool:
    result = session.execute(
        update(Document).where(*where).values(**values), execution_options={"synchronize_session": False}
    )
    assert isinstance(result, CursorResult)  # noqa: S101 - tells the type checker what an update returns
    return result.rowcount == 1
