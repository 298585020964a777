"""The pages about time: the closing on every page of the form, extensions for staff, assisted bids."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from grants.applications import actions, queries
from grants.applications.models import Application
from grants.applications.states import Origin, Stage
from grants.core.db import unit_of_work
from grants.notifications.models import Message
from grants.programme import queries as programme
from grants.programme.models import Extension
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.drafts import complete, draft
from tests.rooms.applications.pages import Page
from tests.rooms.applications.test_assisting import written
from tests.rooms.applications.world import AFTER, CLOSES, OPEN, World, eligible

FORM = ("", "sections/summary/", "themes/youth/", "budget/", "partners/", "confirmations/", "check/")
MINUTE = "5pm on Friday 28 January 2022 (UK time)"
LATE = CLOSES + timedelta(minutes=20)


def prominent(html: str) -> str:
    """What stands out about the closing: an inset or a warning that names it."""
    found = re.findall(r'<div class="govuk-(inset|warning)-text">(.*?)</div>', html, re.S)
    return " ".join(Page(text).words for _, text in found if "Send it before" in text or "closed at" in text)


@pytest.mark.parametrize("place", FORM)
def test_the_closing_stands_on_every_page_of_the_form(
    place: str, world: World, as_: AsPerson, clock: time_machine.Traveller
) -> None:
    address = f"/applications/{draft(world)}/{place}"

    def seen() -> tuple[str, str]:
        html = as_("editor").get(address).text
        return Page(html).words, prominent(html)

    words, loud = seen()
    assert (f"before {MINUTE}" in words, loud) == (True, "")
    clock.move_to(CLOSES - timedelta(days=7))
    assert f"Send it before {MINUTE} ." in seen()[1]
    clock.move_to(CLOSES - timedelta(minutes=12, seconds=1))
    assert re.search(r"Send it before .*12 minutes left\.", seen()[1])
    clock.move_to(CLOSES - timedelta(minutes=1))
    assert "1 minute left." in seen()[1]
    clock.move_to(CLOSES - timedelta(seconds=1))
    assert "Less than a minute left." in seen()[1]
    clock.move_to(CLOSES)
    assert f"closed at {MINUTE}" in seen()[1]


def test_the_closing_is_the_bids_own(world: World, as_: AsPerson, clock: time_machine.Traveller) -> None:
    ref = draft(world)
    with unit_of_work() as session:
        session.add(
            Extension(
                round_id=world.round.id,
                application_id=queries.by_ref(session, ref).id,
                closes_at=CLOSES + timedelta(days=3),
                reason="Ill",
                drafted_by_id=world.person_ids["manager"],
                drafted_at=OPEN,
                approved_at=OPEN,
            )
        )
    clock.move_to(AFTER)
    editor = as_("editor")
    pages = [f"/applications/{ref}/{page}" for page in FORM]
    assert ["5pm on Monday 31 January 2022" in prominent(editor.get(page).text) for page in pages] == [
        True
    ] * 7
    assert "Send it before 5pm on Monday 31 January 2022" in Page(editor.get("/applications/").text).words


def test_a_save_after_the_draft_has_lapsed_gives_the_words_back(
    world: World, as_: AsPerson, clock: time_machine.Traveller
) -> None:
    ref = draft(world)
    clock.move_to(LATE)
    with unit_of_work() as session:
        actions.lapse_drafts(session, now=LATE)
    editor = as_("editor")
    answer = editor.post(f"/applications/{ref}/sections/summary/", data={"q-summary": "All my words"})
    assert answer.status_code == 422
    assert "All my words" in answer.text
    whole = editor.get(f"/applications/{ref}/answers/")
    assert whole.status_code == 200


def typed(**changes: str) -> dict[str, str]:
    given = {
        "ref": "",
        "on-day": "28",
        "on-month": "1",
        "on-year": "2022",
        "at": "9pm",
        "reason": "The service was down from 3pm to 5pm.",
    }
    return {**given, **changes}


def test_a_manager_puts_more_time_forward_and_a_chair_approves(
    world: World, as_: AsPerson, clock: time_machine.Traveller, app: Flask
) -> None:
    ref = complete(world)
    clock.move_to(LATE)
    with unit_of_work() as session:
        actions.lapse_drafts(session, now=LATE)
    page = f"/applications/extensions/{world.round.ref}/"
    manager, chair = as_("manager"), as_("chair")
    assert "Nobody has been given more time" in manager.get(page).text
    assert manager.post(page, data=typed(ref=ref.lower())).status_code == 302
    (one,) = [link for link in Page(manager.get(page).text).links if f"{ref}/extensions/" in link]
    assert "Take it back" in manager.get(one).text
    assert "Only a chair can approve" in manager.get(one).text
    shown = chair.get(one)
    assert [text in Page(shown.text).words for text in ("9pm on Friday 28", "The service was down")] == [
        True
    ] * 2
    assert chair.post(f"{one}approve/", data={"version": "1"}).status_code == 302
    assert chair.post(f"{one}approve/", data={"version": "1"}).status_code == 409
    with unit_of_work() as session:
        assert queries.by_ref(session, ref).stage is Stage.DRAFT
    sent = as_("signatory").post(f"/applications/{ref}/submit/", data={"declared": "yes"})
    assert sent.location == f"/applications/{ref}/receipt/"


def test_the_whole_round_by_its_own_address(
    world: World, as_: AsPerson, clock: time_machine.Traveller
) -> None:
    ref = draft(world)
    page = f"/applications/extensions/{world.round.ref}/"
    manager, chair = as_("manager"), as_("chair")
    manager.post(page, data=typed())
    manager.post(page, data=typed(ref=ref))
    with unit_of_work() as session:
        whole, single = sorted(programme.extensions_of(session, world.round.id), key=lambda one: one.id)
        ids = whole.id, single.id
    mixed = [f"/applications/extensions/of-the-round/{ids[1]}/", f"/applications/{ref}/extensions/{ids[0]}/"]
    assert [chair.get(address).status_code for address in mixed] == [404, 404]
    assert [chair.post(f"{address}approve/", data={"version": "1"}).status_code for address in mixed] == [
        404,
        404,
    ]
    own = f"/applications/extensions/of-the-round/{ids[0]}/"
    assert chair.post(f"{own}refuse/", data={"version": "1", "reason": ""}).status_code == 422
    assert (
        chair.post(f"{own}refuse/", data={"version": "1", "reason": "No outage was seen."}).status_code == 302
    )
    assert "No outage was seen." in manager.get(own).text
    assert (
        manager.post(f"/applications/extensions/{ids[1]}/withdraw/", data={"version": "1"}).status_code == 302
    )
    assert manager.get(page).text.count("Taken back") == 0
    assert "Withdrawn" in manager.get(page).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"at": "25:00"}, "Enter the time like 5pm or 17:00"),
        ({"at": ""}, "Enter the new closing time"),
        ({"on-day": "31", "on-month": "2"}, "real date"),
        ({"ref": "LCR-9999"}, "No bid of this round has this reference"),
        ({"reason": ""}, "Enter the reason"),
        ({"at": "4pm"}, "must be later than the present one"),
        ({"on-day": "27", "on-month": "3", "at": "1:30am"}, "clocks go forward over this time"),
        ({"on-day": "30", "on-month": "10", "at": "1:30am"}, "show this time twice"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    changes: dict[str, str], said: str, world: World, as_: AsPerson
) -> None:
    answer = as_("manager").post(f"/applications/extensions/{world.round.ref}/", data=typed(**changes))
    assert (answer.status_code, said in answer.text) == (422, True)
    assert Page(answer.text).boxes["at"] == typed(**changes)["at"]
    with unit_of_work() as session:
        assert programme.extensions_of(session, world.round.id) == []


def entered(world: World, **changes: str) -> dict[str, str]:
    given = {
        "channel": "telephone",
        "received_on-day": "9",
        "received_on-month": "12",
        "received_on-year": "2021",
        "received_at": "3pm",
        "name": "Helping Hands",
        "kind": "registered_charity",
        "charity_number": "1123128",
        "postcode": "LU1 2BQ",
        "signatory_name": "Ada Lead",
        "signatory_email": "ada@hands.example",
        **{f"q-{key}": "yes" if good else "no" for key, good in eligible(world.definition).items()},
    }
    return {**given, **changes}


def the_bid() -> str:
    with unit_of_work() as session:
        return session.scalars(select(Application.ref).where(Application.origin == Origin.ASSISTED)).one()


def test_a_bid_told_by_telephone_is_entered_marked_and_signed(
    world: World, as_: AsPerson, clock: time_machine.Traveller
) -> None:
    manager, nobody = as_("manager"), as_("")
    new = f"/applications/assisted/{world.round.ref}/new/"
    assert manager.get(new).status_code == 200
    assert manager.post(new, data=entered(world)).status_code == 302
    ref = the_bid()
    task_list = Page(manager.get(f"/applications/{ref}/").text).words
    assert "Assisted: the council enters this bid" in task_list
    assert manager.get(f"/applications/{ref}/sections/summary/").status_code == 200
    assert "Only an authorised signatory" in Page(manager.get(f"/applications/{ref}/check/").text).words
    own = f"/applications/{ref}/assisted/"
    assert "Before the bid can be signed" in manager.get(own).text
    assert manager.post(f"{own}ask/").status_code == 422
    for stranger in ("chair", "auditor", "editor", "stranger"):
        assert as_(stranger).get(f"/applications/{ref}/sections/summary/").status_code == 404
    _write(world, ref)
    assert manager.post(f"{own}ask/").status_code == 302
    with unit_of_work() as session:
        letter = session.scalars(select(Message.body).where(Message.kind == "assisted_to_sign")).one()
    link = re.search(r"/applications/assisted/sign/[^/]+/", letter)
    assert link is not None
    page = nobody.get(link[0])
    assert [text in page.text for text in ("What we do about hearing.", "I make this declaration")] == [
        True
    ] * 2
    assert nobody.post(link[0], data={"digest": Page(page.text).boxes["digest"]}).status_code == 422
    assert nobody.post(link[0], data={"declared": "yes", "digest": "of another"}).status_code == 409
    signed = {"declared": "yes", "digest": Page(page.text).boxes["digest"]}
    assert [nobody.post(link[0], data=signed).status_code for _ in range(2)] == [302, 302]
    assert "Your bid has been sent" in nobody.get(link[0]).text
    assert nobody.get("/applications/assisted/sign/nonsense/").status_code == 404
    assert "Assisted" in manager.get(f"/applications/{ref}/read/").text
    assert "assisted" in manager.get(f"/applications/screening/{world.round.ref}/").text


def _write(world: World, ref: str) -> None:
    with unit_of_work() as session:
        written(world, queries.by_ref(session, ref))


def test_signed_paper_is_recorded_and_let_in(world: World, as_: AsPerson) -> None:
    manager, chair = as_("manager"), as_("chair")
    manager.post(f"/applications/assisted/{world.round.ref}/new/", data=entered(world, signatory_email=""))
    ref = the_bid()
    _write(world, ref)
    own = f"/applications/{ref}/assisted/"
    paper = {
        "received_on-day": "10",
        "received_on-month": "12",
        "received_on-year": "2021",
        "kept_at": "Cabinet 4",
    }
    assert manager.post(f"{own}record/", data={**paper, "kept_at": ""}).status_code == 422
    assert "What we do about hearing." not in chair.get(own).text
    assert manager.post(f"{own}record/", data=paper).status_code == 302
    assert "What we do about hearing." in chair.get(own).text
    version = Page(chair.get(own).text).boxes["version"]
    assert manager.post(f"{own}approve/", data={"version": version}).status_code == 403
    assert chair.post(f"{own}refuse/", data={"version": version}).status_code == 422
    assert chair.post(f"{own}approve/", data={"version": version}).status_code == 302
    assert "Signed and sent" in chair.get(f"/applications/assisted/{world.round.ref}/").text


def test_late_paper_is_entered_with_a_reason(
    world: World, as_: AsPerson, clock: time_machine.Traveller
) -> None:
    clock.move_to(AFTER)
    manager = as_("manager")
    new = f"/applications/assisted/{world.round.ref}/new/"
    assert "came before then can still be entered" in manager.get(new).text
    refused = manager.post(new, data=entered(world))
    assert (refused.status_code, "Say why the bid is entered only now" in refused.text) == (422, True)
    late = {
        "late_reason": "The post was opened only today.",
        "late_on-day": "31",
        "late_on-month": "1",
        "late_on-year": "2022",
        "late_at": "5pm",
    }
    assert manager.post(new, data=entered(world, **late)).status_code == 302
    own = manager.get(f"/applications/{the_bid()}/assisted/").text
    assert "More time waits for a chair: until 5pm on Monday 31 January 2022" in Page(own).words
