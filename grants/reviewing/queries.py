"""Reviewers and their loads, what may be seen of a bid before it opens, conflicts, and short bids."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from grants.accounts.models import Membership, Organisation, Person
from grants.applications.models import Application, Partner
from grants.applications.states import Stage
from grants.core.db import held
from grants.core.errors import NotFound
from grants.core.paging import Page, paginate
from grants.programme import queries as programme
from grants.programme.definition import ReviewerKind, Rules
from grants.programme.models import Round
from grants.reviewing import policy
from grants.reviewing.hiding import shown_names
from grants.reviewing.models import Assignment, Conflict, Reviewer
from grants.reviewing.states import BLOCKING, LIVE, OVER, AssignmentState, ConflictState


@dataclass(frozen=True)
class ReviewerRow:
    """A reviewer in the list of a round: bids to read there, those not declared on, those with a conflict."""

    person_id: int
    name: str
    email: str
    kind: ReviewerKind
    organisation: str
    most_bids: int
    active: bool
    live: int
    undeclared: int
    conflicts: int


@dataclass(frozen=True)
class Task:
    """One bid in a reviewer's queue: only what may be seen before it opens. `title` is empty until then."""

    assignment_id: int
    application_id: int
    ref: str
    lead: str
    partners: tuple[str, ...]
    state: AssignmentState
    title: str
    round_id: int
    round_name: str
    stage: Stage
    due_at: datetime


@dataclass(frozen=True)
class ShortBid:
    """A bid in review with fewer live assignments than the round demands, or too few of them citizens'."""

    ref: str
    title: str
    reviews: int
    citizens: int


@dataclass(frozen=True)
class Standing:
    """How a person stands to a bid: its lead, their assignment if any, and a conflict that blocks them."""

    lead_id: int
    assignment: AssignmentState | None
    conflict: ConflictState | None


def standing(session: Session, *, person_id: int, ref: str) -> Standing | None:
    """How the person stands to the bid at the address `ref`; None if there is no such bid. One query."""
    blocks = and_(
        Conflict.application_id == Application.id,
        Conflict.person_id == person_id,
        Conflict.state.in_(BLOCKING),
    )
    reads = and_(Assignment.application_id == Application.id, Assignment.person_id == person_id)
    row = session.execute(
        select(Application.lead_id, Assignment.state, Conflict.state)
        .outerjoin(Assignment, reads)
        .outerjoin(Conflict, blocks)
        .where(Application.ref == ref)
    ).one_or_none()
    return None if row is None else Standing(*row)


def blocked(session: Session, *, person_id: int, application_id: int) -> bool:
    """Whether a conflict of interest keeps the person from the bid."""
    found = policy.blocking_conflict(session, person_id=person_id, application_id=application_id)
    return found is not None


def hidden_refs(session: Session, person_id: int, round_id: int) -> dict[int, str]:
    """The round's bids of which the person may see nothing but the reference, by id. Two queries.

    A proposed, confirmed or pinned conflict hides a bid, and so does an organisation of theirs in it.
    """
    here = select(Application.id, Application.ref).where(Application.round_id == round_id)
    hidden = here.join(Conflict, Conflict.application_id == Application.id).where(
        Conflict.person_id == person_id, Conflict.state.in_(BLOCKING)
    )
    has_ties = or_(
        exists().where(Membership.person_id == person_id),
        exists().where(Reviewer.person_id == person_id, Reviewer.organisation_id.is_not(None)),
    )
    found = dict(session.execute(hidden).all())
    if session.scalar(select(has_ties)):
        found.update(session.execute(here.where(policy.is_tied_to(person_id))).all())
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def hidden_from(session: Session, person_id: int | None, round_id: int) -> frozenset[int]:
    """Ids of the round's bids of which the person may not see anything."""
    return frozenset(hidden_refs(session, person_id or 0, round_id))


def reviewer(session: Session, person_id: int) -> Reviewer | None:
    """The person as a reviewer, if they are one."""
    return session.get(Reviewer, person_id)


