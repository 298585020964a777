"""What a question can be answered with, in the shape in which it is kept, and how it is read.

A text is kept as typed; of what is picked each choice is a line of text; rows are a list of texts by column.
All of it is kept right or wrong: the rules say what is wrong.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from grants.applications.facts import read_date
from grants.core.clock import long_date
from grants.core.language import mark, translated
from grants.programme.definition import AnswerKind, FundDefinition, Question

Rows = list[dict[str, str]]
"""The rows of an answer, each with the text of every column."""

Given = str | Rows

LIKELY = {"low": mark("Not likely"), "medium": mark("Quite likely"), "high": mark("Very likely")}
"""How likely a risk is said to be, and the words for it."""


@dataclass(frozen=True)
class Column:
    """One box of a row. `kind` is that of a question: text, a date, or choices of which one is picked."""

    name: str
    label: str
    heading: str
    kind: AnswerKind
    wanted: str
    """What is asked for where the box was left empty."""
    choices: Mapping[str, str] | None = None


COLUMNS: Mapping[AnswerKind, tuple[Column, ...]] = {
    AnswerKind.MILESTONES: (
        Column(
            "what", mark("What will be done?"), mark("What"), AnswerKind.LONG_TEXT,
            mark("Milestone %(row)s: enter what will be done"),
        ),
        Column(
            "by", mark("By when?"), mark("By"), AnswerKind.DATE,
            mark("Milestone %(row)s: enter the date by which it will be done"),
        ),
    ),
    AnswerKind.RISKS: (
        Column(
            "what", mark("What could go wrong?"), mark("What could go wrong"), AnswerKind.LONG_TEXT,
            mark("Risk %(row)s: enter what could go wrong"),
        ),
        Column(
            "likely", mark("How likely is it?"), mark("How likely"), AnswerKind.CHOICES,
            mark("Risk %(row)s: select how likely it is"), LIKELY,
        ),
        Column(
            "response", mark("What will you do about it?"), mark("What we will do"), AnswerKind.LONG_TEXT,
            mark("Risk %(row)s: enter what you will do about it"),
        ),
    ),
}  # fmt: skip
"""The boxes of a row, by the kind of the question."""

ROW_NAMES = {AnswerKind.MILESTONES: mark("milestone"), AnswerKind.RISKS: mark("risk")}

_NUMBER = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")
MOST_NUMBER = 10**9


def read_number(typed: str) -> int | None:
    """A whole number such as '1200' or '1,200', or None for anything else that was typed."""
    bare = "".join(typed.split())
    if not _NUMBER.fullmatch(bare) or len(bare) > 15:
        return None
    number = int(bare.replace(",", ""))
    return number if number <= MOST_NUMBER else None


def picked(answer: Any) -> list[str]:
    """What was picked, in the order in which it is kept."""
    return [line for line in answer.split("\n") if line] if isinstance(answer, str) else []


def kept(choices: Iterable[str]) -> str:
    """What was picked in the shape in which it is kept."""
    return "\n".join(choices)


def rows_of(answer: Any) -> Rows:
    """The rows of an answer; none where it is no rows."""
    return answer if isinstance(answer, list) else []


def is_blank(answer: Any) -> bool:
    """Whether nothing was typed, picked or filled in."""
    return not (answer.strip() if isinstance(answer, str) else answer)


def choices_of(definition: FundDefinition, question: Question) -> dict[str, str]:
    """What can be picked for a question, value to words; nothing where it is not picked."""
    match question.kind:
        case AnswerKind.CHOICES:
            return {choice: choice for choice in question.choices}
        case AnswerKind.PRIORITIES:
            return {priority: priority for priority in definition.priorities}
        case AnswerKind.PLACES:
            return {place.code: place.name for place in definition.places}
    return {}


def cell_in_words(column: Column, typed: str) -> str:
    """What stands in one box of a row as people read it; what cannot be read stays as typed."""
    if column.kind is AnswerKind.DATE and (day := read_date(typed)):
        return long_date(day)
    if column.choices and typed in column.choices:
        return translated(column.choices[typed])
    return typed


def as_text(definition: FundDefinition, question: Question, answer: Any) -> str:
    """A whole answer as plain text, so that two can be laid side by side."""
    if question.kind in COLUMNS:
        return "\n\n".join(
            "\n".join(cell_in_words(column, row.get(column.name, "")) for column in COLUMNS[question.kind])
            for row in rows_of(answer)
        )
    words = choices_of(definition, question)
    if words:
        return "\n".join(words.get(choice, choice) for choice in picked(answer))
    return str(answer)
