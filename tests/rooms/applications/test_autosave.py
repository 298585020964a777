"""Pages that save themselves: what their script is answered, what it costs, and who is told to be there."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from grants.applications import actions, queries
from grants.applications.models import PageVisit
from grants.audit.models import TrailEntry
from grants.core.clock import now
from grants.core.db import unit_of_work
from tests.browser import Browser
from tests.counting import CountQueries
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.drafts import draft, saved
from tests.rooms.applications.pages import Page
from tests.rooms.applications.world import AFTER, OPEN, World
from tests.signing_in import sign_out

SAVE = {"X-Sent-By-Itself": "save"}
LOOK = {"X-Sent-By-Itself": "look"}
PAGE = "sections/summary"


def typed(browser: Browser, ref: str, place: str = PAGE, **boxes: str) -> tuple[int, dict[str, Any]]:
    """What a page's own script is answered."""
    answer = browser.post(f"/applications/{ref}/{place}/", data=boxes, headers=SAVE)
    assert answer.json is not None
    return answer.status_code, answer.json


def saves_in_trail() -> list[dict[str, object]]:
    with unit_of_work() as session:
        rows = select(TrailEntry.facts).where(TrailEntry.deed == "application.save").order_by(TrailEntry.seq)
        return list(session.scalars(rows))


@pytest.mark.parametrize(
    ("place", "key", "boxes"),
    [
        (PAGE, "summary", {"q-title": "Doors"}),
        ("themes/youth", "theme:youth", {"q-hearing": "Doors"}),
        ("budget", "budget", {"lines-0-item": "Doors", "lines-0-amount": "x"}),
    ],
)
def test_every_page_is_saved_by_its_script_and_told_its_version(
    as_: AsPerson, world: World, place: str, key: str, boxes: dict[str, str]
) -> None:
    ref, editor = draft(world), as_("editor")
    status, told = typed(editor, ref, place, **boxes)
    assert (status, told["state"], told["version"], told["at"], told["people"]) == (
        200, "saved", 1, "midday", [],
    )  # fmt: skip
    assert "Doors" in str(saved(ref, key))
    assert typed(editor, ref, place, version="1", **boxes)[1]["version"] == 1
    assert editor.get("/applications/").text.count("govuk-notification-banner") == 0


