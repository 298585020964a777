"""Writing a bid in a browser without JavaScript: nothing typed is lost; what is wrong is said beside it."""

import json

from sqlalchemy import func, select

from grants.applications import queries
from grants.applications.models import Application
from grants.core.db import unit_of_work
from tests.paths import SHARED_DATA, needs_shared_data
from tests.rooms.applications import world as w
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.drafts import draft, saved
from tests.rooms.applications.pages import Page
from tests.rooms.applications.world import World


def test_a_round_leads_through_eligibility_to_a_task_list(as_: AsPerson, world: World) -> None:
    editor, start = as_("editor"), f"/applications/start/{world.round.ref}/"
    right = {
        f"q-{question.key}": "yes" if question.pass_answer else "no"
        for question in world.definition.eligibility
    }
    assert editor.post(start, data={}).status_code == 422
    stopped = editor.post(start, data={"lead_id": str(world.lead_id), **right, "q-bank_account": "no"})
    assert (stopped.status_code, "This bid cannot be considered" in stopped.text) == (200, True)
    with unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 0
    begun = editor.post(start, data={"lead_id": str(world.lead_id), **right})
    assert (begun.status_code, begun.location) == (302, "/applications/LCR1-0001/")
    tasks = Page(editor.get(begun.location).text)
    assert "0 of 15 parts are done" in tasks.words
    assert "5pm on Friday 28 January 2022 (UK time)" in tasks.words


def test_somebody_elses_organisation_cannot_be_chosen(as_: AsPerson, world: World) -> None:
    right = {
        f"q-{question.key}": "yes" if question.pass_answer else "no"
        for question in world.definition.eligibility
    }
    answer = as_("stranger").post(
        f"/applications/start/{world.round.ref}/", data={"lead_id": str(world.lead_id), **right}
    )
    assert answer.status_code == 422


def test_a_page_with_something_wrong_is_saved_and_shown_again(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/sections/summary/"
    typed = {
        "q-title": "Doors",
        "q-summary": "word " * 151,
        "q-starts_on-day": "31",
        "q-starts_on-month": "Feb",
    }
    answer = editor.post(address, data={**typed, "go": "next"})
    assert (answer.status_code, answer.location) == (302, address)
    page = Page(editor.get(address).text)
    assert page.typed("q-summary") == "word " * 151
    assert (page.boxes["q-starts_on-day"], page.boxes["q-starts_on-month"]) == ("31", "Feb")
    assert "must be 150 words or fewer. It is 1 word too long" in page.words
    assert "must be a real date with a year of 4 numbers, like 1 4 2022" in page.words
    assert "Answer the question" not in page.words
    assert page.boxes["version"] == "1"


def test_a_page_that_is_merely_unfinished_leads_on(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    base = f"/applications/{ref}/"
    first = editor.post(f"{base}sections/summary/", data={"q-title": "Doors", "go": "next"})
    assert first.location == f"{base}sections/where/"
    later = editor.post(f"{base}sections/together/", data={"go": "later"})
    assert later.location == base
    assert editor.post(f"{base}themes/poverty/", data={"go": "next"}).location == f"{base}budget/"
    assert editor.post(f"{base}budget/", data={"go": "next"}).location == f"{base}partners/"
    assert editor.post(f"{base}partners/", data={"go": "next"}).location == f"{base}confirmations/"


def test_a_theme_is_left_out_by_one_button_and_taken_up_again(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/themes/youth/"
    editor.post(address, data={"q-hearing": "We asked", "go": "not_addressed"})
    assert saved(ref, "theme:youth") == {"addressed": "no", "hearing": "We asked"}
    page = Page(editor.get(address).text)
    assert "does not address this theme" in page.words
    assert "q-hearing" not in page.boxes
    assert editor.post(address, data={"version": "1", "go": "addressed"}).location == address
    again = Page(editor.get(address).text)
    assert again.typed("q-hearing") == "We asked"
    editor.post(address, data={"version": "2", "q-hearing": "We asked", "go": "next"})
    assert saved(ref, "theme:youth")["addressed"] == "yes"


def test_the_workshops_words_stand_beside_each_answer(as_: AsPerson, world: World) -> None:
    page = Page(as_("editor").get(f"/applications/{draft(world)}/themes/youth/").text)
    rubric = world.definition.rubric
    for strand in rubric.strands:
        for statement in rubric.cell("youth", strand.key).statements:
            assert statement in page.words
    assert rubric.theme("youth").statement in page.words


LINES = {
    "lines-0-item": "Bus", "lines-0-category": "Travel", "lines-0-amount": "£1,250",
    "lines-1-item": "Half a line", "lines-1-amount": "twelve",
}  # fmt: skip


def test_a_budget_keeps_half_lines_and_says_what_is_wrong(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/budget/"
    assert editor.post(address, data={**LINES, "go": "next"}).location == address
    page = Page(editor.get(address).text)
    assert {name: page.boxes[name] for name in ("lines-0-amount", "lines-1-item", "lines-1-amount")} == {
        "lines-0-amount": "1250",
        "lines-1-item": "Half a line",
        "lines-1-amount": "twelve",
    }
    assert "Total: £1,250" in page.words
    assert "Budget line 2: select a category" in page.words
    assert "#lines-1-amount" in page.links


def test_rows_are_added_and_removed_without_javascript_or_loss(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/budget/"
    less = Page(editor.post(address, data={**LINES, "lines-remove": "0"}).text)
    assert (less.boxes["lines-0-item"], "lines-1-item" in less.boxes) == ("Half a line", False)
    assert saved(ref, "budget") == {}
    added = editor.post(address, data={**LINES, "lines-add": "1"})
    assert added.location == f"{address}?more=1#lines-2"
    more = Page(editor.get(added.location).text)
    assert (more.boxes["lines-1-amount"], more.boxes["lines-2-amount"]) == ("twelve", "")
    assert "There is a problem" not in more.words
    left_and_back = Page(editor.get(address).text)
    assert (left_and_back.boxes["lines-1-amount"], "lines-2-item" in left_and_back.boxes) == ("twelve", False)


def test_pressing_save_twice_is_no_clash(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/sections/summary/"
    answers = [editor.post(address, data={"q-title": "Doors", "go": "next"}).status_code for _ in range(2)]
    assert answers == [302, 302]


def test_what_is_typed_into_a_bid_that_was_sent_meanwhile_can_be_copied(as_: AsPerson, world: World) -> None:
    with unit_of_work() as session:
        ref = queries.application(session, w.sent(world).application_id).ref
    answer = as_("editor").post(f"/applications/{ref}/sections/summary/", data={"q-title": "Too late words"})
    assert answer.status_code == 422
    assert "no longer a draft" in answer.text
    assert "Too late words" in answer.text


@needs_shared_data
def test_naughty_strings_are_kept_and_shown_as_typed(as_: AsPerson, world: World) -> None:
    strings = json.loads((SHARED_DATA / "9_adversarial" / "naughty_strings.json").read_text())
    naughty = [text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n") for text in strings]
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/themes/youth/"
    strands = world.definition.rubric.strand_keys
    for n in range(0, len(naughty), len(strands)):
        typed = dict(zip(strands, naughty[n : n + len(strands)], strict=False))
        page = Page(editor.get(address).text)
        boxes = {f"q-{strand}": text for strand, text in typed.items()}
        editor.post(address, data={"version": page.boxes["version"], "go": "later", **boxes})
        kept = saved(ref, "theme:youth")
        assert {strand: kept[strand] for strand in typed} == typed
        shown = Page(editor.get(address).text)
        assert {strand: shown.typed(f"q-{strand}") for strand in typed} == typed
