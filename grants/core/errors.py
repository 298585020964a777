"""The four refusals. Raised on purpose by actions and rules; `grants.app` turns each into a page."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One thing that stands in the way. `place` names the field or section it belongs to, if any."""

    text: str
    place: str = ""


class Refusal(Exception):
    """What every refusal is: a business "no" that a person should understand."""


class NotAllowed(Refusal):
    """This person may not do this (403)."""


class NotFound(Refusal):
    """There is no such thing, or this person may not know that there is (404)."""


class Stale(Refusal):
    """Somebody else changed the record since the page was opened (409)."""


class RuleBroken(Refusal):
    """A rule stands in the way (422). Carries every reason at once."""

    def __init__(self, reasons: Iterable[Reason] | str) -> None:
        self.reasons = (Reason(reasons),) if isinstance(reasons, str) else tuple(reasons)
        super().__init__(" ".join(reason.text for reason in self.reasons))


def require_no(reasons: Iterable[Reason]) -> None:
    """Raise RuleBroken with all `reasons` if there are any."""
    found = tuple(reasons)
    if found:
        raise RuleBroken(found)
