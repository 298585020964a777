"""A bid as its readers meet it: parts with lines, tables and cards, whatever the medium that shows them.

One structure for the check page, the pages of staff and reviewers, the PDF and plain text: a new kind of
answer is told here once. Texts are said in the reader's language; what a person typed stays as typed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grants.accounts.states import KIND_LABELS, OrganisationKind
from grants.applications.facts import field_of, read_amount, read_date
from grants.core.clock import long_date
from grants.core.language import mark, say, translated
from grants.core.money import pounds
from grants.programme.definition import AnswerKind, FundDefinition, Question


class Shape(StrEnum):
    """How a value is set: a person's own words, ours (or the fund's), several of ours, or none."""

    TYPED = "typed"
    WORDS = "words"
    ITEMS = "items"
    MISSING = "missing"


@dataclass(frozen=True)
class Value:
    """Something to read. `items` only where the shape is ITEMS."""

    shape: Shape
    text: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One answer. `place` is where it is changed, such as 'sections/summary#q-title'; '' for nowhere."""

    label: str
    value: Value
    place: str = ""


@dataclass(frozen=True)
class Column:
    """The head of a table's column."""

    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of values. The first value of a row names it; `foot` is a row of totals, if any."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    foot: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Card:
    """One of several things of a kind, such as a partner. `title` is as typed."""

    title: str
    lines: tuple[Line, ...]
    place: str = ""


@dataclass(frozen=True)
class Part:
    """One part of a bid under its heading. `note` is said first, or where there is nothing else to show."""

    title: str
    place: str = ""
    note: str = ""
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    cards: tuple[Card, ...] = ()


def outline(
    content: Mapping[str, Any], definition: FundDefinition, *, undecided: Collection[str] = ()
) -> list[Part]:
    """The whole bid, from its frozen content (`content.content_of`) of whatever age.

    `undecided` are the themes of a draft of which nothing was said yet.
    """
    bid = _Bid(content, definition, undecided)
    return [
        _summary(bid),
        *_sections(bid),
        *_themes(bid),
        _budget(bid),
        _partners(bid),
        *_eligibility(bid),
    ]


def typed(text: str) -> Value:
    """A person's own words."""
    return Value(Shape.TYPED, text)


def words(text: str) -> Value:
    """Words of ours or of the fund."""
    return Value(Shape.WORDS, text)


def listed(items: Collection[str]) -> Value:
    """Several words of ours or of the fund, one under the other."""
    return Value(Shape.ITEMS, items=tuple(items))


def missing(text: str) -> Value:
    """Nothing, and why."""
    return Value(Shape.MISSING, text)


def money(pence: int | None) -> Value:
    """An amount, or that there is none."""
    return words(pounds(pence)) if pence is not None else missing(say("No amount yet"))


def answer(question: Question, given: Any) -> Value:
    """What was typed for a question, dates and money written out, '' as nothing."""
    text = str(given or "")
    if not text.strip():
        return missing(say("Not answered"))
    match question.kind:
        case AnswerKind.DATE if day := read_date(text):
            return words(long_date(day))
        case AnswerKind.MONEY if (amount := read_amount(text)) is not None:
            return words(pounds(amount))
        case AnswerKind.YES_NO if text in YES_NO:
            return words(say(YES_NO[text]))
        case AnswerKind.CHOICES:
            return listed(text.split("\n"))
    return typed(text)


YES_NO = {"yes": mark("Yes"), "no": mark("No")}


@dataclass(frozen=True)
class _Bid:
    """The bid being told. An imported bid's gaps were not collected; any other's were not answered."""

    content: Mapping[str, Any]
    definition: FundDefinition
    undecided: Collection[str]

    @property
    def imported(self) -> bool:
        return bool(self.content["origin"] == "imported")

    def gap(self, text: str) -> str:
        return say("Not collected") if self.imported else text

    def given(self, value: Value) -> Value:
        return missing(self.gap(value.text)) if value.shape is Shape.MISSING else value

    def text(self, given: str) -> Value:
        return typed(given) if given.strip() else missing(self.gap(say("Not answered")))


