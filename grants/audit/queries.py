"""Reading the trail: page by page for people, entry by entry for the check."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import func, inspect, select, tuple_
from sqlalchemy.orm import Mapper, Session

from grants.audit.models import HEAD_ID, TrailEntry, TrailHead
from grants.audit.rules import Line, Tail

PAGE_SIZE = 50
CHUNK = 5000
LONGEST_HISTORY = 500


def subject_of(subject: object) -> tuple[str, str]:
    """The type and id under which the trail files `subject`: a mapped instance (its table's name) or a
    (type, id) pair."""
    if isinstance(subject, tuple):
        kind, identity = subject
        return str(kind), str(identity)
    mapper: Mapper[Any] = inspect(type(subject))
    return str(mapper.local_table), "/".join(str(part) for part in mapper.primary_key_from_instance(subject))


def has_number(subject: object) -> bool:
    """Whether a mapped instance has its primary key already, or only gets it at the next flush."""
    mapper: Mapper[Any] = inspect(type(subject))
    return None not in mapper.primary_key_from_instance(subject)


def begin_snapshot(session: Session) -> None:
    """Begin a transaction that goes on seeing the trail as it is now, while others append to it."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def noted_tail(session: Session) -> Tail:
    """Where the database itself says that the trail ends."""
    seq, hash_ = session.execute(select(TrailHead.seq, TrailHead.hash).where(TrailHead.id == HEAD_ID)).one()
    return Tail(seq, hash_)


def count_upto(session: Session, seq: int) -> int:
    """How many entries there are up to and including number `seq`."""
    return session.scalar(select(func.count()).where(TrailEntry.seq <= seq).select_from(TrailEntry)) or 0


def walk(session: Session) -> Iterator[Line]:
    """Every entry in order, a few thousand rows at a time, as plain rows rather than objects."""
    columns = TrailEntry.__table__.c
    last = None
    while True:
        page = select(*columns).order_by(columns.seq).limit(CHUNK)
        rows = session.execute(page if last is None else page.where(columns.seq > last)).all()
        yield from cast(Sequence[Line], rows)
        if len(rows) < CHUNK:
            return
        last = rows[-1].seq


@dataclass(frozen=True)
class TrailPage:
    """Entries, newest first, and the number to ask for the next older page with (None on the last)."""

    entries: Sequence[TrailEntry]
    older: int | None


def page_of(
    session: Session,
    *,
    deed: str = "",
    subject_type: str = "",
    subject_id: str = "",
    before: int | None = None,
) -> TrailPage:
    """One page of the trail: entries numbered below `before`, narrowed to a deed or a subject where given."""
    query = select(TrailEntry).order_by(TrailEntry.seq.desc()).limit(PAGE_SIZE + 1)
    if deed:
        query = query.where(TrailEntry.deed == deed)
    if subject_type:
        query = query.where(TrailEntry.subject_type == subject_type)
    if subject_id:
        query = query.where(TrailEntry.subject_id == subject_id)
    if before is not None:
        query = query.where(TrailEntry.seq < before)
    found = session.scalars(query).all()
    entries = found[:PAGE_SIZE]
    return TrailPage(entries, entries[-1].seq if len(found) > PAGE_SIZE else None)


def history_of(session: Session, subject: object) -> Sequence[TrailEntry]:
    """The deeds done to `subject` (a mapped instance or a (type, id) pair), oldest first: at most the last
    `LONGEST_HISTORY`.
    """
    return history_of_all(session, [subject_of(subject)])


def history_of_all(session: Session, subjects: Sequence[tuple[str, str]]) -> Sequence[TrailEntry]:
    """The deeds done to any of these, by type and id, oldest first: at most the last `LONGEST_HISTORY`."""
    newest = session.scalars(
        select(TrailEntry)
        .where(tuple_(TrailEntry.subject_type, TrailEntry.subject_id).in_(subjects))
        .order_by(TrailEntry.seq.desc())
        .limit(LONGEST_HISTORY)
    ).all()
    return newest[::-1]


def deeds(session: Session) -> Sequence[str]:
    """The names of all deeds that occur in the trail, in alphabetical order."""
    return session.scalars(select(TrailEntry.deed).distinct().order_by(TrailEntry.deed)).all()


def subject_types(session: Session) -> Sequence[str]:
    """The types of all things that occur in the trail, in alphabetical order."""
    return session.scalars(select(TrailEntry.subject_type).distinct().order_by(TrailEntry.subject_type)).all()
