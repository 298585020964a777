"""State machines as tables: which deed leads from which state to which, and what people call each state."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from grants.core.errors import RuleBroken
from grants.core.language import say, translated

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Label:
    """What staff and applicants each read for a state."""

    staff: str
    applicant: str


@dataclass(frozen=True)
class Step(Generic[S]):
    """One deed: from any of `sources` to `target`."""

    sources: frozenset[S]
    target: S


@dataclass(frozen=True)
class Machine(Generic[S]):
    """A table of steps by deed, with a label for every state."""

    name: str
    initial: S
    steps: Mapping[str, Step[S]]
    labels: Mapping[S, Label]

    def allows(self, state: S, deed: str) -> bool:
        """Whether `deed` may be done in `state`. KeyError if the machine has no such deed."""
        return state in self.steps[deed].sources

    def next(self, state: S, deed: str) -> S:
        """The state after `deed`. Raises RuleBroken when it cannot be done from `state`."""
        step = self.steps[deed]
        if state not in step.sources:
            raise RuleBroken(
                say(
                    "This cannot be done now: the %(thing)s is “%(state)s”.",
                    thing=translated(self.name),
                    state=translated(self.labels[state].staff).lower(),
                )
            )
        return step.target

    def staff_label(self, state: S) -> str:
        """What staff read."""
        return self.labels[state].staff

    def applicant_label(self, state: S) -> str:
        """What applicants read."""
        return translated(self.labels[state].applicant)

    def to_mermaid(self) -> str:
        """The machine as a Mermaid state diagram, in table order."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial.name.lower()}"]
        for deed, step in self.steps.items():
            for source in sorted(step.sources, key=list(type(self.initial)).index):
                lines.append(f"    {source.name.lower()} --> {step.target.name.lower()}: {deed}")
        return "\n".join(lines)


def step(target: S, *sources: S) -> Step[S]:
    """A step to `target` from each of `sources`."""
    return Step(frozenset(sources), target)
