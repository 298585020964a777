"""Who has a page of the form open. Told by the pages' script only, and forgotten soon."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from grants.accounts.actions.inserting import insert_unless_there
from grants.accounts.models import Person
from grants.applications.models import PageVisit
from grants.permissions import Actor

THERE_FOR = timedelta(minutes=3)
"""How long somebody counts as there after their page was last heard of; it speaks every minute."""

KEPT_FOR = timedelta(days=1)


def note_visit(
    session: Session,
    *,
    application_id: int,
    key: str,
    active_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Somebody has the page open now; they last typed at `active_at`, or have only opened it. Two statements
    at most, and no lock on the bid.
    """
    here = (
        PageVisit.application_id == application_id,
        PageVisit.key == key,
        PageVisit.person_id == actor.person_id,
    )
    values = {"seen_at": now} if active_at is None else {"seen_at": now, "active_at": active_at}
    if session.execute(update(PageVisit).where(*here).values(values)).rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return
    insert_unless_there(
        session,
        PageVisit,
        {
            "application_id": application_id,
            "key": key,
            "person_id": actor.person_id,
            "seen_at": now,
            "active_at": active_at or now,
        },
    )


def leave_page(session: Session, *, application_id: int, key: str, actor: Actor, now: datetime) -> None:
    """The page was closed."""
    session.execute(
        delete(PageVisit).where(
            PageVisit.application_id == application_id,
            PageVisit.key == key,
            PageVisit.person_id == actor.person_id,
        )
    )


def others_on(
    session: Session, application_id: int, key: str, *, actor: Actor, now: datetime
) -> list[tuple[PageVisit, Person]]:
    """Who else has the page open, the most recently active first. One query."""
    rows = session.execute(
        select(PageVisit, Person)
        .join(Person, Person.id == PageVisit.person_id)
        .where(
            PageVisit.application_id == application_id,
            PageVisit.key == key,
            PageVisit.person_id != actor.person_id,
            PageVisit.seen_at > now - THERE_FOR,
        )
        .order_by(PageVisit.active_at.desc(), PageVisit.id)
    )
    return [(row[0], row[1]) for row in rows]


def forget_visits(session: Session, *, now: datetime) -> int:
    """Delete visits of pages that were closed long ago. Gives their number."""
    gone = session.execute(delete(PageVisit).where(PageVisit.seen_at < now - KEPT_FOR))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE's result has it
