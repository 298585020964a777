"""A bid as its readers meet it: parts with lines, tables and cards, whatever the medium that shows them.

One structure for the check page, the pages of staff and reviewers, the PDF and plain text: a new kind of
answer is told here once. Texts are said in the reader's language; what a person typed stays as typed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grants.accounts.states import KIND_LABELS, OrganisationKind
from grants.applications.answers import (
    COLUMNS,
    as_text,
    cell_in_words,
    choices_of,
    read_number,
    rows_of,
)
from grants.applications.answers import Column as RowColumn
from grants.applications.budget_sums import in_full
from grants.applications.document_rules import asked_of
from grants.applications.facts import field_of, read_amount, read_date
from grants.applications.lead_details import about_lead
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
    """Rows of values. The first value of a row names it; `foot` is a row of totals, if any. `place` is where
    it is changed, if that is not the whole part's.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    foot: tuple[Value, ...] = ()
    place: str = ""


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
        *_documents(bid),
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


def answer(definition: FundDefinition, question: Question, given: Any) -> Value:
    """What was given for a question: dates and money written out, places by name, '' as nothing.

    Rows are told as plain text here, and as a table where there is room for one (`row_table`).
    """
    if question.kind in COLUMNS or choices_of(definition, question):
        given = as_text(definition, question, given)
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
        case AnswerKind.NUMBER if (number := read_number(text)) is not None:
            return words(f"{number:,}")
        case AnswerKind.CHOICES | AnswerKind.PLACES | AnswerKind.PRIORITIES:
            return listed(text.split("\n"))
    return typed(text)


YES_NO = {"yes": mark("Yes"), "no": mark("No")}


def row_table(question: Question, given: Any, place: str) -> Table:
    """The rows of an answer; what was not filled in is told as missing."""
    columns = COLUMNS[question.kind]
    return Table(
        caption=question.text,
        columns=tuple(Column(translated(column.heading)) for column in columns),
        rows=tuple(
            tuple(_cell(column, row.get(column.name, "")) for column in columns) for row in rows_of(given)
        ),
        place=place,
    )


def _cell(column: RowColumn, text: str) -> Value:
    if not text.strip():
        return missing(say("Not answered"))
    told = cell_in_words(column, text)
    return words(told) if told != text else typed(text)


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
    about += about_lead(lead)
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
        places = {
            question: f"sections/{section.key}#{field_of(question.key)}" for question in section.questions
        }
        in_rows = [question for question in places if rows_of(given.get(question.key))]
        yield Part(
            title=section.title,
            lines=tuple(
                Line(
                    question.text,
                    bid.given(answer(bid.definition, question, given.get(question.key))),
                    place,
                )
                for question, place in places.items()
                if question not in in_rows
            ),
            tables=tuple(row_table(question, given[question.key], places[question]) for question in in_rows),
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
    by_year = any(line.get("year") for line in bid.content["budget"])
    matched = any(line.get("match") for line in bid.content["budget"])
    total, match = pounds(bid.content["ask"]), sum(line.get("match") or 0 for line in bid.content["budget"])
    table = Table(
        caption=title,
        columns=(
            Column(say("What for")),
            Column(say("Category")),
            *((Column(say("Financial year")),) if by_year else ()),
            Column(say("Amount"), numeric=True),
            *((Column(say("From elsewhere"), numeric=True),) if matched else ()),
        ),
        rows=tuple(
            (
                bid.text(line["item"]),
                words(line["category"]) if line["category"] else missing(say("No category")),
                *((_year(line.get("year", "")),) if by_year else ()),
                money(line["amount"]),
                *((_match(line),) if matched else ()),
            )
            for line in bid.content["budget"]
        ),
        foot=(
            words(say("Total")),
            words(""),
            *((words(""),) if by_year else ()),
            words(total),
            *((words(pounds(match)),) if matched else ()),
        ),
    )
    return Part(title, "budget", tables=(table,))


def _year(year: str) -> Value:
    return words(in_full(year)) if year else missing(say("No year"))


def _match(line: Mapping[str, Any]) -> Value:
    """Money from elsewhere, and whether it is secured."""
    if not line.get("match"):
        return words("–")
    told = mark("%(amount)s, secured") if line.get("secured") else mark("%(amount)s, not secured yet")
    return words(say(told, amount=pounds(line["match"])))


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


def _documents(bid: _Bid) -> Iterator[Part]:
    if "documents" not in bid.content or not bid.definition.documents:
        return
    lines = []
    for asked in asked_of(bid.definition, OrganisationKind(bid.content["lead"]["kind"])):
        sent = [entry for entry in bid.content["documents"] if entry["requirement"] == asked.key]
        names = Value(Shape.TYPED, "\n".join(map(_file, sent)))
        gap = say("Not sent") if asked.required else say("Not sent (optional)")
        lines.append(Line(asked.title, names if sent else missing(bid.gap(gap)), f"documents/{asked.key}"))
    yield Part(say("Documents"), "documents", lines=tuple(lines))


def _file(entry: Mapping[str, Any]) -> str:
    name, day = str(entry["name"]), read_date(entry["dated"] or "")
    return say("%(name)s, dated %(day)s", name=name, day=long_date(day)) if day else name


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