def _summary(bid: _Bid) -> Part:
    lead, rubric = bid.content["lead"], bid.definition.rubric
    about = [lead["name"], _kind(lead["kind"])]
    if lead["charity_number"]:
        about.append(say("Charity number %(number)s", number=lead["charity_number"]))
    if lead["company_number"]:
        about.append(say("Company number %(number)s", number=lead["company_number"]))
    if lead["postcode"]:
        about.append(lead["postcode"])
    claims = [rubric.theme(key).name for key in bid.content["claims"]]
    addressed = listed(claims) if claims else missing(bid.gap(say("None yet")))
    left_out = ", ".join(bid.content["not_collected"])
    return Part(
        title=say("In short"),
        note=say("Imported from another source. Not collected there: %(parts)s.", parts=left_out)
        if left_out
        else "",
        lines=(
            Line(say("Lead organisation"), listed(about)),
            Line(say("Asks for"), words(pounds(bid.content["ask"])), "budget"),
            Line(say("Themes addressed"), addressed),
        ),
    )


def _sections(bid: _Bid) -> Iterator[Part]:
    for section in bid.definition.sections:
        given = bid.content["sections"].get(section.key, {})
        yield Part(
            title=section.title,
            lines=tuple(
                Line(
                    question.text,
                    bid.given(answer(question, given.get(question.key))),
                    f"sections/{section.key}#{field_of(question.key)}",
                )
                for question in section.questions
            ),
        )


def _themes(bid: _Bid) -> Iterator[Part]:
    rubric = bid.definition.rubric
    for theme in rubric.themes:
        written = bid.content["themes"].get(theme.key)
        if written is None:
            continue
        place = f"themes/{theme.key}"
        if not written["addressed"]:
            said = say("Not answered yet.") if theme.key in bid.undecided else say("Not addressed.")
            yield Part(theme.name, place, note=say("Not collected.") if bid.imported else said)
            continue
        yield Part(
            theme.name,
            lines=tuple(
                Line(
                    strand.name,
                    bid.text(written["answers"].get(strand.key, "")),
                    f"{place}#{field_of(strand.key)}",
                )
                for strand in rubric.strands
            ),
        )


def _budget(bid: _Bid) -> Part:
    title = say("Budget")
    if not bid.content["budget"]:
        return Part(title, "budget", note=say("Not collected.") if bid.imported else say("No lines yet."))
    lines = tuple(
        (
            bid.text(line["item"]),
            words(line["category"]) if line["category"] else missing(say("No category")),
            money(line["amount"]),
        )
        for line in bid.content["budget"]
    )
    table = Table(
        caption=title,
        columns=(
            Column(say("What for")),
            Column(say("Category")),
            Column(say("Amount"), numeric=True),
        ),
        rows=lines,
        foot=(words(say("Total")), words(""), words(pounds(bid.content["ask"]))),
    )
    return Part(title, "budget", tables=(table,))


def _partners(bid: _Bid) -> Part:
    lead = Card(
        bid.content["lead"]["name"],
        (
            Line(say("Role"), words(say("Leads the bid."))),
            Line(say("Share"), money(bid.content["lead_share"]), "partners#lead_share"),
        ),
    )
    partners = [_partner(bid, n, partner) for n, partner in enumerate(bid.content["partners"])]
    return Part(say("Partners and shares"), "partners", cards=(lead, *partners))


def _partner(bid: _Bid, n: int, partner: Mapping[str, Any]) -> Card:
    place = f"partners#partners-{n}"
    confirmed = say("Confirmed") if partner["consented_at"] else say("Not confirmed yet")
    lines = [
        Line(say("Role"), bid.text(partner["role"]), f"{place}-role"),
        Line(say("Share"), money(partner["share"]), f"{place}-share"),
        Line(say("Confirmation"), words(confirmed), "confirmations"),
    ]
    if partner["number"]:
        lines.insert(0, Line(say("Register number"), typed(partner["number"]), f"{place}-number"))
    if partner["kind"]:
        lines.insert(0, Line(say("Kind of organisation"), words(_kind(partner["kind"])), f"{place}-kind"))
    return Card(partner["name"], tuple(lines), f"{place}-name")


def _eligibility(bid: _Bid) -> Iterator[Part]:
    given = bid.content["eligibility"]
    if given:
        yield Part(
            title=say("Answers to the eligibility questions"),
            lines=tuple(
                Line(question.text, _yes_no(given.get(question.key)))
                for question in bid.definition.eligibility
            ),
        )


def _kind(kind: str) -> str:
    return translated(KIND_LABELS[OrganisationKind(kind)])


def _yes_no(given: Any) -> Value:
    """An eligibility answer, kept as true or false, or as 'yes' or 'no'."""
    known = {True: "yes", False: "no"}.get(given, given)
    return words(say(YES_NO[known])) if known in YES_NO else missing(say("Not answered"))
