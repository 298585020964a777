"""Who and what the story has so far: ids by the keys that its files use."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.demo.actions.timeline import Timeline
from grants.permissions import Actor, service
from grants.programme.definition import FundDefinition

OPERATOR = service("demo")
"""The service itself, where the story needs somebody before anybody is there."""


@dataclass
class World:
    """The story under way. `definitions` and `rounds` go by round number, all others by key."""

    definitions: Mapping[int, FundDefinition]
    timeline: Timeline = field(default_factory=Timeline)
    rounds: dict[int, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    bids: dict[str, int] = field(default_factory=dict)

    def actor(self, session: Session, key: str) -> Actor:
        """That person as they stand now."""
        return accounts.actor_for(session, self.people[key])

    def names(self) -> dict[int, str]:
        """The keys of everybody in the story by their ids."""
        return {person_id: key for key, person_id in self.people.items()}
