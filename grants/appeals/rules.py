"""Until when an appeal can be made, and what stands in its way. Plain values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from grants.core.clock import exact_minute
from grants.core.errors import Reason
from grants.core.language import say
from grants.panels.wording import answer_until

MOST_CHARACTERS = 6_000


@dataclass(frozen=True)
class Appealable:
    """What was decided against a bid, when its applicant was told (UTC), and by whom.

    `decision_id` is the panel's decision, None where the bid was found ineligible.
    """

    words: str
    told_at: datetime
    decision_id: int | None
    decided_by: frozenset[int]


def blockers_to_appeal(
    about: Appealable | None, *, days: int, last_made_at: datetime | None, text: str, now: datetime
) -> Iterator[Reason]:
    """Everything that stands in the way. `last_made_at` is when the bid's last appeal that was not withdrawn
    was made: one decision can be appealed against once.
    """
    if not days:
        yield Reason(say("This fund hears no appeals."))
    if about is None:
        yield Reason(say("There is no decision on this bid that you can appeal against."))
    elif days and now >= answer_until(about.told_at, days):
        yield Reason(
            say(
                "The time to appeal ended at %(moment)s.",
                moment=exact_minute(answer_until(about.told_at, days)),
            )
        )
    if about is not None and last_made_at is not None and last_made_at >= about.told_at:
        yield Reason(say("You have appealed against this decision already."))
    if not text.strip():
        yield Reason(say("Enter what went wrong"), "text")
    if len(text) > MOST_CHARACTERS:
        yield Reason(
            say("Your appeal must be %(most)s characters or fewer", most=f"{MOST_CHARACTERS:,}"), "text"
        )
