"""Everybody who tries a deed of `duties.txt`: each role, and people who stand too near to a bid."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.applications.models import Application
from grants.core.db import Base
from grants.permissions import Actor, MemberRole, Role
from grants.reviewing.models import Conflict
from grants.reviewing.states import ConflictSource, ConflictState
from tests.rooms.applications import world as w

Row = TypeVar("Row", bound=Base)

EVERY_ROLE = frozenset(Role) - {Role.AUDITOR}
"""What somebody holds who must still not do two halves of a deed. An auditor holds no other role."""


@dataclass
class Place:
    """Bids at one time of their lives, with people around them. Deeds find their rows by `newest`."""

    session: Session
    now: datetime
    bids: Sequence[Application]
    signatory: str
    scorer: str = ""
    person_ids: dict[str, int] = field(default_factory=dict)

    @property
    def bid(self) -> Application:
        """The bid that deeds are about."""
        return self.bids[0]

    def settle_in(self) -> None:
        """Bring the people of the columns: 'free', 'drafter', 'helper', 'conflict' and 'own'."""
        for name in ("free", "drafter", "helper", "conflict", "own"):
            self.person_ids[name] = w.person(self.session, f"duty.{name}")
        for bid in self.bids:
            self.session.add(
                Conflict(
                    person_id=self.person_ids["conflict"],
                    application_id=bid.id,
                    state=ConflictState.CONFIRMED,
                    source=ConflictSource.RECORDED,
                    reason="A cousin runs it",
                    raised_at=self.now,
                )
            )
        for lead_id in sorted({bid.lead_id for bid in self.bids}):
            accounts.add_member(
                self.session,
                organisation_id=lead_id,
                person_id=self.person_ids["own"],
                role=MemberRole.EDITOR,
                actor=w.OPERATOR,
                now=w.OPEN,
            )
        self.session.flush()

    def holding(self, name: str, *roles: Role) -> Actor:
        """That person with these roles, whatever they hold on record."""
        theirs = people.actor_for(self.session, self.person_ids[name])
        return Actor(theirs.person_id, frozenset(roles), theirs.memberships)

    @property
    def drafter(self) -> Actor:
        """Somebody with every role but the auditor's, who does the first half of every deed."""
        return self.holding("drafter", *EVERY_ROLE)

    @property
    def helper(self) -> Actor:
        """Another of the same kind, for what takes a third pair of hands."""
        return self.holding("helper", *EVERY_ROLE)

    def in_column(self, column: str, worn: Sequence[Role]) -> Actor:
        """Who stands in a column of the table. `worn` are the roles of a deed's right person."""
        if column in ROLES:
            return self.holding("free", ROLES[column])
        if column == "nobody":
            return self.holding("free")
        if column == "signatory":
            return self.holding(self.signatory)
        if column == "same":
            return self.drafter
        return self.holding({"scored": self.scorer}.get(column, column), *worn)

    def newest(self, model: type[Row]) -> Row:
        """The row of its table that was written last."""
        key = model.__mapper__.primary_key[0]
        return self.session.scalars(select(model).order_by(key.desc()).limit(1)).one()


ROLES = {
    "reviewer": Role.REVIEWER,
    "chair": Role.CHAIR,
    "manager": Role.MANAGER,
    "officer": Role.FINANCE_OFFICER,
    "approver": Role.FINANCE_APPROVER,
    "administrator": Role.ADMINISTRATOR,
    "auditor": Role.AUDITOR,
}
COLUMNS = (*ROLES, "signatory", "nobody", "same", "scored", "conflict", "own")
"""Of the table: each role by somebody who has nothing to do with the bid; the lead's signatory; somebody
without any role; then people with the right role: the drafter, a reviewer of the bid, somebody with a
conflict of interest, and an editor of the lead.
"""
