"""What is sent after a session's end waits for its writer, in their own browser, for one day."""

from collections.abc import Iterator
from contextvars import Context
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from grants.accounts import actions, rules
from grants.accounts.models import KeptWords, Person
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.permissions import Role
from tests.browser import Browser
from tests.rooms.accounts.people import person
from tests.signing_in import sign_in, sign_out

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLACE = "/applications/start/nowhere/"
LOOK = {"X-Sent-By-Itself": "look"}
WORDS = {"story": "My long answer\n= with lines", "go": "next", "version": "3"}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as standing:
        yield standing


def left_open(client: Browser, who: Person, clock: time_machine.Traveller) -> TestResponse:
    """Somebody writes all night and sends in the morning, when their session has ended."""
    sign_in(client, who)
    client.csrf_token()
    clock.shift(rules.APPLICANT_IDLE + timedelta(minutes=1))
    return client.post(PLACE, data=WORDS)


def rows() -> list[KeptWords]:
    with unit_of_work() as session:
        found = list(session.scalars(select(KeptWords).order_by(KeptWords.id)))
        for row in found:
            session.expunge(row)
        return found


def test_words_wait_and_are_sent_where_they_were_to_go(
    client: Browser, session: Session, clock: time_machine.Traveller
) -> None:
    ann = person("ann")
    answer = left_open(client, ann, clock)
    assert (answer.status_code, "in this browser only" in answer.text) == (401, True)
    assert "My long answer" in answer.text
    (kept,) = rows()
    assert (kept.person_id, kept.path) == (ann.id, PLACE)

    sign_in(client, ann)
    assert client.get("/accounts/sign-in/?next=/applications/").location == (
        "/accounts/kept-words/?next=/applications/"
    )
    page = client.get("/accounts/kept-words/?next=/applications/")
    assert page.status_code == 200
    assert "My long answer" in page.text
    sent = client.post(f"/accounts/kept-words/{kept.id}/send/", data=WORDS)
    assert (sent.status_code, sent.location, rows()) == (307, PLACE, [])
    assert client.get("/accounts/kept-words/?next=/applications/").location == "/applications/"


def test_they_can_be_thrown_away(client: Browser, session: Session, clock: time_machine.Traveller) -> None:
    ann = person("ann")
    left_open(client, ann, clock)
    sign_in(client, ann)
    client.post(f"/accounts/kept-words/{rows()[0].id}/forget/")
    assert rows() == []


def test_nobody_else_and_no_other_browser_reads_them(
    client: Browser, app: Flask, session: Session, clock: time_machine.Traveller
) -> None:
    ann, ben = person("ann"), person("ben")
    left_open(client, ann, clock)
    (kept,) = rows()
    elsewhere = Browser(app)
    sign_in(elsewhere, ann)
    sign_in(client, ben)
    for browser in (elsewhere, client):
        assert browser.get("/accounts/kept-words/").location == "/home/"
        for what in ("send", "forget"):
            assert browser.post(f"/accounts/kept-words/{kept.id}/{what}/").status_code == 404
    sign_in(client, ann)
    assert client.get("/accounts/kept-words/").location == "/home/"
    assert len(rows()) == 1


def test_after_signing_out_in_another_tab_they_are_kept_too(client: Browser, session: Session) -> None:
    ann = person("ann")
    sign_in(client, ann)
    client.post("/accounts/sign-out/")
    headers = {"X-CSRFToken": "went with the session", "Sec-Fetch-Site": "same-origin"}
    assert client.post(PLACE, data=WORDS, headers=headers).status_code == 401
    assert [kept.person_id for kept in rows()] == [ann.id]
    foreign = {**headers, "Sec-Fetch-Site": "cross-site"}
    assert client.post(PLACE, data=WORDS, headers=foreign).status_code == 400
    assert len(rows()) == 1


def test_of_a_stranger_nothing_is_kept(client: Browser, session: Session) -> None:
    answer = client.post(PLACE, data=WORDS)
    assert (answer.status_code, "My long answer" in answer.text, rows()) == (401, True, [])


