"""What is missing or wrong in the answers of a bid: pages of questions, and pages of themes."""

from collections.abc import Iterator
from typing import Any

from grants.applications.answers import is_blank
from grants.applications.count_rules import COUNTED, count_faults, row_faults, words_over
from grants.applications.facts import CLAIMED, CLAIMS, Facts, field_of, read_amount, read_date, theme_page
from grants.core.clock import long_date, typed_date
from grants.core.errors import Reason
from grants.core.language import mark, say, say_count
from grants.core.money import pounds
from grants.programme.definition import AnswerKind, Question, Section, Theme

LONGEST_TITLE = 300
YES_NO = frozenset({"yes", "no"})


def section_reasons(facts: Facts, section: Section) -> list[Reason]:
    """What is missing or wrong on one page of questions."""
    return [
        Reason(text, f"sections/{section.key}#{field_of(question.key)}")
        for question in section.questions
        for text in _answer_faults(facts, question, facts.given(section.key, question.key))
    ] + [
        Reason(text, f"sections/{section.key}#{field_of(question.key)}-{row}-{name}")
        for question in section.questions
        for row, name, text in row_faults(facts, question, facts.given(section.key, question.key))
    ]


def theme_reasons(facts: Facts, theme: Theme) -> list[Reason]:
    """What is missing or wrong on one theme's page. A theme that is not addressed needs nothing."""
    place, addressed = f"themes/{theme.key}", facts.addressed(theme.key)
    if addressed is None and facts.definition.rules.answers_required:
        return [
            Reason(
                say(
                    "%(theme)s: answer the theme, or say that your bid does not address it", theme=theme.name
                ),
                place,
            )
        ]
    if not addressed:
        return []
    reasons = []
    for strand in facts.definition.rubric.strands:
        typed = facts.answer(theme_page(theme.key), strand.key)
        if not typed.strip():
            reasons.append(
                Reason(
                    say("%(theme)s: answer “%(strand)s”", theme=theme.name, strand=strand.name),
                    f"{place}#{field_of(strand.key)}",
                )
            )
        elif over := words_over(typed, strand.word_limit):
            reasons.append(Reason(f"{theme.name}: “{strand.name}” {over}", f"{place}#{field_of(strand.key)}"))
    return reasons


def coverage_reasons(facts: Facts) -> list[Reason]:
    """Whether enough themes are addressed, or claimed where the fund counts only those."""
    themes, least = facts.definition.rubric.themes, facts.definition.rules.minimum_themes
    addressed = sum(facts.addressed(theme.key) is True for theme in themes)
    if facts.asks_for_claims():
        return _claim_reasons(facts)
    if addressed >= least:
        return []
    first = next(theme for theme in themes if facts.addressed(theme.key) is not True)
    return [
        Reason(
            say(
                "Your bid must address at least %(least)s of the %(themes)s themes. "
                "It addresses %(addressed)s",
                least=least,
                themes=len(themes),
                addressed=addressed,
            ),
            f"themes/{first.key}",
        )
    ]


def _claim_reasons(facts: Facts) -> list[Reason]:
    least, claimed = facts.definition.rules.minimum_themes, len(facts.claimed())
    if claimed >= least:
        return []
    told = say_count(
        "Select at least %(count)s theme that your bid addresses",
        "Select at least %(count)s themes that your bid addresses",
        least,
    )
    return [Reason(told, f"{CLAIMS}#{CLAIMED}")]


def _answer_faults(facts: Facts, question: Question, given: Any) -> Iterator[str]:
    named = f"“{question.text}”"
    if is_blank(given):
        if facts.definition.rules.answers_required and (question.required or _is_asked_for(facts, question)):
            yield say("Answer the question %(named)s", named=named)
        return
    if question.kind in COUNTED:
        yield from count_faults(facts, question, given)
        return
    typed = str(given)
    if over := words_over(typed, question.word_limit):
        yield say("Your answer to %(named)s %(over)s", named=named, over=over)
    if question.key == "title" and len(typed) > LONGEST_TITLE:
        yield say("The title must be %(longest_title)s characters or fewer", longest_title=LONGEST_TITLE)
    if question.kind is AnswerKind.YES_NO and typed not in YES_NO:
        yield say("Answer yes or no to %(named)s", named=named)
    elif question.kind is AnswerKind.CHOICES and not set(typed.split("\n")) <= set(question.choices):
        yield say("Choose from the options given for %(named)s", named=named)
    elif question.kind is AnswerKind.DATE:
        yield from _date_faults(facts, question, typed)
    elif question.kind is AnswerKind.MONEY:
        yield from _money_faults(facts, question, typed)


def _is_asked_for(facts: Facts, question: Question) -> bool:
    """Whether another answer asks for this one: who could do with less says what would be left out."""
    least = read_amount(facts.known_answer("least_amount"))
    return question.key == "dropped" and least is not None and least < facts.ask


def _date_faults(facts: Facts, question: Question, typed: str) -> Iterator[str]:
    day, calendar = read_date(typed), facts.definition.calendar
    if day is None:
        yield say(
            "Your answer to “%(question)s” must be a real date with a year of 4 numbers, like %(like)s",
            question=question.text,
            like=typed_date(calendar.spend_from),
        )
    elif question.key not in ("starts_on", "ends_on"):
        return
    elif day < calendar.spend_from:
        first = long_date(calendar.spend_from)
        yield say(
            "%(question)s must be on or after %(first)s, when spending can begin",
            question=_date_name(question),
            first=first,
        )
    elif day > calendar.spend_by:
        last = long_date(calendar.spend_by)
        yield say(
            "%(question)s must be on or before %(last)s, when all must be spent",
            question=_date_name(question),
            last=last,
        )
    elif question.key == "ends_on" and day < (read_date(facts.known_answer("starts_on")) or day):
        yield say("The end date must be the same as or after the start date")


def _date_name(question: Question) -> str:
    return say("The start date") if question.key == "starts_on" else say("The end date")


def _money_faults(facts: Facts, question: Question, typed: str) -> Iterator[str]:
    amount = read_amount(typed)
    if amount is None:
        yield say(
            "Your answer to “%(question)s” must be an amount of money, like 1,250 or 1250.50",
            question=question.text,
        )
    elif question.key == "least_amount" and amount == 0:
        yield say("The least amount must be more than £0")
    elif question.key == "least_amount" and amount > facts.ask > 0:  # without a budget there is no ask yet
        asked = pounds(facts.ask)
        yield say(
            "The least amount is %(amount)s. It cannot be more than the %(asked)s you ask for",
            amount=pounds(amount),
            asked=asked,
        )
    elif question.key == "least_amount" and amount < (facts.definition.amounts.minimum_ask or 0):
        least = pounds(facts.definition.amounts.minimum_ask or 0)
        told = mark("The least amount is %(amount)s. The fund gives no less than %(least)s")
        yield say(told, amount=pounds(amount), least=least)