def test_a_window_is_never_stale_by_its_own_save(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    address = f"/applications/{ref}/{PAGE}/"
    # The answer to this one is lost on the way: the window goes on with the version it knows.
    typed(editor, ref, opening="w1", **{"q-title": "Do"})
    assert typed(editor, ref, opening="w1", **{"q-title": "Door"})[1]["version"] == 2
    pressed = {"opening": "w1", "q-title": "Doors", "go": "next"}
    assert "?compare=" not in editor.post(address, data=pressed).location
    assert saved(ref, "summary")["title"] == "Doors"

    status, told = typed(editor, ref, opening="w2", **{"q-title": "From another window"})
    assert (status, told["state"], told["text"]) == (200, "changed", "Editor Person")
    assert saved(ref, "summary")["title"] == "Doors"


def test_a_stale_page_goes_on_growing_beside_the_saved_one(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    typed(as_("signatory"), ref, opening="s", **{"q-title": "Theirs"})
    hrefs = {typed(editor, ref, opening="e", **{"q-title": text})[1]["href"] for text in ("Mi", "Mine")}
    (href,) = hrefs
    assert "Mine" in editor.get(href).text


def test_the_trail_has_a_line_in_ten_minutes_and_one_for_each_button(
    as_: AsPerson, world: World, clock: time_machine.Traveller
) -> None:
    ref, editor = draft(world), as_("editor")
    for n in range(12):
        typed(editor, ref, opening="w", version=str(n), **{"q-title": f"Doors {n}"})
        clock.shift(timedelta(minutes=1))
    lines = [(line["page_version"], line["by_itself"]) for line in saves_in_trail()]
    assert lines == [(1, True), (11, True)]
    pressed = {"opening": "w", "version": "12", "q-title": "Doors 11", "go": "later"}
    editor.post(f"/applications/{ref}/{PAGE}/", data=pressed)
    editor.post(f"/applications/{ref}/{PAGE}/", data=pressed)
    assert saves_in_trail()[2:] == [{"page": "summary", "page_version": 12, "by_itself": False}]

    typed(as_("signatory"), ref, version="12", **{"q-title": "Doors, again"})
    assert saves_in_trail()[3:] == [{"page": "summary", "page_version": 13, "by_itself": True}]


def test_an_autosave_costs_few_statements_and_none_that_writes_for_nothing(
    as_: AsPerson, world: World, count_queries: CountQueries
) -> None:
    ref, editor = draft(world), as_("editor")
    typed(editor, ref, opening="w", **{"q-title": "D"})
    with count_queries() as changed:
        typed(editor, ref, opening="w", version="1", **{"q-title": "D", "q-summary": "Doors"})
    with count_queries() as unchanged:
        typed(editor, ref, opening="w", version="2", **{"q-title": "D", "q-summary": "Doors"})

    def words(statements: list[str], verb: str) -> list[str]:
        return [one.split()[1] for one in statements if one.startswith(verb)]

    assert words(changed.sent, "UPDATE") == ["section_answers", "page_visit"]
    assert words(unchanged.sent, "UPDATE") == ["page_visit"]
    assert [words(both, "INSERT") for both in (changed.sent, unchanged.sent)] == [[], []]
    assert len([one for one in changed.sent if one.startswith("SELECT")]) <= 10


def test_refusals_are_told_in_json(as_: AsPerson, world: World, clock: time_machine.Traveller) -> None:
    ref, editor = draft(world), as_("editor")
    assert typed(as_("viewer"), ref, **{"q-title": "x"})[0] == 403
    assert typed(as_("stranger"), ref, **{"q-title": "x"})[1]["state"] == "refused"
    assert editor.post(f"/applications/{ref}/sections/no/", headers=SAVE).json == {
        "state": "refused", "text": "There is no such page in this form.",
    }  # fmt: skip
    forged = editor.post(
        f"/applications/{ref}/{PAGE}/", data={"q-title": "x"}, headers={**SAVE, "X-CSRFToken": "old"}
    )
    assert (forged.status_code, forged.json and forged.json["state"]) == (400, "old_token")
    sign_out(editor)
    assert typed(editor, ref, **{"q-title": "x"}) == (401, {"state": "signed_out", "text": ""})
    assert saved(ref, "summary") == {}


def test_after_the_draft_has_lapsed_the_script_is_told_why(
    as_: AsPerson, world: World, clock: time_machine.Traveller
) -> None:
    ref = draft(world)
    clock.move_to(AFTER)
    with unit_of_work() as session:
        actions.lapse_drafts(session, now=AFTER)
    status, told = typed(as_("editor"), ref, **{"q-title": "Too late"})
    assert (status, told["state"]) == (422, "refused")
    assert "no longer" in told["text"]


def presence(browser: Browser, ref: str, **facts: str) -> list[str]:
    answer = browser.post(f"/applications/{ref}/presence/", data={"key": "summary", **facts}, headers=LOOK)
    assert answer.status_code == 200
    assert answer.json is not None
    return list(answer.json["people"])


def test_the_second_person_sees_who_is_there(
    as_: AsPerson, world: World, clock: time_machine.Traveller
) -> None:
    ref, editor, signatory = draft(world), as_("editor"), as_("signatory")
    address = f"/applications/{ref}/{PAGE}/"
    assert presence(editor, ref) == []
    assert presence(signatory, ref) == ["Editor Person has this page open too and is writing now."]
    clock.shift(timedelta(minutes=2))
    assert presence(editor, ref, quiet="60") == [
        "Signatory Person has this page open too, last active 2 minutes ago."
    ]
    there = "Editor Person has this page open too, last active 1 minute ago."
    assert there in Page(signatory.get(address).text).words
    assert there not in Page(editor.get(address).text).words
    assert presence(signatory, ref, key="theme:youth") == []
    presence(editor, ref, leaving="1")
    assert "has this page open" not in signatory.get(address).text


def test_who_is_gone_is_forgotten(as_: AsPerson, world: World, clock: time_machine.Traveller) -> None:
    ref = draft(world)
    presence(as_("editor"), ref)
    clock.shift(timedelta(minutes=4))
    assert presence(as_("signatory"), ref) == []
    clock.shift(timedelta(days=2))
    with unit_of_work() as session:
        assert actions.forget_visits(session, now=now()) == 2
        assert session.scalars(select(PageVisit)).all() == []


def test_without_a_script_the_last_save_is_told(
    as_: AsPerson, world: World, clock: time_machine.Traveller
) -> None:
    ref = draft(world)
    address = f"/applications/{ref}/{PAGE}/"
    as_("editor").post(address, data={"q-title": "Doors", "go": "later"})
    clock.shift(timedelta(minutes=3))
    told = "Editor Person saved this page 3 minutes ago."
    assert told in Page(as_("signatory").get(address).text).words
    assert told not in Page(as_("editor").get(address).text).words
    clock.shift(timedelta(hours=1))
    assert "saved this page" not in Page(as_("signatory").get(address).text).words


def test_looking_at_a_page_writes_nothing(as_: AsPerson, world: World, count_queries: CountQueries) -> None:
    ref, editor = draft(world), as_("editor")
    with count_queries() as statements:
        assert editor.get(f"/applications/{ref}/{PAGE}/").status_code == 200
    assert [one for one in statements.sent if not one.startswith(("SELECT", "BEGIN"))] == []


@pytest.mark.parametrize(
    ("person", "status"), [("viewer", 403), ("stranger", 404), ("manager", 404), ("", 401)]
)
def test_only_those_who_write_the_bid_are_told(as_: AsPerson, world: World, person: str, status: int) -> None:
    ref = draft(world)
    answer = as_(person).post(f"/applications/{ref}/presence/", data={"key": "summary"}, headers=LOOK)
    assert answer.status_code == status


@pytest.mark.parametrize("key", ["", "A page", "x" * 81])
def test_a_page_that_cannot_be_is_refused(as_: AsPerson, world: World, key: str) -> None:
    ref = draft(world)
    answer = as_("editor").post(f"/applications/{ref}/presence/", data={"key": key}, headers=LOOK)
    assert answer.status_code == 422


def test_being_looked_at_does_not_keep_anybody_signed_in(
    as_: AsPerson, world: World, clock: time_machine.Traveller
) -> None:
    ref, editor = draft(world), as_("editor")
    for _ in range(12):
        presence(editor, ref)
        clock.shift(timedelta(hours=1))
    answer = editor.post(f"/applications/{ref}/presence/", data={"key": "summary"}, headers=LOOK)
    assert answer.status_code == 401

    clock.move_to(OPEN)
    editor = as_("editor")
    for n in range(13):
        assert typed(editor, ref, version=str(n), **{"q-title": f"Doors {n}"})[0] == 200
        clock.shift(timedelta(hours=1))


def test_the_bid_shows_what_was_saved_by_itself(as_: AsPerson, world: World) -> None:
    ref = draft(world)
    typed(as_("editor"), ref, **{"q-title": "Doors"})
    with unit_of_work() as session:
        assert queries.by_ref(session, ref).title == "Doors"
