"""Writing a bid in a browser without JavaScript: nothing typed is lost; what is wrong is said beside it."""

import json
from dataclasses import replace
from threading import Barrier, Event, Thread
from typing import Any

import pytest
import time_machine
from flask import Flask, request_started
from sqlalchemy import func, select

from grants.applications import actions, queries
from grants.applications.models import Application, Version
from grants.applications.states import Consent, Stage
from grants.core.db import db, unit_of_work
from grants.notifications.models import Message
from tests.counting import CountQueries
from tests.paths import SHARED_DATA, needs_shared_data
from tests.rooms.applications import world as w
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.pages import Page
from tests.rooms.applications.world import CLOSES, OPEN, World


def draft(world: World) -> str:
    """The reference of a new draft."""
    with unit_of_work():
        return w.started(world).ref


def complete(world: World) -> str:
    """The reference of a draft with nothing missing."""
    with unit_of_work():
        return w.complete(world).ref


def saved(ref: str, key: str) -> dict[str, Any]:
    """The answers of a page as they stand in the database."""
    with unit_of_work() as session:
        page = queries.page_of(session, queries.by_ref(session, ref).id, key)
        return dict(page.answers) if page else {}


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
    assert "0 of 12 parts are done" in tasks.words
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
    assert "must be a real date, like 27 3 2024" in page.words
    assert "Answer the question" not in page.words
    assert page.boxes["version"] == "1"