def reviewers(session: Session, *, round_id: int) -> list[ReviewerRow]:
    """Every reviewer with their load in the round, by name. One query."""
    here = Application.round_id == round_id
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Person.email,
            Reviewer.kind,
            func.coalesce(Organisation.name, ""),
            Reviewer.most_bids,
            Reviewer.active,
            func.count(case((and_(here, Assignment.state.in_(LIVE)), 1))),
            func.count(case((and_(here, Assignment.state == AssignmentState.ASSIGNED), 1))),
            func.count(case((and_(here, Assignment.state == AssignmentState.CONFLICTED), 1))),
        )
        .select_from(Reviewer)
        .join(Person, Person.id == Reviewer.person_id)
        .outerjoin(Organisation, Organisation.id == Reviewer.organisation_id)
        .outerjoin(Assignment, Assignment.person_id == Reviewer.person_id)
        .outerjoin(Application, Application.id == Assignment.application_id)
        .group_by(Person.id, Reviewer.person_id, Organisation.id)
        .order_by(Person.name, Person.id)
    )
    return [
        ReviewerRow(id_, name, email, kind, organisation, most, active, live, undeclared, conflicts)
        for id_, name, email, kind, organisation, most, active, live, undeclared, conflicts in rows
    ]


def all_reviewers(session: Session) -> Sequence[Reviewer]:
    """Every reviewer with their person, in the order of their ids."""
    return session.scalars(select(Reviewer).order_by(Reviewer.person_id)).all()


def assignment_of(session: Session, *, application_id: int, person_id: int) -> Assignment | None:
    """The person's assignment to the bid, in whatever state."""
    return session.scalars(
        select(Assignment).where(
            Assignment.application_id == application_id, Assignment.person_id == person_id
        )
    ).one_or_none()


def assignment_for_update(session: Session, assignment_id: int) -> Assignment:
    """An assignment held against other writers. Raises NotFound."""
    found = held(session, Assignment, assignment_id)
    if found is None:
        raise NotFound("There is no such assignment.")
    return found


def live_assignments(session: Session, application_id: int) -> Sequence[Assignment]:
    """The bid's assignments that still ask for a sheet, oldest first."""
    return session.scalars(
        select(Assignment)
        .where(Assignment.application_id == application_id, Assignment.state.in_(LIVE))
        .order_by(Assignment.id)
    ).all()


def tasks_of(session: Session, person_id: int, *, number: int = 1) -> Page[Task]:
    """A page of the reviewer's queue: bids to declare on first, then those still in review, then by
    reference. Three queries.
    """
    found = paginate(
        session,
        select(Assignment, Application, Round)
        .join(Application, Application.id == Assignment.application_id)
        .join(Round, Round.id == Application.round_id)
        .where(Assignment.person_id == person_id, Assignment.state.not_in(OVER))
        .order_by(
            Assignment.state != AssignmentState.ASSIGNED,
            Application.stage != Stage.IN_REVIEW,
            Application.ref,
        ),
        number=number,
    )
    names = partner_names(session, [application.id for _, application, _ in found.rows])
    rows = [
        _task(assignment, application, round_, names.get(application.id, ()))
        for assignment, application, round_ in found.rows
    ]
    return Page(rows, found.number, found.size, found.total)


def undeclared_tasks(session: Session, person_id: int, *, most: int = 100) -> list[Task]:
    """The bids in review that the person has still to declare on, by reference, so many at a time. Two
    queries.
    """
    rows = session.execute(
        select(Assignment, Application, Round)
        .join(Application, Application.id == Assignment.application_id)
        .join(Round, Round.id == Application.round_id)
        .where(
            Assignment.person_id == person_id,
            Assignment.state == AssignmentState.ASSIGNED,
            Application.stage == Stage.IN_REVIEW,
        )
        .order_by(Application.ref)
        .limit(most)
    ).all()
    names = partner_names(session, [application.id for _, application, _ in rows])
    return [
        _task(assignment, application, round_, names.get(application.id, ()))
        for assignment, application, round_ in rows
    ]


def _task(assignment: Assignment, application: Application, round_: Round, partners: tuple[str, ...]) -> Task:
    definition = programme.definition_of(round_)
    lead, partners = shown_names(definition, application.lead.name, partners)
    return Task(
        assignment_id=assignment.id,
        application_id=application.id,
        ref=application.ref,
        lead=lead,
        partners=partners,
        state=assignment.state,
        title=application.title if assignment.state is AssignmentState.CLEARED else "",
        round_id=application.round_id,
        round_name=round_.name,
        stage=application.stage,
        due_at=assignment.due_at or definition.calendar.reviews_due_at,
    )


def undeclared(session: Session, person_id: int) -> int:
    """On how many bids in review the reviewer has not declared yet."""
    counted = (
        select(func.count())
        .select_from(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.person_id == person_id,
            Assignment.state == AssignmentState.ASSIGNED,
            Application.stage == Stage.IN_REVIEW,
        )
    )
    return session.scalar(counted) or 0


