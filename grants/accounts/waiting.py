"""Counting what waits for a member of staff: for whom, in what shape, and roles to approve."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, Select, cast, func, literal, null, select
from sqlalchemy.orm import InstrumentedAttribute

from grants.accounts.models import RoleGrant
from grants.permissions import Actor

Counted = Select[*tuple[Any, ...]]
"""Selects the id of a round (None where no round is meant), how many wait, and the reference of the first bid
of them ('' where no bid is meant)."""


@dataclass(frozen=True)
class Reader:
    """For whom it is counted. `day` is today in Luton; the others are ids of bids."""

    actor: Actor
    day: date
    hidden: frozenset[int]
    """Of which they may see nothing: not even how many wait."""
    scored: frozenset[int]

    @property
    def person_id(self) -> int:
        """Who it is. Raises NotAllowed for the service."""
        return self.actor.signature()

    @property
    def barred(self) -> frozenset[int]:
        """On which they sign nothing: they scored them or must not see them."""
        return self.hidden | self.scored


Counter = Callable[[Reader], Counted]


def by_round(key: InstrumentedAttribute[int]) -> Counted:
    """Rows counted by the round that their column `key` names."""
    return select(key, func.count(), literal("")).group_by(key)


def in_no_round(key: InstrumentedAttribute[int]) -> Counted:
    """Rows of the column's table, all in one."""
    return select(cast(null(), Integer), func.count(key), literal(""))


def roles_to_approve(reader: Reader) -> Counted:
    """Roles given by another administrator to another person that are not in force yet."""
    return in_no_round(RoleGrant.id).where(
        RoleGrant.in_force_since.is_(None),
        RoleGrant.granted_by_id.is_distinct_from(reader.person_id),
        RoleGrant.person_id != reader.person_id,
    )