def test_a_page_that_is_merely_unfinished_leads_on(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    base = f"/applications/{ref}/"
    first = editor.post(f"{base}sections/summary/", data={"q-title": "Doors", "go": "next"})
    assert first.location == f"{base}sections/together/"
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
    more = Page(editor.post(address, data={**LINES, "lines-add": "1"}).text)
    assert (more.boxes["lines-1-amount"], more.boxes["lines-2-amount"]) == ("twelve", "")
    less = Page(editor.post(address, data={**LINES, "lines-remove": "0"}).text)
    assert (less.boxes["lines-0-item"], "lines-1-item" in less.boxes) == ("Half a line", False)
    assert saved(ref, "budget") == {}


def test_shares_are_added_up_beside_the_ask(as_: AsPerson, world: World) -> None:
    ref, editor = draft(world), as_("editor")
    editor.post(
        f"/applications/{ref}/budget/",
        data={"lines-0-item": "Bus", "lines-0-category": "Travel", "lines-0-amount": "10000", "go": "next"},
    )
    address = f"/applications/{ref}/partners/"
    rows = {
        "partners-0-name": "The Hive", "partners-0-kind": "constituted_group", "partners-0-role": "Thursdays",
        "partners-0-share": "3000.01", "partners-0-contact_name": "Ada",
        "partners-0-contact_email": "ada@x.example", "lead_share": "7,000",
    }  # fmt: skip
    assert editor.post(address, data={**rows, "go": "next"}).location == address
    page = Page(editor.get(address).text)
    assert "The shares add up to £10,000.01. That is £0.01 more than the £10,000 you ask for" in page.words
    partner_id = page.boxes["partners-0-partner_id"]
    put_right = {
        **rows,
        "version": "1",
        "partners-0-partner_id": partner_id,
        "partners-0-share": "3000",
        "go": "next",
    }
    assert editor.post(address, data=put_right).location == f"/applications/{ref}/confirmations/"
    with unit_of_work() as session:
        (partner,) = queries.partners_of(session, queries.by_ref(session, ref).id)
        assert (str(partner.id), partner.share) == (partner_id, 300_000)


STALE_PAGES: list[tuple[str, str, dict[str, str], dict[str, str]]] = [
    ("sections/summary", "summary", {"q-title": "Theirs"}, {"q-title": "Mine"}),
    ("themes/youth", "theme:youth", {"q-hearing": "Theirs"}, {"q-hearing": "Mine"}),
    (
        "budget",
        "budget",
        {"lines-0-item": "Theirs", "lines-0-amount": "1"},
        {"lines-0-item": "Mine", "lines-0-amount": "2"},
    ),
    ("partners", "partners", {"partners-0-name": "Theirs"}, {"partners-0-name": "Mine"}),
]


@pytest.mark.parametrize(("path", "key", "theirs", "mine"), STALE_PAGES)
def test_two_people_on_one_page_see_both_texts(
    as_: AsPerson, world: World, path: str, key: str, theirs: dict[str, str], mine: dict[str, str]
) -> None:
    ref = draft(world)
    address = f"/applications/{ref}/{path}/"
    assert as_("signatory").post(address, data={**theirs, "go": "later"}).status_code == 302
    before = saved(ref, key)
    clash = as_("editor").post(address, data={**mine, "go": "next"})
    page = Page(clash.text)
    assert clash.status_code == 409
    assert "Signatory Person saved this page while you were writing" in page.words
    assert "Theirs" in clash.text
    assert next(iter(mine.values())) in page.boxes.values() or "Mine" in clash.text
    assert saved(ref, key) == before
    assert page.boxes["version"] == "1"
    chosen = as_("editor").post(address, data={**mine, "version": "1", "go": "later"})
    assert chosen.status_code == 302
    assert "Mine" in json.dumps(saved(ref, key)) or key == "partners"


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


def test_check_lists_every_blocker_with_a_link_to_its_question(as_: AsPerson, world: World) -> None:
    ref = draft(world)
    page = Page(as_("signatory").get(f"/applications/{ref}/check/").text)
    base = f"/applications/{ref}/"
    for place in (
        "sections/summary/#q-title",
        "themes/poverty/",
        "budget/#lines-0-item",
        "partners/#partners-0-name",
    ):
        assert base + place in page.links


def test_editors_see_who_can_send(as_: AsPerson, world: World) -> None:
    page = Page(as_("editor").get(f"/applications/{complete(world)}/check/").text)
    assert "Only an authorised signatory of Marsh Farm Outreach can send the bid" in page.words
    assert "Signatory Person" in page.words
    assert "declared" not in page.boxes


def test_sending_leads_to_the_receipt_and_again_to_the_same_one(as_: AsPerson, world: World) -> None:
    ref, signatory = complete(world), as_("signatory")
    undeclared = signatory.post(f"/applications/{ref}/submit/", data={})
    assert (undeclared.status_code, "Tick the box to make the declaration" in undeclared.text) == (422, True)
    for _ in range(2):
        answer = signatory.post(f"/applications/{ref}/submit/", data={"declared": "yes"})
        assert (answer.status_code, answer.location) == (302, f"/applications/{ref}/receipt/")
    receipt = Page(signatory.get(f"/applications/{ref}/receipt/").text)
    assert ref in receipt.words
    assert "received at midday on Friday 10 December 2021 (UK time)" in receipt.words
    assert "25 March 2022" in receipt.words


def test_two_presses_at_the_same_moment_send_one_bid(as_: AsPerson, world: World) -> None:
    ref = complete(world)
    browsers, together = [as_("signatory"), as_("signatory")], Barrier(2)
    answers: list[tuple[int, str | None]] = []

    def press(number: int) -> None:
        together.wait()
        answer = browsers[number].post(f"/applications/{ref}/submit/", data={"declared": "yes"})
        answers.append((answer.status_code, answer.location))

    threads = [Thread(target=press, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(302, f"/applications/{ref}/receipt/")] * 2
    with unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Version)) == 1
        receipts = session.scalar(select(func.count()).where(Message.kind == "bid_received"))
        assert receipts == 2


def test_two_saves_at_the_same_moment_lose_no_words(as_: AsPerson, world: World) -> None:
    ref = draft(world)
    address, together = f"/applications/{ref}/sections/summary/", Barrier(2)
    browsers = {"editor": as_("editor"), "signatory": as_("signatory")}
    answers: dict[str, tuple[int, str]] = {}

    def save(who: str) -> None:
        together.wait()
        answer = browsers[who].post(address, data={"q-title": f"By the {who}", "go": "next"})
        answers[who] = (answer.status_code, answer.text)

    threads = [Thread(target=save, args=(who,)) for who in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _ in answers.values()) == [302, 409]
    loser = next(text for status, text in answers.values() if status == 409)
    assert ("By the editor" in loser, "By the signatory" in loser) == (True, True)


