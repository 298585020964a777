"""The documents of a bid, in a browser without JavaScript and by their deeds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from grants import config
from grants.applications import actions, paperwork, queries
from grants.applications.models import Application, BidDocument
from grants.audit.models import TrailEntry
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound, RuleBroken
from grants.core.web import LARGEST_UPLOAD
from grants.documents.checks import EICAR
from grants.documents.models import Document
from grants.documents.states import Scan
from tests.browser import Browser
from tests.counting import CountQueries
from tests.papers import a_pdf, paper
from tests.rooms.applications import world as w
from tests.rooms.applications.conftest import AsPerson
from tests.rooms.applications.pages import Page
from tests.rooms.applications.world import OPEN, World

DAY = {"dated-day": "1", "dated-month": "11", "dated-year": "2021"}
LONG = "é" * 251 + ".pdf"


def begun(world: World) -> str:
    with unit_of_work():
        return w.started(world).ref


def send(browser: Browser, ref: str, key: str, *files: tuple[bytes, str], **more: str) -> TestResponse:
    """Send files for one document as a browser's form does."""
    data: dict[str, Any] = {**more, "files": [FileStorage(BytesIO(content), name) for content, name in files]}
    boundary, body = encode_multipart(data)
    return browser.post(
        f"/applications/{ref}/documents/{key}/",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )


def now_in(world: World, ref: str) -> list[tuple[str, str, date | None]]:
    world.session.rollback()
    application = queries.by_ref(world.session, ref)
    found = paperwork.files_of(world.session, application.id)
    return [(file.row.requirement, file.document.name, file.row.dated) for file in found]


def words(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return Page(answer.text).words


def test_the_checklist_says_what_is_asked_and_why(as_: AsPerson, world: World) -> None:
    ref = begun(world)
    page = words(as_("editor"), f"/applications/{ref}/documents/")

    assert "Governing document Not sent yet" in page
    assert "The account is in your organisation's own name" not in page
    assert "It shows that the account is in your organisation's own name." in page
    assert "Partnership agreement Optional" in page
    assert "Send a file : Governing document" in page
    reading = words(as_("viewer"), f"/applications/{ref}/documents/")
    assert "Governing document Not sent yet" in reading
    assert "Send a file : Governing document" not in reading


@pytest.mark.parametrize("name", ["Rules, signed (2).pdf", "📄 rules.pdf", "قواعد.pdf", LONG])
def test_a_file_is_sent_shown_and_handed_back_under_its_name(as_: AsPerson, world: World, name: str) -> None:
    ref, editor = begun(world), as_("editor")
    sent = send(editor, ref, "governing_document", (a_pdf(), name))

    assert (sent.status_code, sent.location) == (
        302,
        f"/applications/{ref}/documents/#governing_document",
    )
    assert now_in(world, ref) == [("governing_document", name, None)]
    page = words(editor, f"/applications/{ref}/documents/")
    assert f"{name} (1 KB, not scanned for viruses)" in page
    (file_id,) = world.session.scalars(select(BidDocument.id))
    world.session.rollback()
    handed = editor.get(f"/applications/{ref}/documents/files/{file_id}/")
    assert (handed.status_code, handed.data) == (200, a_pdf())
    headers = handed.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert unquote(headers["Content-Disposition"].partition("filename*=UTF-8''")[2]) == name
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Cache-Control"] == "private, no-store"


def test_a_refused_file_is_told_beside_its_box_and_the_date_stays(as_: AsPerson, world: World) -> None:
    ref, editor = begun(world), as_("editor")
    refused = send(editor, ref, "accounts", (EICAR, "accounts.pdf"), **DAY)

    assert refused.status_code == 422
    page = Page(refused.text)
    assert "“accounts.pdf” contains the test virus EICAR, so it was not kept." in page.words
    assert 'href="#files"' in refused.text
    assert (page.boxes["dated-day"], page.boxes["dated-year"]) == ("1", "2021")
    assert now_in(world, ref) == []
    assert not (config.current().data_dir / "documents").exists()


def test_of_several_files_all_are_kept_or_none(as_: AsPerson, world: World) -> None:
    ref, editor = begun(world), as_("editor")
    refused = send(editor, ref, "accounts", (a_pdf(), "1.pdf"), (b"MZ", "2.pdf"), **DAY)
    assert refused.status_code == 422
    assert now_in(world, ref) == []
    send(editor, ref, "accounts", (a_pdf(), "1.pdf"), (a_pdf(), "2.pdf"), **DAY)
    send(editor, ref, "accounts", (a_pdf(), "3.pdf"), **DAY)
    send(editor, ref, "accounts", (a_pdf(), "3.pdf"), **{**DAY, "dated-day": "2"})  # a copy
    newer = date(2021, 11, 2)
    assert now_in(world, ref) == [("accounts", f"{n}.pdf", newer) for n in (1, 2, 3)]
    two = send(editor, ref, "bank_statement", (a_pdf(), "1.pdf"), (a_pdf(), "2.pdf"), **DAY)
    assert "Choose one file" in two.text


def test_a_file_is_kept_also_where_its_date_is_wrong_missing_or_too_old(as_: AsPerson, world: World) -> None:
    ref, editor = begun(world), as_("editor")
    address = f"/applications/{ref}/documents/bank_statement/"
    for typed, told in (
        ({}, "Enter the date of “Bank statement”: the date of the statement"),
        ({"dated-day": "31", "dated-month": "2", "dated-year": "2021"}, "must be a real date"),
        ({**DAY, "dated-year": "2022"}, "must be on or before 10 December 2021"),
        ({**DAY, "dated-year": "2020"}, "is too old: its date must be 28 September 2021 or later"),
    ):
        sent = send(editor, ref, "bank_statement", (a_pdf(), "bank.pdf"), **typed)
        assert (sent.status_code, sent.location) == (302, address)
        assert told in words(editor, address)
        assert [name for _, name, _ in now_in(world, ref)] == ["bank.pdf"]
    dated = editor.post(address, data=DAY)
    assert (dated.status_code, dated.location) == (302, f"/applications/{ref}/documents/#bank_statement")
    assert now_in(world, ref) == [("bank_statement", "bank.pdf", date(2021, 11, 1))]
    assert Page(editor.get(address).text).boxes["dated-month"] == "11"


def test_nothing_chosen_is_told(as_: AsPerson, world: World) -> None:
    ref, editor = begun(world), as_("editor")
    assert "Choose a file" in send(editor, ref, "safeguarding", **DAY).text
    assert editor.post(f"/applications/{ref}/documents/safeguarding/", data=DAY).status_code == 422


def test_removing_asks_first_and_twice_is_no_error(as_: AsPerson, world: World) -> None:
    ref, editor = begun(world), as_("editor")
    send(editor, ref, "governing_document", (a_pdf(), "rules.pdf"))
    (file_id,) = world.session.scalars(select(BidDocument.id))
    world.session.rollback()
    address = f"/applications/{ref}/documents/files/{file_id}/remove/"
    assert "rules.pdf (1 KB) , sent for “Governing document”." in words(editor, address)
    assert now_in(world, ref) != []
    assert editor.post(address).location == f"/applications/{ref}/documents/"
    assert now_in(world, ref) == []
    assert list(world.session.scalars(select(Document.id))) == []
    world.session.rollback()
    assert editor.post(address).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("viewer", 403), ("stranger", 404)])