def partner_names(session: Session, application_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The names of each bid's partner organisations, in the bid's order."""
    found: dict[int, tuple[str, ...]] = {}
    for application_id, name in session.execute(
        select(Partner.application_id, Partner.name)
        .where(Partner.application_id.in_(application_ids))
        .order_by(Partner.application_id, Partner.position)
    ):
        found[application_id] = (*found.get(application_id, ()), name)
    return found


def conflict(session: Session, conflict_id: int) -> Conflict:
    """The conflict with this id. Raises NotFound."""
    found = session.get(Conflict, conflict_id)
    if found is None:
        raise NotFound("There is no such conflict of interest.")
    return found


def conflict_for_update(session: Session, conflict_id: int) -> Conflict:
    """A conflict held against other writers. Raises NotFound."""
    found = held(session, Conflict, conflict_id)
    if found is None:
        raise NotFound("There is no such conflict of interest.")
    return found


def conflict_between(session: Session, *, person_id: int, application_id: int) -> Conflict | None:
    """The one row of this person and bid, whatever its state, held against other writers."""
    return session.scalars(
        select(Conflict)
        .where(Conflict.person_id == person_id, Conflict.application_id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def conflicts_of_round(
    session: Session, round_id: int, *, reader_id: int | None = None, number: int = 1
) -> Page[tuple[Conflict, Person, Application]]:
    """A page of the round's conflicts with person and bid: those to settle first, then the newest.

    Without those of other people with bids that are hidden from the reader.
    """
    hidden = hidden_from(session, reader_id, round_id)
    return paginate(
        session,
        select(Conflict, Person, Application)
        .join(Person, Person.id == Conflict.person_id)
        .join(Application, Application.id == Conflict.application_id)
        .where(
            Application.round_id == round_id,
            or_(Application.id.not_in(hidden), Conflict.person_id == (reader_id or 0)),
        )
        .order_by(Conflict.settled_at.is_not(None), Conflict.id.desc()),
        number=number,
    )


def short_bids(
    session: Session, round_: Round, rules: Rules, *, without: Collection[int] = (), number: int = 1
) -> Page[ShortBid]:
    """A page of the bids in review that lack reviewers, by reference, with how many are missing."""
    live = func.count(Assignment.id)
    citizens = func.count(case((Reviewer.kind == ReviewerKind.CITIZEN, 1)))
    found = paginate(
        session,
        select(Application.ref, Application.title, live, citizens)
        .outerjoin(Assignment, and_(Assignment.application_id == Application.id, Assignment.state.in_(LIVE)))
        .outerjoin(Reviewer, Reviewer.person_id == Assignment.person_id)
        .where(
            Application.round_id == round_.id,
            Application.stage == Stage.IN_REVIEW,
            Application.id.not_in(without),
        )
        .group_by(Application.id, Application.ref, Application.title)
        .having(or_(live < rules.reviews_per_bid, citizens < rules.citizen_reviews_per_bid))
        .order_by(Application.ref),
        number=number,
    )
    rows = [_short(ref, title, there, by_citizens, rules) for ref, title, there, by_citizens in found.rows]
    return Page(rows, found.number, found.size, found.total)


def _short(ref: str, title: str, there: int, by_citizens: int, rules: Rules) -> ShortBid:
    citizens = max(0, rules.citizen_reviews_per_bid - by_citizens)
    return ShortBid(ref, title, max(citizens, rules.reviews_per_bid - there), citizens)


def bid_of_round(session: Session, *, round_ref: str, ref: str) -> Application | None:
    """The sent bid with this reference, in whatever case, if it is one of the round's."""
    return session.scalars(
        select(Application)
        .join(Round, Round.id == Application.round_id)
        .where(
            Round.ref == round_ref,
            func.lower(Application.ref) == ref.lower(),
            Application.submitted_at.is_not(None),
        )
    ).one_or_none()


def organisation_named(session: Session, name: str) -> int | None:
    """The id of the organisation with this name, whatever its case; the oldest where there are several."""
    return session.scalars(
        select(Organisation.id)
        .where(func.lower(Organisation.name) == name.strip().lower())
        .order_by(Organisation.id)
        .limit(1)
    ).one_or_none()


def is_shared_out(session: Session, round_id: int) -> bool:
    """Whether any bid of the round has been given to a reviewer."""
    given = (
        select(Assignment.id)
        .join(Application, Application.id == Assignment.application_id)
        .where(Application.round_id == round_id)
        .limit(1)
    )
    return session.scalar(given) is not None
