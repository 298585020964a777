"""Answers to "may this person?": a yes, or a no with its reason."""

from dataclasses import dataclass

from grants.core.errors import NotAllowed


@dataclass(frozen=True)
class Decision:
    """Whether something is allowed and, if not, why not in words for the person refused."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Decision(True)


def no(reason: str) -> Decision:
    """A refusal with its reason."""
    return Decision(False, reason)


def require(decision: Decision) -> None:
    """Raise NotAllowed with the reason unless `decision` is a yes."""
    if not decision:
        raise NotAllowed(decision.reason)


def first_no(*decisions: Decision) -> Decision:
    """The first refusal among `decisions`, else a yes."""
    return next((decision for decision in decisions if not decision), YES)
