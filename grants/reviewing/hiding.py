"""What organisations are called before reviewers where a fund hides their names."""

from collections.abc import Sequence
from string import ascii_uppercase

from grants.programme.definition import FundDefinition


def organisation(place: int) -> str:
    """The name that stands for the organisation at `place`: 0 is the lead, then the partners in order."""
    laps, letter = divmod(place, len(ascii_uppercase))
    return f"Organisation {ascii_uppercase[letter]}{laps + 1 if laps else ''}"


LEAD = organisation(0)


def shown_names(
    definition: FundDefinition, lead: str, partners: Sequence[str]
) -> tuple[str, tuple[str, ...]]:
    """Lead and partners as a reviewer may read them."""
    if not definition.review.hide_organisations:
        return lead, tuple(partners)
    return LEAD, tuple(organisation(place) for place in range(1, len(partners) + 1))
