"""When changes to a sent bid may be asked for, which pages then open, and what such a request must say."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from grants.applications.facts import CLAIMS, theme_page
from grants.applications.rules import Task, TaskGroup, TaskStatus, places_of
from grants.applications.states import Origin, Stage
from grants.core.clock import exact_minute
from grants.core.errors import Reason
from grants.core.language import mark, say
from grants.core.words import count_words
from grants.programme.definition import FundDefinition

CHANGEABLE = frozenset({Stage.SUBMITTED, Stage.IN_REVIEW})
"""Stages in which changes can be asked for."""

MOST_WORDS = 300
"""Of what is asked on one page, and of the reason."""

LATEST = timedelta(days=90)
"""How far off the date may be: what is further is a slip of the pen."""

SHARED = frozenset({"budget", "partners"})
"""Pages by which a change asks partners again, so that their confirmation opens with either of them."""

_TITLES = {
    CLAIMS: mark("Which themes does your bid address?"),
    "budget": mark("Budget"),
    "partners": mark("Partners and shares"),
    "documents": mark("Documents"),
}
_WITHOUT_ANSWERS = frozenset({"confirmations", "check"})


def page_key(place: str) -> str:
    """The key under which the page at a place such as 'themes/youth#q-hearing' is kept: 'theme:youth'."""
    first, _, rest = place.partition("#")[0].strip("/").partition("/")
    key = rest.partition("/")[0]
    return {"sections": key, "themes": theme_page(key)}.get(first, first)


def page_titles(definition: FundDefinition) -> dict[str, str]:
    """Every page that holds answers, by its key, in the order of the form."""
    titles = {section.key: section.title for section in definition.sections}
    titles |= {theme_page(theme.key): theme.name for theme in definition.rubric.themes}
    keys = [page_key(place) for place in places_of(definition)]
    return {
        key: titles[key] if key in titles else say(_TITLES.get(key, key))
        for key in keys
        if key not in _WITHOUT_ANSWERS
    }


def opened_by(definition: FundDefinition, asked: Collection[str], claimed: Collection[str]) -> set[str]:
    """The pages that open when changes are asked for on some: those, and what must change with them.

    With the budget the shares and the least amount that would work; with the claims every theme that is not
    among those `claimed` so far.
    """
    opened = set(asked)
    if "budget" in opened:
        opened.add("partners")
        opened |= {
            section.key
            for section in definition.sections
            if any(question.key == "least_amount" for question in section.questions)
        }
    if CLAIMS in opened:
        opened |= {theme_page(theme) for theme in definition.rubric.theme_keys if theme not in claimed}
    return opened


def why_closed(stage: Stage, opened: Collection[str] | None, key: str) -> str:
    """Why the page `key` of a bid at this stage cannot be written; '' where it can.

    `opened` are the pages that an open request for changes opens; None where there is none.
    """
    if stage is Stage.DRAFT:
        return ""
    if opened is None:
        return say("This bid is no longer a draft, so it cannot be changed.")
    free = key in opened or key == "check"
    shared = (key == "confirmations" or key.startswith("partner:")) and not SHARED.isdisjoint(opened)
    if free or shared:
        return ""
    return say("No changes were asked for on this page, so it stays as it was sent.")


def revised(groups: Sequence[TaskGroup], opened: Collection[str], made: Collection[str]) -> list[TaskGroup]:
    """The task list of a bid that is open again: what was asked, what was changed, and the rest as it was
    sent.
    """
    return [
        TaskGroup(group.title, [_revised(task, opened, made) for task in group.tasks]) for group in groups
    ]


def _revised(task: Task, opened: Collection[str], made: Collection[str]) -> Task:
    key = page_key(task.place)
    if why_closed(Stage.SUBMITTED, opened, key):
        return replace(task, status=TaskStatus.AS_SENT)
    if key in _WITHOUT_ANSWERS:
        return task
    return replace(task, status=TaskStatus.CHANGES_MADE if key in made else TaskStatus.CHANGES_REQUESTED)


def why_no_changes(stage: Stage, origin: Origin, *, is_open: bool) -> str:
    """Why changes to a bid cannot be asked for, as far as the bid itself says; '' where they can."""
    if is_open:
        return "Changes are asked for already. Cancel that request, or wait until it has been answered."
    if origin is Origin.IMPORTED:
        return "This bid was imported from another source, so it has no form here that could be opened again."
    if stage is Stage.DRAFT:
        return "This bid has not been sent."
    if stage not in CHANGEABLE:
        return "Changes can be asked for only until the bid is scored or taken out."
    return ""


def decision_waits(due_at: datetime) -> str:
    """Why a bid whose applicant was asked for changes cannot be decided on."""
    return (
        f"The applicant has been asked for changes until {exact_minute(due_at)}. "
        "Wait for them, or cancel the request first."
    )


def faults_of_request(
    definition: FundDefinition, asked: Mapping[str, str], reason: str, due_at: datetime | None, now: datetime
) -> list[Reason]:
    """What is missing or wrong in a request for changes; places are 'ask-<page>', 'ask', 'reason', 'due'."""
    return list(_faults(page_titles(definition), asked, reason, due_at, now))


def _faults(
    titles: Mapping[str, str], asked: Mapping[str, str], reason: str, due_at: datetime | None, now: datetime
) -> Iterator[Reason]:
    if not asked:
        yield Reason("Say for at least one page what should change", "ask")
    for key, text in asked.items():
        if key not in titles:
            yield Reason("There is no such page in this form", "ask")
        elif count_words(text) > MOST_WORDS:
            yield Reason(
                f"What should change in “{titles[key]}” must be {MOST_WORDS} words or fewer", f"ask-{key}"
            )
    if not reason.strip():
        yield Reason("Enter the reason why you ask for changes", "reason")
    elif count_words(reason) > MOST_WORDS:
        yield Reason(f"The reason must be {MOST_WORDS} words or fewer", "reason")
    if due_at is None:
        yield Reason("Enter the date and time by which the changes must be sent", "due")
    elif due_at <= now:
        yield Reason("The date by which the changes must be sent must be in the future", "due")
    elif due_at > now + LATEST:
        yield Reason(f"The date must be within {LATEST.days} days", "due")