def test_others_cannot_send_and_strangers_do_not_see(
    as_: AsPerson, world: World, name: str, status: int
) -> None:
    ref = begun(world)
    assert send(as_(name), ref, "governing_document", (a_pdf(), "a.pdf")).status_code == status
    assert now_in(world, ref) == []
    seen = as_(name).get(f"/applications/{ref}/documents/").status_code
    assert seen == (200 if name == "viewer" else 404)


def test_a_larger_request_is_taken_here_and_nowhere_else(as_: AsPerson, world: World) -> None:
    ref, editor = begun(world), as_("editor")
    large = a_pdf().ljust(9 * 1024 * 1024)
    assert send(editor, ref, "governing_document", (large, "large.pdf")).status_code == 302
    assert editor.post(f"/applications/{ref}/partners/", data={"a": "x" * 3_000_000}).status_code == 413
    too_large = send(editor, ref, "governing_document", (b"%PDF-".ljust(LARGEST_UPLOAD + 1), "x.pdf"))
    assert (too_large.status_code, "at most 32 MB" in Page(too_large.text).words) == (413, True)
    over = send(editor, ref, "governing_document", (a_pdf().ljust(10 * 1024 * 1024 + 1), "x.pdf"))
    assert (over.status_code, "“x.pdf” is larger than 10 MB." in over.text) == (422, True)


def test_a_person_sends_a_limited_number_of_files_an_hour(as_: AsPerson, world: World) -> None:
    ref, editor, viewer = begun(world), as_("signatory"), as_("viewer")
    codes = [send(editor, ref, "governing_document").status_code for _ in range(61)]
    assert (codes[0], codes[59], codes[60]) == (422, 422, 429)
    assert send(viewer, ref, "governing_document").status_code == 403


