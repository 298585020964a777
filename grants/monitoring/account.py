"""What a report says, box by box as it was typed, what is missing of it, and its content once it is sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grants.applications.answers import read_number
from grants.applications.facts import read_amount
from grants.core.errors import Reason
from grants.core.language import mark, say
from grants.core.money import pounds
from grants.core.words import count_words
from grants.monitoring.promise import Line, Promise
from grants.monitoring.rules import LONGEST_TEXT
from grants.programme.reporting import Part, ReportAsked

WORDS = "words"
"""The page of the fund's own questions."""

TITLES: Mapping[str, str] = {
    Part.OUTCOMES: mark("What you reached, theme by theme"),
    Part.PLACES: mark("People reached, ward by ward"),
    Part.SPENDING: mark("What you spent"),
    Part.PARTNERS: mark("What each organisation spent"),
    WORDS: mark("Your account"),
    Part.FILES: mark("Receipts and photos"),
}

Answers = Mapping[str, Mapping[str, str]]
"""By page: what stands in each box."""


@dataclass(frozen=True)
class Account:
    """A report as far as it is written. `files` counts receipts and photos; `before` is what the report
    before it had spent, pence.
    """

    asked: ReportAsked
    promise: Promise
    answers: Answers = field(default_factory=dict)
    files: int = 0
    before: int = 0

    def box(self, page: str, name: str) -> str:
        """What was typed there, without the spaces around it."""
        return self.answers.get(page, {}).get(name, "").strip()

    def spent_on(self, line: Line) -> int | None:
        """Pence spent in a category; None where nothing that can be read was typed."""
        return read_amount(self.box(Part.SPENDING, f"spent-{line.key}"))

    def spent_by(self, line: Line) -> int | None:
        """Pence an organisation has spent of its share."""
        return read_amount(self.box(Part.PARTNERS, f"spent-{line.key}"))

    @property
    def spent(self) -> int:
        """What was spent in all, pence, as far as it can be read."""
        return sum(self.spent_on(line) or 0 for line in self.promise.budget)

    @property
    def spent_by_all(self) -> int:
        """The same, by organisation."""
        return sum(self.spent_by(line) or 0 for line in self.promise.shares)


def pages_of(asked: ReportAsked, promise: Promise) -> list[str]:
    """The pages of a report: those it asks for and the bid promised something for."""
    there = {
        Part.OUTCOMES: bool(promise.themes),
        Part.PLACES: bool(promise.places),
        Part.SPENDING: True,
        Part.PARTNERS: len(promise.shares) > 1,
        Part.FILES: True,
    }
    wanted: list[str] = [part for part in TITLES if part in asked.parts and there[Part(part)]]
    if asked.questions:
        wanted.insert(len(wanted) - (Part.FILES in wanted), WORDS)
    return wanted


def boxes_of(asked: ReportAsked, promise: Promise, page: str) -> list[str]:
    """The names of a page's boxes."""
    match page:
        case Part.OUTCOMES:
            return [f"{box}-{theme.key}" for theme in promise.themes for box in ("people", "done")]
        case Part.PLACES:
            return [f"people-{place.key}" for place in promise.places]
        case Part.SPENDING:
            return [f"{box}-{line.key}" for line in promise.budget for box in ("spent", "why")]
        case Part.PARTNERS:
            return [f"spent-{line.key}" for line in promise.shares]
        case _:
            return [f"q-{question.key}" for question in asked.questions]


def reasons(account: Account, page: str = "") -> list[Reason]:
    """Why the report, or one page of it, cannot be sent yet. Places are 'page#box'."""
    found: list[Reason] = []
    for one in [page] if page else pages_of(account.asked, account.promise):
        found += [Reason(text, f"{one}#{box}" if box else one) for box, text in _CHECKS[one](account)]
    return found


def _too_long(text: str, limit: int) -> str:
    used = count_words(text) if limit else 0
    if used > limit:
        return say("Use %(limit)s words or fewer; you have used %(used)s", limit=limit, used=used)
    if len(text) > LONGEST_TEXT:
        return say("Use %(limit)s characters or fewer", limit=f"{LONGEST_TEXT:,}")
    return ""


def _count(text: str, name: str) -> str:
    if not text:
        return say("Enter how many people you reached: %(what)s. Enter 0 if nobody", what=name)
    if read_number(text) is None:
        return say("The number of people must be a whole number, like 120: %(what)s", what=name)
    return ""


def _outcomes(account: Account) -> Iterator[tuple[str, str]]:
    for theme in account.promise.themes:
        if wrong := _count(account.box(Part.OUTCOMES, f"people-{theme.key}"), theme.name):
            yield f"people-{theme.key}", wrong
        done = account.box(Part.OUTCOMES, f"done-{theme.key}")
        missing = "" if done else say("Say what changed for people: %(what)s", what=theme.name)
        if wrong := missing or _too_long(done, 0):
            yield f"done-{theme.key}", wrong


