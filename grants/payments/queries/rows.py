"""Schedules, what is due, batches and their lines, what is owed back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.audit.models import TrailEntry
from grants.awards.models import Award
from grants.core.db import held
from grants.core.errors import NotFound
from grants.core.paging import Page, paginate
from grants.payments.models import (
    Instalment,
    PaymentBatch,
    PaymentFile,
    PaymentLine,
    Receipt,
    Receivable,
)
from grants.payments.states import LIVE, STANDING, LineState
from grants.programme.paying import DueBy, FileKind

PAYABLE = (Stage.ACTIVE, Stage.CLOSED)
"""Stages of a bid whose award is paid."""


@dataclass(frozen=True)
class Due:
    """An instalment with what it still pays: its amount less what was kept back of it, pence."""

    instalment: Instalment
    to_pay: int


@dataclass(frozen=True)
class Step:
    """An instalment on its award's page, with its lines, the newest first."""

    instalment: Instalment
    offset: int
    lines: tuple[PaymentLine, ...] = ()

    @property
    def live(self) -> PaymentLine | None:
        """The line that is open or paid."""
        return next((line for line in self.lines if line.state in LIVE), None)

    @property
    def to_pay(self) -> int:
        """What it pays, or has paid."""
        return self.instalment.amount - self.offset

    @property
    def waits(self) -> bool:
        """Whether somebody has to release it first."""
        return self.instalment.due_by is not DueBy.DAY and self.instalment.released_at is None


def award_of(session: Session, application_id: int) -> Award:
    """A bid's award. Raises NotFound."""
    found = session.scalar(select(Award).where(Award.application_id == application_id))
    if found is None:
        raise NotFound("This bid has no award.")
    return found


def awards_without_schedule(session: Session, round_id: int) -> list[tuple[Award, Application]]:
    """Awards that are paid and have no instalments yet, by reference."""
    rows = session.execute(
        select(Award, Application)
        .join(Application, Application.id == Award.application_id)
        .where(
            Application.round_id == round_id,
            Application.stage.in_(PAYABLE),
            ~exists().where(Instalment.application_id == Application.id),
        )
        .order_by(Application.ref)
    )
    return [(award, application) for award, application in rows]


def off_schedule(session: Session, round_id: int) -> list[str]:
    """References of running awards whose instalments do not add up to the award: a variation changed it."""
    rows = (
        select(Application.ref)
        .join(Award, Award.application_id == Application.id)
        .join(Instalment, Instalment.application_id == Application.id)
        .where(Application.round_id == round_id, Application.stage == Stage.ACTIVE)
        .group_by(Application.id, Application.ref, Award.amount)
        .having(func.sum(Instalment.amount) != Award.amount)
        .order_by(Application.ref)
    )
    return list(session.scalars(rows))


def schedule_of(session: Session, application_id: int) -> list[Step]:
    """An award's instalments in their order. Three queries."""
    rows = session.scalars(
        select(Instalment).where(Instalment.application_id == application_id).order_by(Instalment.number)
    ).all()
    lines = session.scalars(
        select(PaymentLine)
        .where(PaymentLine.application_id == application_id)
        .order_by(PaymentLine.id.desc())
    ).all()
    kept = offsets(session, [row.id for row in rows])
    return [
        Step(row, kept.get(row.id, 0), tuple(line for line in lines if line.instalment_id == row.id))
        for row in rows
    ]


def offsets(session: Session, instalment_ids: Collection[int]) -> dict[int, int]:
    """What was kept back of instalments, pence by id."""
    rows = session.execute(
        select(Receipt.instalment_id, func.sum(Receipt.amount))
        .where(Receipt.instalment_id.in_(instalment_ids))
        .group_by(Receipt.instalment_id)
    )
    return {instalment_id: int(pence) for instalment_id, pence in rows if instalment_id is not None}


def due(session: Session, round_id: int, *, pay_on: date) -> list[Due]:
    """Instalments of a round that are due by `pay_on` and in no live line, by bid and number."""
    rows = session.scalars(
        select(Instalment)
        .join(Application, Application.id == Instalment.application_id)
        .where(
            Application.round_id == round_id,
            Application.stage.in_(PAYABLE),
            or_(
                Instalment.released_at.is_not(None),
                and_(Instalment.due_by == DueBy.DAY, Instalment.due_on <= pay_on),
            ),
            ~exists().where(PaymentLine.instalment_id == Instalment.id, PaymentLine.state.in_(LIVE)),
        )
        .order_by(Application.ref, Instalment.number)
        .execution_options(populate_existing=True)
    ).all()
    kept = offsets(session, [row.id for row in rows])
    found = [Due(row, row.amount - kept.get(row.id, 0)) for row in rows]
    return [one for one in found if one.to_pay > 0]


def instalment_for_update(session: Session, instalment_id: int) -> Instalment:
    """An instalment held against other writers. Raises NotFound."""
    found = held(session, Instalment, instalment_id)
    if found is None:
        raise NotFound("There is no such instalment.")
    return found


