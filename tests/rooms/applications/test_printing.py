"""A bid as a PDF: who gets which, and that it is what was sent."""

from io import BytesIO

import pikepdf
import time_machine

from grants.core.db import unit_of_work
from tests.rooms.applications import world as w
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.drafts import complete, draft
from tests.rooms.applications.world import World
from tests.rooms.core.test_paper import bare, text_of


def sent(world: World) -> tuple[str, str]:
    """The reference of a bid that was sent, and the digest of what was sent."""
    with unit_of_work() as session:
        version = w.sent(world)
        return session.get_one(w.Application, version.application_id).ref, version.digest


def test_a_draft_is_marked_as_one_on_every_page(as_: AsPerson, world: World) -> None:
    ref = complete(world)
    answer = as_("viewer").get(f"/applications/{ref}/pdf/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{ref}-draft.pdf"'
    with pikepdf.open(BytesIO(answer.data)) as pdf:
        pages = len(pdf.pages)
    told = bare(text_of(answer.data))
    assert told.count("DRAFT–NOTSENT") == pages
    assert bare("Draft, not sent. As it stood at midday on Friday 10 December 2021 (UK time).") in told
    assert bare("Doors open") in told


def test_an_empty_draft_can_be_printed(as_: AsPerson, world: World) -> None:
    answer = as_("editor").get(f"/applications/{draft(world)}/pdf/")
    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")


def test_what_was_sent_is_the_same_for_its_people_and_for_staff_whenever_they_ask(
    as_: AsPerson, world: World, clock: time_machine.Traveller
) -> None:
    ref, digest = sent(world)
    own = as_("viewer").get(f"/applications/{ref}/pdf/")
    clock.move_to(w.AFTER)
    staff = as_("manager").get(f"/applications/{ref}/read/pdf/")
    assert own.data == staff.data
    assert own.headers["Content-Disposition"] == f'attachment; filename="{ref}-v1.pdf"'
    told = bare(text_of(own.data))
    assert "DRAFT" not in told
    for words in (ref, digest, "midday on Friday 10 December 2021 (UK time)", w.fund().rules.declaration):
        assert bare(words) in told


def test_strangers_and_drafts_of_others_get_nothing(as_: AsPerson, world: World) -> None:
    ref = complete(world)
    assert as_("stranger").get(f"/applications/{ref}/pdf/").status_code == 404
    assert as_("manager").get(f"/applications/{ref}/read/pdf/").status_code == 404
    assert as_("viewer").get(f"/applications/{ref}/read/pdf/").status_code == 403


def test_every_question_can_be_taken_away(as_: AsPerson, world: World) -> None:
    browser, page = as_(""), f"/rounds/{world.round.ref}/questions/"
    text = browser.get(f"{page}text/").text
    paper = bare(text_of(browser.get(f"{page}pdf/").data))
    shown = browser.get(page).text
    for section in w.fund().sections:
        for question in section.questions:
            assert question.text in text
            assert bare(question.text) in paper
    assert f'href="{page}pdf/"' in shown
    assert w.fund().rules.declaration in text
