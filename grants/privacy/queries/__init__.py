"""What is held about a person, table by table as the register says, and requests for deletion."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.orm import Session, aliased

from grants.accounts.models import Membership, Organisation, Person
from grants.accounts.queries import roles_of
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.core.db import Base, held
from grants.core.errors import NotFound, Reason
from grants.core.language import say
from grants.permissions import ROLE_LABELS, MemberRole
from grants.privacy.holdings import HOLDINGS
from grants.privacy.models import DeletionRequest
from grants.privacy.register import Link
from grants.privacy.rules import label, plain, told
from grants.privacy.states import DeletionState

UNDER_WAY = (
    Stage.DRAFT,
    Stage.SUBMITTED,
    Stage.IN_REVIEW,
    Stage.SCORED,
    Stage.DECIDED,
    Stage.OFFERED,
    Stage.ACTIVE,
)
"""Stages in which a bid still needs its people."""


@dataclass(frozen=True)
class Kind:
    """Records of one kind about one person: what they are called, their columns, and a row each."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]

    @property
    def labels(self) -> list[str]:
        """The columns as a person reads them."""
        return [label(column) for column in self.columns]

    def texts(self, most: int | None = None) -> list[list[str]]:
        """The rows as a person reads them, at most so many."""
        return [
            [told(column, value) for column, value in zip(self.columns, row, strict=True)]
            for row in self.rows[:most]
        ]

    def as_json(self) -> dict[str, Any]:
        """The rows for a machine."""
        records = [
            {column: plain(value) for column, value in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]
        return {"kind": self.title, "records": records}


def held_about(session: Session, person: Person) -> list[Kind]:
    """Everything that is held about a person, and nothing about anybody else. A query for each kind."""
    return [kind for kind in _kinds(session, person) if kind.rows]


def _kinds(session: Session, person: Person) -> Iterator[Kind]:
    for name, holding in HOLDINGS.items():
        for link in holding.links:
            yield _kind(session, Base.metadata.tables[name], link, person)


def _kind(session: Session, table: Table, link: Link, person: Person) -> Kind:
    wanted: dict[str, ColumnElement[Any]] = {name: table.c[name] for name in link.shows}
    source: Any = table
    tables = Base.metadata.tables
    parent = tables[link.through[0]] if link.through else None
    if parent is not None:
        source = source.join(parent, parent.c.id == table.c[link.column])
    of_bid = next((one for one in (table, parent) if one is not None and "application_id" in one.c), None)
    if of_bid is not None:
        source = source.outerjoin(
            tables["application"], tables["application"].c.id == of_bid.c.application_id
        )
        wanted = {"ref": tables["application"].c.ref, **wanted}
    if "organisation_id" in table.c and table.name != "partner":
        bodies = tables["organisation"]
        source = source.outerjoin(bodies, bodies.c.id == table.c.organisation_id)
        wanted = {"organisation": bodies.c.name, **wanted}
    statement = select(*wanted.values()).select_from(source).where(belongs(table, link, person))
    rows = session.execute(statement.order_by(*table.primary_key.columns)).all()
    return Kind(link.title, tuple(wanted), [tuple(row) for row in rows])


def belongs(table: Table, link: Link, person: Person) -> ColumnElement[bool]:
    """The condition by which the rows of a table are this person's."""
    if link.through is not None:
        parent = Base.metadata.tables[link.through[0]]
        return table.c[link.column].in_(select(parent.c.id).where(parent.c[link.through[1]] == person.id))
    if link.email:
        return func.lower(func.trim(table.c[link.column])) == person.email
    return table.c[link.column] == person.id


def waiting_request(session: Session, person_id: int) -> DeletionRequest | None:
    """The person's request that waits for an answer, held for update."""
    return session.scalars(
        select(DeletionRequest)
        .where(DeletionRequest.person_id == person_id, DeletionRequest.state == DeletionState.ASKED)
        .with_for_update()
    ).one_or_none()


def requests_of(session: Session, person_id: int) -> list[DeletionRequest]:
    """A person's requests, the newest first."""
    mine = select(DeletionRequest).where(DeletionRequest.person_id == person_id)
    return list(session.scalars(mine.order_by(DeletionRequest.id.desc())))


def requests(session: Session) -> list[tuple[DeletionRequest, Person]]:
    """Every request with its person, those that wait first."""
    rows = session.execute(
        select(DeletionRequest, Person)
        .join(Person, Person.id == DeletionRequest.person_id)
        .order_by(DeletionRequest.state != DeletionState.ASKED, DeletionRequest.asked_at.desc())
    )
    return [(row[0], row[1]) for row in rows]


def request(session: Session, request_id: int) -> DeletionRequest:
    """The request with this id, held for update. Raises NotFound."""
    found = held(session, DeletionRequest, request_id)
    if found is None:
        raise NotFound("There is no such request.")
    return found


def what_stands_against(session: Session, person: Person) -> list[Reason]:
    """Why a person cannot be removed yet: a role they hold, an organisation that needs their signature."""
    reasons = [
        Reason(say("They hold the role “%(role)s”. Take it away first.", role=ROLE_LABELS[grant.role]))
        for grant in roles_of(session, person.id)
    ]
    another = aliased(Membership)
    others = select(another.id).where(
        another.organisation_id == Organisation.id,
        another.role == MemberRole.SIGNATORY,
        another.person_id != person.id,
    )
    bids = select(Application.id).where(
        Application.lead_id == Organisation.id, Application.stage.in_(UNDER_WAY)
    )
    alone = (
        select(Organisation.name)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Membership.person_id == person.id,
            Membership.role == MemberRole.SIGNATORY,
            ~others.exists(),
            bids.exists(),
        )
        .order_by(Organisation.id)
    )
    return reasons + [
        Reason(
            say("They are the only signatory of %(name)s, which has a bid or an award under way.", name=name)
        )
        for name in session.scalars(alone)
    ]
