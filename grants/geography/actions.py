"""Taking a postcode file in: begun, filled a batch at a time, then put to use at one stroke."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core.db import held
from grants.core.errors import NotFound, RuleBroken
from grants.geography import queries
from grants.geography.models import Area, Postcode, PostcodeFile
from grants.geography.postcode_file import Line
from grants.permissions import Actor


def begin_file(session: Session, *, now: datetime) -> PostcodeFile:
    """A new file, not in use yet: readers go on asking the one before."""
    begun = PostcodeFile(started_at=now, postcodes=0)
    session.add(begun)
    session.flush()
    return begun


def add_postcodes(session: Session, *, file_id: int, lines: Sequence[Line]) -> None:
    """A batch of postcodes. One that the file has twice is taken as it stands first."""
    rows = [
        {
            "file_id": file_id,
            "postcode": line.postcode,
            "ward_code": line.ward,
            "authority_code": line.authority,
            "ended": line.ended,
        }
        for line in lines
    ]
    _insert_new(session, Postcode, rows)
    add_names(session, file_id=file_id, names=dict(name for line in lines for name in line.names).items())


def add_names(session: Session, *, file_id: int, names: Collection[tuple[str, str]]) -> None:
    """What areas are called, by their code; the first name given to a code stays."""
    rows = [{"file_id": file_id, "code": code, "name": name} for code, name in names]
    if rows:
        _insert_new(session, Area, rows)


def put_to_use(
    session: Session, *, file_id: int, postcodes: int, actor: Actor, now: datetime
) -> PostcodeFile:
    """From now on this file is asked. Raises RuleBroken for one without a postcode."""
    if not postcodes:
        raise RuleBroken("There is no postcode in the file. The one loaded before stays in use.")
    file = held(session, PostcodeFile, file_id)
    if file is None:
        raise NotFound("Somebody loaded another file meanwhile and cleared this one away.")
    file.in_use_since, file.postcodes = now, postcodes
    audit.record(session, actor, "geography.load", file, now=now, postcodes=postcodes)
    return file


def clear_away(session: Session, *, file_id: int, most: int) -> bool:
    """Delete at most `most` postcodes of a file that is out of use; whether nothing is left of it."""
    used = queries.file_in_use(session)
    if used is not None and used.id == file_id:
        return True
    some = select(Postcode.postcode).where(Postcode.file_id == file_id).limit(most)
    gone = session.execute(
        delete(Postcode).where(Postcode.file_id == file_id, Postcode.postcode.in_(some))
        .returning(Postcode.file_id)
    ).all()  # fmt: skip
    if len(gone) == most:
        return False
    session.execute(delete(Area).where(Area.file_id == file_id))
    session.execute(delete(PostcodeFile).where(PostcodeFile.id == file_id))
    return True


def _insert_new(
    session: Session, model: type[Postcode] | type[Area], rows: Iterable[dict[str, object]]
) -> None:
    dialect = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.connection().execute(dialect(model.__table__).on_conflict_do_nothing(), list(rows))  # type: ignore[arg-type]  # __table__ is typed as FromClause
