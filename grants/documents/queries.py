"""Files by id, those that wait for the scanner, and their content."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from grants import config
from grants.core.errors import NotFound
from grants.core.language import say
from grants.documents.models import Document
from grants.documents.states import Scan
from grants.documents.store import FileGone, Folder, Store

LEASE = timedelta(minutes=5)
"""How long a worker that claimed a scan may be silent before it is taken for dead."""

COURIER_TIME = timedelta(seconds=20)
"""How long the courier has before the sweep takes over."""


def store() -> Store:
    """Where this installation keeps files."""
    return Folder(config.current().data_dir / "documents")


def scanner() -> str:
    """The address of the virus scanner, '' where there is none."""
    return config.current().clamav


def document(session: Session, document_id: int) -> Document:
    """The file with this id. Raises NotFound."""
    found = session.get(Document, document_id)
    if found is None:
        raise NotFound(say("There is no such file."))
    return found


def content_of(document: Document) -> bytes:
    """The file, byte for byte as it was sent. Raises NotFound when it was removed, is gone or has changed."""
    if document.place is None:
        raise NotFound(say("A virus was found in this file, so it was removed."))
    try:
        return store().read(document.place, document.sha256)
    except FileGone as gone:
        raise NotFound(
            say("This file cannot be handed out: it is no longer as it was sent. Ask the programme team.")
        ) from gone


def is_free(now: datetime) -> ColumnElement[bool]:
    """Whether nobody holds the scan of a file, or somebody who has been silent for too long."""
    return or_(Document.claimed_at.is_(None), Document.claimed_at < now - LEASE)


def waiting(session: Session, now: datetime) -> Sequence[int]:
    """Ids of files that the scanner should be asked about now: left behind, put back, or sent before there
    was a scanner. None where there is no scanner.
    """
    if not scanner():
        return ()
    due = and_(Document.scan == Scan.WAITING, Document.next_scan_at <= now, is_free(now))
    return session.scalars(
        select(Document.id).where(or_(due, Document.scan == Scan.UNSCANNED)).order_by(Document.id).limit(100)
    ).all()


def places(session: Session, among: Collection[str]) -> set[str]:
    """Those of the places that a row knows."""
    known = session.scalars(select(Document.place).where(Document.place.in_(among)))
    return {place for place in known if place is not None}


def in_the_store(session: Session, *, sent_before: datetime) -> Sequence[tuple[int, str]]:
    """Every file sent before then that should be in the store: id and place."""
    rows = session.execute(
        select(Document.id, Document.place).where(
            Document.place.is_not(None), Document.uploaded_at < sent_before
        )
    )
    return [(row[0], row[1] or "") for row in rows]
