"""A page as a browser and axe judge it, with everything the browser complained of while it loaded."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
DESK, PHONE = 1280, 320
REFUSED = re.compile(r"^Failed to load resource: the server responded with a status of 4\d\d")
"""What Chromium says of every page that is an error."""

LISTEN = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
"""

ASK_AXE = """
async (rules) => {
  const found = await axe.run(document, { runOnly: rules, resultTypes: ['violations'], preload: false });
  const where = (fault) => fault.nodes.slice(0, 3).map((node) => node.html);
  return [found.passes.length, found.violations.map((fault) => ({ id: fault.id, where: where(fault) }))];
}
"""
"""How many rules a page keeps, and where it breaks one: the rest of axe's answer is long to carry over."""

FIND_FORM = """
(form) => form.method === 'post' && form.querySelector('textarea, select, input:not([type=hidden])')
"""

SPOIL = f"""
(words) => {{
  const form = [...document.querySelectorAll('main form')].find({FIND_FORM});
  for (const box of form.elements) {{
    if (box.type === 'radio' || box.type === 'checkbox') box.checked = false;
    else if (box.tagName === 'TEXTAREA' || ['text', 'email'].includes(box.type)) box.value = words;
  }}
  form.querySelector('button.govuk-button:not([name])')?.click() ?? form.requestSubmit();
}}
"""


@dataclass
class Judge:
    """Somebody's browser window and what was wrong with the pages seen in it so far."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    """What the browser said while the current page loaded."""
    faults: list[str] = field(default_factory=list)
    """Every fault of every page, with the page's name."""

    def look(self, name: str) -> str:
        """Judge the page that the window shows; its title."""
        found = [*self.complaints, *self.page.evaluate("window.violations"), *self._shape(), *self._axe()]
        found += self._overflow()
        self.complaints.clear()
        self.faults += [f"{name}: {fault}" for fault in found]
        return self.page.title()

    def has_form(self) -> bool:
        """Whether the page that the window shows asks for something."""
        return bool(self.page.evaluate(f"[...document.querySelectorAll('main form')].some({FIND_FORM})"))

    def send_form(self, words: str) -> bool:
        """Send the page's form with `words` in every box and nothing chosen; whether that was an error."""
        with self.page.expect_navigation():
            self.page.evaluate(SPOIL, words)
        return self.page.locator(".govuk-error-message, .govuk-error-summary").count() > 0

    def _shape(self) -> Iterator[str]:
        headings, lang = self.page.evaluate(
            "[document.querySelectorAll('h1').length, document.documentElement.lang]"
        )
        if headings != 1:
            yield f"{headings} first headings"
        if lang != "en":
            yield f"language {lang!r}"

    def _axe(self) -> Iterator[str]:
        passed, faults = self.page.evaluate(ASK_AXE, list(WCAG))
        if not passed:
            yield "axe has judged nothing"
        for fault in faults:
            yield f"{fault['id']}: " + " | ".join(html[:200] for html in fault["where"])

    def _overflow(self) -> Iterator[str]:
        """Whether a phone has to scroll sideways."""
        self.page.set_viewport_size({"width": PHONE, "height": 800})
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > PHONE:
            yield f"{wide} pixels wide on a phone of {PHONE}"
        self.page.set_viewport_size({"width": DESK, "height": 900})

    def hear(self, line: ConsoleMessage) -> None:
        """Note an error or warning of the console."""
        if line.type in ("error", "warning") and not REFUSED.match(line.text):
            self.complaints.append(f"console: {line.text}")

    def refuse(self, dialog: Dialog) -> None:
        """Note a box that a script has opened, and close it."""
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def note(self, request: Request) -> None:
        """Note a request that leaves this machine."""
        if urlsplit(request.url).scheme != "data" and not request.url.startswith(self.url):
            self.complaints.append(f"request to {request.url}")


@contextmanager
def judge(context: BrowserContext, url: str) -> Iterator[Judge]:
    """A window of `context` on the service at `url`."""
    context.add_init_script(LISTEN)
    context.add_init_script(path=AXE_FILE_PATH)
    page = context.new_page()
    judge = Judge(page, url)
    page.on("console", judge.hear)
    page.on("pageerror", lambda error: judge.complaints.append(f"script: {error}"))
    page.on("dialog", judge.refuse)
    page.on("request", judge.note)
    yield judge
    context.close()
