"""Every component in every state in a browser: accessible, unbroken on a phone, its behaviours at work."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from grants.core.places import static_folder
from grants.core.words import count_words
from tests.gallery.app import ERRORS, SHOWN, create_gallery
from tests.journeys.visitor import browser, needs_chromium
from tests.paths import SHARED_DATA, needs_shared_data

pytestmark = [
    pytest.mark.slow,
    needs_chromium,
    pytest.mark.skipif(
        not (static_folder() / "build" / "manifest.json").is_file(),
        reason="no built assets: `make assets` builds them",
    ),
]

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (1280, 320)
PAGES = (*SHOWN, "fields?filled=1", *(f"error/{code}" for code in ERRORS))


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_gallery(), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, chromium: Browser, gallery: str) -> Iterator[Page]:
    """A window on the gallery. Whatever the browser complains of fails the test, save statuses."""
    context = chromium.new_context(
        base_url=gallery, viewport={"width": request.param, "height": 900}, reduced_motion="reduce"
    )
    window = context.new_page()
    complaints: list[str] = []
    window.on("pageerror", lambda error: complaints.append(str(error)))
    window.on("console", lambda line: complaints.append(line.text) if "status of" not in line.text else None)
    window.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    yield window
    context.close()
    assert complaints == []


def look(page: Page) -> None:
    """Nothing for axe to find, and nothing wider than the window."""
    found = Axe().run(page, options={"runOnly": WCAG}).response
    assert [
        (fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found["violations"]
    ] == [], page.url
    assert found["passes"] != []
    assert page.evaluate("document.documentElement.scrollWidth") == page.evaluate("window.innerWidth")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("path", PAGES)
def test_every_page(page: Page, path: str) -> None:
    page.goto(f"/{path}")
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.body.className").endswith("govuk-frontend-supported")
    look(page)


def test_fields_that_are_wrong(page: Page) -> None:
    page.goto("/fields")
    page.fill("#ask", "lots")
    page.fill("#start-day", "3")
    page.fill("#summary", "word " * 30)
    press(page, "Save and continue")
    assert page.title().startswith("Error: Fields")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert page.input_value("#ask") == "lots"
    for link in page.locator(".govuk-error-summary a").all():
        link.click()
        target = (link.get_attribute("href") or "")[1:]
        assert page.evaluate("document.activeElement.id") == target
        described = page.evaluate(
            "(id) => [document.getElementById(id), document.getElementById(id).closest('fieldset')]"
            ".map((box) => box && box.getAttribute('aria-describedby')).join(' ')",
            target,
        )
        assert "-error" in described, target
    look(page)


def test_words_are_counted_while_typing(page: Page) -> None:
    page.goto("/fields")
    page.fill("#summary", "one two three")
    page.wait_for_function(
        "document.querySelector('.govuk-character-count__status')"
        ".textContent === 'You have 17 words remaining'"
    )


def test_a_choice_opens_its_own_question(page: Page) -> None:
    page.goto("/fields")
    assert not page.get_by_label("Which ages?").is_visible()
    page.get_by_role("group", name="Main theme").get_by_label("Youth", exact=True).check()
    assert page.get_by_label("Which ages?").is_visible()
    look(page)


def test_rows_come_and_go(page: Page) -> None:
    page.goto("/rows")
    page.fill("#lines-0-what", "Hall")
    page.fill("#lines-0-cost", "ten pounds")
    press(page, "Add another budget line")
    assert page.url.endswith("/rows#lines-2")
    assert page.input_value("#lines-0-cost") == "ten pounds"
    page.fill("#lines-2-what", "Tea")
    page.fill("#lines-2-cost", "5")
    press(page, "Remove budget line 1")
    assert page.input_value("#lines-1-what") == "Tea"
    page.fill("#lines-0-what", "Chairs")
    press(page, "Save")
    look(page)
    page.fill("#lines-0-cost", "£1,250.50")
    page.press("#lines-0-cost", "Enter")
    assert page.locator("main li").all_text_contents() == ["Chairs £1,250.50", "Tea £5"]


def test_scores_that_are_missing(page: Page) -> None:
    page.goto("/scoring")
    press(page, "Save")
    assert page.locator(".govuk-error-summary a").all_text_contents() == ["Select a score", "Enter a reason"]
    look(page)


def test_a_lapsed_page_is_sent_again(page: Page) -> None:
    page.goto("/fields")
    page.fill("#title", "Keep <b>this")
    page.evaluate("document.querySelectorAll('[name=csrf_token]').forEach((box) => box.value = 'old')")
    press(page, "Save as draft")
    assert page.locator("h1").text_content() == "Send this again to save it"
    look(page)
    press(page, "Send again")
    assert page.input_value("#title") == "Keep <b>this"


def test_a_form_on_its_way_is_not_sent_twice(page: Page) -> None:
    sent: list[str] = []
    page.goto("/rows")
    page.on("request", lambda request: sent.append(request.method))
    page.evaluate(
        "document.querySelector('main form').requestSubmit();"
        "document.querySelector('main form').requestSubmit()"
    )
    page.wait_for_selector("h1:has-text('Saved')")
    assert sent.count("POST") == 1


@pytest.mark.parametrize("path", ["fields", "rows", "lists", "tables", "scoring"])
def test_pages_stand_without_scripts(chromium: Browser, gallery: str, path: str) -> None:
    context = chromium.new_context(base_url=gallery, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/{path}")
    if path == "rows":
        page.fill("#lines-0-what", "Hall")
        press(page, "Add another budget line")
        assert page.input_value("#lines-0-what") == "Hall"
        assert page.locator("#lines-2-what").count() == 1
    assert page.locator("h1").is_visible()
    context.close()


def browser_counts(page: Page, texts: list[str]) -> list[int]:
    counts: list[int] = page.evaluate(r"(texts) => texts.map((t) => (t.match(/\S+/g) ?? []).length)", texts)
    return counts


def test_server_and_browser_count_the_same_words(chromium: Browser) -> None:
    odd = [f"a{chr(point)}b" for point in (*range(1, 0x3100), 0xFEFF, 0xFFFD, 0x1F600)]
    page = chromium.new_page()
    assert browser_counts(page, odd) == [count_words(text) for text in odd]
    page.close()


@needs_shared_data
def test_server_and_browser_count_naughty_words_the_same(chromium: Browser) -> None:
    texts: Any = json.loads(Path(SHARED_DATA / "9_adversarial" / "naughty_strings.json").read_text())
    page = chromium.new_page()
    assert browser_counts(page, texts) == [count_words(text) for text in texts]
    page.close()
