"""How a round's results stand, and what has been worked out of them."""

import hashlib
from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer
from sqlalchemy.sql.expression import ColumnElement

from grants.accounts.models import Person
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.programme.models import Round
from grants.scoring.models import Calibration, Result
from grants.scoring.queries import NOT_RANKED_ANY_MORE
from grants.scoring.states import CalibrationState


def results_in(session: Session, round_id: int) -> int:
    """How many bids in the running have a locked, valid review."""
    counted = select(func.count()).select_from(Result).join(Application).where(*_running(round_id))
    return session.scalar(counted.where(Result.sheets > 0)) or 0


def digest(session: Session, round_: Round) -> str:
    """What tells one standing of a round's results from another: SHA-256 of what changes whenever they do."""
    row = session.execute(
        select(func.count(), func.max(Result.refreshed_at), func.sum(Application.ask))
        .select_from(Result)
        .join(Application)
        .where(*_running(round_.id))
    ).one()
    facts = [str(row[0]), row[1].isoformat() if row[0] else "", str(int(row[2] or 0)), str(round_.pot)]
    return hashlib.sha256("|".join([*facts, round_.fingerprint]).encode()).hexdigest()


def scoring_finished(session: Session, round_id: int) -> bool:
    """Whether bids of the round were scored and none is still in review."""
    stages = select(Application.stage).where(Application.round_id == round_id)
    open_still = stages.where(Application.stage.in_((Stage.SUBMITTED, Stage.IN_REVIEW))).limit(1)
    return results_in(session, round_id) > 0 and session.scalar(open_still) is None


def rounds_to_look_at(session: Session) -> Sequence[Round]:
    """Rounds with results."""
    having = select(Result.round_id).distinct()
    return session.scalars(select(Round).where(Round.id.in_(having)).order_by(Round.id)).all()


def latest(session: Session, round_id: int) -> Calibration | None:
    """The calibration of the round that was asked for last, without its results."""
    return session.scalars(_of(round_id).options(defer(Calibration.results, raiseload=True))).first()


def latest_made(session: Session, round_id: int) -> Calibration | None:
    """The last calibration that was worked out, stale or not, with its results."""
    return session.scalars(_of(round_id).where(Calibration.made_at.is_not(None))).first()


def under_way(session: Session, round_id: int) -> Calibration | None:
    """The calibration that waits or is being worked out."""
    waiting = (CalibrationState.QUEUED, CalibrationState.RUNNING)
    return session.scalars(_of(round_id).where(Calibration.state.in_(waiting))).first()


def names_of_bids(session: Session, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Reference and title of these bids, by id."""
    named = select(Application.id, Application.ref, Application.title).where(Application.id.in_(ids))
    rows = session.execute(named)
    return {bid: (ref, title) for bid, ref, title in rows}


def names_of_people(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Names of these people, by id."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _of(round_id: int) -> Select[Calibration]:
    here = select(Calibration).where(Calibration.round_id == round_id)
    return here.order_by(Calibration.id.desc()).limit(1)


def _running(round_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Result.round_id == round_id, Application.stage.not_in(NOT_RANKED_ANY_MORE)
