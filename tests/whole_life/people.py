"""The invented staff, the thirty simulated reviewers and the simulated contacts of a whole-life run."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import queries
from grants.applications.models import Application
from grants.permissions import Actor, MemberRole, Role, service
from grants.programme.definition import ReviewerKind
from grants.reviewing import actions as reviewing

OPERATOR = service("whole-life run")

STAFF = {
    "manager": Role.MANAGER,
    "chair": Role.CHAIR,
    "deputy": Role.CHAIR,
    "officer": Role.FINANCE_OFFICER,
    "checker": Role.FINANCE_OFFICER,
    "approver": Role.FINANCE_APPROVER,
}

PANEL = {
    ReviewerKind.CITIZEN: 10,
    ReviewerKind.VCS: 8,
    ReviewerKind.COUNCIL: 6,
    ReviewerKind.PARTNER_BODY: 6,
}
"""Thirty reviewers of four kinds."""


@dataclass(frozen=True)
class People:
    """Ids of the staff by part, and of the reviewers."""

    staff: dict[str, int]
    reviewers: tuple[int, ...]

    def actor(self, session: Session, part: str) -> Actor:
        """The person who plays that part."""
        return queries.actor_for(session, self.staff[part])


def register(session: Session, *, bids: int, reviews_per_bid: int, now: datetime) -> People:
    """Everybody who works on the round, each reviewer willing to read a fair share and a tenth more."""
    staff = {part: _person(session, part, role, now) for part, role in STAFF.items()}
    most = -(-bids * reviews_per_bid * 11 // (10 * sum(PANEL.values()))) + 1
    manager = queries.actor_for(session, staff["manager"])
    reviewers = []
    for kind, number in PANEL.items():
        for n in range(1, number + 1):
            person_id = _person(session, f"{kind.value}.{n}", Role.REVIEWER, now)
            reviewing.add_reviewer(
                session, person_id=person_id, kind=kind, most_bids=max(most, bids), actor=manager, now=now
            )
            reviewers.append(person_id)
    return People(staff, tuple(reviewers))


def give_contacts(session: Session, *, round_id: int, now: datetime) -> None:
    """A simulated signatory for each lead organisation: published grants name nobody to write to."""
    leads: Iterable[int] = session.scalars(
        select(Application.lead_id)
        .where(Application.round_id == round_id)
        .distinct()
        .order_by(Application.lead_id)
    ).all()
    for lead_id in leads:
        person = accounts.find_or_create_person(
            session, email=f"simulated.contact.{lead_id}@example.org", name="Simulated contact", now=now
        )
        accounts.add_member(
            session,
            organisation_id=lead_id,
            person_id=person.id,
            role=MemberRole.SIGNATORY,
            actor=service("command line"),
            now=now,
        )


def _person(session: Session, name: str, role: Role, now: datetime) -> int:
    person = accounts.find_or_create_person(
        session, email=f"{name}@panel.example.org", name=f"Simulated {name}", now=now
    )
    accounts.grant_role(session, person_id=person.id, role=role, actor=service("command line"), now=now)
    return person.id
