"""Forms keep what was typed, list what is wrong in page order, and let rows come and go."""

import pytest
from flask import g
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, StringField, TextAreaField

from grants.core import fields, forms
from grants.core.errors import Reason, Stale
from tests.unit.core.conftest import Ask


class LineForm(forms.RowForm):
    number = HiddenField()
    what = StringField("What", [fields.Required("Enter what it is for")])
    cost = fields.MoneyField("Cost", [fields.Required("Enter the cost")], what="The cost")
    sure = fields.YesNoField("Sure?")


class BudgetForm(forms.VersionedForm):
    title = StringField("Title", [fields.Required("Enter a title")])
    lines = forms.RowsField(LineForm, "Lines", noun="line", least=2, most=4)
    start = fields.DatePartsField("Start", [fields.Required("Enter a date")])
    notes = TextAreaField("Notes")


def lines_shown(form: BudgetForm) -> list[str]:
    return [entry.what._value() for entry in form.lines.entries]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("nul\0gone", "nulgone"),
        (" <b> as typed  ", " <b> as typed  "),
        ("\u202eturned", "\u202eturned"),
    ],
)
def test_text_is_kept_as_typed(sending: Ask, sent: str, kept: str) -> None:
    with sending({"notes": sent}):
        assert BudgetForm().notes.data == kept


def test_faults_come_in_page_order(sending: Ask) -> None:
    with sending({"lines-0-what": "Hall", "lines-0-cost": "x", "lines-1-cost": "5", "start-day": "1"}):
        form = BudgetForm()
        assert not form.validate()
        form.take_reasons([Reason("The round has closed."), Reason("Too many notes", "notes")])
        assert form.error_summary() == [
            ("", "The round has closed."),
            ("title", "Enter a title"),
            ("lines-0-cost", "The cost must be an amount of money, like 1,250 or 1250.50"),
            ("lines-1-what", "Enter what it is for"),
            ("start-month", "The date must include a month and year"),
            ("notes", "Too many notes"),
        ]


@pytest.mark.parametrize(
    ("place", "field_id"),
    [
        ("title", "title"),
        ("lines", "lines"),
        ("lines-0-what", "lines-1-what"),
        ("lines-1-cost", "lines-2-cost"),
        ("lines-9-cost", "lines"),
        ("elsewhere", ""),
        ("", ""),
    ],
)
def test_reasons_find_their_field(sending: Ask, place: str, field_id: str) -> None:
    """Rows are counted as the deed got them: the blank first row is not one of them."""
    with sending({"lines-0-what": "", "lines-1-what": "Hall", "lines-2-what": "Tea"}):
        form = BudgetForm()
        form.take_reasons([Reason("No.", place)])
        assert form.error_summary() == [(field_id, "No.")]
        assert form.errors != {}


def test_blank_rows_are_left_out(sending: Ask) -> None:
    sent = {
        "title": "T",
        "start-day": "1",
        "start-month": "1",
        "start-year": "2022",
        "lines-0-what": " ",
        "lines-0-number": "7",
        "lines-1-what": "Hall",
        "lines-1-cost": "5",
        "lines-1-number": "8",
    }
    with sending(sent):
        form = BudgetForm()
        assert form.validate(), form.errors
        assert form.lines.data == [{"number": "8", "what": "Hall", "cost": 500, "sure": None}]


@pytest.mark.usefixtures("looking")
def test_rows_known_before_are_shown_and_filled_up_to_the_least() -> None:
    form = BudgetForm(lines=[{"what": "Hall", "cost": 500}])
    assert lines_shown(form) == ["Hall", ""]


@pytest.mark.parametrize(
    ("button", "value", "shown"),
    [
        ("lines-add", "1", ["a", "b", "c", ""]),
        ("lines-remove", "1", ["a", "c"]),
        ("lines-remove", "9", ["a", "b", "c"]),
        ("lines-remove", "²", ["a", "b", "c"]),
        ("lines-remove", "x", ["a", "b", "c"]),
    ],
)
def test_buttons_of_rows_keep_what_was_typed(sending: Ask, button: str, value: str, shown: list[str]) -> None:
    with sending({"lines-0-what": "a", "lines-1-what": "b", "lines-2-what": "c", button: value}):
        form = BudgetForm()
        assert form.rows_pressed()
        assert lines_shown(form) == shown
        assert [entry.what.name for entry in form.lines.entries] == [
            f"lines-{n}-what" for n in range(len(shown))
        ]


def test_rows_never_pass_their_limits(sending: Ask) -> None:
    full = {f"lines-{n}-what": str(n) for n in range(6)} | {"lines-add": "1"}
    with sending(full):
        form = BudgetForm()
        assert form.lines.is_full
        assert form.rows_pressed()
        assert lines_shown(form) == ["0", "1", "2", "3"]
    with sending({"lines-0-what": "a", "lines-1-what": "b", "lines-remove": "0"}):
        form = BudgetForm()
        assert form.rows_pressed()
        assert lines_shown(form) == ["b", ""]


def test_no_button_of_rows_was_pressed(sending: Ask) -> None:
    with sending({"lines-0-what": "a"}):
        assert not BudgetForm().rows_pressed()
    with sending({}):
        assert not BudgetForm().rows_pressed()


@pytest.mark.parametrize("name", ["lines-²-what", f"lines-{'9' * 5000}-what", "lines--what", "linesman"])
def test_names_that_only_look_like_rows(sending: Ask, name: str) -> None:
    with sending({name: "a"}):
        assert lines_shown(BudgetForm()) == ["", ""]


@pytest.mark.parametrize(("sent", "version"), [("3", 3), ("0", 0)])
def test_version_of_the_page(sending: Ask, sent: str, version: int) -> None:
    with sending({"version": sent}):
        assert BudgetForm(version=9).expected_version() == version


@pytest.mark.parametrize("sent", [{}, {"version": ""}, {"version": "x"}, {"version": "²"}, {"version": "-1"}])
def test_a_page_that_does_not_say_its_version_is_stale(sending: Ask, sent: dict[str, str]) -> None:
    with sending(sent | {"title": "T"}), pytest.raises(Stale):
        BudgetForm(version=9).expected_version()


@pytest.mark.usefixtures("looking")
def test_version_goes_into_the_page() -> None:
    shown = str(BudgetForm(version=9).hidden_tag())
    assert shown == '<input autocomplete="off" id="version" name="version" type="hidden" value="9">'
    assert "submitted_form" not in g


def test_files_pass_untouched(sending: Ask) -> None:
    with sending({"title": "T"}):
        from_elsewhere = MultiDict([("title", "x\0y")])
        assert BudgetForm(formdata=from_elsewhere).title.data == "xy"
