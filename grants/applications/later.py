"""What later rooms tell this one, entered by them when the app is made: conflicts, and bids given out."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import String, and_, cast, or_, select
from sqlalchemy.sql.expression import ColumnElement

from grants.accounts.models import Person
from grants.accounts.queries import actor_for, people_with_role
from grants.core.db import Base
from grants.core.policy import Decision, first_no
from grants.notifications.models import Message
from grants.permissions import Actor, Role
from grants.programme.queries import all_rounds

conflict_checks: dict[str, Callable[[Any, Actor, int], Decision]] = {}
"""By room: whether nothing stands between a person and a bid, given the session, the actor and its id."""

hidden_bids: dict[str, Callable[[Any, int, int], Mapping[int, str]]] = {}
"""By room: references by id of the bids hidden from a person, given the session, person and round."""

shared_out_checks: dict[str, Callable[[Any, int], bool]] = {}
"""By room: whether bids of a round have been given to reviewers, given the session and the round's id."""


def no_conflict(session: Any, actor: Actor, application_id: int) -> Decision:
    """A yes unless a room knows of a conflict of interest between the actor and the bid."""
    return first_no(*(check(session, actor, application_id) for check in conflict_checks.values()))


def hidden_from(session: Any, person_id: int | None, round_id: int) -> dict[int, str]:
    """The bids of a round of which the person may see nothing but the reference, by id."""
    found: dict[int, str] = {}
    for hidden in hidden_bids.values():
        found.update(hidden(session, person_id or 0, round_id))
    return found


def hidden_in_every_round(session: Any, person_id: int | None) -> dict[int, str]:
    """The same of all rounds."""
    found: dict[int, str] = {}
    for round_ in all_rounds(session):
        found.update(hidden_from(session, person_id, round_.id))
    return found


def about_hidden_bids(session: Any, person_id: int) -> ColumnElement[bool] | None:
    """Holds for messages about bids that are hidden from the person, or about anything that belongs to such a
    bid, in whatever room; None where no bid is hidden.
    """
    hidden = hidden_in_every_round(session, person_id)
    if not hidden:
        return None
    about = [and_(Message.about_type == "application", Message.about_id.in_([str(bid) for bid in hidden]))]
    for table in Base.metadata.tables.values():
        key, *others = table.primary_key.columns
        if "application_id" in table.columns and not others:
            theirs = select(cast(key, String)).where(table.columns["application_id"].in_(hidden))
            about.append(and_(Message.about_type == table.name, Message.about_id.in_(theirs)))
    return or_(*about)


def free_of_conflict(session: Any, role: Role, application_id: int | None) -> list[Person]:
    """Those with `role` who may read about the bid, if it is about one: letters go to nobody else."""
    people = people_with_role(session, role)
    if application_id is None:
        return people
    return [one for one in people if no_conflict(session, actor_for(session, one.id), application_id)]


def is_shared_out(session: Any, round_id: int) -> bool:
    """Whether any bid of the round has been given to a reviewer."""
    return any(check(session, round_id) for check in shared_out_checks.values())
