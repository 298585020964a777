"""Every page of the service as each kind of person who may see it: for axe, for a phone, for the browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from grants.applications.facts import field_of
from grants.core.places import static_folder
from tests.databases import Shared
from tests.journeys.judged import Judge, judge
from tests.journeys.serving import server
from tests.journeys.visitor import browser, needs_chromium
from tests.paths import needs_shared_data
from tests.rooms.access.desk import Desk, page_of_draft
from tests.rooms.access.naughty import OURS, kept, strings
from tests.rooms.access.table import DOWNLOADS, PEOPLE, ROWS, Row
from tests.rooms.access.town import STRANDS
from tests.rooms.access.visiting import Visits, settle

pytestmark = [
    pytest.mark.slow,
    needs_chromium,
    pytest.mark.skipif(
        not (static_folder() / "build" / "manifest.json").is_file(),
        reason="no built assets: `make assets` builds them",
    ),
]

FIELD = re.compile(r'<(?:textarea|select|input(?![^>]*type="hidden"))[\s>]')
"""What a page without a form to fill in has nowhere."""

ELEMENT = re.compile(r'<(\w+)(?=[\s>])(?:[^>]*?\sclass="([^"]*)")?')
"""An element with its classes: two pages of one address that are made of the same ones look alike."""

OF_THE_DEMO = (Row("GET", "notifications.mailbox", "-", ""), Row("GET", "demo.people", "-", ""))
"""Nobody gets them in the table, which knows of no demo; this server is one."""

WRONG = {
    "applications.budget": "?",
    "applications.partners": "?",
    "applications.section": "?",
    "applications.theme": "word " * 300,
}
"""What to type where an empty page is no error, because drafts are kept unfinished."""

TAKE_ANYTHING = {
    *("applications.document", "feedback.of_bid", "meetings.item", "reviewing.declare_many"),
    *("scoring.check", "scoring.practice_theme", "scoring.theme"),
}
"""Pages whose form takes unfinished work: there is nothing wrong in it."""

SAME_PAGES = (
    {"applications.consent", "applications.partner_in_bid"},
    {"applications.history", "applications.sent_history"},
    {"applications.sent_versions", "applications.versions", "scoring.versions"},
    {"threads.team_thread", "threads.thread"},
)
"""Addresses at which other readers get the same page, so its title too."""


@dataclass
class Served:
    """The town behind a real server, and a browser. `pages` are those that each person is to look at, `forms`
    those of them with something to fill in.
    """

    visits: Visits
    pages: dict[str, list[Row]]
    forms: dict[str, list[Row]]
    url: str
    chromium: Browser

    @contextmanager
    def as_(self, person: str) -> Iterator[Judge]:
        """That person's window."""
        self.visits.browser(person)
        context = self.chromium.new_context(base_url=self.url, reduced_motion="reduce")
        context.add_cookies([{"name": "grants", "value": self.visits.cookies[person], "url": self.url}])
        with judge(context, self.url) as window:
            yield window


