"""What the public register reads: the awards of a round, kept in memory until one of them changes."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.applications.states import Stage
from grants.awards.models import Award
from grants.exports.allocation_row import AllocationRow
from grants.exports.collect import collect
from grants.panels.models import Decision
from grants.programme.models import Round
from grants.public.register import Success, published

Stamp = tuple[object, ...]
"""Differs whenever an award of the round does."""

WAIT = (Stage.SUBMITTED, Stage.IN_REVIEW, Stage.SCORED, Stage.OFFERED)
"""Stages of bids that wait for somebody: while there is one, no success rate is told."""

FUNDED = (Stage.ACTIVE, Stage.CLOSED, Stage.TERMINATED)
NOT_JUDGED = (Stage.DRAFT, Stage.WITHDRAWN, Stage.INELIGIBLE)

KEPT_SECONDS = 300
_MOST_ROUNDS = 8
_kept: OrderedDict[tuple[str, int], tuple[Stamp, tuple[AllocationRow, ...]]] = OrderedDict()
_turn = Lock()


@dataclass(frozen=True)
class Awards:
    """The awards that the public reads of, and the stamp of what they were read from."""

    rows: tuple[AllocationRow, ...]
    stamp: Stamp


def awards_of(session: Session, round_: Round, *, now: datetime) -> Awards:
    """The round's awards, the largest first. One statement where nothing has changed since the last time.

    They are read anew every few minutes, for what the stamp does not tell, such as an organisation's name.
    """
    stamp = (*_stamp(session, round_), int(now.timestamp()) // KEPT_SECONDS)
    key = (str(session.get_bind().engine.url), round_.id)
    with _turn:
        found = _kept.get(key)
        if found and found[0] == stamp:
            _kept.move_to_end(key)
            return Awards(found[1], stamp)
    rows = published(collect(session, round_id=round_.id))
    with _turn:
        _kept[key] = (stamp, rows)
        while len(_kept) > _MOST_ROUNDS:
            _kept.popitem(last=False)
    return Awards(rows, stamp)


def success(session: Session, round_id: int) -> Success | None:
    """How many of the bids that were judged were funded; None while an applicant still waits."""
    by_stage = select(Application.stage, func.count()).where(Application.round_id == round_id)
    counts = dict(session.execute(by_stage.group_by(Application.stage)).all())
    if any(counts.get(stage) for stage in WAIT) or _unreleased(session, round_id):
        return None
    unsent = _never_sent(session, round_id)
    judged = sum(count for stage, count in counts.items() if stage not in NOT_JUDGED) - unsent
    return Success(judged=judged, funded=sum(counts.get(stage, 0) for stage in FUNDED)) if judged else None


def _unreleased(session: Session, round_id: int) -> int:
    """Bids whose decision their applicants do not know yet."""
    kept_back = select(func.count()).where(
        Application.round_id == round_id,
        Application.stage == Stage.DECIDED,
        Decision.application_id == Application.id,
        Decision.released_at.is_(None),
    )
    return session.scalar(kept_back) or 0


def _never_sent(session: Session, round_id: int) -> int:
    """Drafts that lapsed at closing."""
    lapsed = select(func.count()).where(
        Application.round_id == round_id,
        Application.stage == Stage.LAPSED,
        Application.submitted_at.is_(None),
    )
    return session.scalar(lapsed) or 0


def _stamp(session: Session, round_: Round) -> Stamp:
    """Of everything that an award's row is made of."""
    columns = select(
        func.count(Award.id),
        func.sum(Award.amount),
        func.max(Award.accepted_at),
        func.max(Award.ended_at),
        func.max(Decision.released_at),
        func.sum(Application.version),
    )
    row = session.execute(
        columns.join(Application, Application.id == Award.application_id)
        .join(Decision, Decision.application_id == Application.id)
        .where(Application.round_id == round_.id, Decision.replaced_at.is_(None))
    ).one()
    return (round_.fingerprint, *row)
