"""Nothing typed is lost, tried in a real browser: offline, signed out, the service away, two people."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from grants import config
from grants.accounts import codes
from grants.accounts import queries as accounts
from grants.accounts import session as visits
from grants.accounts.models import SignInLink
from grants.app import create_app
from grants.applications import queries
from grants.core.clock import now
from grants.core.db import db, unit_of_work
from grants.core.places import static_folder
from tests.browser import Browser as Client
from tests.databases import Shared, fresh_sqlite, settings_for
from tests.journeys.prepare import open_fund
from tests.journeys.visitor import browser, needs_chromium
from tests.paths import PROJECT
from tests.processes.running import environment, free_port, status_of, wait_until
from tests.rooms.applications import world as w

pytestmark = [
    pytest.mark.slow,
    needs_chromium,
    pytest.mark.skipif(
        not (static_folder() / "build" / "manifest.json").is_file(),
        reason="no built assets: `make assets` builds them",
    ),
]

TITLE = "What is the project called?"
LINE = "[data-line]"
A_LONG_TIME = 40_000


@dataclass
class House:
    """The service on a port of its own, which a test may take away and bring back, and its people."""

    app: Flask
    settings: config.Settings
    chromium: Browser
    port: int
    console: Path
    person_ids: dict[str, int]
    ref: str
    processes: ExitStack = field(default_factory=ExitStack)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"/applications/{self.ref}/sections/summary/"

    def start(self) -> None:
        env = environment(
            self.settings.data_dir,
            self.port,
            GRANTS_DATABASE_URL=self.settings.database_url,
            GRANTS_SECRET_KEY=self.settings.secret_key,
            GRANTS_DISPATCHER="grants.core.dispatch:Resting",
        )
        out = self.processes.enter_context(self.console.open("ab"))
        process = subprocess.Popen(
            [sys.executable, "-m", "grants.cli", "web"], cwd=PROJECT, env=env, stdout=out, stderr=out
        )
        self.processes.callback(process.wait, 20)
        self.processes.callback(process.terminate)
        wait_until(lambda: status_of(f"{self.url}/health") == 200 or process.poll() is not None, "the server")
        assert process.poll() is None, self.console.read_text()

    def stop(self) -> None:
        self.processes.pop_all().close()

    def cookie(self, name: str, *, age: timedelta = timedelta()) -> dict[str, str]:
        """The session cookie of a person who was last here so long ago."""

        def write() -> str:
            client = Client(self.app)
            with self.app.app_context():
                person = accounts.person(db.session(), self.person_ids[name])
                with client.session_transaction() as cookie:
                    visits.remember(cookie, person_id=person.id, epoch=person.session_epoch, now=now() - age)
            kept = client.get_cookie("grants")
            assert kept is not None
            return str(kept.value)

        return {"name": "grants", "value": Context().run(write), "url": self.url}

    def window(self, name: str, *, scripts: bool = True, age: timedelta = timedelta()) -> BrowserContext:
        context = self.chromium.new_context(base_url=self.url, java_script_enabled=scripts)
        context.set_default_timeout(A_LONG_TIME)
        context.add_cookies([self.cookie(name, age=age)])  # type: ignore[list-item]  # playwright's own dict
        return context

    def page(self, name: str) -> Page:
        page = self.window(name).new_page()
        page.goto(self.address)
        return page

    def saved(self) -> str:
        """The title as it stands in the database."""
        with self.app.app_context(), unit_of_work() as session:
            page = queries.page_of(session, queries.by_ref(session, self.ref).id, "summary")
            return str(page.answers.get("title", "")) if page else ""

    def sign_in_link(self, name: str) -> str:
        token = codes.new_token()
        with self.app.app_context(), unit_of_work() as session:
            session.add(
                SignInLink(
                    email=f"{name}@example.org",
                    token_digest=codes.token_digest(token),
                    created_at=now(),
                    expires_at=now() + timedelta(minutes=30),
                    next_path=self.address,
                )
            )
        return f"/accounts/sign-in/{token}/"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture
def house(shared_databases: Shared, tmp_path: Path, chromium: Browser) -> Iterator[House]:
    settings = settings_for(tmp_path, fresh_sqlite(shared_databases, tmp_path / "lost.sqlite3").url)
    theirs = list(config._in_use)
    app = create_app(settings)
    with app.app_context():
        with unit_of_work() as session:
            world = w.build(session, open_fund())
            ref = w.started(world, now=now()).ref
        ids = world.person_ids
    made = House(app, settings, chromium, free_port(), tmp_path / "console", ids, ref)
    made.start()
    yield made
    made.stop()
    for context in chromium.contexts:
        context.close()
    with app.app_context():
        db.engine.dispose()
    config._in_use[:] = theirs


def test_what_is_typed_is_saved_and_the_button_goes_on(house: House) -> None:
    page = house.page("editor")
    page.get_by_label(TITLE).press_sequentially("Doors")
    expect(page.locator(LINE)).to_contain_text("Saved", timeout=A_LONG_TIME)
    assert house.saved() == "Doors"
    page.get_by_label(TITLE).press_sequentially(" and windows")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(lambda url: house.address not in url)
    assert house.saved() == "Doors and windows"


def test_offline_says_so_and_saves_when_the_network_is_back(house: House) -> None:
    page = house.page("editor")
    page.context.set_offline(True)
    page.get_by_label(TITLE).press_sequentially("On the train")
    expect(page.locator(LINE)).to_contain_text("you are offline", timeout=A_LONG_TIME)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator(LINE)).to_contain_text("you are offline")
    assert (page.get_by_label(TITLE).input_value(), house.saved()) == ("On the train", "")
    page.context.set_offline(False)
    expect(page.locator(LINE)).to_contain_text("Saved", timeout=A_LONG_TIME)
    assert house.saved() == "On the train"


def test_the_service_goes_away_and_comes_back(house: House) -> None:
    page = house.page("editor")
    house.stop()
    page.get_by_label(TITLE).press_sequentially("Nobody home")
    expect(page.locator(LINE)).to_contain_text("did not answer", timeout=A_LONG_TIME)
    house.start()
    expect(page.locator(LINE)).to_contain_text("Saved", timeout=A_LONG_TIME)
    assert house.saved() == "Nobody home"


def test_words_that_were_not_saved_are_offered_when_the_page_is_opened_again(house: House) -> None:
    page = house.page("editor")
    warned: list[str] = []

    def leave(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.context.set_offline(True)
    page.get_by_label(TITLE).press_sequentially("In the browser only")
    expect(page.locator(LINE)).to_contain_text("you are offline", timeout=A_LONG_TIME)
    # The network comes back in the very moment of reloading: no save gets in between.
    page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.context.set_offline(False)
    page.reload()
    page.unroute("**/*")
    assert warned == ["beforeunload"]
    assert page.get_by_label(TITLE).input_value() == ""
    page.get_by_role("button", name="Put them into the boxes").click()
    assert page.get_by_label(TITLE).input_value() == "In the browser only"
    expect(page.locator(LINE)).to_contain_text("Saved", timeout=A_LONG_TIME)
    assert house.saved() == "In the browser only"
    page.reload()
    assert page.get_by_role("button", name="Put them into the boxes").count() == 0


def test_signed_out_in_another_tab_and_in_again(house: House) -> None:
    page = house.page("editor")
    other = page.context.new_page()
    other.goto("/home/")
    other.get_by_role("button", name="Sign out").click()
    page.get_by_label(TITLE).press_sequentially("Still here")
    expect(page.locator(LINE)).to_contain_text("you are signed out", timeout=A_LONG_TIME)
    other.goto(house.sign_in_link("stranger"))
    other.get_by_role("button", name="Sign in").click()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator(LINE)).to_contain_text("somebody else has signed in", timeout=A_LONG_TIME)
    assert house.saved() == ""
    other.get_by_role("button", name="Sign out").click()
    other.goto(house.sign_in_link("editor"))
    other.get_by_role("button", name="Sign in").click()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator(LINE)).to_contain_text("Saved", timeout=A_LONG_TIME)
    assert house.saved() == "Still here"
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(lambda url: house.address not in url)


def test_two_people_on_one_page_see_each_other_and_keep_both_versions(house: House) -> None:
    ann, ben = house.page("editor"), house.page("signatory")
    expect(ben.locator("[data-people]")).to_contain_text("Editor Person has this page open")
    ann.get_by_label(TITLE).press_sequentially("The name by Ann")
    expect(ann.locator(LINE)).to_contain_text("Saved", timeout=A_LONG_TIME)
    ben.get_by_label(TITLE).press_sequentially("The name by Ben")
    expect(ben.locator(LINE)).to_contain_text("Editor Person changed this page", timeout=A_LONG_TIME)
    ben.context.close()

    again = house.window("signatory").new_page()
    again.goto(f"/applications/{house.ref}/")
    again.get_by_role("link", name="Compare the two versions").click()
    expect(again.locator("ins").first).to_contain_text("Ben")
    again.get_by_role("button", name="Put my choice into the page").click()
    assert again.get_by_label(TITLE).input_value() == "The name by Ben"
    again.get_by_role("button", name="Save and come back later").click()
    again.wait_for_url(f"{house.url}/applications/{house.ref}/")
    assert house.saved() == "The name by Ben"
    assert again.get_by_role("link", name="Compare the two versions").count() == 0


@pytest.mark.parametrize("scripts", [True, False])
def test_words_sent_after_the_sessions_end_are_saved_after_signing_in(house: House, scripts: bool) -> None:
    context = house.window("editor", scripts=scripts)
    page = context.new_page()
    page.goto(house.address)
    context.add_cookies([house.cookie("editor", age=timedelta(hours=13))])  # type: ignore[list-item]  # as above
    page.get_by_label(TITLE).fill("Written all night")
    page.get_by_role("button", name="Save and continue").click()
    for _ in range(3):
        if page.locator("h1").inner_text() != "Send this again to save it":
            break
        page.get_by_role("button", name="Send again").click()
    assert page.locator("h1").inner_text() == "You are signed out"
    page.goto(house.sign_in_link("editor"))
    page.get_by_role("button", name="Sign in").click()
    assert page.locator("h1").inner_text() == "Save what you typed before you were signed out"
    assert "Written all night" in page.locator("main").inner_text()
    page.get_by_role("button", name="Save it now").click()
    page.wait_for_url(lambda url: "kept-words" not in url)
    assert house.saved() == "Written all night"


def test_without_scripts_two_versions_are_kept_and_chosen(house: House) -> None:
    ann = house.window("editor", scripts=False).new_page()
    ben = house.window("signatory", scripts=False).new_page()
    for page, text in ((ann, "By Ann"), (ben, "By Ben")):
        page.goto(house.address)
        page.get_by_label(TITLE).fill(text)
    ann.get_by_role("button", name="Save and continue").click()
    ben.get_by_role("button", name="Save and continue").click()
    assert ben.locator("h1").inner_text().startswith("Two versions")
    ben.get_by_role("button", name="Put my choice into the page").click()
    assert ben.get_by_label(TITLE).input_value() == "By Ben"
    ben.get_by_role("button", name="Save and continue").click()
    assert house.saved() == "By Ben"


def test_before_a_session_ends_its_person_is_told_and_stays(house: House) -> None:
    context = house.window("editor")
    page = context.new_page()
    page.clock.install()
    page.goto("/home/")
    nearly = timedelta(hours=11, minutes=55)
    context.add_cookies([house.cookie("editor", age=nearly)])  # type: ignore[list-item]  # as above
    page.clock.fast_forward(int(nearly.total_seconds()) * 1000)
    told = page.locator(".house-session")
    expect(told).to_contain_text("you will be signed out", timeout=A_LONG_TIME)
    told.get_by_role("button", name="Stay signed in").click()
    expect(told).to_have_count(0, timeout=A_LONG_TIME)
    page.reload()
    assert page.get_by_role("button", name="Sign out").count() == 1