def test_neither_codes_nor_empty_forms_nor_too_much_are_kept(client: Browser, session: Session) -> None:
    sign_in(client, person("ann"))
    sign_out(client)
    for path, data in (
        ("/accounts/second-factor/", {"code": "123456"}),
        (PLACE, {"go": "next"}),
        (PLACE, {"story": "x" * (rules.LONGEST_WORDS_KEPT + 1)}),
    ):
        assert client.post(path, data=data).status_code == 401
    assert rows() == []


def test_they_are_kept_for_a_day_and_only_the_newest(session: Session, clock: time_machine.Traveller) -> None:
    ann = person("ann")
    with unit_of_work() as unit:
        for n in range(rules.MOST_WORDS_KEPT + 5):
            clock.shift(timedelta(seconds=1))
            pairs = [("story", f"Words {n}")]
            for _ in range(2):
                actions.keep_words(unit, person_id=ann.id, browser="b", path=PLACE, pairs=pairs, now=now())
    assert [kept.words["pairs"] for kept in rows()] == [
        [["story", f"Words {n}"]] for n in range(5, rules.MOST_WORDS_KEPT + 5)
    ]
    clock.shift(rules.WORDS_KEPT)
    with unit_of_work() as unit:
        assert actions.kept_for(unit, person_id=ann.id, browser="b", now=now()) == []
        assert actions.forget_kept_words(unit, now=now()) == rules.MOST_WORDS_KEPT
    assert rows() == []


def test_a_staff_form_before_the_second_step_is_kept(client: Browser, session: Session) -> None:
    chair = person("chair", Role.CHAIR)
    sign_in(client, chair, second_factor=False)
    answer = client.post("/panels/bids/nowhere/", data={"reason": "A long reason"})
    assert (answer.status_code, "Enter your code first" in answer.text) == (401, True)
    assert "A long reason" in answer.text
    assert [kept.words for kept in rows()] == [{"pairs": [["reason", "A long reason"]]}]


def test_the_form_token_is_for_our_own_script(client: Browser, session: Session) -> None:
    assert client.get("/accounts/form-token/").status_code == 404
    assert client.get("/accounts/form-token/", headers=LOOK).json["person"] is None  # type: ignore[index]  # JSON
    ann = person("ann")
    sign_in(client, ann)
    told = client.get("/accounts/form-token/", headers=LOOK).json
    assert told is not None
    assert (told["person"], told["seconds"]) == (ann.id, int(rules.APPLICANT_IDLE.total_seconds()) - 1)
    sent = Context().run(
        client.post, "/accounts/me/", data={"name": "Ann"}, headers={"X-CSRFToken": told["token"]}
    )
    assert sent.status_code == 302


def test_staff_without_their_second_step_are_nobody_yet(client: Browser, session: Session) -> None:
    sign_in(client, person("chair", Role.CHAIR), second_factor=False)
    assert client.get("/accounts/form-token/", headers=LOOK).json["person"] is None  # type: ignore[index]  # JSON
    assert client.get("/accounts/kept-words/").location.startswith("/accounts/second-factor/")


def test_looking_does_not_keep_a_session_alive_but_asking_to_stay_does(
    client: Browser, session: Session, clock: time_machine.Traveller
) -> None:
    sign_in(client, person("ann"))
    clock.shift(rules.APPLICANT_IDLE - timedelta(minutes=5))
    ask = "/accounts/form-token/"
    assert client.get(ask, headers=LOOK).json["seconds"] == 300  # type: ignore[index]  # JSON
    assert client.get(ask, headers=LOOK).json["seconds"] == 300  # type: ignore[index]  # JSON
    stayed = client.get(ask, headers={"X-Sent-By-Itself": "save"}).json
    assert stayed is not None
    assert stayed["seconds"] == int(rules.APPLICANT_IDLE.total_seconds())
    clock.shift(timedelta(minutes=30))
    assert client.get("/accounts/me/").status_code == 200
