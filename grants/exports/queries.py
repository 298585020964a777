"""Exports of a round, those left behind, and their files."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from grants import config
from grants.applications.models import Application
from grants.core.errors import NotFound, RuleBroken
from grants.exports import file_store
from grants.exports.finance_table import Wanted, described
from grants.exports.models import Export
from grants.exports.states import EXTENSIONS, ExportKind, ExportState, Format
from grants.panels.models import Decision
from grants.panels.queries import TAKES_FROM_THE_POT
from grants.reviewing.queries import hidden_refs

LEASE = timedelta(minutes=10)
"""How long a worker that claimed an export may be silent before it is taken for dead. Ten thousand rows take
half a minute.
"""

COURIER_TIME = timedelta(seconds=30)
"""How long the courier has before the sweep takes over."""


def exports_of(
    session: Session,
    round_id: int,
    *,
    kinds: Collection[ExportKind] = (ExportKind.ALLOCATIONS,),
    most: int = 100,
) -> Sequence[Export]:
    """The latest exports of a round that tell of `kinds`, newest first."""
    rows = select(Export).where(Export.round_id == round_id, Export.kind.in_(kinds))
    return session.scalars(rows.order_by(Export.id.desc()).limit(most)).all()


def export_by_id(session: Session, export_id: int) -> Export:
    """The export with this id. Raises NotFound."""
    found = session.get(Export, export_id)
    if found is None:
        raise NotFound("There is no such export.")
    return found


def wanted_of(export: Export) -> Wanted:
    """What an export was asked to tell."""
    return Wanted(export.kind, export.at, export.grouping, export.only)


def said_of(export: Export) -> str:
    """What an export tells, in one line."""
    return described(wanted_of(export))


def under_way(session: Session, *, round_id: int, format_: Format, wanted: Wanted) -> Export | None:
    """The same export of the round that waits or is being built already, if any."""
    return session.scalars(
        select(Export)
        .where(
            Export.round_id == round_id,
            Export.format == format_,
            Export.kind == wanted.kind,
            Export.at.is_(None) if wanted.at is None else Export.at == wanted.at,
            Export.grouping == wanted.grouping,
            Export.only == wanted.only,
            Export.state.in_((ExportState.QUEUED, ExportState.BUILDING)),
        )
        .order_by(Export.id)
        .limit(1)
    ).one_or_none()


def awards_in(session: Session, round_id: int) -> int:
    """How many awards an export of the round would hold now."""
    return session.scalar(select(func.count()).select_from(awarded(round_id).subquery())) or 0


def awarded(round_id: int) -> Select[int]:
    """Ids of the bids whose awards an export of the round would hold now."""
    return (
        select(Decision.application_id)
        .join(Application, Application.id == Decision.application_id)
        .where(
            Application.round_id == round_id,
            Application.stage.in_(TAKES_FROM_THE_POT),
            Decision.released_at.is_not(None),
            Decision.replaced_at.is_(None),
            Decision.amount > 0,
        )
    )


def hidden_awards(session: Session, round_id: int, *, person_id: int | None) -> list[str]:
    """References of those awards of the round that a conflict of interest hides from the person."""
    hidden = hidden_refs(session, person_id or 0, round_id)
    held = set(session.scalars(awarded(round_id))) if hidden else set()
    return [ref for bid, ref in hidden.items() if bid in held]


def is_stale(now: datetime) -> ColumnElement[bool]:
    """Whether an export is held by a worker that has been silent for too long."""
    return and_(Export.state == ExportState.BUILDING, Export.claimed_at < now - LEASE)


def waiting(session: Session, now: datetime) -> Sequence[int]:
    """Ids of exports that nobody is building: never fetched, or left behind by a worker that died."""
    unfetched = and_(Export.state == ExportState.QUEUED, Export.requested_at < now - COURIER_TIME)
    return session.scalars(
        select(Export.id).where(or_(unfetched, is_stale(now))).order_by(Export.id).limit(100)
    ).all()


def folder() -> Path:
    """Where this installation keeps its exports."""
    return config.current().data_dir / "exports"


def file_of(export: Export) -> Path:
    """Where the file of a ready export lies. Raises RuleBroken when it is not ready."""
    return file_store.path_of(folder(), _digest(export), EXTENSIONS[export.format])


def content_of(export: Export) -> bytes:
    """The file of a ready export, byte for byte as it was built.

    Raises RuleBroken when it is not ready, is gone, or is no longer what its hash says.
    """
    try:
        return file_store.read(folder(), _digest(export), EXTENSIONS[export.format])
    except file_store.NotAsBuilt as reason:
        raise RuleBroken(f"{reason} It is not handed out. Build this export again.") from reason


def _digest(export: Export) -> str:
    if export.sha256 is None:
        raise RuleBroken("This export has no file yet.")
    return export.sha256
