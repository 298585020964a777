"""What later rooms know that stands in the way of closing an award, entered by them when the app is made."""

from collections.abc import Callable, Sequence
from typing import Any

from grants.core.errors import Reason

why_open: dict[str, Callable[[Any, Any], Sequence[Reason]]] = {}
"""By room: everything that is still open, given the session and the bid."""


def blockers(session: Any, application: Any) -> list[Reason]:
    """What every room says."""
    return [reason for room in why_open.values() for reason in room(session, application)]