def test_the_minute_of_closing_passes_while_the_form_is_open(
    as_: AsPerson, world: World, clock: time_machine.Traveller
) -> None:
    ref = complete(world)
    clock.move_to(CLOSES.replace(hour=16, minute=59, second=59))
    signatory = as_("signatory")
    assert "Send the bid" in signatory.get(f"/applications/{ref}/check/").text
    clock.move_to(CLOSES)
    late = signatory.post(f"/applications/{ref}/submit/", data={"declared": "yes"})
    assert late.status_code == 422
    assert (
        "The round closed at 5pm on Friday 28 January 2022 (UK time). Your bid was not sent."
        in Page(late.text).words
    )
    saving = as_("editor").post(
        f"/applications/{ref}/sections/summary/", data={"version": "1", "q-title": "Kept"}
    )
    assert saving.status_code == 302
    assert saved(ref, "summary")["title"] == "Kept"
    assert "cannot be sent any more" in as_("editor").get(f"/applications/{ref}/").text
    assert "Kept" in as_("viewer").get(f"/applications/{ref}/answers/").text


def test_a_request_that_arrives_in_time_counts_however_long_it_waits(
    app: Flask, as_: AsPerson, world: World, clock: time_machine.Traveller
) -> None:
    ref = complete(world)
    clock.move_to(CLOSES.replace(hour=16, minute=59, second=59))
    signatory = as_("signatory")
    in_time, answers, here = CLOSES.replace(hour=16, minute=59, second=59), [], Event()

    def arrived(sender: Flask, **extra: Any) -> None:
        here.set()

    with unit_of_work() as session:
        queries.for_update(session, queries.by_ref(session, ref).id)
        with request_started.connected_to(arrived, app):
            press = Thread(
                target=lambda: answers.append(
                    signatory.post(f"/applications/{ref}/submit/", data={"declared": "yes"}).location
                )
            )
            press.start()
            assert here.wait(10)
            press.join(0.5)
        assert answers == []
        clock.move_to(CLOSES.replace(hour=17, minute=1))
    press.join(30)
    assert answers == [f"/applications/{ref}/receipt/"]
    with unit_of_work() as session:
        assert queries.by_ref(session, ref).submitted_at == in_time


def test_a_lapsed_draft_stays_readable(as_: AsPerson, world: World, clock: time_machine.Traveller) -> None:
    ref = complete(world)
    clock.move_to(CLOSES.replace(hour=18))
    with unit_of_work() as session:
        assert actions.lapse_drafts(session, now=CLOSES.replace(hour=18)) == 1
    editor = as_("editor")
    assert "Lapsed: not sent or not taken up in time" in editor.get(f"/applications/{ref}/").text
    assert "Doors open" in editor.get(f"/applications/{ref}/answers/").text
    late = editor.post(
        f"/applications/{ref}/sections/summary/", data={"version": "1", "q-title": "Words to copy"}
    )
    assert (late.status_code, "Words to copy" in late.text) == (422, True)


def test_a_partner_answers_by_its_link_alone(as_: AsPerson, world: World) -> None:
    with unit_of_work() as session:
        bid = w.started(world)
        w.write_all(world, bid)
        (asked,) = actions.ask_partners(session, application_id=bid.id, actor=world.actor("editor"), now=OPEN)
        bid_id = bid.id
    nobody, address = as_(""), f"/applications/consents/{asked.token}/"
    page = Page(nobody.get(address).text)
    for words in ("Doors open", "Marsh Farm Outreach", "Runs the Thursday evenings", "£8,000.50"):
        assert words in page.words
    with unit_of_work() as session:
        assert queries.partners_of(session, bid_id)[0].consent is Consent.ASKED
    assert nobody.post(address, data={}).status_code == 422
    refused = nobody.post(address, data={"answer": "no"})
    assert refused.status_code == 422
    assert ["#name" in Page(refused.text).links, "#reason" in Page(refused.text).links] == [True, True]
    assert nobody.post(address, data={"answer": "yes", "name": "Ada"}).location == address
    assert nobody.post(address, data={"answer": "no", "name": "Eve", "reason": "x"}).location == address
    assert "Ada confirmed for The Hive at midday" in Page(nobody.get(address).text).words