def attached(
    world: World,
    bid: Application,
    key: str,
    names: Sequence[str],
    *,
    who: str = "editor",
    dated: date | None = None,
) -> list[BidDocument]:
    return actions.attach(
        world.session,
        application_id=bid.id,
        requirement=key,
        files=[paper(name) for name in names],
        dated=dated,
        actor=world.actor(who),
        now=OPEN,
    )


def names_of(world: World, bid: Application) -> list[str]:
    return [file.document.name for file in paperwork.files_of(world.session, bid.id)]


def test_one_file_takes_the_place_of_another_and_several_stand_together(world: World) -> None:
    with unit_of_work():
        bid = w.started(world)
        attached(world, bid, "safeguarding", ["old.pdf"], dated=date(2021, 1, 1))
        attached(world, bid, "safeguarding", ["new.pdf"], dated=date(2021, 2, 1))
        attached(world, bid, "accounts", ["1.pdf", "2.pdf"])
        attached(world, bid, "accounts", ["3.pdf"])
    assert names_of(world, bid) == ["new.pdf", "1.pdf", "2.pdf", "3.pdf"]
    deeds = world.session.scalars(
        select(TrailEntry.deed).where(TrailEntry.deed.like("bid_document.%")).order_by(TrailEntry.seq)
    )
    assert list(deeds) == ["bid_document.add", "bid_document.remove", *["bid_document.add"] * 4]
    facts = world.session.scalars(select(TrailEntry.facts).where(TrailEntry.deed.like("%document%")))
    assert not any(name in str(fact) for fact in facts for name in ("old.pdf", "new.pdf", "1.pdf"))


def test_who_cannot_attach_and_when(world: World) -> None:
    with unit_of_work():
        bid = w.started(world)
    for who, refusal in (("viewer", NotAllowed), ("stranger", NotFound), ("manager", NotFound)):
        with pytest.raises(refusal), unit_of_work():
            attached(world, bid, "safeguarding", ["a.pdf"], who=who)
    with pytest.raises(NotFound), unit_of_work():
        attached(world, bid, "no_such_document", ["a.pdf"])
    with pytest.raises(RuleBroken), unit_of_work():
        attached(world, bid, "safeguarding", ["a.pdf", "b.pdf"])
    with unit_of_work():
        version = w.sent(world)
    sent = queries.application(world.session, version.application_id)
    with pytest.raises(RuleBroken), unit_of_work():
        attached(world, sent, "safeguarding", ["a.pdf"])


def test_a_bid_has_limits_of_its_own(world: World, session: Session) -> None:
    with unit_of_work():
        bid = w.started(world)
        for n in range(3):
            attached(world, bid, "accounts", [f"{n}-{m}.pdf" for m in range(10)])
    with pytest.raises(RuleBroken, match="at most 30 files"), unit_of_work():
        attached(world, bid, "accounts", ["more.pdf"])
    assert len(names_of(world, bid)) == 30


def test_what_was_sent_is_frozen_by_digest_and_kept(world: World) -> None:
    with unit_of_work():
        version = w.sent(world)
    entries = version.content["documents"]
    assert [(entry["requirement"], entry["name"], entry["dated"]) for entry in entries] == [
        ("governing_document", "governing_document.pdf", None),
        ("accounts", "accounts.pdf", "2021-11-29"),
        ("safeguarding", "safeguarding.pdf", "2021-11-29"),
        ("bank_statement", "bank_statement.pdf", "2021-11-29"),
    ]
    files = paperwork.files_in(world.session, version.content)
    assert [file.row.sent for file in files] == [True] * 4
    assert [entry["sha256"] for entry in entries] == [file.document.sha256 for file in files]


def test_a_missing_document_keeps_the_bid_from_being_sent(world: World) -> None:
    with unit_of_work():
        bid = w.complete(world)
        gone = paperwork.files_of(world.session, bid.id)[1]
        actions.detach(
            world.session, application_id=bid.id, file_id=gone.row.id, actor=world.actor("editor"), now=OPEN
        )
    with pytest.raises(RuleBroken) as refused, unit_of_work():
        actions.submit(
            world.session, application_id=bid.id, declared=True, actor=world.actor("signatory"), now=OPEN
        )
    assert [(reason.text, reason.place) for reason in refused.value.reasons] == [
        ("Send the document “Latest yearly accounts”", "documents/accounts#files")
    ]


