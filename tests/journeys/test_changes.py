"""A change request in a browser, from asking to the new version, with JavaScript and without."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from grants.core.clock import in_london, now
from tests.databases import Shared
from tests.journeys.serving import server
from tests.journeys.visitor import browser, needs_chromium
from tests.rooms.access.town import title_of
from tests.rooms.access.visiting import Visits, settle

pytestmark = [pytest.mark.slow, needs_chromium]

ASKED = "Say who runs the evenings & on which days <please>."


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for both journeys."""
    with browser() as running:
        yield running


@contextmanager
def window(chromium: Browser, visits: Visits, url: str, person: str, *, scripts: bool) -> Iterator[Page]:
    """A phone of that person, signed in."""
    visits.browser(person)
    context = chromium.new_context(
        base_url=url, java_script_enabled=scripts, viewport={"width": 375, "height": 800}
    )
    context.set_default_timeout(10_000)
    context.add_cookies([{"name": "grants", "value": visits.cookies[person], "url": url}])
    yield context.new_page()
    context.close()


def ask(page: Page, ref: str) -> None:
    """The manager asks for changes on one page, after forgetting the date."""
    page.goto(f"/applications/{ref}/read/")
    page.get_by_role("link", name="Changes to this bid").click()
    page.locator("#ask-summary").fill(ASKED)
    page.get_by_label("Why do you ask for changes?").fill("We cannot tell who does what.")
    page.get_by_role("button", name="Ask for these changes").click()
    page.get_by_text("Enter the date by which the changes must be sent").first.wait_for()
    due = in_london(now() + timedelta(days=7))
    for part in ("day", "month", "year"):
        page.locator(f"#due-{part}").fill(str(getattr(due, part)))
    page.get_by_label("Before what time on that day? (UK time)").fill("5pm")
    assert page.locator("#ask-summary").input_value() == ASKED
    page.get_by_role("button", name="Ask for these changes").click()
    page.get_by_text("Waiting for the applicant").first.wait_for()


def change_and_send(page: Page, ref: str, title: str) -> None:
    """The signatory finds what is asked, changes it, and sends the changes."""
    page.goto(f"/applications/{ref}/")
    page.get_by_text(ASKED).first.wait_for()
    page.get_by_text("As you sent it").first.wait_for()
    page.locator(".govuk-task-list__link").first.click()
    page.get_by_text("What the programme team asks for here").first.wait_for()
    page.locator("#q-title").fill(title)
    page.get_by_role("button", name="Save and come back later").click()
    page.get_by_text("Changes made", exact=True).first.wait_for()
    page.get_by_role("link", name="Check the bid with your changes and send it").click()
    page.locator("#declared").check()
    page.get_by_role("button", name="Send the changes").click()
    page.get_by_text("They are version 2 of your bid").first.wait_for()
    page.get_by_role("link", name="Compare the versions").click()
    page.locator(".house-versions ins").filter(has_text="Thursdays").first.wait_for()
    page.get_by_role("link", name="Back to the bid").click()
    page.get_by_role("link", name="See what has happened so far").click()
    told = page.locator("body").inner_text()
    assert told.index("asked for changes") < told.index("changes were sent")


def see(page: Page, ref: str) -> None:
    """The manager sees what was changed."""
    page.goto(f"/applications/{ref}/changes/")
    page.get_by_role("link", name="See what was changed").click()
    page.locator(".house-versions ins").first.wait_for()


@pytest.fixture(scope="module")
def town(shared_databases: Shared, worker_dir: Path) -> Iterator[Visits]:
    """The town, on SQLite."""
    with settle(shared_databases, worker_dir, "sqlite", "changes") as visits:
        yield visits


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_change_request(town: Visits, tmp_path: Path, chromium: Browser, scripts: bool) -> None:
    town.put_back()
    ref = town.town.records["sent"]["ref"]
    with server(town.settings, tmp_path / "console") as url:
        with window(chromium, town, url, "manager", scripts=scripts) as page:
            ask(page, ref)
        with window(chromium, town, url, "signatory", scripts=scripts) as page:
            change_and_send(page, ref, f"{title_of('sent')} on Thursdays")
        with window(chromium, town, url, "manager", scripts=scripts) as page:
            see(page, ref)
