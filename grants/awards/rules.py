"""What stands in the way of accepting an offer and of settling a condition; when reminders go out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from grants.core.errors import Reason
from grants.core.language import say

LONGEST_NAME = 200

REMINDER_DAYS = (14, 2)
"""How many days before a condition is due its organisation is reminded."""


@dataclass(frozen=True)
class Signature:
    """What a signatory gives under an agreement: the sentences ticked, by number from 1, a typed name, and
    the SHA-256 of the document on the page.
    """

    name: str
    sha256: str
    ticked: frozenset[int]


def blockers_to_accept(
    signature: Signature, *, sentences: int, made: bool, outstanding: Sequence[str]
) -> Iterator[Reason]:
    """Everything that stands in the way of accepting an offer, at once.

    `made` is whether there is a document to accept, `sentences` how many it asks to tick, `outstanding` what
    partners still have to answer, in words.
    """
    for partner in outstanding:
        yield Reason(partner)
    if not made and not outstanding:
        yield Reason(say("The agreement is still being prepared. Try again in a few minutes."))
    if made and not set(range(1, sentences + 1)) <= signature.ticked:
        yield Reason(say("Tick every box to accept the agreement"), "accepts")
    if not signature.name.strip():
        yield Reason(say("Enter your name"), "name")
    elif len(signature.name.strip()) > LONGEST_NAME:
        text = say("Your name must be %(most)s characters or fewer", most=LONGEST_NAME)
        yield Reason(text, "name")


def reminder_due(due_on: date, *, today: date, reminded: int | None) -> int | None:
    """For which of `REMINDER_DAYS` a reminder is due today; None where it has gone out, or it is too late."""
    if due_on < today:
        return None
    passed = [days for days in REMINDER_DAYS if due_on - timedelta(days=days) <= today]
    nearest = min(passed, default=None)
    return nearest if nearest is not None and (reminded is None or nearest < reminded) else None


def is_overdue(due_on: date | None, today: date) -> bool:
    """Whether the last day for a condition has passed."""
    return due_on is not None and due_on < today
