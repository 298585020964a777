"""What must hold of how a fund file has its bids reviewed."""

from grants.programme.definition import FundDefinition, Review
from grants.programme.fund_calendar import uk_clock
from grants.programme.fund_faults import Faults

_USUAL = Review()


def check_review(definition: FundDefinition, faults: Faults) -> None:
    """A spread that two scores can have; days for reminders once each, while bids are read; managers told
    before the panel meets. What a file leaves out is not held against its dates.
    """
    review = definition.review
    highest = max((level.score for level in definition.rubric.levels), default=0)
    given = review.spread != _USUAL.spread
    if given and faults.clean("review.spread", "rubric.levels") and review.spread > highest:
        faults.add("review.spread", f"Scores go up to {highest}, so no two can lie {review.spread} apart.")
    for i, days in enumerate(review.reminder_days, 1):
        place = f"review.reminder_days[{i}]"
        if days in review.reminder_days[: i - 1] and faults.clean(place):
            faults.add(place, f"“{days}” is here twice.")
    _check_dates(definition, faults)
    place, strong = "feedback.strengths_from", definition.feedback.strengths_from
    if strong and faults.clean(place, "rubric.levels") and strong > highest:
        faults.add(place, f"Scores go up to {highest}, so nothing would ever be a strength.")


def _check_dates(definition: FundDefinition, faults: Faults) -> None:
    review, calendar = definition.review, definition.calendar
    if not faults.clean("calendar.closes_at", "calendar.reviews_due_at", "calendar.panel_on"):
        return
    due_on = uk_clock(calendar.reviews_due_at).date()
    reading = (due_on - uk_clock(calendar.closes_at).date()).days
    for i, days in enumerate(review.reminder_days, 1):
        place = f"review.reminder_days[{i}]"
        if review.reminder_days != _USUAL.reminder_days and days > reading and faults.clean(place):
            faults.add(place, "That day is before the round closes, so there is nobody to remind yet.")
    until = (calendar.panel_on - due_on).days
    place = "review.escalate_after_days"
    given = review.escalate_after_days != _USUAL.escalate_after_days
    if given and faults.clean(place) and review.escalate_after_days > until:
        faults.add(place, "The panel meets before that day, so managers would be told too late.")
