"""Asking where a postcode lies."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.geography.models import Area, Postcode, PostcodeFile
from grants.geography.postcodes import postcode as written
from grants.geography.rules import Located, Place


def file_in_use(session: Session) -> PostcodeFile | None:
    """The postcode file that is asked; None if none was loaded."""
    newest = (
        select(PostcodeFile)
        .where(PostcodeFile.in_use_since.is_not(None))
        .order_by(PostcodeFile.in_use_since.desc(), PostcodeFile.id.desc())
        .limit(1)
    )
    return session.scalar(newest)


def files_out_of_use(session: Session) -> list[int]:
    """The ids of every other file: older ones, and those of which reading failed."""
    used = file_in_use(session)
    others = select(PostcodeFile.id).order_by(PostcodeFile.id)
    return list(session.scalars(others.where(PostcodeFile.id != used.id) if used else others))


def place_of(session: Session, postcode: str) -> Place | None:
    """Where a postcode lies, written in any way; None if no file is loaded or the file does not have it."""
    return locate(session, postcode).place


def locate(session: Session, postcode: str) -> Located:
    """Where a postcode lies, and whether there was a file to ask. Three queries at most."""
    plain = written(postcode) or postcode.strip()
    used = file_in_use(session)
    if used is None:
        return Located(plain, checked=False)
    row = session.get(Postcode, (used.id, plain))
    if row is None:
        return Located(plain, checked=True)
    codes = (row.ward_code, row.authority_code)
    wanted = select(Area.code, Area.name).where(Area.file_id == used.id, Area.code.in_(codes))
    names = {row.code: row.name for row in session.execute(wanted)}
    place = Place(
        postcode=plain,
        ward_code=row.ward_code,
        ward=names.get(row.ward_code, row.ward_code),
        authority_code=row.authority_code,
        authority=names.get(row.authority_code, row.authority_code),
        ended=row.ended,
    )
    return Located(plain, checked=True, place=place)
