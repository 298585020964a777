"""Two people on one page: both versions stay until one is chosen, whoever closes their browser."""

import re
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from grants.applications import actions, queries
from grants.applications.models import SetAside
from grants.applications.states import Consent
from grants.audit.models import TrailEntry
from grants.core.db import unit_of_work
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.drafts import complete, draft, saved
from tests.rooms.applications.pages import Page
from tests.rooms.applications.world import World

STALE_PAGES: list[tuple[str, str, dict[str, str], dict[str, str]]] = [
    ("sections/summary", "summary", {"q-title": "Their one name"}, {"q-title": "My one name"}),
    ("themes/youth", "theme:youth", {"q-hearing": "Their one name"}, {"q-hearing": "My one name"}),
    (
        "budget",
        "budget",
        {"lines-0-item": "Their one name", "lines-0-amount": "1"},
        {"lines-0-item": "My one name", "lines-0-amount": "1"},
    ),
]


def waiting() -> list[SetAside]:
    with unit_of_work() as session:
        found = list(session.scalars(select(SetAside).order_by(SetAside.id)))
        for row in found:
            session.expunge(row)
        return found


def deeds(deed: str) -> list[dict[str, object]]:
    with unit_of_work() as session:
        rows = session.scalars(select(TrailEntry).where(TrailEntry.deed == deed).order_by(TrailEntry.seq))
        return [row.facts for row in rows]


def clash(as_: AsPerson, ref: str, *, place: str, theirs: dict[str, str], mine: dict[str, str]) -> str:
    """Both save a page that both opened while it was empty. Gives where the slower one is led."""
    address = f"/applications/{ref}/{place}/"
    assert as_("signatory").post(address, data={**theirs, "go": "later"}).status_code == 302
    answer = as_("editor").post(address, data={**mine, "go": "next"})
    assert answer.status_code == 302
    return answer.location


@pytest.mark.parametrize(("place", "key", "theirs", "mine"), STALE_PAGES)
def test_both_versions_are_kept_and_compared(
    as_: AsPerson, world: World, place: str, key: str, theirs: dict[str, str], mine: dict[str, str]
) -> None:
    ref = draft(world)
    compare = clash(as_, ref, place=place, theirs=theirs, mine=mine)
    (kept,) = waiting()
    assert compare == f"/applications/{ref}/{place}/?compare={kept.id}"
    assert (kept.key, kept.based_on, kept.person_id) == (key, 0, world.person_ids["editor"])
    before = saved(ref, key)
    assert "Their one name" in str(before)

    answer = as_("editor").get(compare)
    page = Page(answer.text)
    assert "Saved by Signatory Person" in page.words
    assert "Typed by you" in page.words
    marked = re.findall(r"<(del|ins)><span[^>]*> \[only here: </span>(.*?)<span", answer.text)
    assert marked == [("del", "Their"), ("ins", "My")]
    assert saved(ref, key) == before
    assert deeds("application.set_aside") == [{"page": key, "page_version": 0}]


@pytest.mark.parametrize(("place", "key", "theirs", "mine"), STALE_PAGES)
def test_the_other_version_is_taken_into_the_page_and_saved(
    as_: AsPerson, world: World, place: str, key: str, theirs: dict[str, str], mine: dict[str, str]
) -> None:
    ref = draft(world)
    clash(as_, ref, place=place, theirs=theirs, mine=mine)
    (kept,), editor = waiting(), as_("editor")
    address = f"/applications/{ref}/{place}/"
    page = Page(editor.get(f"{address}?other={kept.id}").text)
    name = next(iter(mine))
    assert page.typed(name) == "My one name"
    assert (page.boxes["version"], page.boxes["other"]) == ("1", str(kept.id))
    assert waiting() != []

    boxes = {name: page.typed(name) for name in page.boxes if name}
    assert editor.post(address, data={**boxes, "go": "later"}).status_code == 302
    assert ("My one name" in str(saved(ref, key)), "Their" in str(saved(ref, key))) == (True, False)
    assert waiting() == []
    assert [(fact["page"], fact["taken"]) for fact in deeds("application.choose_version")] == [(key, True)]


def test_answers_are_chosen_one_by_one(as_: AsPerson, world: World) -> None:
    ref = draft(world)
    theirs = {"q-hearing": "Their hearing", "q-understanding": "Their change"}
    mine = {"q-hearing": "My hearing", "q-understanding": "My change"}
    clash(as_, ref, place="themes/youth", theirs=theirs, mine=mine)
    (kept,) = waiting()
    strands = [name.removeprefix("q-") for name in theirs]
    assert set(strands) <= set(world.definition.rubric.strand_keys)
    chosen = f"other={kept.id}&take-q-hearing=saved&take-q-understanding=other"
    page = Page(as_("editor").get(f"/applications/{ref}/themes/youth/?{chosen}").text)
    assert (page.typed("q-hearing"), page.typed("q-understanding")) == ("Their hearing", "My change")


