"""Reading the files of a bid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.facts import DocumentEntry
from grants.applications.models import BidDocument
from grants.core.errors import NotFound
from grants.core.language import say
from grants.core.policy import require
from grants.documents import queries as files
from grants.documents.models import Document
from grants.documents.policy import may_hand_out
from grants.documents.rules import disposition
from grants.documents.states import FORMATS, Scan
from grants.permissions import Actor
from grants.programme.definition import FundDefinition


@dataclass(frozen=True)
class BidFile:
    """What a file is for in a bid, and the file."""

    row: BidDocument
    document: Document

    @property
    def entry(self) -> DocumentEntry:
        """The file as the rules ask about it."""
        return DocumentEntry(
            requirement=self.row.requirement,
            name=self.document.name,
            file_id=self.row.id,
            sha256=self.document.sha256,
            size=self.document.size,
            dated=self.row.dated,
            usable=self.document.scan not in (Scan.INFECTED, Scan.FAILED)
            and self.document.missing_since is None,
        )


def files_of(session: Session, application_id: int) -> list[BidFile]:
    """The files that the bid has now, in the order in which they were sent. One query."""
    rows = session.execute(
        select(BidDocument, Document)
        .join(Document, Document.id == BidDocument.document_id)
        .where(BidDocument.application_id == application_id, BidDocument.set_aside_at.is_(None))
        .order_by(BidDocument.id)
        .execution_options(populate_existing=True)
    )
    return [BidFile(*row) for row in rows]


def files_in(session: Session, content: Mapping[str, Any]) -> list[BidFile]:
    """The files that a version names, in its order. One query; none where it names none."""
    named = [entry["id"] for entry in content.get("documents", ())]
    if not named:
        return []
    rows = session.execute(
        select(BidDocument, Document)
        .join(Document, Document.id == BidDocument.document_id)
        .where(BidDocument.id.in_(named))
        .order_by(BidDocument.id)
    )
    return [BidFile(*row) for row in rows]


def shown_to_reviewers(
    session: Session, definition: FundDefinition, content: Mapping[str, Any]
) -> list[BidFile]:
    """The files that a version names and that the fund lets reviewers open."""
    shown = {asked.key for asked in definition.documents if asked.reviewers_see}
    named = [entry for entry in content.get("documents", ()) if entry["requirement"] in shown]
    return files_in(session, {"documents": named})


def every_file_of(session: Session, application_id: int) -> list[BidFile]:
    """The files of the bid, also those that were set aside."""
    rows = session.execute(
        select(BidDocument, Document)
        .join(Document, Document.id == BidDocument.document_id)
        .where(BidDocument.application_id == application_id)
        .order_by(BidDocument.id)
    )
    return [BidFile(*row) for row in rows]


def file_of(session: Session, application_id: int, file_id: int) -> BidFile:
    """One file of the bid, also one that was set aside. Raises NotFound."""
    row = session.execute(
        select(BidDocument, Document)
        .join(Document, Document.id == BidDocument.document_id)
        .where(BidDocument.id == file_id, BidDocument.application_id == application_id)
    ).one_or_none()
    if row is None:
        raise NotFound(say("There is no such file in this bid."))
    return BidFile(*row)


def opened(file: BidFile, *, actor: Actor) -> tuple[bytes, str, str]:
    """What is handed out of a file: its bytes, their Content-Disposition and media type.

    The caller has asked who is entitled to it; viruses are asked about here. Raises NotAllowed while it waits
    for the scanner, NotFound when it was removed or is no longer as it was sent.
    """
    document = file.document
    require(may_hand_out(document, actor, scanner=bool(files.scanner())))
    return files.content_of(document), disposition(document.name), FORMATS[document.kind].media_type
