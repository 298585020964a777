"""Which two versions of a bid are compared, and how they differ: the same for everybody who may see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from grants.applications.differences import PartDifference, compare
from grants.applications.outline import outline
from grants.core.clock import exact_minute
from grants.core.language import say
from grants.programme.definition import FundDefinition


class Sent(Protocol):
    """A version as far as it is needed here."""

    @property
    def number(self) -> int: ...
    @property
    def content(self) -> dict[str, Any]: ...
    @property
    def submitted_at(self) -> datetime: ...


@dataclass(frozen=True)
class Choice:
    """Something to compare: a version that was sent, or what was written and never sent."""

    key: str
    label: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Pair:
    """Two of the choices and their differences."""

    choices: Sequence[Choice]
    first: Choice
    second: Choice
    parts: Sequence[PartDifference]

    @property
    def changed(self) -> int:
        """How many parts differ."""
        return sum(part.changed for part in self.parts)


def as_choice(version: Sent) -> Choice:
    """A version as it is offered for comparing."""
    told = say(
        "Version %(number)s, sent at %(minute)s",
        number=version.number,
        minute=exact_minute(version.submitted_at),
    )
    return Choice(str(version.number), told, version.content)


def pair(
    definition: FundDefinition, sent: Sequence[Choice], unsent: Sequence[Choice], first: str, second: str
) -> Pair:
    """The two choices with these keys; for other keys the last two that were `sent`, which is not empty."""
    choices = [*sent, *unsent]
    by_key = {choice.key: choice for choice in choices}
    before = by_key.get(first, sent[-2] if len(sent) > 1 else sent[0])
    after = by_key.get(second, sent[-1])
    parts = compare(outline(before.content, definition), outline(after.content, definition))
    return Pair(choices, before, after, parts)
