"""What later rooms tell this one, entered by them when the app is made: conflicts, and bids given out."""

from collections.abc import Callable
from typing import Any

from grants.core.policy import Decision, first_no
from grants.permissions import Actor

conflict_checks: dict[str, Callable[[Any, Actor, int], Decision]] = {}
"""By room: whether nothing stands between a person and a bid, given the session, the actor and its id."""

shared_out_checks: dict[str, Callable[[Any, int], bool]] = {}
"""By room: whether bids of a round have been given to reviewers, given the session and the round's id."""


def no_conflict(session: Any, actor: Actor, application_id: int) -> Decision:
    """A yes unless a room knows of a conflict of interest between the actor and the bid."""
    return first_no(*(check(session, actor, application_id) for check in conflict_checks.values()))


def is_shared_out(session: Any, round_id: int) -> bool:
    """Whether any bid of the round has been given to a reviewer."""
    return any(check(session, round_id) for check in shared_out_checks.values())
