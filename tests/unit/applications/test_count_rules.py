"""Answers that are counted, picked or given in rows, and the rules between them: a table a rule."""

from dataclasses import replace

import pytest

from grants.applications.answers import Given, as_text, read_number
from grants.applications.facts import Facts
from grants.applications.rules import blockers_to_submit
from grants.programme.definition import FundDefinition, Question
from tests.unit.applications.bids import PAGES, complete, fund, with_answer

MANY = "About how many people will benefit?"
WARDS = "In which wards of Luton will the work take place?"
OPENING = {"what": "Doors open", "by": "2022-05-01"}
NOBODY = {"what": "Nobody comes", "likely": "low", "response": "We ask why."}


def told(facts: Facts) -> list[tuple[str, str]]:
    """Everything that blocks the bid: where, and in which words."""
    return [(reason.place, reason.text) for reason in blockers_to_submit(facts)]


ANSWERS: list[tuple[str, str, Given, str, str]] = [
    ("summary", "beneficiaries", "", "", f"Answer the question “{MANY}”"),
    ("summary", "beneficiaries", "0", "", f"Your answer to “{MANY}” must be 1 or more"),
    ("summary", "beneficiaries", "-5", "", f"Your answer to “{MANY}” must be a whole number, like 120"),
    ("summary", "beneficiaries", "1.5", "", f"Your answer to “{MANY}” must be a whole number, like 120"),
    ("summary", "beneficiaries", "many", "", f"Your answer to “{MANY}” must be a whole number, like 120"),
    ("summary", "beneficiaries", "250,001", "", f"Your answer to “{MANY}” must be 250,000 or less"),
    ("where", "places", "", "", f"Answer the question “{WARDS}”"),
    ("where", "places", "E05002194\nE09000001", "", f"Choose from the options given for “{WARDS}”"),
    ("where", "priorities", "", "", "Answer the question “Which aims of Luton 2040 does the work serve?”"),
    ("plan", "milestones", [], "", "Answer the question “What will be done by when?”"),
    (
        "plan",
        "milestones",
        [OPENING] * 13,
        "",
        "Give at most 12 answers to “What will be done by when?”",
    ),
    ("plan", "milestones", [{**OPENING, "what": " "}], "-0-what", "Milestone 1: enter what will be done"),
    (
        "plan",
        "milestones",
        [{**OPENING, "by": ""}],
        "-0-by",
        "Milestone 1: enter the date by which it will be done",
    ),
    (
        "plan",
        "milestones",
        [OPENING, {**OPENING, "by": "31/2/2022"}],
        "-1-by",
        "Milestone 2: the date must be a real date with a year of 4 numbers, like 1 4 2022",
    ),
    (
        "plan",
        "milestones",
        [{**OPENING, "by": "2022-03-31"}],
        "-0-by",
        "Milestone 1: the date must be on or after 1 April 2022, when the project starts",
    ),
    (
        "plan",
        "milestones",
        [{**OPENING, "by": "2024-04-01"}],
        "-0-by",
        "Milestone 1: the date must be on or before 31 March 2024, when the project ends",
    ),
    (
        "plan",
        "milestones",
        [{**OPENING, "what": "word " * 41}],
        "-0-what",
        "Milestone 1: “What will be done?” can have 40 words. It is 1 word too long",
    ),
    ("plan", "risks", [{**NOBODY, "likely": "never"}], "-0-likely", "Risk 1: select how likely it is"),
    ("plan", "risks", [{**NOBODY, "likely": ""}], "-0-likely", "Risk 1: select how likely it is"),
    ("plan", "risks", [{**NOBODY, "response": ""}], "-0-response", "Risk 1: enter what you will do about it"),
    (
        "plan",
        "risks",
        [NOBODY, {**NOBODY, "response": "word " * 62}],
        "-1-response",
        "Risk 2: “What will you do about it?” can have 60 words. It is 2 words too long",
    ),
    (
        "less_money",
        "least_amount",
        "4,999.99",
        "",
        "The least amount is £4,999.99. The fund gives no less than £5,000",
    ),
    (
        "less_money",
        "dropped",
        "",
        "",
        "Answer the question “What would you leave out if you received only that amount?”",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("page", "question", "given", "box", "words"), ANSWERS)
def test_a_fault_is_told_beside_its_own_box(
    page: str, question: str, given: Given, box: str, words: str
) -> None:
    assert told(with_answer(page, question, given)) == [(f"sections/{page}#q-{question}{box}", words)]


RIGHT: list[tuple[str, str, Given]] = [
    ("summary", "beneficiaries", "1,200"),
    ("summary", "beneficiaries", " 250 000 "),
    ("where", "places", "\n".join(place.code for place in fund().places)),
    ("plan", "milestones", [{"what": "word " * 40, "by": "2022-04-01"}, {"what": "End", "by": "2024-03-31"}]),
    ("less_money", "least_amount", "5,000"),
]


@pytest.mark.parametrize(("page", "question", "given"), RIGHT)
def test_right_answers_block_nothing(page: str, question: str, given: Given) -> None:
    assert told(with_answer(page, question, given)) == []


def test_what_would_be_dropped_is_not_asked_of_those_who_need_it_all() -> None:
    money = {"least_amount": "20,000.50", "dropped": ""}
    assert told(complete(pages={**PAGES, "less_money": money})) == []


def test_milestones_of_a_project_without_dates_keep_within_the_funds_own() -> None:
    pages = {
        **PAGES,
        "summary": {**PAGES["summary"], "starts_on": "", "ends_on": ""},
        "plan": {
            **PAGES["plan"],
            "milestones": [{**OPENING, "by": "2022-03-31"}, {**OPENING, "by": "2024-04-01"}],
        },
    }
    assert told(complete(pages=pages))[2:] == [
        (
            "sections/plan#q-milestones-0-by",
            "Milestone 1: the date must be on or after 1 April 2022, when spending can begin",
        ),
        (
            "sections/plan#q-milestones-1-by",
            "Milestone 2: the date must be on or before 31 March 2024, when all must be spent",
        ),
    ]


@pytest.mark.parametrize(
    ("typed", "number"),
    [("7", 7), ("1,000", 1000), ("1000000000", 10**9), ("1000000001", None), ("1,00", None), ("٣", None)],
)
def test_how_numbers_are_read(typed: str, number: int | None) -> None:
    assert read_number(typed) == number


def question(key: str) -> tuple[FundDefinition, Question]:
    """A question of the Luton fund, with the fund."""
    return fund(), next(
        found for section in fund().sections for found in section.questions if found.key == key
    )


@pytest.mark.parametrize(
    ("key", "given", "text"),
    [
        ("places", "E05002194\nE05002207\nX", "Biscot\nSaints\nX"),
        ("milestones", [OPENING, {"what": "", "by": "soon"}], "Doors open\n1 May 2022\n\n\nsoon"),
        ("risks", [NOBODY], "Nobody comes\nNot likely\nWe ask why."),
        ("summary", "As typed", "As typed"),
    ],
)
def test_an_answer_as_plain_text(key: str, given: Given, text: str) -> None:
    assert as_text(*question(key), given) == text


def test_a_fund_that_asks_all_for_one_year_asks_for_no_year() -> None:
    calendar = replace(fund().calendar, spend_by=fund().calendar.spend_from)
    one_year = replace(fund(), calendar=calendar)
    lines = tuple(replace(line, year="") for line in complete().budget)
    places = [place for place, _ in told(complete(definition=one_year, budget=lines))]
    assert not [place for place in places if place.startswith("budget")]
