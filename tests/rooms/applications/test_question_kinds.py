"""Wards, aims, milestones, risks, claims and the budget's sums in a browser without JavaScript."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications import actions, queries
from grants.applications.models import Application
from grants.core.db import unit_of_work
from grants.programme.fund_file import read_fund_file
from tests.browser import Browser
from tests.paths import PROJECT
from tests.rooms.applications import world as w
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.drafts import draft, saved
from tests.rooms.applications.pages import Page
from tests.rooms.applications.world import World

BISCOT, SAINTS = "E05002194", "E05002207"
WEST = {"E05002196", "E05002202", "E05002203"}


def ticked(html: str, name: str) -> set[str]:
    """The values of the boxes called `name` that are ticked."""
    boxes = re.findall(r"<input[^>]*>", html)
    chosen = [box for box in boxes if f'name="{name}"' in box and " checked" in box]
    return {found[1] for box in chosen if (found := re.search(r'value="([^"]*)"', box))}


def test_wards_are_ticked_one_by_one(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/sections/where/"
    answer = editor.post(address, data={"q-places": [SAINTS, BISCOT], "go": "later"})
    assert answer.location == f"/applications/{ref}/"
    assert saved(ref, "where") == {"places": f"{BISCOT}\n{SAINTS}", "priorities": ""}
    assert ticked(editor.get(address).text, "q-places") == {BISCOT, SAINTS}


def test_a_button_ticks_an_area_and_keeps_what_was_ticked(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/sections/where/"
    aims = ["Child-friendly town"]
    answer = editor.post(address, data={"q-places": [BISCOT], "q-priorities": aims, "q-places-tick": "2"})
    assert answer.location == f"{address}#q-places"
    page = editor.get(address).text
    assert ticked(page, "q-places") == WEST | {BISCOT}
    assert ticked(page, "q-priorities") == set(aims)
    fewer = sorted(WEST - {"E05002196"})
    editor.post(address, data={"version": "1", "q-places": fewer, "go": "later"})
    assert ticked(editor.get(address).text, "q-places") == set(fewer)


@pytest.mark.parametrize(("button", "count"), [("0", 19), ("none", 0), ("5", 1), ("-1", 1), ("x", 1)])
def test_all_wards_or_none_and_nothing_for_a_button_that_is_not_there(
    as_: AsPerson, world: World, button: str, count: int
) -> None:
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/sections/where/"
    editor.post(address, data={"q-places": [BISCOT], "q-places-tick": button})
    assert len(ticked(editor.get(address).text, "q-places")) == count


def test_a_ward_that_is_not_the_funds_is_kept_and_told(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/sections/where/"
    answer = editor.post(address, data={"q-places": [BISCOT, "E09000001"], "go": "next"})
    assert answer.location == address
    assert "Choose from the options given" in Page(editor.get(address).text).words


PLAN = {
    "q-milestones-0-what": "Doors open",
    "q-milestones-0-by-day": "31",
    "q-milestones-0-by-month": "2",
    "q-milestones-0-by-year": "2022",
    "q-milestones-1-what": "Half way",
    "q-milestones-1-by-day": "1",
    "q-milestones-1-by-month": "March",
    "q-milestones-1-by-year": "2023",
    "q-risks-0-what": "Nobody comes",
}


def test_rows_keep_what_was_typed_right_or_wrong_and_say_what_is_wrong(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/sections/plan/"
    assert editor.post(address, data={**PLAN, "go": "next"}).location == address
    assert saved(ref, "plan") == {
        "milestones": [{"what": "Doors open", "by": "31/2/2022"}, {"what": "Half way", "by": "2023-03-01"}],
        "risks": [{"what": "Nobody comes", "likely": "", "response": ""}],
    }
    page = Page(editor.get(address).text)
    shown = {name: page.boxes[name].removeprefix("\n") for name in PLAN}
    assert shown == {**PLAN, "q-milestones-1-by-month": "3"}
    for told in (
        "Milestone 1: the date must be a real date with a year of 4 numbers, like 1 4 2022",
        "Risk 1: select how likely it is",
        "Risk 1: enter what you will do about it",
    ):
        assert told in page.words
    assert "Milestone 2:" not in page.words


def test_adding_a_row_saves_the_page_and_shows_an_empty_one(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/sections/plan/"
    answer = editor.post(address, data={**PLAN, "q-risks-add": "1"})
    assert answer.location == f"{address}?more=q-risks#q-risks-1"
    assert len(saved(ref, "plan")["milestones"]) == 2
    boxes = Page(editor.get(answer.location).text).boxes
    assert boxes["q-risks-1-what"].strip() == ""
    assert "q-milestones-2-what" not in boxes


def test_removing_a_row_keeps_the_others_and_is_saved_with_the_page(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/sections/plan/"
    editor.post(address, data={**PLAN, "go": "later"})
    page = Page(editor.post(address, data={**PLAN, "version": "1", "q-milestones-remove": "0"}).text)
    assert page.typed("q-milestones-0-what") == "Half way"
    assert "q-milestones-1-what" not in page.boxes
    assert len(saved(ref, "plan")["milestones"]) == 2
    boxes = {name: text.removeprefix("\n") for name, text in page.boxes.items() if name.startswith("q-")}
    editor.post(address, data={**boxes, "version": "1", "go": "later"})
    assert saved(ref, "plan")["milestones"] == [{"what": "Half way", "by": "2023-03-01"}]


def test_a_milestone_outside_the_projects_dates_is_told_beside_its_date(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    dates = {f"q-ends_on-{part}": text for part, text in (("day", "1"), ("month", "2"), ("year", "2023"))}
    editor.post(f"/applications/{ref}/sections/summary/", data={**dates, "go": "later"})
    address = f"/applications/{ref}/sections/plan/"
    editor.post(address, data={**PLAN, "go": "next"})
    told = "Milestone 2: the date must be on or before 1 February 2023, when the project ends"
    html = editor.get(address).text
    beside = re.search(r'id="q-milestones-1-by-error".*?</p>', html, re.DOTALL)
    assert beside is not None
    assert told in beside[0]
    assert f'<a href="#q-milestones-1-by-day">{told}</a>' in html


BUDGET = {
    "lines-0-item": "Youth worker",
    "lines-0-category": "Staff and freelance workers",
    "lines-0-year": "2022-23",
    "lines-0-amount": "£1,000",
    "lines-0-match": "250.50",
    "lines-0-secured": "yes",
    "lines-1-item": "Bus",
    "lines-1-category": "Travel",
    "lines-1-year": "2023-24",
    "lines-1-amount": "0.99",
    "lines-1-match": "10",
    "lines-1-secured": "no",
}


def sums(html: str) -> list[str]:
    """Every sum on the budget page that is not out of sight, in page order."""
    shown = re.sub(r"<tr[^>]* hidden>.*?</tr>", "", html, flags=re.DOTALL)
    return re.findall(r'data-house-sum="[a-z-]+">([^<]*)<', shown)


def test_the_server_adds_the_budget_up_by_category_and_year(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/budget/"
    editor.post(address, data={**BUDGET, "go": "next"})
    html = editor.get(address).text
    assert sums(html) == [
        *("£1,000.99", "£250.50", "£10", "£1,261.49"),
        *("£1,000", "£250.50", "£1,250.50"),
        *("£0.99", "£10", "£10.99"),
        *("£1,000", "£250.50", "£1,250.50"),
        *("£0.99", "£10", "£10.99"),
    ]
    boxes = Page(html).boxes
    assert {name: boxes[name] for name in ("lines-0-year", "lines-0-match", "lines-1-secured")} == {
        "lines-0-year": "2022-23",
        "lines-0-match": "250.50",
        "lines-1-secured": "no",
    }


def test_a_budget_saved_before_years_were_asked_is_shown_and_told_what_it_lacks(
    as_: AsPerson, world: World
) -> None:
    ref, editor = draft(world), as_("editor")
    editor.post(f"/applications/{ref}/budget/", data={**BUDGET, "go": "later"})
    with unit_of_work() as session:
        bid = queries.by_ref(session, ref)
        page = queries.page_of(session, bid.id, "budget")
        assert page is not None
        page.answers = {"lines": [{"item": "Bus", "category": "Travel", "amount": 1000}]}
    page_now = Page(editor.get(f"/applications/{ref}/budget/").text)
    assert page_now.boxes["lines-0-amount"] == "10"
    assert "Budget line 1: select the financial year" in page_now.words


OTHER = read_fund_file((PROJECT / "tests" / "funds" / "other-shape.toml").read_text(encoding="utf-8"))
SPRING = datetime(2025, 4, 1, 9, tzinfo=UTC)


def claiming(session: Session, world: World) -> str:
    """A draft to the fund that counts only claimed themes."""
    round_ = w.programme.load_fund(session, definition=OTHER, actor=w.OPERATOR, now=w.OPEN).round
    bid = actions.start(
        session,
        round_id=round_.id,
        lead_id=world.lead_id,
        eligibility=w.eligible(OTHER),
        actor=world.actor("editor"),
        now=SPRING,
    )
    return bid.ref


def themes_listed(editor: Browser, ref: str) -> list[str]:
    """The theme pages that the task list leads to."""
    return re.findall(
        rf"/applications/{ref}/(claims|themes/[a-z]+)/", editor.get(f"/applications/{ref}/").text
    )


def test_claims_decide_which_theme_pages_there_are(as_: AsPerson, world: World) -> None:
    with unit_of_work() as session:
        ref = claiming(session, world)
    editor, base = as_("editor"), f"/applications/{ref}/"
    assert themes_listed(editor, ref) == ["claims"]
    assert editor.get(f"{base}themes/music/").location == f"{base}claims/"

    nothing = editor.post(f"{base}claims/", data={"go": "next"})
    assert nothing.location == f"{base}claims/"
    assert "Select at least 1 theme that your bid addresses" in Page(editor.get(nothing.location).text).words

    claimed = editor.post(f"{base}claims/", data={"version": "1", "themes": ["craft", "music"], "go": "next"})
    assert claimed.location == f"{base}themes/music/"
    assert themes_listed(editor, ref) == ["claims", "themes/music", "themes/craft"]
    written = editor.post(f"{base}themes/music/", data={"q-making": "New songs.", "go": "next"})
    assert written.location == f"{base}themes/craft/"

    editor.post(f"{base}claims/", data={"version": "2", "themes": ["craft"], "go": "next"})
    assert themes_listed(editor, ref) == ["claims", "themes/craft"]
    assert content(ref)["themes"]["music"] == {"addressed": False, "answers": {}}
    assert content(ref)["claims"] == ["craft"]
    assert saved(ref, "theme:music")["making"] == "New songs."

    editor.post(f"{base}claims/", data={"version": "3", "themes": ["craft", "music"], "go": "next"})
    page = Page(editor.get(f"{base}themes/music/").text)
    assert page.typed("q-making") == "New songs."
    assert "No, we do not address this theme" not in page.words
    assert content(ref)["themes"]["music"]["answers"]["making"] == "New songs."


def content(ref: str) -> dict[str, Any]:
    """The bid as it would be frozen now."""
    with unit_of_work() as session:
        bid = queries.bid_by_ref(session, ref)
        return dict(queries.content_now(session, bid, queries.facts_of(session, bid)))


def test_a_draft_from_before_claims_had_a_page_claims_what_it_addresses(as_: AsPerson, world: World) -> None:
    with unit_of_work() as session:
        ref = claiming(session, world)
        bid_id = session.scalars(select(Application.id).where(Application.ref == ref)).one()
        for theme, addressed in (("music", "yes"), ("stage", "no")):
            actions.save_section(
                session,
                application_id=bid_id,
                key=f"theme:{theme}",
                answers={"addressed": addressed, "making": "Songs."},
                actor=world.actor("editor"),
                now=SPRING,
            )
    editor = as_("editor")
    assert themes_listed(editor, ref) == ["claims", "themes/music"]
    assert ticked(editor.get(f"/applications/{ref}/claims/").text, "themes") == {"music"}


def test_a_fund_where_every_theme_counts_has_no_page_of_claims(as_: AsPerson, world: World) -> None:
    ref = draft(world)
    assert as_("editor").get(f"/applications/{ref}/claims/").status_code == 404
    assert as_("editor").post(f"/applications/{ref}/claims/", data={}).status_code == 404
