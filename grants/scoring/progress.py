"""Who is where in a round: how far each reviewer has come, and each bid. Nothing of what anybody scored."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.core.db import UtcDateTime
from grants.core.paging import PAGE_SIZE, Page, paginate
from grants.programme import queries as programme
from grants.programme.definition import ReviewerKind
from grants.programme.models import Round
from grants.reviewing.models import Assignment, Reviewer
from grants.reviewing.states import LIVE, AssignmentState
from grants.scoring.models import ReviewDigest, Sheet
from grants.scoring.queries import NOT_RANKED_ANY_MORE
from grants.scoring.states import SheetState


@dataclass(frozen=True)
class Standing:
    """One reviewer in a round: numbers of their bids. `due_at` is the first moment that anything is due.

    `seen_at` is when they last declared on, began, saved or locked anything of the round.
    """

    person_id: int
    name: str
    kind: ReviewerKind
    assigned: int
    undeclared: int
    begun: int
    locked: int
    overdue: int
    due_at: datetime | None
    seen_at: datetime | None
    reminded_at: datetime | None

    @property
    def declared(self) -> int:
        """Bids on which they have said that they have no conflict of interest."""
        return self.assigned - self.undeclared

    @property
    def left(self) -> int:
        """Bids that still ask for something."""
        return self.assigned - self.locked


@dataclass(frozen=True)
class Totals:
    """A round's reviews, by how far they have come. `finished` bids have as many as they need."""

    bids: int
    finished: int
    locked: int
    begun: int
    declared: int
    undeclared: int
    not_given: int
    overdue: int

    def parts(self) -> list[tuple[str, int]]:
        """All reviews that the round wants, by how far they have come."""
        return [
            ("Locked", self.locked),
            ("Begun", self.begun),
            ("Declared on, not begun", self.declared),
            ("Not declared on", self.undeclared),
            ("Not given to anybody", self.not_given),
        ]

    @property
    def reviews(self) -> int:
        """How many reviews the round wants."""
        return sum(count for _, count in self.parts())


@dataclass(frozen=True)
class WaitingBid:
    """A bid in review that has fewer locked reviews than its round wants."""

    ref: str
    title: str
    locked: int
    begun: int
    untouched: int
    not_given: int


_LOCKED = func.coalesce(Sheet.state == SheetState.LOCKED, False)
_BEGUN = and_(Sheet.id.is_not(None), ~_LOCKED)
_OPEN = and_(~_LOCKED, Application.stage == Stage.IN_REVIEW)
_NAME = case((Person.name != "", Person.name), else_=Person.email)


def standings(
    session: Session, round_: Round, *, now: datetime, without: Collection[int] = (), number: int = 1
) -> Page[Standing]:
    """A page of the reviewers who have bids in the round but `without`: the late ones first, then those with
    most to do. Three queries.
    """
    due_at = _due_at(round_)
    overdue = func.count(case((and_(_OPEN, due_at < now), 1)))
    left = func.count(case((_OPEN, 1)))
    found = paginate(
        session,
        _work(round_.id, without)
        .with_only_columns(
            Person.id,
            _NAME,
            Reviewer.kind,
            func.count(),
            func.count(case((Assignment.state == AssignmentState.ASSIGNED, 1))),
            func.count(case((_BEGUN, 1))),
            func.count(case((_LOCKED, 1))),
            overdue,
            func.min(case((_OPEN, due_at))),
            func.max(Assignment.declared_at),
            func.max(Sheet.started_at),
            func.max(Sheet.saved_at),
            func.max(Sheet.locked_at),
        )
        .join(Person, Person.id == Assignment.person_id)
        .join(Reviewer, Reviewer.person_id == Assignment.person_id)
        .group_by(Person.id, Reviewer.person_id)
        .order_by(overdue.desc(), left.desc(), _NAME, Person.id),
        number=number,
    )
    reminded = _reminded(session, [row[0] for row in found.rows])
    rows = [_standing(row, reminded.get(row[0])) for row in found.rows]
    return Page(rows, found.number, found.size, found.total)


def _standing(row: Sequence[Any], reminded_at: datetime | None) -> Standing:
    """A row of `standings`, whose last four columns are moments at which something was done."""
    person, name, kind, assigned, undeclared, begun, locked, overdue, due_at, *done_at = row
    return Standing(
        person_id=person,
        name=name,
        kind=kind,
        assigned=assigned,
        undeclared=undeclared,
        begun=begun,
        locked=locked,
        overdue=overdue,
        due_at=due_at,
        seen_at=max((at for at in done_at if at), default=None),
        reminded_at=reminded_at,
    )