def test_an_infected_file_does_not_count_and_one_that_waits_does(world: World) -> None:
    with unit_of_work():
        bid = w.complete(world)
        first, second, *_ = paperwork.files_of(world.session, bid.id)
        first.document.scan, first.document.place = Scan.INFECTED, None
        second.document.scan = Scan.WAITING
    with pytest.raises(RuleBroken) as refused, unit_of_work():
        actions.submit(
            world.session, application_id=bid.id, declared=True, actor=world.actor("signatory"), now=OPEN
        )
    assert [reason.place for reason in refused.value.reasons] == ["documents/governing_document#files"]


def test_staff_read_what_was_sent_and_nothing_else(as_: AsPerson, world: World) -> None:
    with unit_of_work():
        version = w.sent(world)
        draft = w.started(world)
        loose = attached(world, draft, "safeguarding", ["draft.pdf"], dated=date(2021, 1, 1))[0].id
    ref, draft_ref = version.content["ref"], draft.ref
    sent = version.content["documents"][3]["id"]
    world.session.rollback()
    for name in ("manager", "auditor", "chair"):
        staff = as_(name)
        assert "bank_statement.pdf" in words(staff, f"/applications/{ref}/read/")
        handed = staff.get(f"/applications/{ref}/read/documents/{sent}/")
        assert (handed.status_code, handed.data) == (200, a_pdf())
        assert staff.get(f"/applications/{draft_ref}/read/documents/{loose}/").status_code == 404
        assert staff.get(f"/applications/{ref}/read/documents/{loose}/").status_code == 404
        assert staff.get(f"/applications/{ref}/documents/files/{sent}/").status_code == 404
    assert as_("editor").get(f"/applications/{ref}/read/documents/{sent}/").status_code == 403
    assert as_("editor").get(f"/applications/{ref}/documents/files/{sent}/").status_code == 200
    assert as_("stranger").get(f"/applications/{ref}/documents/files/{sent}/").status_code == 404


def test_with_a_scanner_only_its_sender_opens_a_file_that_waits(as_: AsPerson, world: World) -> None:
    before = config.current()
    config.use(replace(before, clamav="127.0.0.1:9"))
    try:
        with unit_of_work():
            version = w.sent(world)
        ref, file_id = version.content["ref"], version.content["documents"][0]["id"]
        world.session.rollback()
        own = f"/applications/{ref}/documents/files/{file_id}/"
        assert as_("editor").get(own).status_code == 200
        assert as_("signatory").get(own).status_code == 403
        assert as_("manager").get(f"/applications/{ref}/read/documents/{file_id}/").status_code == 403
    finally:
        config.use(before)


def test_files_that_were_sent_are_set_aside_and_come_back_with_the_version(world: World) -> None:
    with unit_of_work():
        version = w.sent(world)
        bid = queries.application(world.session, version.application_id)
        actions.ask_for_changes(
            world.session,
            application_id=bid.id,
            asked={"documents": "A newer policy, please."},
            reason="It is out of date.",
            due_at=OPEN + timedelta(days=20),
            actor=world.actor("manager"),
            now=OPEN + timedelta(hours=1),
        )
        attached(world, bid, "safeguarding", ["new.pdf"], dated=date(2021, 12, 1))
    assert names_of(world, bid)[-1] == "new.pdf"
    old = version.content["documents"][2]["id"]
    assert paperwork.file_of(world.session, bid.id, old).row.set_aside_at is not None
    world.session.rollback()
    with unit_of_work():
        actions.cancel_changes(
            world.session,
            application_id=bid.id,
            reason="We found it.",
            actor=world.actor("manager"),
            now=OPEN + timedelta(hours=2),
        )
    assert names_of(world, bid) == [
        f"{key}.pdf" for key in ("governing_document", "accounts", "safeguarding", "bank_statement")
    ]
    assert len(list(world.session.scalars(select(Document.id)))) == 4


def test_the_checklist_takes_as_many_queries_for_many_files(
    as_: AsPerson, world: World, count_queries: CountQueries
) -> None:
    with unit_of_work():
        bid = w.started(world)
        attached(world, bid, "accounts", ["1.pdf"])
    ref, editor = bid.ref, as_("editor")
    world.session.rollback()
    address = f"/applications/{ref}/documents/"
    editor.get(address)
    with count_queries() as few:
        editor.get(address)
    with unit_of_work():
        attached(world, bid, "accounts", [f"{n}.pdf" for n in range(2, 12)])
    with count_queries() as many:
        editor.get(address)
    assert len(few.sent) == len(many.sent)
    assert len(few.sent) <= 6
