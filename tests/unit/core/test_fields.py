"""Fields read what people type, say clearly what is wrong, and keep it in the box."""

from datetime import date
from typing import Any

import pytest
from wtforms import TextAreaField

from grants.core import fields, forms
from tests.unit.core.conftest import Ask

COLOURS = (fields.Option("red", "Red"), fields.Option("blue", "Blue"))


class OneOfEach(forms.BaseForm):
    cost = fields.MoneyField("Cost", what="The cost", minimum=500_000, maximum=5_000_000)
    email = fields.EmailField("Email")
    start = fields.DatePartsField(
        "Start", what="The start date", earliest=date(2022, 1, 1), latest=date(2024, 3, 31)
    )
    sure = fields.YesNoField("Sure?")
    colour = fields.ChoiceField("Colour", options=COLOURS, message="Select a colour")
    colours = fields.ChoicesField("Colours", options=COLOURS)
    story = TextAreaField("Story", [fields.WordLimit(3, what="Your story")])
    name = TextAreaField("Name", [fields.CharacterLimit(5, what="The name")])
    agreed = fields.TickField("Agreed")


def asked(sending: Ask, field_name: str, **typed: Any) -> tuple[Any, list[str], str]:
    """What a field makes of what was typed: its data, its errors, and what the box shows again."""
    with sending(typed):
        form = OneOfEach()
        form.validate()
        field = form[field_name]
        shown = field._value() if hasattr(field, "_value") else ""
        return field.data, list(field.errors), shown


@pytest.mark.parametrize(
    ("typed", "pence", "errors", "shown"),
    [
        ("12,345.50", 1_234_550, [], "12,345.50"),
        ("£ 5 000", 500_000, [], "£ 5 000"),
        ("", None, [], ""),
        ("lots", None, ["The cost must be an amount of money, like 1,250 or 1250.50"], "lots"),
        ("1.234", None, ["The cost must be an amount of money, like 1,250 or 1250.50"], "1.234"),
        ("4999.99", 499_999, ["The cost must be £5,000 or more"], "4999.99"),
        ("50000.01", 5_000_001, ["The cost must be £50,000 or less"], "50000.01"),
    ],
)
def test_money(sending: Ask, typed: str, pence: int | None, errors: list[str], shown: str) -> None:
    assert asked(sending, "cost", cost=typed) == (pence, errors, shown)


@pytest.mark.usefixtures("looking")
@pytest.mark.parametrize(("pence", "shown"), [(1_234_550, "12345.50"), (500_000, "5000"), (None, "")])
def test_money_known_before(pence: int | None, shown: str) -> None:
    assert OneOfEach(cost=pence).cost._value() == shown


def test_email_loses_the_spaces_around_it(sending: Ask) -> None:
    assert asked(sending, "email", email=" Name@example.com ") == ("Name@example.com", [], "Name@example.com")


def test_email_that_is_none(sending: Ask) -> None:
    said = "Enter an email address in the correct format, like name@example.com"
    assert asked(sending, "email", email="name") == ("name", [said], "name")
    assert asked(sending, "email", email="") == ("", [], "")


def date_asked(sending: Ask, day: str, month: str, year: str) -> tuple[Any, list[str], set[str], str]:
    with sending({"start-day": day, "start-month": month, "start-year": year}):
        form = OneOfEach()
        form.validate()
        assert form.start.typed == {"day": day, "month": month, "year": year}
        return form.start.data, list(form.start.errors), set(form.start.wrong), form.start.focus_id


@pytest.mark.parametrize("parts", [("3", "12", "2022"), ("03", "December", "2022"), (" 3 ", "dec", "2022")])
def test_dates(sending: Ask, parts: tuple[str, str, str]) -> None:
    assert date_asked(sending, *parts) == (date(2022, 12, 3), [], set(), "start-day")


ALL = {"day", "month", "year"}


@pytest.mark.parametrize(
    ("parts", "error", "wrong", "focus"),
    [
        (("3", "", ""), "The start date must include a month and year", {"month", "year"}, "start-month"),
        (("", "2", "2022"), "The start date must include a day", {"day"}, "start-day"),
        (("3", "2", "22"), "The start date must have a year of 4 numbers, like 2024", {"year"}, "start-year"),
        (("30", "2", "2022"), "The start date must be a real date, like 27 3 2024", ALL, "start-day"),
        (("x", "2", "2022"), "The start date must be a real date, like 27 3 2024", ALL, "start-day"),
        (("3", "Nivôse", "2022"), "The start date must be a real date, like 27 3 2024", ALL, "start-day"),
        (("3", "ju", "2022"), "The start date must be a real date, like 27 3 2024", ALL, "start-day"),
        (("²", "2", "2022"), "The start date must be a real date, like 27 3 2024", ALL, "start-day"),
        (("3", "2", "0000"), "The start date must be a real date, like 27 3 2024", ALL, "start-day"),
    ],
)
def test_dates_that_are_none(
    sending: Ask, parts: tuple[str, str, str], error: str, wrong: set[str], focus: str
) -> None:
    assert date_asked(sending, *parts) == (None, [error], wrong, focus)


