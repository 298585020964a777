"""What is written in a form: it reads well, and what it gives fills the same form again."""

from datetime import date

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, StringField

from grants.core.fields import ChoicesField, DatePartsField, Option, TickField, VersionField, YesNoField
from grants.core.forms import BaseForm, RowForm, RowsField
from grants.core.written import from_json, written


class Row(RowForm):
    number = HiddenField()
    item = StringField("Item")


class Story(BaseForm):
    version = VersionField()
    title = StringField("Title")
    starts = DatePartsField("Starts")
    wards = ChoicesField("Wards", options=(Option("a", "Ash"), Option("b", "Beech")))
    agreed = YesNoField("Agreed?")
    sure = TickField("I am sure")
    lines = RowsField(Row, noun="budget line")


SENT = [
    ("version", "3"), ("title", "<b>Doors</b>"),
    ("starts-day", "31"), ("starts-month", "Feb"), ("starts-year", ""),
    ("wards", "b"), ("wards", "zz"), ("agreed", "no"), ("lines-0-number", "7"), ("lines-0-item", "Bus"),
]  # fmt: skip


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="x", WTF_CSRF_ENABLED=False)
    return app


def test_what_a_form_holds_can_be_read_and_put_back(app: Flask) -> None:
    with app.test_request_context():
        found = written(Story(MultiDict(SENT)))
        again = written(Story(MultiDict(pair for item in found for pair in item.pairs)))
    assert {item.label: item.text for item in found} == {
        "Title": "<b>Doors</b>", "Starts": "31 Feb", "Wards": "Beech", "Agreed?": "No", "I am sure": "",
        "Budget line": "Budget line 1: Bus",
    }  # fmt: skip
    assert again == found
    assert [pair for item in found for pair in item.pairs] == SENT[1:]
    assert [from_json(item.as_json()) for item in found] == found


def test_what_is_saved_reads_as_what_was_sent(app: Flask) -> None:
    with app.test_request_context():
        form = Story(
            data={"title": "Doors", "starts": date(2022, 4, 1), "wards": ["a"], "agreed": True, "sure": True}
        )
        texts = [item.text for item in written(form)]
    assert texts == ["Doors", "1 4 2022", "Ash", "Yes", "I am sure", ""]
