"""What must hold of how a fund file has its bids reviewed."""

from grants.programme.definition import FundDefinition, Review
from grants.programme.fund_faults import Faults


def check_review(definition: FundDefinition, faults: Faults) -> None:
    """A spread that two scores can have; days for reminders once each."""
    review = definition.review
    highest = max((level.score for level in definition.rubric.levels), default=0)
    given = review.spread != Review().spread
    if given and faults.clean("review.spread", "rubric.levels") and review.spread > highest:
        faults.add("review.spread", f"Scores go up to {highest}, so no two can lie {review.spread} apart.")
    for i, days in enumerate(review.reminder_days, 1):
        place = f"review.reminder_days[{i}]"
        if days in review.reminder_days[: i - 1] and faults.clean(place):
            faults.add(place, f"“{days}” is here twice.")
