"""Files of a bid: sent for a document that the fund asks for, dated, replaced, removed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from grants.applications import paperwork
from grants.applications.actions.drafting import open_page
from grants.applications.document_rules import asked_of, limit_reasons, place_of
from grants.applications.models import BidDocument
from grants.applications.paperwork import BidFile
from grants.applications.queries import Bid
from grants.audit import actions as audit
from grants.core.errors import NotFound, Reason, RuleBroken, require_no
from grants.core.language import say
from grants.documents import actions as documents
from grants.documents.actions import Accepted
from grants.permissions import Actor
from grants.programme.definition import DocumentAsked

PAGE = "documents"
"""The key of the bid's page that holds them."""


def attach(
    session: Session,
    *,
    application_id: int,
    requirement: str,
    files: Sequence[Accepted],
    dated: date | None,
    actor: Actor,
    now: datetime,
) -> list[BidDocument]:
    """Keep files that were looked at (`documents.checks`) for the document `requirement`, with its date.

    Where one file is asked for it takes the place of the one before. Raises NotFound, NotAllowed or
    RuleBroken: the page is closed, too many or too large files in all, no room.
    """
    bid = open_page(session, application_id, PAGE, actor=actor)
    asked = asked_for(bid, requirement)
    present = paperwork.files_of(session, application_id)
    replaced = [] if asked.several else [file for file in present if file.row.requirement == requirement]
    if len(files) > 1 and not asked.several:
        raise RuleBroken([Reason(say("Send one file for this document."), "files")])
    kept = [file.document.size for file in present if file not in replaced]
    require_no(limit_reasons(bid.definition, kept, [len(file.content) for file in files]))
    for file in replaced:
        _let_go(session, file, actor=actor, now=now)
    page = f"/applications/{bid.application.ref}/{place_of(asked)}/"
    return [_add(session, bid, asked, file, page, dated, actor=actor, now=now) for file in files]


def _add(
    session: Session,
    bid: Bid,
    asked: DocumentAsked,
    file: Accepted,
    page: str,
    dated: date | None,
    *,
    actor: Actor,
    now: datetime,
) -> BidDocument:
    document = documents.take_in(session, accepted=file, page=page, actor=actor, now=now)
    row = BidDocument(
        application_id=bid.application.id,
        requirement=asked.key,
        document_id=document.id,
        dated=dated if asked.dated else None,
    )
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "bid_document.add", row, now=now,
        application_id=bid.application.id, document_id=document.id, requirement=asked.key,
    )  # fmt: skip
    return row


def date_documents(
    session: Session,
    *,
    application_id: int,
    requirement: str,
    dated: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say which date the files for a document bear. A version that was sent keeps its own. Raises as `attach`
    does.
    """
    bid = open_page(session, application_id, PAGE, actor=actor)
    asked_for(bid, requirement)
    for file in paperwork.files_of(session, application_id):
        if file.row.requirement == requirement and file.row.dated != dated:
            file.row.dated = dated
            audit.record(
                session,
                actor,
                "bid_document.date",
                file.row,
                now=now,
                application_id=application_id,
                dated=dated,
            )
    session.flush()


def detach(session: Session, *, application_id: int, file_id: int, actor: Actor, now: datetime) -> str:
    """Take a file out of the bid and give the key of the document it was for. Taking it out twice is no
    error. Raises as `attach` does.
    """
    open_page(session, application_id, PAGE, actor=actor)
    file = paperwork.file_of(session, application_id, file_id)
    if file.row.set_aside_at is None:
        _let_go(session, file, actor=actor, now=now)
    return file.row.requirement


def _let_go(session: Session, file: BidFile, *, actor: Actor, now: datetime) -> None:
    """Set aside a file that was sent; delete any other."""
    audit.record(
        session, actor, "bid_document.remove", file.row, now=now,
        application_id=file.row.application_id, document_id=file.document.id, kept=file.row.sent,
    )  # fmt: skip
    if file.row.sent:
        file.row.set_aside_at = now
        session.flush()
        return
    session.delete(file.row)
    session.flush()
    documents.forget(session, document=file.document, actor=actor, now=now)


def note_sent(session: Session, *, application_id: int, content: Mapping[str, Any]) -> None:
    """Remember which files a version that was sent names: from now on they are never deleted."""
    named = _named(content)
    for file in paperwork.every_file_of(session, application_id) if named else ():
        file.row.sent = file.row.sent or file.row.id in named


def put_back_as_sent(
    session: Session, *, application_id: int, content: Mapping[str, Any], actor: Actor, now: datetime
) -> None:
    """The files that a version names, and no others: changes to them were not sent."""
    named = _named(content)
    for file in paperwork.every_file_of(session, application_id):
        if file.row.id in named:
            day = named[file.row.id]
            file.row.set_aside_at, file.row.dated = None, date.fromisoformat(day) if day else None
        elif file.row.set_aside_at is None:
            _let_go(session, file, actor=actor, now=now)


def _named(content: Mapping[str, Any]) -> dict[int, str | None]:
    """The files that a version names, with their dates."""
    return {entry["id"]: entry["dated"] for entry in content.get("documents", ())}


def asked_for(bid: Bid, requirement: str) -> DocumentAsked:
    """The document with this key that the fund asks this lead for. Raises NotFound."""
    for asked in asked_of(bid.definition, bid.application.lead.kind):
        if asked.key == requirement:
            return asked
    raise NotFound(say("The fund does not ask for such a document."))
