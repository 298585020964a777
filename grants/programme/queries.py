"""Rounds and their definitions, and the closing minute that holds for one bid."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, case, func, or_, select
from sqlalchemy.orm import Session

from grants.core.db import held
from grants.core.errors import NotFound
from grants.programme.definition import FundDefinition
from grants.programme.fund_file import from_json
from grants.programme.models import Extension, Round

_definitions: dict[str, FundDefinition] = {}
_MOST_DEFINITIONS = 100


def definition_of(round_: Round) -> FundDefinition:
    """The round's fund definition.

    Built once a process for each fingerprint: it never changes under the same one.
    """
    found = _definitions.get(round_.fingerprint)
    if found is None:
        if len(_definitions) >= _MOST_DEFINITIONS:
            _definitions.clear()
        found = _definitions[round_.fingerprint] = from_json(round_.definition)
    return found


def round_by_ref(session: Session, ref: str) -> Round:
    """The round at the address `ref`. Raises NotFound."""
    return _one(session, select(Round).where(Round.ref == ref))


def round_by_id(session: Session, round_id: int) -> Round:
    """The round with this id. Raises NotFound."""
    return _one(session, select(Round).where(Round.id == round_id))


def round_of_fund(session: Session, fund_slug: str, round_key: str) -> Round | None:
    """The round that a fund file names, if it has been loaded."""
    return session.scalar(select(Round).where(Round.fund_slug == fund_slug, Round.round_key == round_key))


def locked(session: Session, round_id: int) -> Round:
    """The round as it is now, held against other writers until the transaction ends. Raises NotFound."""
    found = held(session, Round, round_id)
    if found is None:
        raise NotFound("There is no such round.")
    return found


def is_taken(session: Session, ref: str) -> bool:
    """Whether a round already has the address `ref`."""
    return session.scalar(select(Round.id).where(Round.ref == ref)) is not None


def all_rounds(session: Session) -> list[Round]:
    """Every round, the one that closes last first."""
    return list(session.scalars(select(Round).order_by(Round.closes_at.desc(), Round.id)))


@dataclass(frozen=True)
class OpenRound:
    """A round that a bid can be started in, and until when, extensions of the whole round included."""

    round: Round
    closes_at: datetime


def open_rounds(session: Session, *, now: datetime) -> list[OpenRound]:
    """Rounds that a bid can be sent to at `now`, the one that closes first first. One query."""
    closing = closing_of()
    rows = session.execute(
        select(Round, closing).where(Round.opens_at <= now, closing > now).order_by(closing, Round.id)
    )
    return [OpenRound(row[0], row[1]) for row in rows]


def closing_of(application_id: SQLColumnExpression[int] | None = None) -> ColumnElement[datetime]:
    """The closing minute of `Round` in a query of it, or that of a bid whose id is a column there."""
    latest = (
        select(func.max(Extension.closes_at))
        .where(Extension.round_id == Round.id, Extension.approved_at.is_not(None), _for(application_id))
        .correlate_except(Extension)
        .scalar_subquery()
    )
    return case((latest > Round.closes_at, latest), else_=Round.closes_at)


def _for(application_id: SQLColumnExpression[int] | int | None) -> ColumnElement[bool]:
    whole = Extension.application_id.is_(None)
    return whole if application_id is None else or_(whole, Extension.application_id == application_id)


@dataclass(frozen=True)
class Closings:
    """The closing minutes of some rounds and of every bid in them."""

    extended: tuple[tuple[int, int | None, datetime], ...]

    def of(self, round_: Round, application_id: int | None = None) -> datetime:
        """The latest that holds for the round, or for one of its bids."""
        mine = {None, application_id}
        later = [until for round_id, bid, until in self.extended if round_id == round_.id and bid in mine]
        return max([round_.closes_at, *later])


def closings(session: Session, round_ids: Collection[int]) -> Closings:
    """Until when these rounds, and bids in them, can be sent. One query."""
    rows = session.execute(
        select(Extension.round_id, Extension.application_id, Extension.closes_at).where(
            Extension.round_id.in_(round_ids), Extension.approved_at.is_not(None)
        )
    )
    return Closings(tuple((row[0], row[1], row[2]) for row in rows))


def closes_at(session: Session, round_: Round, *, application_id: int | None = None) -> datetime:
    """The latest closing minute that holds: the round's, or an approved extension's of all or of this bid."""
    approved = select(Extension.closes_at).where(
        Extension.round_id == round_.id, Extension.approved_at.is_not(None), _for(application_id)
    )
    extended: list[datetime] = list(session.scalars(approved))
    return max([round_.closes_at, *extended])


def extensions_of(session: Session, round_id: int) -> list[Extension]:
    """Every extension of the round and of its bids, whatever became of it, the newest first."""
    return list(
        session.scalars(
            select(Extension)
            .where(Extension.round_id == round_id)
            .order_by(Extension.drafted_at.desc(), Extension.id.desc())
        )
    )


def whole_extensions(session: Session, round_id: int) -> list[Extension]:
    """The extensions of the whole round that hold, in the order in which they were given."""
    return list(
        session.scalars(
            select(Extension)
            .where(
                Extension.round_id == round_id,
                Extension.application_id.is_(None),
                Extension.approved_at.is_not(None),
            )
            .order_by(Extension.closes_at, Extension.id)
        )
    )


def extension(session: Session, extension_id: int) -> Extension:
    """The extension, held against other writers until the transaction ends. Raises NotFound."""
    found = held(session, Extension, extension_id)
    if found is None:
        raise NotFound("There is no such extension.")
    return found


def round_of_extension(session: Session, extension_id: int) -> int:
    """The id of the round that an extension is of. Raises NotFound."""
    found = session.scalar(select(Extension.round_id).where(Extension.id == extension_id))
    if found is None:
        raise NotFound("There is no such extension.")
    return found


def waiting_extension(session: Session, round_id: int, application_id: int | None) -> Extension | None:
    """The extension of exactly this bid, or of the whole round, that waits for the chair."""
    whose = (
        Extension.application_id.is_(None)
        if application_id is None
        else Extension.application_id == application_id
    )
    return session.scalars(
        select(Extension)
        .where(Extension.round_id == round_id, whose, still_waiting())
        .order_by(Extension.id)
        .limit(1)
    ).one_or_none()


def still_waiting() -> ColumnElement[bool]:
    """Holds for an extension that nobody has answered or taken back."""
    return Extension.approved_at.is_(None) & Extension.refused_at.is_(None) & Extension.withdrawn_at.is_(None)


def untold(session: Session, now: datetime) -> list[int]:
    """Approved extensions of which the people concerned have not been written to, oldest first."""
    waiting = (
        select(Extension.id)
        .where(Extension.approved_at <= now, Extension.told_at.is_(None))
        .order_by(Extension.approved_at, Extension.id)
    )
    return list(session.scalars(waiting))


def unannounced(session: Session, *, now: datetime) -> list[Round]:
    """Rounds whose opening or closing, extensions of the whole round included, has passed without having
    been announced.
    """
    return list(
        session.scalars(
            select(Round)
            .where(
                or_(
                    (Round.opens_at <= now) & Round.opening_announced_at.is_(None),
                    (closing_of() <= now) & Round.closing_announced_at.is_(None),
                )
            )
            .order_by(Round.id)
        )
    )


def _one(session: Session, statement: Select[Round]) -> Round:
    found = session.scalar(statement)
    if found is None:
        raise NotFound("There is no such round.")
    return found
