"""The auditor's pages."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts.models import Person
from grants.audit import actions, queries
from grants.core.clock import now
from grants.core.db import unit_of_work
from grants.permissions import Actor, Role, service
from tests.browser import Browser
from tests.counting import CountQueries
from tests.signing_in import sign_in

NOON = datetime(2021, 12, 3, 12, tzinfo=UTC)
CHAIR = Actor(person_id=3, roles=frozenset({Role.CHAIR, Role.REVIEWER}))


def person(role: Role) -> Person:
    """Somebody with one role."""
    with unit_of_work() as session:
        made = accounts.find_or_create_person(session, email=f"{role}@example.org", now=now())
        accounts.grant_role(session, person_id=made.id, role=role, actor=service("test"), now=now())
    return made


@pytest.fixture
def auditor(client: Browser, session: Session) -> Browser:
    """The auditor's browser, on a trail with something in it."""
    sign_in(client, person(Role.AUDITOR))
    with unit_of_work():
        for n in range(60):
            actions.record(session, CHAIR, "sheet.locked", ("sheet", n), now=NOON, total=n)
        actions.record(
            session, service("beat"), "round.closed", ("round", 1), now=NOON, why=actions.digest("x")
        )
    return client


def test_the_trail_is_read_newest_first(auditor: Browser) -> None:
    page = auditor.get("/audit/").text
    assert page.index("round.closed") < page.index("sheet 59") < page.index("sheet 20")
    assert "3 Dec 2021, midday" in page
    assert "person 3" in page
    assert "(chair, reviewer)" in page
    assert f'why: <abbr title="{actions.digest("x")}">digest {actions.digest("x")[:8]}…</abbr>' in page
    assert 'href="/audit/sheet/59/"' in page


def test_older_pages_follow(auditor: Browser, session: Session) -> None:
    oldest = queries.page_of(session).older
    first = auditor.get("/audit/").text
    assert f'href="/audit/?before={oldest}"' in first
    assert "Newest deeds" not in first
    second = auditor.get(f"/audit/?before={oldest}").text
    assert "sheet 59" not in second
    assert 'href="/audit/sheet/0/"' in second
    assert "Newest deeds" in second
    assert "Older deeds" not in second


def test_money_is_read_in_pounds(auditor: Browser) -> None:
    with unit_of_work() as session:
        actions.record(session, CHAIR, "decision.recorded", ("decision", 1), now=NOON, amount=123_450, rows=7)
    page = auditor.get("/audit/decision/1/").text
    assert ("amount: £1,234.50" in page, "rows: 7<" in page) == (True, True)


def test_narrowing_to_a_deed_a_kind_and_a_number(auditor: Browser) -> None:
    by_deed = auditor.get("/audit/?deed=round.closed").text
    assert ("/audit/round/1/" in by_deed, "/audit/sheet/" in by_deed) == (True, False)
    assert '<option value="round.closed" selected>' in by_deed
    one = auditor.get("/audit/?subject_type=sheet&subject_id=7").text
    assert one.count('href="/audit/sheet/') == 1
    assert 'href="/audit/sheet/7/"' in one
    assert "No deeds match." in auditor.get("/audit/?deed=nothing").text


@pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 19, "9" * 40, "²"])
def test_a_number_that_is_none_does_no_harm(auditor: Browser, before: str) -> None:
    assert auditor.get(f"/audit/?before={before}").status_code == 200


def test_the_history_of_one_thing(auditor: Browser) -> None:
    page = auditor.get("/audit/sheet/7/").text
    assert "History of sheet 7" in page
    assert page.count("sheet.locked") == 1
    assert auditor.get("/audit/sheet/700/").status_code == 404


def test_the_page_takes_the_same_number_of_queries_at_any_length(
    auditor: Browser, session: Session, count_queries: CountQueries
) -> None:
    with count_queries() as short:
        auditor.get("/audit/")
    with unit_of_work():
        for n in range(500):
            actions.record(session, CHAIR, "sheet.opened", ("sheet", n), now=NOON)
    with count_queries() as long:
        auditor.get("/audit/")
    assert len(short) == len(long)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.AUDITOR}])
def test_nobody_else_reads_the_trail(client: Browser, session: Session, role: Role) -> None:
    sign_in(client, person(role))
    assert (client.get("/audit/").status_code, client.get("/audit/person/1/").status_code) == (403, 403)
