"""A person at a browser: headless Chromium, a mailbox at the test's mail server, an authenticator app."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.processes.running import wait_until
from tests.smtp_sink import Sink

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The browser's path, or None where there is none. The one without windows of its own works less."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return os.environ.get("GRANTS_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


needs_chromium = pytest.mark.skipif(
    chromium() is None,
    reason="no Chromium: sudo apt-get install chromium-headless-shell, or set GRANTS_CHROMIUM",
)


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield running
        running.close()


@dataclass
class Visitor:
    """One person with a browser window of their own. `page` is what they look at."""

    page: Page
    url: str
    sink: Sink
    email: str = ""

    def go(self, path: str) -> None:
        """Type an address."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status} {self.heading()}"

    def follow(self, text: str) -> None:
        """Press a link by its words."""
        self.page.locator("a").filter(has_text=text).first.click()

    def press(self, text: str) -> None:
        """Press a button by its words."""
        self.page.get_by_role("button", name=text, exact=True).first.click()

    def type(self, label: str, text: str, *, nth: int = 0) -> None:
        """Type into the field with that label."""
        self.page.get_by_label(label, exact=True).nth(nth).fill(text)

    def choose(self, label: str, *, within: str = "") -> None:
        """Choose a radio or tick a box by its label, in the group with the legend `within`."""
        scope = self.page.get_by_role("group", name=within) if within else self.page
        scope.get_by_label(label, exact=True).first.check()

    def heading(self) -> str:
        """The page's heading."""
        return self.page.locator("h1").first.inner_text()

    def sees(self, text: str) -> None:
        """Fail unless the page says so, or the one that is on its way."""
        said = f"{text!r} is not on “{self.heading()}”"
        expect(self.page.locator("body"), said).to_contain_text(text, use_inner_text=True)

    def arrives(self, heading: str) -> None:
        """Fail unless this is the page's heading, or that of the one that is on its way."""
        expect(self.page.locator("h1").first).to_have_text(heading)

    def mail(self, subject: str) -> str:
        """The text of the next message to this person whose subject has these words; waits for it."""
        return mail_to(self.sink, self.email, subject)

    def sign_in(self) -> None:
        """By the link in an e-mail; with the second step where the account has a role."""
        self.go("/accounts/sign-in/")
        self.type("Email address", self.email)
        self.press("Email me a link")
        self.page.goto(link_in(self.mail("Your link to sign in"), self.url))
        self.press("Sign in")

    def set_up_second_step(self, path: str) -> None:
        """Open a staff page for the first time: the service asks for an authenticator first."""
        self.page.goto(self.url + path)
        self.press("Start")
        key = re.sub(r"\s", "", self.page.locator("code").first.inner_text())
        self.type("Code of 6 digits", pyotp.TOTP(key).now())
        self.press("Continue")


def mail_to(sink: Sink, address: str, subject: str) -> str:
    """The newest message to the address with these words in its subject, once it has come."""

    def newest() -> str:
        found = [m for m in sink.messages if m["To"] == address and subject in str(m["Subject"])]
        words = found[-1].get_body(("plain",)) if found else None
        return str(words.get_content()) if words else ""

    wait_until(newest, f"a message “{subject}” to {address}")
    return newest()


def link_in(text: str, url: str) -> str:
    """The first link of a message, on the server that the visitor uses."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found is not None, text
    return url + found[1]


def screenshot(page: Page, folder: Path, name: str) -> None:
    """Keep a picture of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)
