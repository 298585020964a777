"""The register of interests, and what suggestions of conflicts start from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select, union
from sqlalchemy.orm import Session

from grants.accounts.models import Membership, Organisation, Person
from grants.accounts.queries import people_with_role
from grants.applications.models import Application, Partner
from grants.applications.states import Stage
from grants.core.clock import in_london
from grants.core.errors import NotFound
from grants.core.paging import Page, paginate
from grants.permissions import Role
from grants.reviewing.models import (
    Assignment,
    Conflict,
    ConflictStep,
    InterestsDeclared,
    Reviewer,
    ReviewerInterest,
)
from grants.reviewing.states import ConflictState, InterestTie
from grants.reviewing.suggesting import Bid, Judge, Party, Tie

JUDGING_ROLES = (Role.REVIEWER, Role.CHAIR, Role.FINANCE_APPROVER)
"""Roles whose holders enter their interests."""

OVER_AFTER = timedelta(days=365)
"""How long after its end a tie still suggests a conflict of interest."""

HOW = {
    InterestTie.EMPLOYER: "has entered it as an employer",
    InterestTie.TRUSTEE: "has entered that they are a trustee, director or committee member",
    InterestTie.MEMBER: "has entered that they are a member or volunteer",
    InterestTie.FAMILY: "has entered that somebody close to them works for it or runs it",
    InterestTie.COUNCILLOR: "has entered an interest they have as a councillor",
    InterestTie.OTHER: "has entered an interest in it",
}


@dataclass(frozen=True)
class Register:
    """One person's entries, and when they last said for a round that these are complete; None if never."""

    person: Person
    entries: tuple[ReviewerInterest, ...]
    declared_at: datetime | None


def entries_of(session: Session, person_id: int) -> Sequence[ReviewerInterest]:
    """The person's entries that stand, by organisation."""
    return session.scalars(_standing().where(ReviewerInterest.person_id == person_id)).all()


def entry(session: Session, entry_id: int, *, person_id: int) -> ReviewerInterest:
    """An entry of the person's own that stands. Raises NotFound."""
    found = session.get(ReviewerInterest, entry_id)
    if found is None or found.removed_at is not None or found.person_id != person_id:
        raise NotFound("There is no such entry in your register of interests.")
    return found


def declared(session: Session, *, person_id: int, round_id: int) -> InterestsDeclared | None:
    """What the person said last for the round about their entries."""
    return session.scalars(
        select(InterestsDeclared).where(
            InterestsDeclared.person_id == person_id, InterestsDeclared.round_id == round_id
        )
    ).one_or_none()


def registers(session: Session, round_id: int) -> list[Register]:
    """Everybody who enters interests, by name, with their entries. Five queries."""
    entries: dict[int, list[ReviewerInterest]] = {}
    for one in session.scalars(_standing()):
        entries.setdefault(one.person_id, []).append(one)
    said = select(InterestsDeclared.person_id, InterestsDeclared.declared_at)
    declared_at = dict(session.execute(said.where(InterestsDeclared.round_id == round_id)).all())
    people = {person.id: person for role in JUDGING_ROLES for person in people_with_role(session, role)}
    return [
        Register(person, tuple(entries.get(person.id, ())), declared_at.get(person.id))
        for person in sorted(people.values(), key=lambda one: (one.name, one.id))
    ]


def state_before(session: Session, conflict: Conflict) -> ConflictState | None:
    """Where the conflict stood before what was said or decided of it last; None where that was the first."""
    return session.scalars(
        select(ConflictStep.state)
        .where(ConflictStep.conflict_id == conflict.id)
        .order_by(ConflictStep.id.desc())
        .offset(1)
        .limit(1)
    ).one_or_none()


def steps_of(session: Session, conflict_id: int) -> list[tuple[ConflictStep, Person | None]]:
    """What was said and decided about a conflict so far and by whom, oldest first."""
    rows = session.execute(
        select(ConflictStep, Person)
        .outerjoin(Person, Person.id == ConflictStep.by_id)
        .where(ConflictStep.conflict_id == conflict_id)
        .order_by(ConflictStep.id)
    )
    return [(step, person) for step, person in rows]


def pinned_conflicts(session: Session, *, number: int = 1) -> Page[tuple[Conflict, Person, str]]:
    """A page of the pinned conflicts of every round, with the person and the bid's reference."""
    return paginate(
        session,
        select(Conflict, Person, Application.ref)
        .join(Person, Person.id == Conflict.person_id)
        .join(Application, Application.id == Conflict.application_id)
        .where(Conflict.state == ConflictState.PINNED)
        .order_by(Application.ref, Person.name, Conflict.id),
        number=number,
    )


