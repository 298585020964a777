"""Changes asked for and sent in a browser; who sees which version; the history of a bid."""

from datetime import timedelta

import time_machine
from sqlalchemy import select

from grants.applications import actions, queries
from grants.applications.models import ChangeRequest
from grants.core.clock import in_london
from grants.core.db import unit_of_work
from tests.counting import CountQueries
from tests.rooms.applications import world as w
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.pages import Page
from tests.rooms.applications.world import AFTER, World

DUE = AFTER + timedelta(days=7)


def sent(world: World, clock: time_machine.Traveller) -> str:
    """The reference of a bid that was sent; the round has closed since."""
    with unit_of_work() as session:
        ref = queries.application(session, w.sent(world).application_id).ref
    clock.move_to(AFTER)
    return ref


def body(**more: str) -> dict[str, str]:
    """What a manager types."""
    day = in_london(DUE)
    return {
        "ask-summary": "Say who <runs> it.", "reason": "We cannot tell.", "due-day": str(day.day),
        "due-month": str(day.month), "due-year": str(day.year), "due_time": "5pm", **more,
    }  # fmt: skip


def asked(world: World, as_: AsPerson, clock: time_machine.Traveller, **more: str) -> str:
    """A bid whose applicant has been asked for changes."""
    ref = sent(world, clock)
    answer = as_("manager").post(f"/applications/{ref}/changes/", data=body(**more))
    assert (answer.status_code, answer.location) == (302, f"/applications/{ref}/changes/")
    return ref


def test_the_minute_is_the_one_in_the_uk(world: World, as_: AsPerson, clock: time_machine.Traveller) -> None:
    asked(world, as_, clock, **{"due-day": "1", "due-month": "4", "due-year": "2022", "due_time": "5.30pm"})
    with unit_of_work() as session:
        due = session.scalars(select(ChangeRequest.due_at)).one()
    assert due.isoformat() == "2022-04-01T16:30:00+00:00"


def test_nothing_typed_is_lost_when_something_is_wrong(
    world: World, as_: AsPerson, clock: time_machine.Traveller
) -> None:
    ref, manager = sent(world, clock), as_("manager")
    for wrong, told in (
        ({"due_time": "teatime"}, "Enter a time of day, like 5pm or 17:00"),
        ({"due-day": ""}, "The date must include a day"),
        ({"due-year": "2020"}, "must be in the future"),
        ({"ask-summary": "", "ask-budget": " "}, "Say for at least one page what should change"),
    ):
        answer = manager.post(f"/applications/{ref}/changes/", data=body(**wrong))
        page = Page(answer.text)
        assert (answer.status_code, told in page.words) == (422, True)
        assert page.typed("reason") == "We cannot tell."


def test_the_applicant_sees_what_is_asked_beside_the_form_and_sends(
    world: World, as_: AsPerson, clock: time_machine.Traveller
) -> None:
    ref = asked(world, as_, clock)
    editor, base = as_("editor"), f"/applications/{ref}/"
    tasks = Page(editor.get(base).text)
    assert "Say who <runs> it." in tasks.words
    assert tasks.words.count("Changes asked for") == 1
    assert (base + "sections/summary/" in tasks.links, base + "budget/" in tasks.links) == (True, False)
    form = Page(editor.get(base + "sections/summary/").text)
    assert "What the programme team asks for here Say who <runs> it." in form.words
    form.boxes |= {"q-title": "Another title"}
    typed = {name: form.typed(name) for name in form.boxes if name != "csrf_token"}
    assert editor.post(base + "sections/summary/", data={**typed, "go": "later"}).status_code == 302
    assert "Changes made" in Page(editor.get(base).text).words
    signatory = as_("signatory")
    assert signatory.post(base + "send-changes/", data={}).status_code == 422
    for _ in range(2):
        assert signatory.post(base + "send-changes/", data={"declared": "y"}).location == base
    assert editor.post(base + "sections/summary/", data=typed).status_code == 422
    assert "Another title" in editor.get(base + "answers/").text
    versions = editor.get(base + "versions/").text
    assert ("<ins>Another title</ins>" in versions, "<del>Doors open</del>" in versions) == (True, True)
    assert "These two do not differ." in editor.get(base + "versions/?first=2&second=2").text
    assert "<ins>Another title</ins>" in as_("manager").get(base + "read/versions/").text


def test_the_date_in_words_on_every_page_that_is_open(
    world: World, as_: AsPerson, clock: time_machine.Traveller
) -> None:
    ref = asked(world, as_, clock)
    minute = "5pm on Friday 4 February 2022 (UK time)"
    for page in ("", "sections/summary/", "check/"):
        assert minute in Page(as_("editor").get(f"/applications/{ref}/{page}").text).words


def test_the_history_in_plain_words(world: World, as_: AsPerson, clock: time_machine.Traveller) -> None:
    ref = asked(world, as_, clock)
    clock.move_to(DUE + timedelta(hours=1))
    with unit_of_work() as session:
        assert actions.lapse_changes(session, now=DUE + timedelta(hours=1)) == 1
    told = Page(as_("viewer").get(f"/applications/{ref}/history/").text).words
    wanted = ("was started", "was sent", "asked for changes", "date for changes passed")
    places = [told.index(words) for words in wanted]
    assert places == sorted(places)
    trail = Page(as_("auditor").get(f"/applications/{ref}/read/history/").text).links
    assert any(link.startswith("/audit/application/") for link in trail)


def test_the_changes_page_costs_the_same_for_one_request_and_for_many(
    world: World, as_: AsPerson, clock: time_machine.Traveller, count_queries: CountQueries
) -> None:
    ref = asked(world, as_, clock)
    manager, path = as_("manager"), f"/applications/{ref}/changes/"
    manager.get(path)
    with count_queries() as first:
        manager.get(path)
    for _ in range(3):
        manager.post(path + "cancel/", data={"reason": "A mistake."})
        manager.post(path, data=body())
    with count_queries() as later:
        manager.get(path)
    assert len(first) == len(later)