def test_what_is_saved_may_be_kept_and_the_other_version_thrown_away(as_: AsPerson, world: World) -> None:
    ref = draft(world)
    place, key, theirs, mine = STALE_PAGES[0]
    clash(as_, ref, place=place, theirs=theirs, mine=mine)
    before, (kept,) = saved(ref, key), waiting()
    throw = f"/applications/{ref}/versions/{kept.id}/"
    assert as_("stranger").post(throw).status_code == 404
    assert as_("viewer").post(throw).status_code == 403
    assert len(waiting()) == 1

    answer = as_("signatory").post(throw)
    assert (answer.status_code, answer.location) == (302, f"/applications/{ref}/{place}/")
    assert (saved(ref, key), waiting()) == (before, [])
    assert as_("signatory").post(throw).status_code == 404


def test_a_waiting_version_is_told_on_the_page_and_the_task_list(as_: AsPerson, world: World) -> None:
    ref = draft(world)
    place, _, theirs, mine = STALE_PAGES[0]
    compare = clash(as_, ref, place=place, theirs=theirs, mine=mine)
    for person, whose in (("editor", "of yours"), ("signatory", "by Editor Person")):
        for address in (f"/applications/{ref}/", f"/applications/{ref}/{place}/"):
            page = Page(as_(person).get(address).text)
            assert f"another version {whose}" in page.words.lower().replace("editor person", "Editor Person")
            assert compare in page.links
    assert compare not in Page(as_("viewer").get(f"/applications/{ref}/").text).links


def test_the_same_words_are_set_aside_once(as_: AsPerson, world: World) -> None:
    ref = draft(world)
    place, _, theirs, mine = STALE_PAGES[0]
    for _ in range(2):
        clash(as_, ref, place=place, theirs=theirs, mine=mine)
    assert len(waiting()) == 1
    as_("editor").post(f"/applications/{ref}/{place}/", data={"q-title": "A third name"})
    assert len(waiting()) == 2


def test_a_version_of_another_page_or_bid_is_not_shown(as_: AsPerson, world: World) -> None:
    ref, other = draft(world), draft(world)
    place, _, theirs, mine = STALE_PAGES[0]
    clash(as_, ref, place=place, theirs=theirs, mine=mine)
    (kept,) = waiting()
    editor = as_("editor")
    for address in (f"{ref}/themes/youth/", f"{other}/{place}/"):
        for name in ("compare", "other"):
            assert editor.get(f"/applications/{address}?{name}={kept.id}").status_code == 404
    assert editor.get(f"/applications/{ref}/{place}/?compare=x").status_code == 404


def test_a_page_with_versions_that_say_the_same_says_so(as_: AsPerson, world: World) -> None:
    ref = draft(world)
    place, _, theirs, mine = STALE_PAGES[0]
    compare = clash(as_, ref, place=place, theirs=theirs, mine=mine)
    address = f"/applications/{ref}/{place}/"
    as_("signatory").post(address, data={**mine, "version": "1", "go": "later"})
    assert "say the same" in as_("editor").get(compare).text


def test_two_saves_at_the_same_moment_lose_no_words(as_: AsPerson, world: World) -> None:
    ref = draft(world)
    address, together = f"/applications/{ref}/sections/summary/", Barrier(2)
    browsers = {"editor": as_("editor"), "signatory": as_("signatory")}
    led_to: dict[str, str] = {}

    def save(who: str) -> None:
        together.wait()
        led_to[who] = browsers[who].post(address, data={"q-title": f"By the {who}", "go": "next"}).location

    threads = [Thread(target=save, args=(who,)) for who in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (loser,) = [who for who, place in led_to.items() if "?compare=" in place]
    (winner,) = set(browsers) - {loser}
    assert saved(ref, "summary")["title"] == f"By the {winner}"
    page = Page(browsers[loser].get(led_to[loser]).text)
    assert "Typed by you" in page.words
    assert f"By the {loser}" in str(waiting()[0].answers)


def test_words_of_a_bid_that_was_sent_are_not_set_aside(as_: AsPerson, world: World) -> None:
    ref = complete(world)
    with unit_of_work() as session:
        bid_id = queries.by_ref(session, ref).id
        actions.submit(
            session,
            application_id=bid_id,
            declared=True,
            actor=world.actor("signatory"),
            now=world.round.opens_at,
        )
    answer = as_("editor").post(f"/applications/{ref}/sections/summary/", data={"q-title": "Too late"})
    assert (answer.status_code, "Too late" in answer.text, waiting()) == (422, True, [])


def test_no_consent_is_opened_again_before_a_button_is_pressed(as_: AsPerson, world: World) -> None:
    ref, editor = complete(world), as_("editor")
    address = f"/applications/{ref}/budget/"
    page = Page(editor.get(address).text)
    boxes = {name: page.typed(name) for name in page.boxes if name}
    changed = {**boxes, "lines-0-amount": "9", "opening": "w1"}
    answer = editor.post(address, data=changed, headers={"X-Sent-By-Itself": "save"})
    assert (answer.status_code, answer.json and answer.json["state"]) == (200, "kept")
    with unit_of_work() as session:
        consents = [p.consent for p in queries.partners_of(session, queries.by_ref(session, ref).id)]
    assert set(consents) == {Consent.GIVEN}
    assert len(waiting()) == 1

    assert editor.post(address, data={**changed, "go": "later"}).status_code == 302
    assert waiting() == []
