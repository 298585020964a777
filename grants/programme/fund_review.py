"""What must hold of how a fund file has its bids reviewed."""

import re

from grants.programme.definition import FundDefinition, Review
from grants.programme.fund_calendar import uk_clock
from grants.programme.fund_faults import Faults
from grants.programme.practice import Practice

_USUAL = Review()

_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})+")


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
    _check_domains(review, faults)
    _check_dates(definition, faults)
    _check_practice(definition, faults)
    place, strong = "feedback.strengths_from", definition.feedback.strengths_from
    if strong and faults.clean(place, "rubric.levels") and strong > highest:
        faults.add(place, f"Scores go up to {highest}, so nothing would ever be a strength.")


def _check_domains(review: Review, faults: Faults) -> None:
    """Each entry names two domains or more of one organisation, each of them once in the whole list."""
    seen: set[str] = set()
    for i, entry in enumerate(review.same_domains, 1):
        place = f"review.same_domains[{i}]"
        if not faults.clean(place):
            continue
        names = entry.lower().split()
        wrong = [name for name in names if not _DOMAIN.fullmatch(name)]
        twice = sorted({name for name in names if name in seen or names.count(name) > 1})
        if wrong:
            faults.add(place, f"“{wrong[0]}” is no e-mail domain, such as beds.ac.uk.")
        elif twice:
            faults.add(place, f"“{twice[0]}” is here twice.")
        elif len(names) < 2:
            faults.add(place, "Write two domains or more with a space between them.")
        seen.update(names)


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


def _check_practice(definition: FundDefinition, faults: Faults) -> None:
    """A practice bid answers every strand of the themes it has, once, each with a level of the scale."""
    rubric, bid = definition.rubric, definition.practice
    if not faults.clean("rubric.themes", "rubric.strands", "rubric.levels", "practice.answers"):
        return
    levels = {level.score for level in rubric.levels}
    seen: dict[str, set[str]] = {}
    for i, answer in enumerate(bid.answers, 1):
        here = f"practice.answers[{i}]"
        if answer.theme not in rubric.theme_keys:
            faults.add(f"{here}.theme", f"There is no theme “{answer.theme}”.")
        elif answer.strand not in rubric.strand_keys:
            faults.add(f"{here}.strand", f"There is no strand “{answer.strand}”.")
        elif answer.strand in seen.setdefault(answer.theme, set()):
            faults.add(here, "The practice bid has answered this already.")
        else:
            seen[answer.theme].add(answer.strand)
        if answer.level not in levels and faults.clean(f"{here}.level"):
            faults.add(f"{here}.level", f"There is no level {answer.level}.")
    for theme, strands in seen.items():
        if missing := [key for key in rubric.strand_keys if key not in strands]:
            faults.add("practice.answers", f"“{theme}” has no answer to: {', '.join(missing)}.")
    if definition.review.practice is not Practice.NONE and not (bid.title and bid.note and bid.answers):
        faults.add(
            "review.practice",
            "There is no practice bid: write [practice] with a title, a note that says where it comes from, "
            "and answers.",
        )
