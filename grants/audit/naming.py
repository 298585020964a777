"""What people call the things of the trail, and which of them belong to its lines: later rooms know."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Subject = tuple[str, str]
"""A thing by type and id, as the trail has it."""


@dataclass(frozen=True)
class Naming:
    """Names by thing, and the things of which the reader may not know what was done to them."""

    names: Mapping[Subject, str] = field(default_factory=dict)
    hidden: frozenset[Subject] = frozenset()

    def of(self, kind: str, identity: object) -> str:
        """What a thing is called, its id where nobody knows."""
        return self.names.get((kind, str(identity)), str(identity))

    def hides(self, entry: Any) -> bool:
        """Whether a line of the trail is about something hidden."""
        bid = ("application", str(entry.facts.get("application_id")))
        return not self.hidden.isdisjoint({(entry.subject_type, entry.subject_id), bid})


names: dict[str, Callable[[Any, Any, Any], Naming]] = {}
"""By room: the names of the things in lines of the trail, given the session, the reader and the lines."""

parts: dict[str, Callable[[Any, Any, Subject], Sequence[Subject]]] = {}
"""By room: what the history of a thing is about, given the session, the reader and the thing."""


def naming(session: Any, actor: Any, entries: Any) -> Naming:
    """What the rooms call the things in these lines."""
    for room in names.values():
        return room(session, actor, entries)
    return Naming()


def subjects_for(session: Any, actor: Any, subject: Subject) -> Sequence[Subject]:
    """The thing itself and all that belongs to it."""
    for room in parts.values():
        return room(session, actor, subject)
    return [subject]