def _places(account: Account) -> Iterator[tuple[str, str]]:
    for place in account.promise.places:
        if wrong := _count(account.box(Part.PLACES, f"people-{place.key}"), place.name):
            yield f"people-{place.key}", wrong


def _money(text: str, name: str) -> str:
    if not text:
        return say("Enter what was spent: %(what)s. Enter 0 if nothing", what=name)
    if read_amount(text) is None:
        return say("What was spent must be an amount of money, like 1,250 or 1250.50: %(what)s", what=name)
    return ""


def _spending(account: Account) -> Iterator[tuple[str, str]]:
    for line in account.promise.budget:
        typed, why = account.box(Part.SPENDING, f"spent-{line.key}"), f"why-{line.key}"
        if wrong := _money(typed, line.name) if typed or line.amount else "":
            yield f"spent-{line.key}", wrong
        elif (account.spent_on(line) or 0) > line.amount and not account.box(Part.SPENDING, why):
            yield why, say("Say why more was spent than planned: %(what)s", what=line.name)
        if wrong := _too_long(account.box(Part.SPENDING, why), 0):
            yield why, wrong
    if account.spent > account.promise.amount:
        yield (
            "",
            say(
                "You report %(spent)s, more than the award of %(amount)s. Report only what "
                "this grant paid for",
                spent=pounds(account.spent),
                amount=pounds(account.promise.amount),
            ),
        )
    elif account.spent < account.before:
        yield (
            "",
            say(
                "Amounts count from the start of the project: your report before this one said %(before)s, "
                "and this one says %(spent)s",
                before=pounds(account.before),
                spent=pounds(account.spent),
            ),
        )


def _partners(account: Account) -> Iterator[tuple[str, str]]:
    wrong = False
    for line in account.promise.shares:
        text = _money(account.box(Part.PARTNERS, f"spent-{line.key}"), line.name)
        wrong = wrong or bool(text)
        if text:
            yield f"spent-{line.key}", text
    asked = Part.SPENDING in account.asked.parts
    if asked and not wrong and account.spent_by_all != account.spent:
        yield (
            "",
            say(
                "The organisations spent %(theirs)s together, but the budget says %(spent)s. "
                "The two must be the same",
                theirs=pounds(account.spent_by_all),
                spent=pounds(account.spent),
            ),
        )


def _words(account: Account) -> Iterator[tuple[str, str]]:
    for question in account.asked.questions:
        text = account.box(WORDS, f"q-{question.key}")
        if question.required and not text:
            yield f"q-{question.key}", say("Answer: “%(what)s”", what=question.text)
        elif wrong := _too_long(text, question.word_limit):
            yield f"q-{question.key}", wrong


def _files(account: Account) -> Iterator[tuple[str, str]]:
    if account.spent and not account.files:
        yield "", say("Send at least one receipt, invoice or photo")


_CHECKS = {
    Part.OUTCOMES: _outcomes,
    Part.PLACES: _places,
    Part.SPENDING: _spending,
    Part.PARTNERS: _partners,
    WORDS: _words,
    Part.FILES: _files,
}


def content_of(account: Account, *, files: Sequence[Mapping[str, Any]], paid: int) -> dict[str, Any]:
    """The report as it is sent, as JSON values: names and amounts stand as they were that day. Pence."""
    return {
        "title": account.asked.title,
        "final": account.asked.final,
        "award": account.promise.amount,
        "paid": paid,
        "spent": account.spent,
        **{part: [] for part in ("outcomes", "places", "spending", "partners")},
        **_promised(account),
        "answers": [
            {"text": one.text, "answer": account.box(WORDS, f"q-{one.key}")}
            for one in account.asked.questions
        ],
        "files": [dict(one) for one in files],
    }


def _promised(account: Account) -> dict[str, list[dict[str, Any]]]:
    """The parts that are made from the bid's promise, those that are asked for."""
    promise = account.promise

    def people(page: str, key: str) -> int:
        return read_number(account.box(page, f"people-{key}")) or 0

    parts: dict[str, list[dict[str, Any]]] = {
        Part.OUTCOMES: [
            {
                "theme": one.key,
                "name": one.name,
                "people": people(Part.OUTCOMES, one.key),
                "done": account.box(Part.OUTCOMES, f"done-{one.key}"),
            }
            for one in promise.themes
        ],
        Part.PLACES: [
            {"code": one.key, "name": one.name, "people": people(Part.PLACES, one.key)}
            for one in promise.places
        ],
        Part.SPENDING: [
            {
                "category": line.name,
                "budget": line.amount,
                "spent": account.spent_on(line) or 0,
                "why": account.box(Part.SPENDING, f"why-{line.key}"),
            }
            for line in promise.budget
            if line.amount or account.spent_on(line)
        ],
        Part.PARTNERS: [
            {"name": line.name, "share": line.amount, "spent": account.spent_by(line) or 0}
            for line in promise.shares
        ],
    }
    pages = pages_of(account.asked, promise)
    return {str(part): rows for part, rows in parts.items() if part in pages}
