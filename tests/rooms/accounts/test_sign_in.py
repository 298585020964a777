"""Signing in by link: one answer for every address, one use a link, limits, where people go afterwards."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.accounts import actions, queries, rules
from grants.accounts.models import Person, SignInLink
from grants.audit.models import TrailEntry
from grants.core.clock import now
from grants.core.db import db, unit_of_work
from grants.notifications.models import Message
from tests.browser import Browser
from tests.counting import CountQueries
from tests.rooms.accounts.people import person
from tests.signing_in import sign_in

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def ask(client: Browser, email: str, next_path: str = "") -> None:
    answer = client.post("/accounts/sign-in/", data={"email": email, "next_path": next_path})
    assert (answer.status_code, answer.location) == (302, "/accounts/check-your-email/")


def links(session: Session) -> list[str]:
    """The paths of all links that were sent, oldest first."""
    session.rollback()
    bodies = session.scalars(select(Message.body).where(Message.kind == "sign_in_link").order_by(Message.id))
    return [found[0] for body in bodies if (found := re.search(r"/accounts/sign-in/[\w-]{43}/", body))]


def test_a_link_signs_a_new_person_in(client: Browser, session: Session) -> None:
    ask(client, " Ann@Example.ORG ")
    (link,) = links(session)

    page = client.get(link)
    assert page.status_code == 200
    assert "ann@example.org" in page.text
    assert session.scalar(select(func.count()).select_from(Person)) == 0

    answer = client.post(link)
    assert (answer.status_code, answer.location) == (302, "/home/")
    assert "ann@example.org" in client.get("/accounts/me/").text


def test_opening_a_link_uses_nothing_up(client: Browser, session: Session) -> None:
    ask(client, "ann@example.org")
    (link,) = links(session)

    assert [client.get(link).status_code for _ in range(3)] == [200, 200, 200]
    assert client.post(link).status_code == 302


def test_known_and_unknown_addresses_get_the_same(app: Flask, session: Session) -> None:
    person("known")
    pages = []
    for name in ("known", "stranger"):
        visitor = Browser(app)
        answer = visitor.post("/accounts/sign-in/", data={"email": f"{name}@example.org"})
        page = visitor.get(answer.location)
        pages.append((answer.status_code, answer.text, page.status_code, without_nonce(page.text, name)))

    assert pages[0] == pages[1]
    sent = session.execute(
        select(Message.to_address, Message.subject, func.length(Message.body)).order_by(Message.id)
    )
    assert {(row[1], row[2]) for row in sent if row} == {("Your link to sign in", mail_length(session))}


def without_nonce(page: str, name: str) -> str:
    return re.sub(r'nonce="[^"]+"', "", page).replace(name, "NAME")


def mail_length(session: Session) -> int:
    length: int = session.scalars(select(func.length(Message.body)).limit(1)).one()
    return length


def test_known_and_unknown_addresses_cost_the_same_statements(
    client: Browser, session: Session, count_queries: CountQueries
) -> None:
    person("known")
    counted = []
    for name in ("known", "stranger"):
        with count_queries() as statements:
            ask(client, f"{name}@example.org")
        counted.append([re.sub(r"\s+", " ", one) for one in statements.sent])

    assert counted[0] == counted[1]


@pytest.mark.parametrize("why", ["used", "old", "unknown"])
def test_a_dead_link_offers_a_new_one(client: Browser, session: Session, why: str) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ask(client, "ann@example.org")
        (link,) = links(session)
        if why == "used":
            client.post(link)
            client.post("/accounts/sign-out/")
        elif why == "old":
            clock.shift(rules.LINK_LIFE)
        else:
            link = link[:-3] + "xy/"

        for answer in (client.get(link), client.post(link)):
            assert answer.status_code == 410
            assert 'href="/accounts/sign-in/"' in answer.text
        assert client.get("/accounts/me/").status_code == 302


def test_a_link_works_until_its_last_moment(client: Browser, session: Session) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ask(client, "ann@example.org")
        (link,) = links(session)
        clock.shift(rules.LINK_LIFE - timedelta(microseconds=1))

        assert client.post(link).status_code == 302


def test_asking_again_leaves_earlier_links_alone(client: Browser, session: Session) -> None:
    ask(client, "ann@example.org")
    ask(client, "ann@example.org")
    first, second = links(session)

    assert [client.post(first).status_code, client.post(second).status_code] == [302, 302]


def test_an_address_gets_five_links_in_a_quarter_of_an_hour(client: Browser, session: Session) -> None:
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(rules.MOST_LINKS + 2):
            ask(client, "ann@example.org")
        assert len(links(session)) == rules.MOST_LINKS
        ask(client, "bob@example.org")
        assert len(links(session)) == rules.MOST_LINKS + 1

        clock.shift(rules.LINK_WINDOW)
        ask(client, "ann@example.org")
        assert len(links(session)) == rules.MOST_LINKS + 2


def test_only_a_digest_of_the_token_is_kept(client: Browser, session: Session) -> None:
    ask(client, "ann@example.org")
    (link,) = links(session)
    token = link.split("/")[-2]

    kept = session.scalars(select(SignInLink.token_digest)).one()
    assert kept != token
    assert len(kept) == 64
    assert session.scalars(select(Message.sensitive)).one() is True


def test_of_two_that_press_at_once_one_signs_in(app: Flask, client: Browser, session: Session) -> None:
    ask(client, "ann@example.org")
    token = links(session)[0].split("/")[-2]
    session.rollback()
    together = Barrier(4)

    def press() -> bool:
        with app.app_context():
            together.wait(10)
            with unit_of_work() as own:
                used = actions.use_link(own, token=token, now=now()) is not None
            db.session.remove()
            return used

    with ThreadPoolExecutor(4) as pool:
        outcomes = [future.result(60) for future in [pool.submit(press) for _ in range(4)]]

    assert sorted(outcomes) == [False, False, False, True]
    assert session.scalar(select(func.count()).select_from(Person)) == 1


def test_two_links_of_a_new_address_make_one_person(app: Flask, client: Browser, session: Session) -> None:
    ask(client, "ann@example.org")
    ask(client, "ann@example.org")
    tokens = [link.split("/")[-2] for link in links(session)]
    session.rollback()
    together = Barrier(2)

    def press(token: str) -> int:
        with app.app_context():
            together.wait(10)
            with unit_of_work() as own:
                used = actions.use_link(own, token=token, now=now())
                assert used is not None
                found = used.person.id
            db.session.remove()
            return found

    with ThreadPoolExecutor(2) as pool:
        people = list(pool.map(press, tokens))

    assert people[0] == people[1]


@pytest.mark.parametrize(
    ("wanted", "landing"),
    [
        ("/accounts/me/", "/accounts/me/"),
        ("/accounts/me/?a=1&b=2", "/accounts/me/?a=1&b=2"),
        ("//evil.example/", "/home/"),
        ("/\\evil.example/", "/home/"),
        ("https://evil.example/", "/home/"),
        ("javascript:alert(1)", "/home/"),
    ],
)
def test_the_page_wanted_comes_after_signing_in(
    client: Browser, session: Session, wanted: str, landing: str
) -> None:
    form = client.get("/accounts/sign-in/", query_string={"next": wanted}).text
    assert (f'value="{wanted.replace("&", "&amp;")}"' in form) is (landing != "/home/")
    ask(client, "ann@example.org", wanted)

    assert client.post(links(session)[0]).location == landing


def test_who_is_signed_out_is_sent_to_sign_in_and_back(client: Browser) -> None:
    assert client.get("/accounts/me/").location == "/accounts/sign-in/?next=/accounts/me/"


def test_an_address_that_is_none_is_refused(client: Browser, session: Session) -> None:
    answer = client.post("/accounts/sign-in/", data={"email": "not an address"})

    assert answer.status_code == 422
    assert "Enter an email address in the correct format" in answer.text
    assert links(session) == []


def test_asking_and_using_stand_in_the_trail(client: Browser, session: Session) -> None:
    ask(client, "ann@example.org")
    client.post(links(session)[0])

    session.rollback()
    assert session.scalars(select(TrailEntry.deed).order_by(TrailEntry.seq)).all() == [
        "sign_in.ask",
        "person.register",
        "sign_in.use",
    ]
    assert "example" not in "".join(str(facts) for facts in session.scalars(select(TrailEntry.facts)))


def test_old_links_are_forgotten(client: Browser, session: Session) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ask(client, "ann@example.org")
        clock.shift(rules.LINKS_KEPT - timedelta(seconds=1))
        with unit_of_work() as own:
            assert actions.forget_links(own, now=now()) == 0
        clock.shift(timedelta(seconds=1))
        with unit_of_work() as own:
            assert actions.forget_links(own, now=now()) == 1


def test_one_client_may_ask_a_hundred_times(app: Flask) -> None:
    visitor = Browser(app)
    here = {"REMOTE_ADDR": "192.0.2.7"}
    statuses = [
        visitor.post(
            "/accounts/sign-in/", data={"email": "ann@example.org"}, environ_overrides=here
        ).status_code
        for _ in range(101)
    ]

    assert statuses == [302] * 100 + [429]
    other = visitor.post("/accounts/sign-in/", data={"email": "bob@example.org"})
    assert other.status_code == 302


def test_a_person_is_found_whatever_the_case(session: Session, ctx: object) -> None:
    made = person("ann")

    assert queries.person_by_email(session, " ANN@example.org") is made


def test_signing_out_ends_the_session_in_this_browser(client: Browser, ctx: object) -> None:
    sign_in(client, person("ann"))
    assert client.get("/accounts/me/").status_code == 200

    assert client.post("/accounts/sign-out/").location == "/accounts/signed-out/"
    assert client.get("/accounts/me/").status_code == 302