def batch(session: Session, batch_id: int) -> PaymentBatch:
    """One batch. Raises NotFound."""
    found = session.get(PaymentBatch, batch_id)
    if found is None:
        raise NotFound("There is no such payment batch.")
    return found


def batch_for_update(session: Session, batch_id: int) -> PaymentBatch:
    """A batch held against other writers. Raises NotFound."""
    found = held(session, PaymentBatch, batch_id)
    if found is None:
        raise NotFound("There is no such payment batch.")
    return found


def line_for_update(session: Session, line_id: int) -> PaymentLine:
    """A line held against other writers. Raises NotFound."""
    found = held(session, PaymentLine, line_id)
    if found is None:
        raise NotFound("There is no such payment.")
    return found


def lines_of(session: Session, batch_id: int, *, states: Collection[LineState] = ()) -> list[PaymentLine]:
    """A batch's lines by reference: all of them, or those in `states`."""
    rows = select(PaymentLine).where(PaymentLine.batch_id == batch_id)
    if states:
        rows = rows.where(PaymentLine.state.in_(states))
    return list(session.scalars(rows.order_by(PaymentLine.reference, PaymentLine.id)))


def batches(session: Session, round_id: int, *, page: int, size: int = 50) -> Page[PaymentBatch]:
    """A round's batches, the newest first."""
    rows = select(PaymentBatch).where(PaymentBatch.round_id == round_id)
    return paginate(session, rows.order_by(PaymentBatch.id.desc()), number=page, size=size)


def next_batch_number(session: Session, round_id: int) -> int:
    """The number of the round's next batch, from 1."""
    newest = select(func.max(PaymentBatch.number)).where(PaymentBatch.round_id == round_id)
    return (session.scalar(newest) or 0) + 1


def files_of(session: Session, batch_id: int) -> list[PaymentFile]:
    """A batch's files."""
    rows = select(PaymentFile).where(PaymentFile.batch_id == batch_id)
    return list(session.scalars(rows.order_by(PaymentFile.id)))


def file_of(session: Session, batch_id: int, kind: FileKind) -> PaymentFile:
    """A batch's file of a kind. Raises NotFound."""
    found = session.scalar(
        select(PaymentFile).where(PaymentFile.batch_id == batch_id, PaymentFile.kind == kind)
    )
    if found is None:
        raise NotFound("This batch has no such file.")
    return found


@dataclass(frozen=True)
class Download:
    """One time that a batch's file was downloaded: the trail says."""

    at: datetime
    name: str
    kind: str


def downloads_of(session: Session, batch_id: int) -> list[Download]:
    """Who has downloaded a batch's files, the newest first, at most 50."""
    rows = session.execute(
        select(TrailEntry.at, Person.name, Person.email, TrailEntry.facts)
        .outerjoin(Person, Person.id == TrailEntry.actor_id)
        .where(
            TrailEntry.subject_type == "payment_batch",
            TrailEntry.subject_id == str(batch_id),
            TrailEntry.deed == "payment_file.download",
        )
        .order_by(TrailEntry.seq.desc())
        .limit(50)
    )
    return [
        Download(at, name or email or "The service", str(facts.get("file", "")))
        for at, name, email, facts in rows
    ]


def names_of(session: Session, people: Collection[int | None]) -> dict[int | None, str]:
    """The names of people, by id."""
    ids = set(people) - {None}
    rows = session.execute(select(Person.id, Person.name, Person.email).where(Person.id.in_(ids)))
    return {person_id: name or email for person_id, name, email in rows}


def receivable(session: Session, receivable_id: int) -> Receivable:
    """One receivable. Raises NotFound."""
    found = session.get(Receivable, receivable_id)
    if found is None:
        raise NotFound("There is no such receivable.")
    return found


def receivable_for_update(session: Session, receivable_id: int) -> Receivable:
    """A receivable held against other writers. Raises NotFound."""
    found = held(session, Receivable, receivable_id)
    if found is None:
        raise NotFound("There is no such receivable.")
    return found


def receivables(session: Session, round_id: int, *, without: Collection[int] = ()) -> list[Receivable]:
    """A round's receivables, the newest first, without those of bids hidden from the reader."""
    rows = (
        select(Receivable)
        .join(Application, Application.id == Receivable.application_id)
        .where(Application.round_id == round_id, Application.id.not_in(without))
    )
    return list(session.scalars(rows.order_by(Receivable.id.desc())))


def receivables_of(session: Session, application_id: int) -> list[Receivable]:
    """An award's receivables, the oldest first."""
    rows = select(Receivable).where(Receivable.application_id == application_id)
    return list(session.scalars(rows.order_by(Receivable.id)))


def owed(session: Session, application_id: int) -> int:
    """What counts as owed back of an award, paid back or not: drafts too. Pence."""
    standing = select(func.coalesce(func.sum(Receivable.amount), 0)).where(
        Receivable.application_id == application_id, Receivable.state.in_(STANDING)
    )
    return int(session.scalar(standing) or 0)
