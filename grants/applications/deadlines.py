"""Reading drafts by their closing minute: who writes them, which must be reminded, reopened or let go."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, defer

from grants.accounts.models import Membership, Person
from grants.applications.models import Application, Assistance, ClosingReminder
from grants.applications.states import Assisted, Origin, Stage
from grants.permissions import MemberRole
from grants.programme import queries as programme
from grants.programme.models import Extension, Round

WRITERS = (MemberRole.EDITOR, MemberRole.SIGNATORY)

LONGEST_HOUR = timedelta(hours=1)
"""How much longer a number of days by the clock may be in the week in which summer time ends."""


@dataclass(frozen=True)
class Closing:
    """A draft that nobody has been reminded of, its start and its own closing minute. UTC."""

    application_id: int
    started_at: datetime
    closes_at: datetime


def writers_of(session: Session, lead_ids: Collection[int]) -> dict[int, list[Person]]:
    """The editors and signatories of each organisation, in the order in which they joined. One query."""
    rows = session.execute(
        select(Membership.organisation_id, Person)
        .join(Membership.person)
        .where(Membership.organisation_id.in_(lead_ids), Membership.role.in_(WRITERS))
        .order_by(Membership.id)
    )
    found: dict[int, list[Person]] = {lead_id: [] for lead_id in lead_ids}
    for lead_id, person in rows:
        found[lead_id].append(person)
    return found


def drafts_of(session: Session, round_id: int) -> list[Application]:
    """The drafts of a round, oldest first."""
    return list(
        session.scalars(
            select(Application)
            .where(Application.round_id == round_id, Application.stage == Stage.DRAFT)
            .order_by(Application.id)
        )
    )


def never_sent(session: Session, round_id: int) -> list[Application]:
    """Drafts of a round, and those that have lapsed, as they are now and held until the transaction ends."""
    return list(
        session.scalars(
            select(Application)
            .where(
                Application.round_id == round_id,
                Application.stage.in_((Stage.DRAFT, Stage.LAPSED)),
                Application.submitted_at.is_(None),
            )
            .order_by(Application.id)
            .with_for_update(of=Application)
            .execution_options(populate_existing=True)
        )
    )


def unsent_drafts(
    session: Session, *, closed_before: datetime, limit: int
) -> list[tuple[Application, Round]]:
    """Drafts whose own closing minute, extensions included, passed before then, oldest first, held until the
    transaction ends. A draft that waits for the chair is none of them: more time for it alone, or a paper
    that was signed, has been put forward.
    """
    more_time = exists().where(
        Extension.round_id == Application.round_id,
        Extension.application_id == Application.id,
        programme.still_waiting(),
        Extension.closes_at > closed_before,
    )
    signed = exists().where(
        Assistance.application_id == Application.id, Assistance.state == Assisted.RECORDED
    )
    rows = session.execute(
        select(Application, Round)
        .join(Round, Round.id == Application.round_id)
        .options(defer(Round.definition))
        .where(
            Application.stage == Stage.DRAFT,
            programme.closing_of(Application.id) <= closed_before,
            ~more_time,
            or_(Application.origin != Origin.ASSISTED, ~signed),
        )
        .order_by(Application.id)
        .limit(limit)
        .with_for_update(of=Application)
    )
    return [(row[0], row[1]) for row in rows]


def closing_within(session: Session, *, days: int, now: datetime) -> list[Closing]:
    """Drafts that close in at most so many days by the clock, of which nobody was reminded so many days
    ahead. One query.
    """
    closing = programme.closing_of(Application.id)
    reminded = exists().where(
        and_(
            ClosingReminder.application_id == Application.id,
            ClosingReminder.days == days,
            ClosingReminder.closes_at == closing,
        )
    )
    rows = session.execute(
        select(Application.id, Application.started_at, closing)
        .join(Round, Round.id == Application.round_id)
        .where(
            Application.stage == Stage.DRAFT,
            closing > now,
            closing <= now + timedelta(days=days) + LONGEST_HOUR,
            ~reminded,
        )
        .order_by(closing, Application.id)
    )
    return [Closing(row[0], row[1], row[2]) for row in rows]


def extended_at(session: Session, application: Application, closes_at: datetime) -> datetime | None:
    """When the chair gave the bid, or its round, the closing minute that it has; None if it is the round's
    own.
    """
    return session.scalar(
        select(func.max(Extension.approved_at)).where(
            Extension.round_id == application.round_id,
            or_(Extension.application_id.is_(None), Extension.application_id == application.id),
            Extension.closes_at == closes_at,
            Extension.approved_at.is_not(None),
        )
    )


def bids_by_id(session: Session, application_ids: Sequence[int]) -> dict[int, Application]:
    """These bids by id, with their leads. One query."""
    found = session.scalars(select(Application).where(Application.id.in_(application_ids)))
    return {application.id: application for application in found}
