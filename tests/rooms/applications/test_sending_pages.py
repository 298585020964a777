"""Checking, sending, asking partners and withdrawing in a browser; the closing minute; what pages cost."""

from dataclasses import replace
from threading import Barrier, Event, Thread
from typing import Any

import time_machine
from flask import Flask, request_started
from sqlalchemy import func, select

from grants.applications import actions, queries
from grants.applications.models import Version
from grants.applications.states import Consent, Stage
from grants.core.db import db, unit_of_work
from grants.notifications.models import Message
from tests.counting import CountQueries
from tests.rooms.applications import world as w
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.drafts import complete, draft, saved
from tests.rooms.applications.pages import Page
from tests.rooms.applications.world import CLOSES, OPEN, World


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
    summary = str(w.SECTIONS["summary"]["summary"])
    nobody, address = as_(""), f"/applications/consents/{asked.token}/"
    page = Page(nobody.get(address).text)
    for words in ("Doors open", summary, "Marsh Farm Outreach", "Runs the Thursday evenings", "£8,000.50"):
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


def test_a_bid_is_withdrawn_with_a_reason(as_: AsPerson, world: World) -> None:
    ref, signatory = draft(world), as_("signatory")
    assert signatory.post(f"/applications/{ref}/withdraw/", data={"reason": ""}).status_code == 422
    assert signatory.post(f"/applications/{ref}/withdraw/", data={"reason": "No hall"}).status_code == 302
    page = Page(signatory.get(f"/applications/{ref}/").text)
    assert ("Withdrawn" in page.words, "No hall" in page.words) == (True, True)
    with unit_of_work() as session:
        assert queries.by_ref(session, ref).stage is Stage.WITHDRAWN


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
        "": 10, "sections/summary/": 7, "themes/youth/": 7, "budget/": 7, "partners/": 11,
        "confirmations/": 8, "check/": 11,
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
