"""Meetings of a round, their agenda as one reader may see it, and who is in the room."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.applications.models import Application
from grants.core.db import held
from grants.core.errors import NotFound
from grants.meetings.models import AgendaItem, Attendance, Lottery, Meeting, Recusal
from grants.panels import queries as panels
from grants.panels.models import Decision
from grants.panels.queries import DecisionRow
from grants.permissions import Role
from grants.reviewing import queries as reviewing
from grants.scoring.models import Result

PANEL = (Role.CHAIR, Role.REVIEWER)


@dataclass(frozen=True)
class Item:
    """A bid on the agenda. Pence; `total` is the exact score of record. `outside` names who leaves for it."""

    id: int
    application_id: int
    position: int
    ref: str
    title: str
    lead: str
    ask: int
    least_amount: int | None
    total: Fraction | None
    decision: Decision | None
    called_at: datetime | None
    note: str
    outside: tuple[str, ...]


@dataclass(frozen=True)
class Member:
    """A member of the panel: whether they are at the meeting, and out of the room for the bid it is at."""

    person_id: int
    name: str
    is_here: bool
    is_outside: bool


def meeting(session: Session, meeting_id: int) -> Meeting:
    """The meeting with this id. Raises NotFound."""
    found = session.get(Meeting, meeting_id)
    if found is None:
        raise NotFound("There is no such meeting.")
    return found


def for_update(session: Session, meeting_id: int) -> Meeting:
    """A meeting held against other writers. Raises NotFound."""
    found = held(session, Meeting, meeting_id)
    if found is None:
        raise NotFound("There is no such meeting.")
    return found


def meetings_of(session: Session, round_id: int) -> Sequence[Meeting]:
    """A round's meetings, the newest first."""
    return session.scalars(
        select(Meeting)
        .where(Meeting.round_id == round_id)
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
    ).all()


def item(session: Session, item_id: int) -> AgendaItem:
    """The agenda item with this id. Raises NotFound."""
    found = session.get(AgendaItem, item_id)
    if found is None:
        raise NotFound("There is no such bid on the agenda.")
    return found


def agenda_rows(session: Session, meeting_id: int) -> Sequence[AgendaItem]:
    """The agenda in its order."""
    rows = select(AgendaItem).where(AgendaItem.meeting_id == meeting_id).order_by(AgendaItem.position)
    return session.scalars(rows).all()


def panel(session: Session) -> list[Person]:
    """Everybody who chairs or reviews, each once, by name."""
    found = {person.id: person for role in PANEL for person in accounts.people_with_role(session, role)}
    return sorted(found.values(), key=lambda person: (person.name.casefold(), person.id))


def scored(session: Session, round_id: int, *, first: int, last: int) -> list[DecisionRow]:
    """Bids before the panel whose rank lies from `first` to `last`, best first."""
    rows = panels.all_decisions(session, round_id)
    return [row for row in rows if row.rank is not None and first <= row.rank <= last and not row.decided]


def outside(
    session: Session, round_id: int, person_ids: Collection[int], application_ids: Collection[int]
) -> dict[int, frozenset[int]]:
    """By bid id, which of these people are kept out of the room for it."""
    hidden = {person: reviewing.hidden_from(session, person, round_id) for person in sorted(person_ids)}
    return {
        bid: frozenset(person for person, bids in hidden.items() if bid in bids) for bid in application_ids
    }


def items(
    session: Session, meeting_id: int, *, without: Collection[int], names: Mapping[int, str]
) -> list[Item]:
    """The agenda without what is hidden from its reader. Who left the room comes from the record."""
    rows = session.execute(
        select(AgendaItem, Application, Result, Decision)
        .join(Application, Application.id == AgendaItem.application_id)
        .outerjoin(Result, Result.application_id == Application.id)
        .outerjoin(Decision, and_(Decision.application_id == Application.id, Decision.replaced_at.is_(None)))
        .where(AgendaItem.meeting_id == meeting_id, AgendaItem.application_id.not_in(without))
        .order_by(AgendaItem.position)
    ).all()
    away = _recused(session, meeting_id)
    return [_item(*row, tuple(names.get(person, "") for person in away.get(row[1].id, ()))) for row in rows]


def _item(
    row: AgendaItem,
    bid: Application,
    result: Result | None,
    decision: Decision | None,
    outside: tuple[str, ...],
) -> Item:
    return Item(
        id=row.id,
        application_id=bid.id,
        position=row.position,
        ref=bid.ref,
        title=bid.title,
        lead=bid.lead.name,
        ask=bid.ask,
        least_amount=bid.least_amount,
        total=Fraction(result.total) if result and result.total else None,
        decision=decision,
        called_at=row.called_at,
        note=row.note,
        outside=outside,
    )


def _recused(session: Session, meeting_id: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = session.execute(
        select(Recusal.application_id, Recusal.person_id)
        .where(Recusal.meeting_id == meeting_id)
        .group_by(Recusal.application_id, Recusal.person_id)
        .order_by(func.min(Recusal.id))
    )
    for bid, person in rows:
        found.setdefault(bid, []).append(person)
    return found


def present(session: Session, meeting_id: int) -> frozenset[int]:
    """Ids of the people who are at the meeting now."""
    here = select(Attendance.person_id).where(
        Attendance.meeting_id == meeting_id, Attendance.left_at.is_(None)
    )
    return frozenset(session.scalars(here))


def stretches(session: Session, meeting_id: int) -> Sequence[Attendance]:
    """Every coming and going, in order."""
    return session.scalars(
        select(Attendance).where(Attendance.meeting_id == meeting_id).order_by(Attendance.id)
    ).all()


def out_now(session: Session, meeting_id: int) -> Sequence[Recusal]:
    """Who is out of the room now, for which bid."""
    away = select(Recusal).where(Recusal.meeting_id == meeting_id, Recusal.returned_at.is_(None))
    return session.scalars(away.order_by(Recusal.id)).all()


def lotteries(session: Session, meeting_id: int) -> Sequence[Lottery]:
    """The lots of a meeting, oldest first."""
    return session.scalars(select(Lottery).where(Lottery.meeting_id == meeting_id).order_by(Lottery.id)).all()


def lottery(session: Session, lottery_id: int) -> Lottery:
    """The lots with this id, held against other writers. Raises NotFound."""
    found = held(session, Lottery, lottery_id)
    if found is None:
        raise NotFound("There are no such lots.")
    return found


def members(session: Session, meeting_id: int) -> list[Member]:
    """The panel with who is here and who is out of the room, by name."""
    here = present(session, meeting_id)
    away = {recusal.person_id for recusal in out_now(session, meeting_id)}
    return [
        Member(person.id, person.name or person.email, person.id in here, person.id in away)
        for person in panel(session)
    ]
