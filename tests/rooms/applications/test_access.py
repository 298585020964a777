"""Who may open which page of a bid, and press which button: the table, with the answers written by hand."""

import pytest

from grants.applications import actions, queries
from grants.core.db import unit_of_work
from tests.rooms.applications import world as w
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.world import OPEN, World

PEOPLE = ("signatory", "editor", "viewer", "stranger", "manager", "chair", "auditor", "")

SIGN_IN = 302
TO_TASKS = 302

DRAFT_PAGES = {
    # path                    signatory editor viewer stranger manager chair auditor signed out
    "":                       (200, 200, 200, 404, 404, 404, 404, SIGN_IN),
    "sections/summary/":      (200, 200, 403, 404, 404, 404, 404, SIGN_IN),
    "themes/youth/":          (200, 200, 403, 404, 404, 404, 404, SIGN_IN),
    "budget/":                (200, 200, 403, 404, 404, 404, 404, SIGN_IN),
    "partners/":              (200, 200, 403, 404, 404, 404, 404, SIGN_IN),
    "confirmations/":         (200, 200, 403, 404, 404, 404, 404, SIGN_IN),
    "check/":                 (200, 200, 403, 404, 404, 404, 404, SIGN_IN),
    "answers/":               (200, 200, 200, 404, 404, 404, 404, SIGN_IN),
    "receipt/":               (404, 404, 404, 404, 404, 404, 404, SIGN_IN),
    "withdraw/":              (200, 403, 403, 404, 404, 404, 404, SIGN_IN),
    "read/":                  (403, 403, 403, 403, 404, 404, 404, SIGN_IN),
    "sections/nothing/":      (404, 404, 403, 404, 404, 404, 404, SIGN_IN),
    "themes/nothing/":        (404, 404, 403, 404, 404, 404, 404, SIGN_IN),
}  # fmt: skip

SENT_PAGES = {
    "":                       (200, 200, 200, 404, 404, 404, 404, SIGN_IN),
    "sections/summary/":      (TO_TASKS, TO_TASKS, 403, 404, 404, 404, 404, SIGN_IN),
    "check/":                 (TO_TASKS, TO_TASKS, 403, 404, 404, 404, 404, SIGN_IN),
    "answers/":               (200, 200, 200, 404, 404, 404, 404, SIGN_IN),
    "receipt/":               (200, 200, 200, 404, 404, 404, 404, SIGN_IN),
    "withdraw/":              (200, 403, 403, 404, 404, 404, 404, SIGN_IN),
    "read/":                  (403, 403, 403, 403, 200, 200, 200, SIGN_IN),
}  # fmt: skip

POSTS_TO_A_DRAFT = {
    "sections/summary/":      (302, 302, 403, 404, 404, 404, 404, 401),
    "themes/youth/":          (302, 302, 403, 404, 404, 404, 404, 401),
    "budget/":                (302, 302, 403, 404, 404, 404, 404, 401),
    "partners/":              (302, 302, 403, 404, 404, 404, 404, 401),
    "confirmations/":         (422, 422, 403, 404, 404, 404, 404, 401),
    "submit/":                (422, 403, 403, 404, 404, 404, 404, 401),
    "withdraw/":              (422, 403, 403, 404, 404, 404, 404, 401),
    "send-to-review/":        (403, 403, 403, 403, 404, 403, 403, 401),
    "reject/":                (403, 403, 403, 403, 404, 403, 403, 401),
}  # fmt: skip


def found(as_: AsPerson, ref: str, path: str, *, post: bool) -> tuple[int, ...]:
    """The status that each of `PEOPLE` gets."""
    statuses = []
    for who in PEOPLE:
        browser = as_(who)
        address = f"/applications/{ref}/{path}"
        statuses.append((browser.post(address) if post else browser.get(address)).status_code)
    return tuple(statuses)


@pytest.mark.parametrize("path", DRAFT_PAGES)
def test_pages_of_a_draft(as_: AsPerson, world: World, path: str) -> None:
    with unit_of_work():
        ref = w.started(world).ref
    assert found(as_, ref, path, post=False) == DRAFT_PAGES[path]


@pytest.mark.parametrize("path", SENT_PAGES)
def test_pages_of_a_bid_that_was_sent(as_: AsPerson, world: World, path: str) -> None:
    with unit_of_work() as session:
        ref = queries.application(session, w.sent(world).application_id).ref
    assert found(as_, ref, path, post=False) == SENT_PAGES[path]


@pytest.mark.parametrize("path", POSTS_TO_A_DRAFT)
def test_buttons_of_a_draft(as_: AsPerson, world: World, path: str) -> None:
    with unit_of_work():
        ref = w.started(world).ref
    assert found(as_, ref, path, post=True) == POSTS_TO_A_DRAFT[path]


def test_the_lists(as_: AsPerson, world: World) -> None:
    screening, start = (
        f"/applications/screening/{world.round.ref}/",
        f"/applications/start/{world.round.ref}/",
    )
    assert [as_(who).get("/applications/").status_code for who in PEOPLE] == [200] * 7 + [SIGN_IN]
    assert [as_(who).get(start).status_code for who in PEOPLE] == [200] * 7 + [SIGN_IN]
    assert [as_(who).get(screening).status_code for who in PEOPLE] == [
        403,
        403,
        403,
        403,
        200,
        200,
        200,
        SIGN_IN,
    ]
    assert as_("manager").get("/applications/screening/no-such-round/").status_code == 404
    assert as_("editor").get("/applications/start/no-such-round/").status_code == 404


def test_my_bids_are_those_of_my_organisations(as_: AsPerson, world: World) -> None:
    with unit_of_work():
        ref = w.started(world).ref
    assert [ref in as_(who).get("/applications/").text for who in PEOPLE[:-1]] == [True] * 3 + [False] * 4


def test_a_partners_page_is_for_whoever_has_the_link(as_: AsPerson, world: World) -> None:
    with unit_of_work() as session:
        bid = w.started(world)
        w.write_all(world, bid)
        (asked,) = actions.ask_partners(session, application_id=bid.id, actor=world.actor("editor"), now=OPEN)
    assert [as_(who).get(f"/applications/consents/{asked.token}/").status_code for who in PEOPLE] == [200] * 8
    gone = as_("").get("/applications/consents/made-up/")
    assert (gone.status_code, "Use the link in its newest email" in gone.text) == (404, True)
    assert as_("").post("/applications/consents/made-up/").status_code == 404


def test_screening_moves_a_bid_on_or_takes_it_out(as_: AsPerson, world: World) -> None:
    with unit_of_work() as session:
        one, two = (queries.application(session, w.sent(world).application_id).ref for _ in range(2))
    manager, screening = as_("manager"), f"/applications/screening/{world.round.ref}/"
    assert manager.post(f"/applications/{one}/reject/", data={"reason": " "}).status_code == 422
    assert manager.post(f"/applications/{one}/reject/", data={"reason": "No bank"}).status_code == 302
    assert manager.post(f"/applications/{two}/send-to-review/").status_code == 302
    assert manager.post(f"/applications/{two}/send-to-review/").status_code == 422
    assert one in manager.get(f"{screening}?stage=ineligible").text
    assert one not in manager.get(f"{screening}?stage=in_review").text
    assert two in manager.get(f"{screening}?stage=in_review").text
    assert one in manager.get(f"{screening}?stage=nonsense&page=zero").text
    assert "No bank" in as_("viewer").get(f"/applications/{one}/").text