@pytest.fixture(scope="module")
def served(
    shared_databases: Shared, worker_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The town, served."""
    console = tmp_path_factory.mktemp("served") / "console"
    with (
        settle(shared_databases, worker_dir, "sqlite", "served") as visits,
        server(visits.settings, console) as url,
        browser() as chromium,
    ):
        yield Served(visits, *pages(visits), url, chromium)


def pages(visits: Visits) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    """The pages that each person is to look at, of those that look alike one; and which have a form."""
    seen: set[tuple[str, frozenset[str]]] = set()
    chosen: dict[str, list[Row]] = {person: [] for person in PEOPLE}
    forms: dict[str, list[Row]] = {person: [] for person in PEOPLE}
    for row in ROWS:
        if row.method == "GET" and row.endpoint not in DOWNLOADS:
            for person in PEOPLE:
                if row.sign_of(person) == "." or _error_page(row, person):
                    answer = visits.visit(row, person)
                    if answer.mimetype != "text/html" or "Content-Disposition" in answer.headers:
                        continue
                    main = answer.get_data(as_text=True).partition("<main")[2].partition("</main")[0]
                    made_of = frozenset(ELEMENT.findall(main))
                    if (row.endpoint, made_of) not in seen:
                        seen.add((row.endpoint, made_of))
                        chosen[person].append(row)
                        if FIELD.search(main):
                            forms[person].append(row)
    return chosen, forms


def _is_page(row: Row) -> bool:
    """Whether the row is a page that somebody may see."""
    shown = "." in row.expected or row in OF_THE_DEMO
    return row.method == "GET" and row.endpoint not in DOWNLOADS and shown


def _error_page(row: Row, person: str) -> bool:
    """Some of the error pages: they are alike everywhere."""
    return (row.endpoint, person) in (
        ("applications.bid", "stranger"),
        ("accounts.roles", "manager"),
        ("accounts.link", ""),
    )


def test_faults_would_be_found(served: Served) -> None:
    with served.as_("") as window:
        window.page.goto(served.url)
        window.page.set_content(
            "<title>x</title><h1>a</h1><h1>b</h1><input><p style='width: 500px'>wide</p>"
            "<script>window.ran = 1; alert(1)</script><img src='http://elsewhere.example/x.png' alt='x'>"
        )
        window.look("a bad page")
        found = " ".join(window.faults)
    told = ("2 first headings", "language ''", "label: <input>", "500", "script-src", "elsewhere.example")
    assert [word for word in told if word not in found] == []


def test_every_page(served: Served) -> None:
    """No violation of WCAG 2.2 A or AA, nothing too wide for a phone, no complaint by the browser."""
    faults, titles = [], {}
    for person, rows in served.pages.items():
        with served.as_(person) as window:
            for row in [*rows, *(OF_THE_DEMO if person == "" else ())]:
                answer = window.page.goto(served.visits.address(row))
                assert answer is not None
                titles[row.endpoint, row.record] = window.look(f"{row} as {person or 'nobody'}")
            faults += window.faults

    assert faults == []
    assert {endpoint for endpoint, _ in titles} == {
        row.endpoint for row in (*ROWS, *OF_THE_DEMO) if _is_page(row)
    }
    assert _shared(titles) == {}


def test_every_form_sent_with_something_wrong(served: Served) -> None:
    """The same of the page that says what is wrong."""
    faults, wrong, judged = [], set(), set()
    for person, rows in served.forms.items():
        with served.as_(person) as window:
            for row in rows:
                if row.endpoint in judged:
                    continue
                window.page.goto(served.visits.address(row))
                if not window.has_form():
                    continue
                judged.add(row.endpoint)
                if window.send_form(WRONG.get(row.endpoint, "")):
                    wrong.add(row.endpoint)
                window.look(f"{row} as {person}, sent wrong")
            faults += window.faults

    assert faults == []
    assert judged - wrong == TAKE_ANYTHING
    assert len(wrong) > 20


@needs_shared_data
def test_the_worst_strings_run_nothing(served: Served) -> None:
    """Every naughty string with markup on real pages: no script runs, no box opens, nothing is fetched."""
    _write_worst(Desk(served.visits, "editor"))
    with served.as_("editor") as window:
        for endpoint in WHERE_DRAFTS_SHOW:
            window.page.goto(served.visits.address(Row("GET", f"applications.{endpoint}", "draft", "")))
            assert window.page.locator("h1").count() == 1
            window.complaints += window.page.evaluate("window.violations")
            assert window.page.evaluate("window.ran") is None
        text = window.page.locator("main").text_content() or ""

    assert window.complaints == []
    assert [one for one in WORST if one not in text] == []


WHERE_DRAFTS_SHOW = (
    *("bid", "section", "theme", "budget", "partners", "confirmations", "check", "withdraw"),
    "answers",
)

WORST = [text for text in map(kept, strings()) if "<" in text]


def _write_worst(desk: Desk) -> None:
    """Put them into the draft: all into its summary, some into its title, themes, budget and partners."""
    version = desk.stored(page_of_draft(desk.visits, "summary"))[0][1]
    title = {"version": version, "go": "later", "q-title": OURS[-1], "q-summary": "\n".join(WORST)}
    desk.send("applications.save_section", "draft", title)
    version = desk.stored(page_of_draft(desk.visits, "theme:youth"))[0][1]
    answers = {field_of(strand): text for strand, text in zip(STRANDS, WORST, strict=False)}
    desk.send("applications.save_theme", "draft", {"version": version, **answers})
    version = desk.stored(page_of_draft(desk.visits, "budget"))[0][1]
    lines: dict[str, object] = {"version": version, "go": "later"}
    for n, text in enumerate(WORST[:60]):
        lines |= {f"lines-{n}-item": text, f"lines-{n}-category": "Other", f"lines-{n}-amount": "1"}
    desk.send("applications.save_budget", "draft", lines)
    for text in WORST[60:80]:
        desk.send("applications.add_partner", "draft", {"name": text})


def _shared(titles: dict[tuple[str, str], str]) -> dict[str, set[str]]:
    """Titles that stand on pages of more than one address."""
    places: dict[str, set[str]] = {}
    for (endpoint, _), title in titles.items():
        places.setdefault(title, set()).add(endpoint)
    return {title: where for title, where in places.items() if len(where) > 1 and where not in SAME_PAGES}
