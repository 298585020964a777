"""No sentence on the applicants' side is left out: each page in a language that nobody speaks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grants.core.language import ENGLISH
from tests.browser import Browser
from tests.rooms.access.pseudo import CODE, Data, left_out, strange, texts_of_database, tongue
from tests.rooms.access.table import DOWNLOADS, ROWS, Row
from tests.rooms.access.visiting import Visits

pytestmark = pytest.mark.slow

APPLICANTS = ("", "lone", "stranger", "viewer", "editor", "signatory")
OF_STAFF = ("demo.people", "health.health")
"""Addresses whose pages nobody but staff reads, though the table lets others in."""


@pytest.fixture(scope="module")
def strangely(visits: Visits, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visits]:
    """The town, which speaks the strange language too."""
    tongues = visits.app.extensions["tongues"]
    spoken = tongue(tmp_path_factory.mktemp("translations"))
    tongues[spoken.code] = spoken
    yield visits
    del tongues[spoken.code]


@pytest.fixture(scope="module")
def data(strangely: Visits) -> Data:
    """What is no sentence of ours."""
    with strangely.in_use(), strangely.app.app_context():
        return Data(texts_of_database())


def asked_by(visits: Visits, person: str) -> Browser:
    """The person's browser, which asks for the strange language."""
    browser = visits.browser(person)
    browser.set_cookie("language", CODE)
    return browser


def pages() -> list[tuple[Row, str]]:
    """Each address with every kind of answer that applicants get there, once."""
    found = {}
    for row in ROWS:
        if row.method == "GET" and row.endpoint not in (*DOWNLOADS, *OF_STAFF):
            for person in reversed(APPLICANTS):
                found[row.endpoint, row.record, row.sign_of(person)] = (row, person)
    return [(row, person) for (_, _, sign), (row, person) in found.items() if sign in ".xg-!"]


def test_no_sentence_is_left_out_of_any_page(strangely: Visits, data: Data) -> None:
    missed: dict[str, str] = {}
    for row, person in pages():
        browser = asked_by(strangely, person)
        with strangely.in_use():
            answer = browser.get(strangely.address(row))
        if answer.mimetype == "text/html":
            missed |= dict.fromkeys(left_out(answer.get_data(as_text=True), data), f"{row} {person}")
    assert missed == {}


def test_nor_out_of_any_form_sent_empty_or_refused(strangely: Visits, data: Data) -> None:
    missed: dict[str, str] = {}
    for row in ROWS:
        if row.method != "POST" or row.endpoint in OF_STAFF:
            continue
        for person in ("signatory", "viewer", "lone"):
            if row.sign_of(person) in "+!x-a":
                missed |= dict.fromkeys(_sent_empty(strangely, row, person, data), f"{row} {person}")
    assert missed == {}


def _sent_empty(visits: Visits, row: Row, person: str, data: Data) -> list[str]:
    """What is left out of the page that an empty form leads to, or out of the one it is refused with."""
    browser = asked_by(visits, person)
    with visits.in_use():
        answer = browser.post(visits.address(row), data={"version": 1})
        led_on = answer.status_code == 302
        if led_on:
            answer = browser.get(answer.headers["Location"])
    if led_on:
        visits.put_back()
    return left_out(answer.get_data(as_text=True), data) if answer.mimetype == "text/html" else []


def test_the_page_says_its_language(strangely: Visits) -> None:
    with strangely.in_use():
        page = asked_by(strangely, "").get("/").get_data(as_text=True)
    assert '<html lang="cy" dir="ltr"' in page
    assert strange("Funds for partnerships") in page


def test_english_is_spoken_where_nothing_else_is_asked_for(strangely: Visits) -> None:
    with strangely.in_use():
        page = strangely.browser("").get("/").get_data(as_text=True)
    assert '<html lang="en" dir="ltr"' in page
    assert "Funds for partnerships" in page


PLANTED = [
    ("<p>Send it before Friday.</p>", ["Send it before Friday."]),
    (f"<p>{strange('Send it')} before Friday.</p>", [f"{strange('Send it')} before Friday."]),
    ('<nav aria-label="Menu"></nav>', ["Menu"]),
    ('<input type="submit" value="Send">', ["Send"]),
    ('<img alt="A map of Luton">', ["A map of Luton"]),
    ('<input placeholder="Your name">', ["Your name"]),
    (f"<p>{strange('Asked by')} Ada Partner of The Hive on 3 Rhagfyr 2021.</p>", [
        f"{strange('Asked by')} Ada Partner of The Hive on 3 Rhagfyr 2021."
    ]),
    (f"<p>{strange('Asked by')} Ada Partner, The Hive, 3 Rhagfyr 2021 ({strange('draft')})</p>", []),
    ("<td>The Hive</td><td>£1,234.50</td><td>LCR1-0001</td><td>ada@hive.example</td>", []),
    ("<script>let x = 'Some words'</script>", []),
]  # fmt: skip


@pytest.mark.parametrize(("page", "found"), PLANTED)
def test_a_planted_sentence_is_found(page: str, found: list[str]) -> None:
    assert left_out(page, Data(["Ada Partner", "The Hive"])) == found


def test_a_sentence_that_the_catalogue_lacks_stays_english(tmp_path: Path) -> None:
    spoken = tongue(tmp_path).catalogue
    assert spoken.gettext("Check your answers") == strange("Check your answers")
    assert spoken.gettext("This was planted.") == "This was planted."
    assert ENGLISH.catalogue.gettext("Check your answers") == "Check your answers"
