"""What is read for single reviewers and single bids: knowledge, loads, teams, and previews of proposals."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.core.db import held
from grants.core.errors import NotFound
from grants.core.paging import PAGE_SIZE, Page
from grants.programme import queries as programme
from grants.programme.definition import ReviewerKind
from grants.reviewing.models import Assignment, Reviewer, ReviewerExpertise
from grants.reviewing.states import LIVE, AssignmentState

_NAME = case((Person.name != "", Person.name), else_=Person.email)


@dataclass(frozen=True)
class Member:
    """Somebody on a bid's team, now or once; `reason` says why by hand."""

    person_id: int
    name: str
    kind: ReviewerKind
    state: AssignmentState
    reason: str


@dataclass(frozen=True)
class Candidate:
    """A reviewer who might be given a bid: how many they read in its round, and at most."""

    person_id: int
    name: str
    kind: ReviewerKind
    live: int
    most_bids: int


@dataclass(frozen=True)
class Change:
    """What a proposal changes about one bid: the names of those who get it and of those who lose it."""

    ref: str
    added: tuple[str, ...]
    dropped: tuple[str, ...]


def bid_of_assignment(session: Session, assignment_id: int) -> int:
    """The id of the bid that an assignment is about. Raises NotFound."""
    found = session.scalar(select(Assignment.application_id).where(Assignment.id == assignment_id))
    if found is None:
        raise NotFound("There is no such assignment.")
    return found


def load_of(session: Session, person_id: int, *, round_id: int) -> int:
    """How many bids of the round the person reads."""
    counted = (
        select(func.count())
        .select_from(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.person_id == person_id,
            Assignment.state.in_(LIVE),
            Application.round_id == round_id,
        )
    )
    return session.scalar(counted) or 0


def themes(session: Session) -> dict[str, str]:
    """The themes of every round by key, with the name that the latest round gives them."""
    return {
        theme.key: theme.name
        for round_ in sorted(programme.all_rounds(session), key=lambda round_: round_.id)
        for theme in programme.definition_of(round_).rubric.themes
    }


def expertise(session: Session, person_id: int) -> Sequence[ReviewerExpertise]:
    """What is known of what the reviewer knows."""
    return session.scalars(select(ReviewerExpertise).where(ReviewerExpertise.person_id == person_id)).all()


def levels_of(session: Session, person_id: int) -> dict[str, int]:
    """The reviewer's level by theme; themes that are not there are 0."""
    return {row.theme: row.level for row in expertise(session, person_id)}


def reviewer_for_update(session: Session, person_id: int) -> Reviewer:
    """A reviewer held against other writers. Raises NotFound."""
    found = held(session, Reviewer, person_id)
    if found is None:
        raise NotFound("There is no such reviewer.")
    return found


def rounds_read_by(session: Session, person_id: int) -> list[int]:
    """The rounds in which the person has bids to read that are in review."""
    return list(
        session.scalars(
            select(Application.round_id)
            .join(Assignment, Assignment.application_id == Application.id)
            .where(
                Assignment.person_id == person_id,
                Assignment.state.in_(LIVE),
                Application.stage == Stage.IN_REVIEW,
            )
            .distinct()
            .order_by(Application.round_id)
        )
    )


def assignments_of(session: Session, person_id: int, *, round_id: int) -> dict[tuple[int, int], Assignment]:
    """The person's assignments to bids in review of the round by (bid, person), held against writers."""
    in_review = select(Application.id).where(
        Application.round_id == round_id, Application.stage == Stage.IN_REVIEW
    )
    rows = session.scalars(
        select(Assignment)
        .where(Assignment.person_id == person_id, Assignment.application_id.in_(in_review))
        .order_by(Assignment.id)
        .with_for_update(of=Assignment)
        .execution_options(populate_existing=True)
    )
    return {(row.application_id, row.person_id): row for row in rows}


def team(session: Session, application_id: int) -> list[Member]:
    """Everybody who reads the bid or once did, by name. One query."""
    rows = session.execute(
        select(Person.id, _NAME, Reviewer.kind, Assignment.state, Assignment.reason)
        .join(Reviewer, Reviewer.person_id == Assignment.person_id)
        .join(Person, Person.id == Assignment.person_id)
        .where(Assignment.application_id == application_id)
        .order_by(_NAME, Person.id)
    )
    return [Member(*row) for row in rows]


def candidates(session: Session, *, round_id: int, without: Collection[int]) -> list[Candidate]:
    """Everybody on the panel but `without`, those who read least first. One query."""
    here = and_(Application.round_id == round_id, Assignment.state.in_(LIVE))
    live = func.count(case((here, 1)))
    rows = session.execute(
        select(Person.id, _NAME, Reviewer.kind, live, Reviewer.most_bids)
        .select_from(Reviewer)
        .join(Person, Person.id == Reviewer.person_id)
        .outerjoin(Assignment, Assignment.person_id == Reviewer.person_id)
        .outerjoin(Application, Application.id == Assignment.application_id)
        .where(Reviewer.active)
        .group_by(Person.id, Reviewer.person_id)
        .order_by(live, _NAME, Person.id)
    )
    return [Candidate(*row) for row in rows if row[0] not in without]


def names(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """What to call each of these people. One query."""
    return dict(session.execute(select(Person.id, _NAME).where(Person.id.in_(person_ids))).all())


def changes(
    session: Session,
    proposal: Mapping[str, Sequence[Sequence[int]]],
    *,
    without: Collection[int],
    number: int,
) -> Page[Change]:
    """A page of the bids but `without` that a proposal changes, those that lose somebody first.

    Two queries, however many bids.
    """
    added: dict[int, list[int]] = {}
    dropped: dict[int, list[int]] = {}
    for pairs, by_bid in ((proposal.get("added", ()), added), (proposal.get("dropped", ()), dropped)):
        for bid, person in pairs:
            by_bid.setdefault(bid, []).append(person)
    order = [bid for bid in {**dropped, **added} if bid not in without]
    number = max(1, min(number, -(-len(order) // PAGE_SIZE)))
    shown = order[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    people = {one for bid in shown for one in (*added.get(bid, ()), *dropped.get(bid, ()))}
    called = names(session, people)
    refs = dict(
        session.execute(select(Application.id, Application.ref).where(Application.id.in_(shown))).all()
    )
    rows = [
        Change(
            refs[bid],
            tuple(sorted(called[one] for one in added.get(bid, ()))),
            tuple(sorted(called[one] for one in dropped.get(bid, ()))),
        )
        for bid in shown
    ]
    return Page(rows, number, PAGE_SIZE, len(order))
