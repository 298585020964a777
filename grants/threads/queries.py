"""Reading threads: one bid's messages a page at a time, what is unread, and what waits for an answer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from grants.accounts.models import Organisation, Person
from grants.applications.models import Application
from grants.core.db import held
from grants.core.paging import PAGE_SIZE, Page, paginate
from grants.programme.models import Round
from grants.threads.models import Thread, ThreadMark, ThreadMessage


@dataclass(frozen=True)
class Said:
    """A message with the name of who wrote it, and whether the reader has yet to read it."""

    message: ThreadMessage
    author: str
    unread: bool


@dataclass(frozen=True)
class Asked:
    """A thread in the inbox. `title` is '' for a draft: its content is its writers' own."""

    ref: str
    title: str
    lead: str
    round_name: str
    waiting_since: datetime | None
    last_at: datetime


def thread_of(session: Session, application_id: int) -> Thread | None:
    """The bid's thread, if anybody has written yet."""
    return session.get(Thread, application_id)


def for_update(session: Session, application_id: int) -> Thread | None:
    """The bid's thread, read afresh and held until the transaction ends."""
    return held(session, Thread, application_id)


def messages_of(
    session: Session, application_id: int, *, person_id: int, page: int, team: bool
) -> Page[Said]:
    """The messages, newest first. Those of one's own side are never unread. Four queries."""
    newest = (
        select(ThreadMessage)
        .where(ThreadMessage.application_id == application_id)
        .order_by(ThreadMessage.id.desc())
    )
    found = paginate(session, newest, number=page, size=PAGE_SIZE)
    upto = read_upto(session, application_id, person_id=person_id)
    names = _names(session, {message.author_id for message in found.rows})
    said = [
        Said(message, names[message.author_id], message.from_team is not team and message.id > upto)
        for message in found.rows
    ]
    return Page(said, found.number, found.size, found.total)


def read_upto(session: Session, application_id: int, *, person_id: int) -> int:
    """The id of the last message that the person has marked as read; 0 for none."""
    mark = session.get(ThreadMark, (application_id, person_id))
    return mark.read_upto if mark else 0


def unread(session: Session, application_id: int, *, person_id: int, team: bool) -> int:
    """How many messages of the other side the person has not marked as read. One query."""
    upto = (
        select(ThreadMark.read_upto)
        .where(ThreadMark.application_id == application_id, ThreadMark.person_id == person_id)
        .scalar_subquery()
    )
    waiting = select(func.count()).where(
        ThreadMessage.application_id == application_id,
        ThreadMessage.from_team.is_(not team),
        ThreadMessage.id > func.coalesce(upto, 0),
    )
    return session.scalar(waiting.select_from(ThreadMessage)) or 0


def last_id(session: Session, application_id: int) -> int:
    """The id of the newest message; 0 where there is none."""
    newest = select(func.max(ThreadMessage.id)).where(ThreadMessage.application_id == application_id)
    return session.scalar(newest) or 0


def written_since(session: Session, application_id: int, *, person_id: int, since: datetime) -> int:
    """How many messages about the bid the person has written since then."""
    mine = select(func.count()).where(
        ThreadMessage.application_id == application_id,
        ThreadMessage.author_id == person_id,
        ThreadMessage.sent_at >= since,
    )
    return session.scalar(mine.select_from(ThreadMessage)) or 0


def applicant_authors(session: Session, application_id: int) -> list[Person]:
    """Everybody who has written for the applicant."""
    authors = select(ThreadMessage.author_id).where(
        ThreadMessage.application_id == application_id, ThreadMessage.from_team.is_(False)
    )
    return list(session.scalars(select(Person).where(Person.id.in_(authors)).order_by(Person.id)))


def inbox(session: Session, *, waiting: bool, without: Collection[int] = (), page: int) -> Page[Asked]:
    """Threads in which the applicant waits for an answer, the longest waiting first; or all, the newest
    first. Those about bids in `without`, hidden from the reader, are left out.
    """
    rows = (
        select(Thread, Application, Round.name)
        .join(Application, Application.id == Thread.application_id)
        .join(Organisation, Organisation.id == Application.lead_id)
        .join(Round, Round.id == Application.round_id)
        .options(contains_eager(Application.lead))
        .where(Application.id.not_in(without))
    )
    if waiting:
        rows = rows.where(Thread.waiting_since.is_not(None)).order_by(
            Thread.waiting_since, Thread.application_id
        )
    else:
        rows = rows.order_by(Thread.last_at.desc(), Thread.application_id.desc())
    number = max(1, page)
    total = session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    found = session.execute(rows.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    asked = [
        Asked(
            ref=application.ref,
            title=application.title if application.submitted_at else "",
            lead=application.lead.name,
            round_name=round_name,
            waiting_since=thread.waiting_since,
            last_at=thread.last_at,
        )
        for thread, application, round_name in found
    ]
    return Page(asked, number, PAGE_SIZE, total)


def _names(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    people = select(Person.id, Person.name, Person.email).where(Person.id.in_(person_ids))
    return {row.id: row.name or row.email for row in session.execute(people)}
