"""Faults in the questions of a fund file that are counted, picked or answered in rows, and in its areas."""

from dataclasses import replace
from datetime import date

import pytest

from grants.programme.fund_calendar import financial_years
from grants.programme.fund_file import from_json, read_fund_file, to_json
from tests.unit.programme.texts import OTHER_SHAPE, edited, faults

FORMS = 'kind = "choices"\nrequired = true\nchoices = ["Painting", "Song", "Dance", "Weaving"]'
PLACES = '[[places]]\ncode = "E05099991"'


def asks(kind: str, more: str = "") -> tuple[str, str]:
    """The edit that makes the third question one of another kind."""
    return FORMS, f'kind = "{kind}"\nrequired = true\n{more}'


def area(name: str, *codes: str) -> tuple[str, str]:
    """The edit that adds an area."""
    listed = ", ".join(f'"{code}"' for code in codes)
    return PLACES, f'[[areas]]\nname = "{name}"\nplaces = [{listed}]\n\n{PLACES}'


HERE = "sections[1].questions[3]"
FAULTS: list[tuple[str, list[tuple[str, str]], str, str]] = [
    (
        "bounds on a text",
        [asks("long_text", "least = 1")],
        f"{HERE}.least",
        "Only a number, or what is counted, has bounds; this one is long_text.",
    ),
    (
        "bounds that cross",
        [asks("number", "least = 10\nmost = 9")],
        f"{HERE}.least",
        "This is more than the most (9).",
    ),
    (
        "more places than there are",
        [asks("places", "least = 3")],
        f"{HERE}.least",
        "3 is more than can be given (2).",
    ),
    (
        "more rows than a page carries",
        [asks("risks", "most = 31")],
        f"{HERE}.most",
        "31 is more than can be given (30).",
    ),
    (
        "priorities where there are none",
        [asks("priorities"), ('priorities = ["Young audiences", "Rural access"]\n', "")],
        f"{HERE}.kind",
        "The fund has no priorities, so nobody can pick from them.",
    ),
    (
        "a limit of words for a number",
        [asks("number", "word_limit = 5")],
        f"{HERE}.word_limit",
        "Only a text answer has a word limit; this one is number.",
    ),
    (
        "a question that the service knows as another kind",
        [asks("number"), ('key = "art_forms"', 'key = "milestones"')],
        f"{HERE}.kind",
        "The answer to “milestones” is used by the service: it must be milestones.",
    ),
    (
        "an area of an unknown place",
        [area("Riverbank", "E05099992", "E05099999")],
        "areas[1].places[2]",
        "No place of the fund has the code “E05099999”.",
    ),
    (
        "a place twice in an area",
        [area("Riverbank", "E05099992", "E05099992")],
        "areas[1].places[2]",
        "“E05099992” is here twice.",
    ),
    ("an area of nothing", [area("Nowhere")], "areas[1].places", "This list must not be empty."),
    (
        "a page every form has",
        [('key = "money"', 'key = "claims"')],
        "sections[2].key",
        "“claims” is a page every form has. Use another key.",
    ),
]


@pytest.mark.parametrize(("edits", "place", "text"), [pytest.param(*case[1:], id=case[0]) for case in FAULTS])
def test_a_fault_is_told_once_with_its_place(edits: list[tuple[str, str]], place: str, text: str) -> None:
    assert faults(edited(*edits)) == [(place, text)]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("number", "least = 1\nmost = 5000"),
        ("places", "least = 1"),
        ("priorities", "most = 2"),
        ("milestones", "most = 30\nword_limit = 40"),
        ("risks", "least = 1"),
    ],
)
def test_a_right_question_of_each_kind_is_read(kind: str, more: str) -> None:
    asked = read_fund_file(edited(asks(kind, more))).sections[0].questions[2]
    assert (asked.kind, f"least = {asked.least}" in more) == (kind, asked.least is not None)


def test_an_area_is_read() -> None:
    (found,) = read_fund_file(edited(area("Riverbank", "E05099992"))).areas
    assert (found.name, found.places) == ("Riverbank", ("E05099992",))


def test_a_definition_stored_before_bounds_and_areas_is_still_read() -> None:
    fund = read_fund_file(OTHER_SHAPE)
    stored = to_json(fund)
    del stored["areas"]
    for section in stored["sections"]:
        for question in section["questions"]:
            del question["least"], question["most"]
    assert from_json(stored) == fund


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (date(2022, 4, 1), date(2023, 3, 31), ("2022-23",)),
        (date(2022, 3, 31), date(2022, 4, 1), ("2021-22", "2022-23")),
        (date(2099, 4, 1), date(2101, 1, 1), ("2099-00", "2100-01")),
    ],
)
def test_financial_years_begin_in_april(first: date, last: date, years: tuple[str, ...]) -> None:
    calendar = replace(read_fund_file(OTHER_SHAPE).calendar, spend_from=first, spend_by=last)
    assert financial_years(calendar) == years