def known_organisations(session: Session, asked: str, *, number: int = 1) -> Page[str]:
    """A page of every name of an organisation or partner known here, in alphabetical order, that contains
    `asked`. Leads, partners and those that never applied stand among each other.
    """
    partners = select(Partner.name.label("name")).join(Application, Application.id == Partner.application_id)
    sent = partners.where(Application.submitted_at.is_not(None), Partner.name != "")
    names = union(select(Organisation.name.label("name")), sent).subquery()
    like = func.lower(names.c.name).contains(asked.lower(), autoescape=True)
    return paginate(
        session, select(names.c.name).where(like).order_by(func.lower(names.c.name)), number=number
    )


def rounds_in_review(session: Session) -> Sequence[int]:
    """Ids of rounds with bids in review."""
    return session.scalars(
        select(Application.round_id)
        .where(Application.stage == Stage.IN_REVIEW)
        .distinct()
        .order_by(Application.round_id)
    ).all()


def conflicts_by_pair(session: Session, round_id: int) -> dict[tuple[int, int], Conflict]:
    """The round's conflicts, in whatever state, by (person, bid)."""
    rows = session.scalars(
        select(Conflict)
        .join(Application, Application.id == Conflict.application_id)
        .where(Application.round_id == round_id)
    )
    return {(one.person_id, one.application_id): one for one in rows}


def held_assignments(
    session: Session, round_id: int, person_ids: Collection[int]
) -> frozenset[tuple[int, int]]:
    """The (person, bid) pairs of these people's assignments, held against other writers. One query.

    They are held before any conflict is written, in the order in which a declaration holds them.
    """
    rows = session.scalars(
        select(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .where(Application.round_id == round_id, Assignment.person_id.in_(person_ids))
        .order_by(Assignment.id)
        .with_for_update(of=Assignment)
        .execution_options(populate_existing=True)
    )
    return frozenset((one.person_id, one.application_id) for one in rows)


def bids_with_parties(session: Session, round_id: int) -> list[Bid]:
    """Every bid of the round that was sent, with its lead and partners. Three queries."""
    sent = and_(Application.round_id == round_id, Application.submitted_at.is_not(None))
    emails: dict[int, list[str]] = {}
    for organisation_id, email in session.execute(
        select(Membership.organisation_id, Person.email)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id.in_(select(Application.lead_id).where(sent)))
        .order_by(Membership.id)
    ):
        emails.setdefault(organisation_id, []).append(email)
    parties: dict[int, list[Party]] = {}
    for bid, name, number, email in session.execute(
        select(Partner.application_id, Partner.name, Partner.number, Partner.contact_email)
        .join(Application, Application.id == Partner.application_id)
        .where(sent)
        .order_by(Partner.application_id, Partner.position)
    ):
        parties.setdefault(bid, []).append(Party(name, number, (email,)))
    rows = session.execute(
        select(Application.id, Application.ref, Organisation)
        .join(Organisation, Organisation.id == Application.lead_id)
        .where(sent)
        .order_by(Application.ref)
    )
    return [
        Bid(id_, ref, (*_as_parties(lead, tuple(emails.get(lead.id, ()))), *parties.get(id_, ())))
        for id_, ref, lead in rows
    ]


def _as_parties(lead: Organisation, emails: tuple[str, ...]) -> list[Party]:
    return [Party(lead.name, number, emails) for number in _numbers(lead)]


def _numbers(organisation: Organisation) -> list[str]:
    """Its charity and company numbers; '' where it has none."""
    return [number for number in (organisation.charity_number, organisation.company_number) if number] or [""]


def judges(session: Session, *, now: datetime) -> list[Judge]:
    """Everybody who judges bids with what ties them to organisations. Seven queries."""
    people = {person.id: person.email for role in JUDGING_ROLES for person in people_with_role(session, role)}
    ties: dict[int, list[Tie]] = {person_id: [] for person_id in people}
    works_for = select(Reviewer.person_id, Organisation).join(
        Organisation, Organisation.id == Reviewer.organisation_id
    )
    belongs_to = select(Membership.person_id, Organisation).join(
        Organisation, Organisation.id == Membership.organisation_id
    )
    for rows, how, own in (
        (works_for, "reviews as somebody who works for it or belongs to it", False),
        (belongs_to, "applies for it here", True),
    ):
        for person_id, organisation in session.execute(rows):
            for number in _numbers(organisation) if person_id in ties else ():
                ties[person_id].append(Tie(how, organisation.name, number, own=own))
    over = in_london(now).date() - OVER_AFTER
    recent = or_(ReviewerInterest.until.is_(None), ReviewerInterest.until >= over)
    for one in session.scalars(_standing().where(recent)):
        if one.person_id in ties:
            ties[one.person_id].append(Tie(HOW[one.tie], one.organisation, one.number))
    return [Judge(person_id, email, tuple(ties[person_id])) for person_id, email in people.items()]


def _standing() -> Select[ReviewerInterest]:
    return (
        select(ReviewerInterest)
        .where(ReviewerInterest.removed_at.is_(None))
        .order_by(ReviewerInterest.organisation, ReviewerInterest.id)
    )
