"""Rounds and their definitions, and the closing minute that holds for one bid."""

from datetime import datetime

from sqlalchemy import Select, or_, select
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


def open_rounds(session: Session, *, now: datetime) -> list[Round]:
    """Rounds that a bid can be sent to at `now`, the one that closes first first."""
    return list(
        session.scalars(
            select(Round)
            .where(Round.opens_at <= now, Round.closes_at > now)
            .order_by(Round.closes_at, Round.id)
        )
    )


def closes_at(session: Session, round_: Round, *, application_id: int | None = None) -> datetime:
    """The latest closing minute that holds: the round's, or an approved extension's of all or of this bid."""
    whole = Extension.application_id.is_(None)
    of_this_bid = whole if application_id is None else or_(whole, Extension.application_id == application_id)
    approved = select(Extension.closes_at).where(
        Extension.round_id == round_.id, Extension.approved_at.is_not(None), of_this_bid
    )
    extended: list[datetime] = list(session.scalars(approved))
    return max([round_.closes_at, *extended])


def unannounced(session: Session, *, now: datetime) -> list[Round]:
    """Rounds whose opening or closing has passed without having been announced."""
    return list(
        session.scalars(
            select(Round)
            .where(
                or_(
                    (Round.opens_at <= now) & Round.opening_announced_at.is_(None),
                    (Round.closes_at <= now) & Round.closing_announced_at.is_(None),
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