@pytest.mark.parametrize(
    ("year", "error"),
    [
        ("2021", "The start date must be on or after 1 January 2022"),
        ("2025", "The start date must be on or before 31 March 2024"),
    ],
)
def test_dates_out_of_bounds(sending: Ask, year: str, error: str) -> None:
    found, errors, wrong, _ = date_asked(sending, "31", "12", year)
    assert (found, errors, wrong) == (date(int(year), 12, 31), [error], ALL)


def test_a_date_whose_boxes_were_not_sent_is_empty(sending: Ask) -> None:
    assert asked(sending, "start", cost="1") == (None, [], "")


@pytest.mark.usefixtures("looking")
def test_a_date_known_before() -> None:
    known = OneOfEach(start=date(2022, 12, 3)).start
    assert (known.data, known.typed) == (date(2022, 12, 3), {"day": "3", "month": "12", "year": "2022"})


@pytest.mark.parametrize(
    ("typed", "answer", "errors"),
    [
        ("yes", True, []),
        ("no", False, []),
        ("", None, []),
        ("perhaps", None, ["Select yes or no"]),
    ],
)
def test_yes_or_no(sending: Ask, typed: str, answer: bool | None, errors: list[str]) -> None:
    assert asked(sending, "sure", sure=typed)[:2] == (answer, errors)


@pytest.mark.usefixtures("looking")
@pytest.mark.parametrize(
    ("known", "chosen"), [(True, [True, False]), (False, [False, True]), (None, [False, False])]
)
def test_yes_or_no_known_before(known: bool | None, chosen: list[bool]) -> None:
    field = OneOfEach(sure=known).sure
    assert [field.is_chosen(option) for option in field.options] == chosen


@pytest.mark.parametrize(
    ("typed", "choice", "errors"),
    [("red", "red", []), ("", None, []), ("green", "green", ["Select a colour"])],
)
def test_one_choice(sending: Ask, typed: str, choice: str | None, errors: list[str]) -> None:
    assert asked(sending, "colour", colour=typed)[:2] == (choice, errors)


@pytest.mark.parametrize(
    ("typed", "choices", "errors"),
    [
        (["blue", "red", "blue"], ["red", "blue"], []),
        ([], [], []),
        (["red", "green"], ["red", "green"], ["Select one of the options"]),
    ],
)
def test_several_choices(sending: Ask, typed: list[str], choices: list[str], errors: list[str]) -> None:
    assert asked(sending, "colours", colours=typed, cost="")[:2] == (choices, errors)


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("one two three", []),
        ("one two three four", ["Your story must be 3 words or fewer. It is 1 word too long."]),
        ("word " * 1203, ["Your story must be 3 words or fewer. It is 1,200 words too long."]),
    ],
)
def test_word_limit(sending: Ask, text: str, errors: list[str]) -> None:
    assert asked(sending, "story", story=text) == (text, errors, text)


def test_character_limit(sending: Ask) -> None:
    assert asked(sending, "name", name="12345")[1] == []
    assert asked(sending, "name", name="123456")[1] == ["The name must be 5 characters or fewer"]


@pytest.mark.parametrize(("typed", "ticked"), [({"agreed": "yes"}, True), ({"cost": ""}, False)])
def test_tick(sending: Ask, typed: dict[str, str], ticked: bool) -> None:
    assert asked(sending, "agreed", **typed)[0] is ticked


class AllRequired(forms.BaseForm):
    cost = fields.MoneyField("Cost", [fields.Required("Enter the cost")], what="The cost")
    start = fields.DatePartsField("Start", [fields.Required("Enter the date")])
    sure = fields.YesNoField("Sure?", [fields.Required("Select yes if you are sure")])
    colours = fields.ChoicesField("Colours", [fields.Required("Select a colour")], options=COLOURS)
    story = TextAreaField("Story", [fields.Required("Enter your story")])
    agreed = fields.TickField("Agreed", [fields.Required("Tick the box")])


def test_everything_required_is_asked_for(sending: Ask) -> None:
    with sending({"story": " \n "}):
        form = AllRequired()
        assert not form.validate()
        assert [fault.message for fault in form.error_summary()] == [
            "Enter the cost",
            "Enter the date",
            "Select yes if you are sure",
            "Select a colour",
            "Enter your story",
            "Tick the box",
        ]


def test_what_is_wrong_is_not_called_missing_too(sending: Ask) -> None:
    sent = {"cost": "x", "start-day": "1", "sure": "no", "colours": "red", "story": "0", "agreed": "yes"}
    with sending(sent):
        form = AllRequired()
        assert not form.validate()
        assert [fault.message for fault in form.error_summary()] == [
            "The cost must be an amount of money, like 1,250 or 1250.50",
            "The date must include a month and year",
        ]
        assert form.sure.data is False
