"""What is wrong in answers that are counted, picked from a list or given in rows; how long a text may be."""

from collections.abc import Iterator, Mapping
from typing import Any

from grants.applications.answers import COLUMNS, Column, choices_of, picked, read_number, rows_of
from grants.applications.facts import Facts, read_date
from grants.core.clock import long_date, typed_date
from grants.core.language import mark, say, say_count, translated
from grants.core.words import count_words
from grants.programme.definition import AnswerKind, Question

COUNTED = frozenset({AnswerKind.NUMBER, AnswerKind.PLACES, AnswerKind.PRIORITIES, *COLUMNS})

_ROW_TOO_LONG = {
    AnswerKind.MILESTONES: (
        mark("Milestone %(row)s: “%(label)s” can have %(limit)s words. It is %(count)s word too long"),
        mark("Milestone %(row)s: “%(label)s” can have %(limit)s words. It is %(count)s words too long"),
    ),
    AnswerKind.RISKS: (
        mark("Risk %(row)s: “%(label)s” can have %(limit)s words. It is %(count)s word too long"),
        mark("Risk %(row)s: “%(label)s” can have %(limit)s words. It is %(count)s words too long"),
    ),
}


def words_over(typed: str, limit: int) -> str:
    """'must be 250 words or fewer. It is 12 words too long', or '' within the limit. 0 is no limit."""
    over = _over(typed, limit)
    if not over:
        return ""
    return say_count(
        "must be %(limit)s words or fewer. It is %(count)s word too long",
        "must be %(limit)s words or fewer. It is %(count)s words too long",
        over,
        limit=f"{limit:,}",
    )


def count_faults(facts: Facts, question: Question, given: Any) -> Iterator[str]:
    """What is wrong with an answer as a whole: no number, not among the choices, too few, too many."""
    least, most = question.least, question.most
    if question.kind is AnswerKind.NUMBER:
        yield from _number_faults(question, str(given))
        return
    if question.kind in COLUMNS:
        count = len(rows_of(given))
    else:
        chosen = picked(given)
        count = len(chosen)
        if not set(chosen) <= choices_of(facts.definition, question).keys():
            yield say("Choose from the options given for “%(question)s”", question=question.text)
            return
    if least is not None and count < least:
        yield say_count(
            "Give at least %(count)s answer to “%(question)s”",
            "Give at least %(count)s answers to “%(question)s”",
            least,
            question=question.text,
        )
    elif most is not None and count > most:
        yield say_count(
            "Give at most %(count)s answer to “%(question)s”",
            "Give at most %(count)s answers to “%(question)s”",
            most,
            question=question.text,
        )


def row_faults(facts: Facts, question: Question, given: Any) -> Iterator[tuple[int, str, str]]:
    """What is wrong in each box of each row: the row's place from 0, the column, the words."""
    for place, row in enumerate(rows_of(given)):
        for column in COLUMNS.get(question.kind, ()):
            for text in _cell_faults(facts, question, column, place + 1, row):
                yield place, column.name, text


def _number_faults(question: Question, typed: str) -> Iterator[str]:
    number = read_number(typed)
    least = 1 if question.least is None and question.key == "beneficiaries" else question.least
    if number is None:
        yield say("Your answer to “%(question)s” must be a whole number, like 120", question=question.text)
    elif least is not None and number < least:
        yield say(
            "Your answer to “%(question)s” must be %(least)s or more",
            question=question.text,
            least=f"{least:,}",
        )
    elif question.most is not None and number > question.most:
        yield say(
            "Your answer to “%(question)s” must be %(most)s or less",
            question=question.text,
            most=f"{question.most:,}",
        )


def _cell_faults(
    facts: Facts, question: Question, column: Column, number: int, row: Mapping[str, str]
) -> Iterator[str]:
    typed = row.get(column.name, "")
    if not typed.strip() or (column.choices and typed not in column.choices):
        if facts.definition.rules.answers_required or typed.strip():
            yield say(column.wanted, row=number)
    elif column.kind is AnswerKind.DATE:
        yield from _day_faults(facts, typed, number)
    elif over := _over(typed, question.word_limit):
        one, many = _ROW_TOO_LONG[question.kind]
        label = translated(column.label)
        yield say_count(one, many, over, row=number, label=label, limit=f"{question.word_limit:,}")


def _day_faults(facts: Facts, typed: str, number: int) -> Iterator[str]:
    """A milestone lies within the project's own dates or, while it has none, within the fund's."""
    day, calendar = read_date(typed), facts.definition.calendar
    starts, ends = read_date(facts.known_answer("starts_on")), read_date(facts.known_answer("ends_on"))
    first, last = starts or calendar.spend_from, ends or calendar.spend_by
    if day is None:
        yield say(
            "Milestone %(row)s: the date must be a real date with a year of 4 numbers, like %(like)s",
            row=number,
            like=typed_date(first),
        )
    elif first > last:
        return  # the project's own dates run backwards, which is told beside them
    elif day < first:
        told = (
            mark("Milestone %(row)s: the date must be on or after %(day)s, when the project starts")
            if starts
            else mark("Milestone %(row)s: the date must be on or after %(day)s, when spending can begin")
        )
        yield say(told, row=number, day=long_date(first))
    elif day > last:
        told = (
            mark("Milestone %(row)s: the date must be on or before %(day)s, when the project ends")
            if ends
            else mark("Milestone %(row)s: the date must be on or before %(day)s, when all must be spent")
        )
        yield say(told, row=number, day=long_date(last))


def _over(typed: str, limit: int) -> int:
    """How many words `typed` has too many; 0 within the limit, and where `limit` is 0."""
    return max(count_words(typed) - limit, 0) if limit else 0
