"""A score sheet in a real browser: it saves itself, its total follows, digits choose; buttons do it all."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from grants.core.places import static_folder
from tests.databases import Shared
from tests.journeys.serving import server
from tests.journeys.visitor import browser, needs_chromium
from tests.paths import needs_shared_data
from tests.rooms.access.visiting import Visits, settle

pytestmark = [
    pytest.mark.slow,
    needs_chromium,
    needs_shared_data,
    pytest.mark.skipif(
        not (static_folder() / "build" / "manifest.json").is_file(),
        reason="no built assets: `make assets` builds them",
    ),
]

PATIENCE = 20_000
TABLET = (820, 1180)


@dataclass
class Served:
    """The town behind a real server, and a browser."""

    visits: Visits
    url: str
    chromium: Browser

    def page(self, width: int, height: int, *, scripts: bool = True) -> Page:
        """The reviewer's window."""
        self.visits.browser("reviewer")
        context = self.chromium.new_context(
            base_url=self.url, viewport={"width": width, "height": height}, java_script_enabled=scripts
        )
        cookie = self.visits.cookies["reviewer"]
        context.add_cookies([{"name": "grants", "value": cookie, "url": self.url}])
        return context.new_page()

    @property
    def ref(self) -> str:
        return str(self.visits.town.records["reviewed"]["ref"])


@pytest.fixture(scope="module")
def served(shared_databases: Shared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The town, served."""
    folder = tmp_path_factory.mktemp("sheet")
    with (
        settle(shared_databases, folder, "sqlite", "sheet") as visits,
        server(visits.settings, folder / "console") as url,
        browser() as chromium,
    ):
        yield Served(visits, url, chromium)


def test_a_sheet_saves_itself_and_its_total_follows(served: Served) -> None:
    page = served.page(*TABLET)
    page.goto(f"/scoring/{served.ref}/themes/housing/")
    total = page.locator("[data-total]")
    before = total.inner_text()
    first = page.locator("[data-worth]").first
    first.locator("input").first.focus()
    page.keyboard.press("5")
    expect(first.locator("input[value='5']")).to_be_checked()
    after = f"{float(before) + 20 / 3:.2f}"
    expect(total).to_have_text(after)
    with page.expect_response(lambda answer: "They+asked" in (answer.request.post_data or "")):
        page.get_by_label("Why did you give these scores?").fill("They asked people.")
    expect(page.locator("[data-line]")).to_contain_text("Saved", timeout=PATIENCE)
    expect(total).to_have_text(after)
    page.reload()
    expect(page.locator("[data-worth]").first.locator("input[value='5']")).to_be_checked()
    assert page.get_by_label("Why did you give these scores?").input_value() == "They asked people."


def test_the_sentence_under_a_level_chooses_it_and_back_shows_what_is_saved(served: Served) -> None:
    page = served.page(*TABLET)
    page.goto(f"/scoring/{served.ref}/themes/youth/")
    cell = page.locator("[data-worth]").first
    cell.locator(".govuk-radios__item").nth(4).locator(".govuk-radios__hint").click(force=True)
    expect(cell.locator("input").nth(4)).to_be_checked()
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/themes/housing/")
    other = served.page(*TABLET)
    other.goto(f"/scoring/{served.ref}/themes/youth/")
    other.get_by_text("The answers do not address this theme").click()
    other.get_by_role("button", name="0 in every part").click()
    assert "Press the button again" in other.inner_text("main")
    other.get_by_role("button", name="0 in every part").click()
    other.wait_for_url("**/themes/housing/")
    page.go_back()
    expect(page.locator("[data-worth]").first.locator("input[value='0']")).to_be_checked(timeout=PATIENCE)
    expect(page.get_by_text("You have marked this theme as not addressed")).to_be_visible()
    page.wait_for_load_state("networkidle")
    other.goto(f"/scoring/{served.ref}/themes/youth/")  # what the browser had put back is not saved
    expect(other.locator("[data-worth]").first.locator("input[value='0']")).to_be_checked()


def test_the_recommendation_saves_itself_and_says_what_cannot_be_saved(served: Served) -> None:
    page = served.page(*TABLET)
    page.goto(f"/scoring/{served.ref}/check/")
    page.get_by_label("Fund in part").check()
    page.get_by_label("How much should it get? (optional)").fill("9,000,000")
    expect(page.locator("[data-line]")).to_contain_text("Not saved: The amount must be", timeout=PATIENCE)
    page.get_by_label("How much should it get? (optional)").fill("9,000")
    expect(page.locator("[data-line]")).to_contain_text("Saved", timeout=PATIENCE)


def test_without_a_script_the_buttons_do_it(served: Served) -> None:
    page = served.page(320, 640, scripts=False)
    page.goto(f"/scoring/{served.ref}/themes/poverty/")
    page.get_by_role("button", name="Save and stay").click()
    assert "Your scores so far are saved." in page.inner_text("main")


@pytest.mark.parametrize(("width", "beside"), [(1280, True), (820, False), (320, False)])
def test_the_answer_stands_beside_the_scale_only_where_both_have_room(
    served: Served, width: int, beside: bool
) -> None:
    page = served.page(width, 1000)
    page.goto(f"/scoring/{served.ref}/themes/work/")
    answer = page.locator(".house-beside__answer").first.bounding_box()
    score = page.locator(".house-beside__score").first.bounding_box()
    assert answer is not None
    assert score is not None
    assert (score["x"] >= answer["x"] + answer["width"]) == beside
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name in ("themes/work/", "check/", ""):
        page.goto(f"/scoring/{served.ref}/{name}")
    for path in ("/scoring/", "/scoring/pack/", "/reviewing/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
