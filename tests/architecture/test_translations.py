"""Every sentence that applicants read can be found by translators, and the list they work from is current."""

import re

import pytest

from tests.architecture.texts import POT, catalogue, template
from tests.architecture.unsaid import code, templates, unsaid_in_code, unsaid_in_template
from tests.paths import PROJECT


def test_the_template_of_the_catalogue_is_up_to_date() -> None:
    is_up_to_date = POT.read_bytes() == template(catalogue())  # pytest would compare them for minutes
    assert is_up_to_date, "`make text` brings it up to date"


def test_no_template_has_words_past_the_catalogue() -> None:
    missed = {name: found for name, source in templates() if (found := unsaid_in_template(source))}
    assert missed == {}


def test_no_sentence_of_the_code_is_put_together_past_the_catalogue() -> None:
    missed = {
        path.relative_to(PROJECT).as_posix(): found
        for path in code()
        if (found := unsaid_in_code(path.read_text()))
    }
    assert missed == {}


def test_one_and_many_have_the_same_holes() -> None:
    hole = re.compile(r"%\((\w+)\)s")
    uneven = [
        message.id
        for message in catalogue()
        if isinstance(message.id, tuple)
        and {*hole.findall(message.id[0])} - {"count", "num"}
        != {*hole.findall(message.id[1])} - {"count", "num"}
    ]
    assert uneven == []


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("<p>Send it now.</p>", ["Send it now."]),
        ("<p>{{ _('Send it') }} now, please.</p>", ["now, please."]),
        ('<nav aria-label="Menu"></nav>', ["Menu"]),
        ('{{ button("Send the bid") }}', ["Send the bid"]),
        ("{{ 'Sent' if sent else _('Not sent') }}", ["Sent"]),
        ('{{ button(_("Send"), kind="Secondary") }}', []),
        ("{% trans %}Send it now.{% endtrans %}{# A note #}<br>", []),
    ],
)
def test_words_planted_in_a_template_are_found(planted: str, found: list[str]) -> None:
    assert unsaid_in_template(planted) == found


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ('Reason(f"Answer {question}")', ["f'Answer {question}'"]),
        ('flash("Saved " + when)', ["'Saved ' + when"]),
        ('StringField("Name", description="As it is written")', ["'As it is written'"]),
        ('RowsField(Row, noun="partner")', ["'partner'"]),
        ('Reason(say("Answer %(question)s", question=question), f"sections/{key}")', []),
        ('Reason("Enter a title")', []),
    ],
)
def test_sentences_planted_in_code_are_found(planted: str, found: list[str]) -> None:
    assert unsaid_in_code(planted) == found