def test_asking_partners_from_their_page(as_: AsPerson, world: World) -> None:
    with unit_of_work():
        bid = w.started(world)
        w.write_all(world, bid)
        ref, bid_id = bid.ref, bid.id
    editor, address = as_("editor"), f"/applications/{ref}/confirmations/"
    assert "Ask 1 partner" in Page(editor.get(address).text).words
    assert editor.post(address).location == address
    assert "Waiting for their answer" in Page(editor.get(address).text).words
    with unit_of_work() as session:
        (partner,) = queries.partners_of(session, bid_id)
        first, partner_id = partner.token_digest, partner.id
    assert editor.post(f"{address}{partner_id}/").location == address
    assert editor.post(f"{address}{partner_id + 1}/").status_code == 404
    with unit_of_work() as session:
        assert queries.partners_of(session, bid_id)[0].token_digest != first


def test_a_changed_share_says_who_must_confirm_again(as_: AsPerson, world: World) -> None:
    ref, editor = complete(world), as_("editor")
    address = f"/applications/{ref}/partners/"
    page = Page(editor.get(address).text)
    boxes = {name: text.removeprefix("\n") for name, text in page.boxes.items() if name}
    changed = {**boxes, "partners-0-share": "8000", "lead_share": "12000.50", "go": "next"}
    assert editor.post(address, data=changed).location == f"/applications/{ref}/confirmations/"
    assert "must be confirmed again by: The Hive" in editor.get(f"/applications/{ref}/confirmations/").text


def test_a_bid_is_withdrawn_with_a_reason(as_: AsPerson, world: World) -> None:
    ref, signatory = draft(world), as_("signatory")
    assert signatory.post(f"/applications/{ref}/withdraw/", data={"reason": ""}).status_code == 422
    assert signatory.post(f"/applications/{ref}/withdraw/", data={"reason": "No hall"}).status_code == 302
    page = Page(signatory.get(f"/applications/{ref}/").text)
    assert ("Withdrawn" in page.words, "No hall" in page.words) == (True, True)
    with unit_of_work() as session:
        assert queries.by_ref(session, ref).stage is Stage.WITHDRAWN


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


def test_pages_take_few_queries_however_many_rows(
    as_: AsPerson, world: World, count_queries: CountQueries
) -> None:
    ref = complete(world)
    editor, manager = as_("editor"), as_("manager")
    few: dict[str, int] = {}
    for path in (
        "",
        "sections/summary/",
        "themes/youth/",
        "budget/",
        "partners/",
        "confirmations/",
        "check/",
    ):
        with count_queries() as statements:
            assert editor.get(f"/applications/{ref}/{path}").status_code == 200
        few[path] = len([sent for sent in statements.sent if not sent.startswith(("BEGIN", "PRAGMA"))])
    assert few == {
        "": 5, "sections/summary/": 4, "themes/youth/": 4, "budget/": 4, "partners/": 5, "confirmations/": 5,
        "check/": 7,
    }  # fmt: skip
    screening = f"/applications/screening/{world.round.ref}/"
    lengths = []
    for _ in range(2):
        with unit_of_work():
            w.sent(world)
            w.sent(world)
        with count_queries() as statements:
            manager.get(screening)
        lengths.append(len(statements))
        with count_queries() as statements:
            editor.get("/applications/")
        lengths.append(len(statements))
    assert lengths[:2] == lengths[2:]


def test_two_partners_take_as_many_queries_as_one(
    as_: AsPerson, world: World, count_queries: CountQueries
) -> None:
    with unit_of_work() as session:
        bid = w.complete(world)
        ref = bid.ref
        (first,) = queries.partners_of(session, bid.id)
        rows = [queries.entry_of(first), *(replace(w.PARTNER, name=f"Group {n}") for n in range(5))]
    counts = []
    for _ in range(2):
        with count_queries() as statements:
            as_("editor").get(f"/applications/{ref}/check/")
        counts.append(len(statements))
        with unit_of_work() as session:
            actions.save_partners(
                session,
                application_id=queries.by_ref(session, ref).id,
                partners=rows,
                lead_share=0,
                version=1,
                actor=world.actor("editor"),
                now=OPEN,
            )
    db.session().rollback()
    assert counts[0] == counts[1]
