"""In which language a reader is answered, once there is more than one."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from grants.core import clock, language
from grants.core.language import ENGLISH, Tongue, mark, say, say_count, speaking
from grants.core.tongues import catalogues
from tests.browser import Browser

WELSH_PO = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Funds for partnerships"
msgstr "Cronfeydd i bartneriaethau"

msgid "%(count)s word"
msgid_plural "%(count)s words"
msgstr[0] "%(count)s gair"
msgstr[1] "%(count)s o eiriau"

msgid "Dear %(name)s,"
msgstr "Annwyl %(name)s,"
"""


@pytest.fixture
def welsh(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tongue]:
    """A service that speaks some Welsh."""
    folder = tmp_path_factory.mktemp("translations")
    (folder / "cy").mkdir()
    (folder / "cy" / "messages.po").write_text(WELSH_PO)
    (spoken,) = catalogues(folder)
    app.extensions["tongues"]["cy"] = spoken
    yield spoken
    del app.extensions["tongues"]["cy"]


def first_page(browser: Browser, **headers: str) -> str:
    """The first page, as this browser gets it."""
    return browser.get("/", headers=headers).text


def test_english_is_the_only_language_that_comes_with_the_service(app: Flask) -> None:
    assert list(app.extensions["tongues"]) == ["en"]
    page = first_page(Browser(app), **{"Accept-Language": "cy,en;q=0.5"})
    assert '<html lang="en" dir="ltr"' in page
    assert "/language/" not in page


def test_the_browser_s_wish_is_followed(app: Flask, welsh: Tongue) -> None:
    page = first_page(Browser(app), **{"Accept-Language": "cy-GB,cy;q=0.9,en;q=0.5"})
    assert '<html lang="cy" dir="ltr"' in page
    assert "Cronfeydd i bartneriaethau" in page
    assert "Funds for partnerships" in first_page(Browser(app), **{"Accept-Language": "fr,en;q=0.5"})


def test_a_choice_outlasts_the_browser_s_wish(app: Flask, welsh: Tongue) -> None:
    browser = Browser(app)
    answer = browser.post("/language/cy/", headers={"Referer": "http://localhost/privacy/"})
    assert (answer.status_code, answer.location) == (302, "/privacy/")
    assert "Cronfeydd" in first_page(browser, **{"Accept-Language": "en"})
    browser.post("/language/en/")
    assert "Funds for partnerships" in first_page(browser, **{"Accept-Language": "cy"})


def test_a_language_that_nobody_speaks_changes_nothing(app: Flask, welsh: Tongue) -> None:
    browser = Browser(app)
    assert browser.post("/language/xx/", headers={"Referer": "https://elsewhere.example/x"}).location == "/"
    assert browser.get_cookie("language") is None


def test_the_next_reader_is_not_answered_in_the_last_one_s_language(app: Flask, welsh: Tongue) -> None:
    first_page(Browser(app), **{"Accept-Language": "cy"})
    assert language.code() == "en"
    assert "Funds for partnerships" in first_page(Browser(app))


def test_what_is_not_translated_yet_is_said_in_english(welsh: Tongue) -> None:
    with speaking(welsh):
        assert (
            say("Nobody has translated this to %(name)s.", name="you") == "Nobody has translated this to you."
        )
        assert say_count("%(count)s word", "%(count)s words", 1) == "1 gair"
        assert say_count("%(count)s word", "%(count)s words", 1_200) == "1,200 o eiriau"
        assert say(mark("Dear %(name)s,"), name="100%") == "Annwyl 100%,"
    assert say_count("%(count)s word", "%(count)s words", 2) == "2 words"


def test_dates_follow_the_language(welsh: Tongue) -> None:
    moment = datetime(2021, 12, 3, 11, 59, tzinfo=UTC)
    assert clock.exact_minute(moment) == "11:59am on Friday 3 December 2021 (UK time)"
    with speaking(welsh):
        assert clock.long_date(moment) == "3 Rhagfyr 2021"
        assert clock.short_moment(moment) == "3 Rhag 2021, 11:59"
        assert clock.exact_minute(moment) == "11:59 on Dydd Gwener 3 Rhagfyr 2021 (UK time)"


def test_a_letter_is_not_in_the_language_of_whoever_caused_it(welsh: Tongue) -> None:
    moment = datetime(2021, 12, 3, tzinfo=UTC)
    tell = language.in_english(clock.long_date)
    with speaking(welsh):
        assert tell(moment) == "3 December 2021"
        assert language.code() == "cy"
    assert ENGLISH.code == "en"
