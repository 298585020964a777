"""Who is asking: sessions that end, people signed out everywhere, and what a page costs."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from markupsafe import escape
from sqlalchemy.orm import Session

from grants.accounts import actions, queries, rules
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.core.errors import NotFound
from grants.permissions import Actor, MemberRole, Role
from tests.browser import Browser
from tests.counting import CountQueries, Statements
from tests.paths import SHARED_DATA, needs_shared_data
from tests.rooms.accounts.people import organisation, person
from tests.signing_in import sign_in

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OWN_PAGE = "/accounts/me/"


def reads(statements: Statements) -> int:
    return sum(1 for one in statements.sent if one.startswith("SELECT"))


def test_a_person_is_read_with_all_they_may_do_in_one_query(
    session: Session, count_queries: CountQueries
) -> None:
    made = person("ann", Role.REVIEWER, Role.CHAIR)
    one = organisation("One", "1234567", ann=MemberRole.EDITOR)
    two = organisation("Two", "7654321", ann=MemberRole.SIGNATORY)
    memberships = {one.id: MemberRole.EDITOR, two.id: MemberRole.SIGNATORY}
    person_id = made.id
    session.rollback()

    with count_queries() as statements:
        found = queries.actor_for(session, person_id)
    assert reads(statements) == 1
    assert found == Actor(
        person_id, frozenset({Role.REVIEWER, Role.CHAIR}), memberships, label=f"person {person_id}"
    )


def test_a_stranger_has_no_rights(session: Session) -> None:
    made = person("ann")

    assert queries.actor_for(session, made.id) == Actor(made.id, label=f"person {made.id}")
    with pytest.raises(NotFound):
        queries.actor_for(session, made.id + 1)


def test_signed_in_pages_are_kept_by_no_cache(client: Browser, session: Session) -> None:
    signed_out = client.get("/accounts/sign-in/")
    assert (signed_out.headers["Cache-Control"], signed_out.headers["Vary"]) == (
        "private, no-cache",
        "Cookie",
    )
    sign_in(client, person("ann"))
    page = client.get(OWN_PAGE)

    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Vary"] == "Cookie"
    assert "ann@example.org" in page.text
    assert "Sign out" in page.text
    lost = client.get("/there/is/no/such/page/")
    assert (lost.status_code, "Sign out" in lost.text, "Sign in" in lost.text) == (404, True, False)


@pytest.mark.parametrize(("roles", "idle"), [((), rules.APPLICANT_IDLE), ((Role.CHAIR,), rules.STAFF_IDLE)])
def test_a_session_ends_when_nobody_comes(
    client: Browser, session: Session, roles: tuple[Role, ...], idle: timedelta
) -> None:
    with time_machine.travel(START, tick=False) as clock:
        sign_in(client, person("ann", *roles))
        clock.shift(idle - timedelta(seconds=1))
        assert client.get(OWN_PAGE).status_code == 200
        clock.shift(idle - timedelta(seconds=1))
        assert client.get(OWN_PAGE).status_code == 200
        clock.shift(idle)
        assert client.get(OWN_PAGE).status_code == 302


def test_a_session_ends_however_busy(client: Browser, session: Session) -> None:
    with time_machine.travel(START, tick=False) as clock:
        sign_in(client, person("ann", Role.CHAIR))
        for _ in range(11):
            clock.shift(timedelta(hours=1))
            assert client.get(OWN_PAGE).status_code == 200
        clock.shift(timedelta(hours=1))
        assert client.get(OWN_PAGE).status_code == 302


def test_a_post_of_somebody_signed_out_is_refused_with_what_they_typed(
    client: Browser, session: Session
) -> None:
    answer = client.post(OWN_PAGE, data={"name": "Ann of the long text"})

    assert answer.status_code == 401
    assert "Ann of the long text" in answer.text


def test_signing_out_everywhere_ends_every_session(client: Browser, session: Session) -> None:
    made = person("ann")
    other = Browser(client.application)
    for browser in (client, other):
        sign_in(browser, made)
        assert browser.get(OWN_PAGE).status_code == 200

    assert client.post("/accounts/me/sign-out-everywhere/").location == "/accounts/signed-out/"
    assert [browser.get(OWN_PAGE).status_code for browser in (client, other)] == [302, 302]
    session.rollback()
    sign_in(client, queries.person(session, made.id))
    assert client.get(OWN_PAGE).status_code == 200


def test_a_cookie_of_nobody_counts_for_nothing(client: Browser, session: Session) -> None:
    made = person("ann")
    sign_in(client, made)
    with unit_of_work():
        session.delete(queries.person(session, made.id))

    assert client.get(OWN_PAGE).status_code == 302


def test_a_name_is_saved_and_shown(client: Browser, session: Session) -> None:
    sign_in(client, person("ann"))
    assert client.post(OWN_PAGE, data={"name": "  Ann <b>\nLee "}).location == OWN_PAGE
    assert "Ann &lt;b&gt; Lee" in client.get(OWN_PAGE).text
    assert client.post(OWN_PAGE, data={"name": " "}).status_code == 422


def test_a_name_is_only_given_to_who_has_none(session: Session, ctx: object) -> None:
    for name in ("Ann", "Mallory"):
        with unit_of_work():
            made = actions.find_or_create_person(session, email="ann@example.org", name=name, now=now())
    assert made.name == "Ann"


def test_ones_own_page_costs_few_queries(
    client: Browser, session: Session, count_queries: CountQueries
) -> None:
    sign_in(client, person("ann"))
    for number in range(3):
        organisation(f"Group {number}", ann=MemberRole.VIEWER)
    with count_queries() as statements:
        assert client.get(OWN_PAGE).status_code == 200

    assert reads(statements) == 4


@needs_shared_data
def test_any_name_is_kept_and_shown_as_typed(client: Browser, session: Session) -> None:
    strings = json.loads((SHARED_DATA / "9_adversarial" / "naughty_strings.json").read_text())
    made = person("ann")
    person_id = made.id
    sign_in(client, made)
    for typed in strings[1:]:
        answer = client.post(OWN_PAGE, data={"name": typed})
        shown = rules.on_one_line(typed)
        if not shown or len(typed) > rules.LONGEST_NAME:
            assert answer.status_code == 422, typed
            continue
        assert answer.status_code == 302, typed
        session.rollback()
        assert queries.person(session, person_id).name == shown
        assert f'value="{escape(shown)}"' in client.get(OWN_PAGE).text
