"""Which counts may be shown without giving anybody away, and when."""

from collections.abc import Mapping
from datetime import datetime, timedelta

FEWEST = 5
"""A count below this is not shown: who knows the applicants could put a name to it."""

ANSWERS_TAKEN_FOR = timedelta(days=14)
"""After closing. Counts are shown only then: whoever watched them could see what each new answer was."""

PREFER_NOT_TO_SAY = "Prefer not to say"


def shown(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts of one question, those that must stay hidden as None.

    Hidden are counts below `FEWEST`, and further ones, the smallest first, as long as what is hidden is a
    single count or adds up to less than `FEWEST`: it could be worked out from the total.
    """
    hidden = {choice for choice, count in counts.items() if count < FEWEST}
    others = sorted((choice for choice in counts if choice not in hidden), key=lambda choice: counts[choice])
    while hidden and others and (len(hidden) == 1 or sum(counts[choice] for choice in hidden) < FEWEST):
        hidden.add(others.pop(0))
    return {choice: None if choice in hidden else count for choice, count in counts.items()}


def takes_answers(closes_at: datetime, now: datetime) -> bool:
    """Whether answers are still added to the counts."""
    return now < closes_at + ANSWERS_TAKEN_FOR
