"""Reading the requests for changes to a bid, what was changed since, and the bid's versions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.applications import queries
from grants.applications.models import ChangeRequest, Partner, Version
from grants.applications.paperwork import files_of
from grants.applications.states import RevisionState


def requests_of(session: Session, application_id: int) -> Sequence[ChangeRequest]:
    """Every request for changes to the bid, the oldest first."""
    return session.scalars(
        select(ChangeRequest).where(ChangeRequest.application_id == application_id).order_by(ChangeRequest.id)
    ).all()


def names_of_askers(session: Session, application_id: int) -> dict[int, str]:
    """Who asked for changes to the bid or ended a request, by person id."""
    mine = select(ChangeRequest).where(ChangeRequest.application_id == application_id).subquery()
    people = select(Person.id, Person.name, Person.email).where(
        or_(Person.id.in_(select(mine.c.asked_by_id)), Person.id.in_(select(mine.c.ended_by_id)))
    )
    return {row.id: row.name or row.email for row in session.execute(people)}


def changed_pages(session: Session, request: ChangeRequest) -> set[str]:
    """The open pages on which something differs from what was sent. Four queries."""
    saved = queries.pages_of(session, request.application_id)
    now = {key: saved[key].answers if key in saved else None for key in request.as_sent["pages"]}
    changed = {key for key, answers in request.as_sent["pages"].items() if now[key] != answers}
    rows = [
        {name: getattr(partner, name) for name in _TYPED_OF_PARTNER}
        for partner in every_partner_row(session, request.application_id)
    ]
    sent = [{name: row.get(name) for name in _TYPED_OF_PARTNER} for row in request.as_sent["partners"]]
    if rows != sent:
        changed.add("partners")
    named = session.get_one(Version, request.version_id).content.get("documents", [])
    files = [file.entry for file in files_of(session, request.application_id)]
    as_sent = sorted((entry["id"], entry["dated"]) for entry in named)
    if as_sent != sorted((file.file_id, file.dated.isoformat() if file.dated else None) for file in files):
        changed.add("documents")
    return changed


_TYPED_OF_PARTNER = (
    "id", "name", "kind", "number", "contact_name", "contact_email", "role", "share", "share_typed", "leads",
)  # fmt: skip


def overdue_requests(session: Session, *, due_before: datetime, limit: int) -> Sequence[ChangeRequest]:
    """Open requests for changes whose date passed before then, the oldest first."""
    return session.scalars(
        select(ChangeRequest)
        .where(ChangeRequest.state == RevisionState.ASKED, ChangeRequest.due_at <= due_before)
        .order_by(ChangeRequest.due_at, ChangeRequest.id)
        .limit(limit)
    ).all()


def versions_of(session: Session, application_id: int) -> Sequence[Version]:
    """Every version of the bid as it was sent, the first one first."""
    return session.scalars(
        select(Version).where(Version.application_id == application_id).order_by(Version.number)
    ).all()


def every_partner_row(session: Session, application_id: int) -> Sequence[Partner]:
    """Every row about partners of the bid, whatever its standing, read afresh."""
    mine = select(Partner).where(Partner.application_id == application_id).order_by(Partner.id)
    return session.scalars(mine.execution_options(populate_existing=True)).all()