def totals(session: Session, round_: Round, *, now: datetime, without: Collection[int] = ()) -> Totals:
    """The round's reviews by how far they have come. One query."""
    wanted = programme.definition_of(round_).rules.reviews_per_bid
    live = func.count(Assignment.id)
    late = func.count(case((and_(Assignment.id.is_not(None), _OPEN, _due_at(round_) < now), 1)))
    bid = (
        _bids(round_.id, without)
        .with_only_columns(
            func.count(case((_LOCKED, 1))).label("locked"),
            func.count(case((_BEGUN, 1))).label("begun"),
            func.count(case((Assignment.state == AssignmentState.ASSIGNED, 1))).label("undeclared"),
            live.label("live"),
            late.label("late"),
            case((Application.stage == Stage.IN_REVIEW, wanted), else_=0).label("wanted"),
        )
        .group_by(Application.id)
        .subquery()
    )
    lacking = case((bid.c.live < bid.c.wanted, bid.c.wanted - bid.c.live), else_=0)
    finished = case((bid.c.locked >= bid.c.wanted, 1))
    sums = (bid.c.locked, bid.c.begun, bid.c.undeclared, bid.c.live, lacking, bid.c.late)
    row = session.execute(
        select(func.count(), func.count(finished), *(func.coalesce(func.sum(one), 0) for one in sums))
    ).one()
    bids, done, locked, begun, undeclared, given, not_given, overdue = map(int, row)
    return Totals(
        bids=bids,
        finished=done,
        locked=locked,
        begun=begun,
        declared=given - locked - begun - undeclared,
        undeclared=undeclared,
        not_given=not_given,
        overdue=overdue,
    )


def waiting_bids(
    session: Session,
    round_: Round,
    *,
    without: Collection[int] = (),
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[WaitingBid]:
    """A page of the bids in review that lack reviews: those with the fewest first, then by reference.

    Two queries. Reviews are counted whatever they say, so nothing of them shows.
    """
    wanted = programme.definition_of(round_).rules.reviews_per_bid
    locked = func.count(case((_LOCKED, 1)))
    begun = func.count(case((_BEGUN, 1)))
    live = func.count(Assignment.id)
    found = paginate(
        session,
        _bids(round_.id, without)
        .with_only_columns(Application.ref, Application.title, locked, begun, live)
        .where(Application.stage == Stage.IN_REVIEW)
        .group_by(Application.id, Application.ref, Application.title)
        .having(locked < wanted)
        .order_by(locked, Application.ref),
        number=number,
        size=size,
    )
    rows = [
        WaitingBid(ref, title, done, going, given - done - going, max(0, wanted - given))
        for ref, title, done, going, given in found.rows
    ]
    return Page(rows, found.number, found.size, found.total)


def seen(session: Session, round_id: int, person_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these people last did anything in the round; nobody who has done nothing. One query."""
    rows = session.execute(
        _work(round_id, ())
        .with_only_columns(
            Assignment.person_id,
            func.max(Assignment.declared_at),
            func.max(Sheet.started_at),
            func.max(Sheet.saved_at),
            func.max(Sheet.locked_at),
        )
        .where(Assignment.person_id.in_(person_ids))
        .group_by(Assignment.person_id)
    )
    return {person: max(times) for person, *at in rows if (times := [one for one in at if one])}


def _reminded(session: Session, person_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these people was last sent an e-mail that named reviews of theirs. One query."""
    rows = session.execute(
        select(ReviewDigest.person_id, func.max(ReviewDigest.sent_at))
        .where(ReviewDigest.person_id.in_(person_ids), ReviewDigest.to_declare + ReviewDigest.to_score > 0)
        .group_by(ReviewDigest.person_id)
    )
    return dict(rows.all())


def _due_at(round_: Round) -> ColumnElement[datetime]:
    """When an assignment of the round is due, as SQL."""
    usual = programme.definition_of(round_).calendar.reviews_due_at
    return func.coalesce(Assignment.due_at, literal(usual, UtcDateTime))


def _work(round_id: int, without: Collection[int]) -> Select[Assignment]:
    """Assignments that ask something, or did until their sheet was locked, of bids in the running."""
    return (
        select(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .where(
            Assignment.state.in_(LIVE),
            Application.round_id == round_id,
            Application.stage.not_in(NOT_RANKED_ANY_MORE),
            or_(_LOCKED, Application.stage == Stage.IN_REVIEW),
            Application.id.not_in(without),
        )
    )


def _bids(round_id: int, without: Collection[int]) -> Select[Application]:
    """Bids that are read or were, each with those of its assignments that ask something or did."""
    asks = and_(Assignment.application_id == Application.id, Assignment.state.in_(LIVE))
    return (
        select(Application)
        .outerjoin(Assignment, asks)
        .outerjoin(Sheet, Sheet.assignment_id == Assignment.id)
        .where(
            Application.round_id == round_id,
            Application.submitted_at.is_not(None),
            Application.stage.not_in(NOT_RANKED_ANY_MORE),
            or_(Application.stage == Stage.IN_REVIEW, _LOCKED),
            Application.id.not_in(without),
        )
    )
