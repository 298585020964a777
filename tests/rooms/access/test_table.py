"""Every address, every person, other people's records: each gets what the table of this folder says."""

import re

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from grants.core.db import unit_of_work
from grants.programme.models import Round
from tests.rooms.access.records import REASON
from tests.rooms.access.table import NO_RECORD, PEOPLE, ROWS, Row
from tests.rooms.access.town import title_of, verdict_of, words_of
from tests.rooms.access.visiting import Visits, sign_of
from tests.rooms.access.words import TOTAL, leaks

NOT_OURS = frozenset({"static"})
GETS = tuple(row for row in ROWS if row.method == "GET")
POSTS = tuple(row for row in ROWS if row.method == "POST")
BIDS = tuple(row for row in ROWS if row.record in ("draft", "sent", "reviewed", "decided", "offered"))

KNOW_OF_NONE = ("", "lone", "stranger", "unassigned", "finance officer", "administrator", "half signed in")
"""People who are to learn of no bid whether it exists by asking for its address."""

NOBODYS_BID = "LCR9-9999"

CHANGES_EVERY_TIME = re.compile(r'nonce="[^"]*"|name="csrf_token"[^>]*value="[^"]*"|data-seconds="\d+"')


def test_every_address_has_a_row_and_every_row_an_address(visits: Visits) -> None:
    served = {
        (method, rule.endpoint)
        for rule in visits.app.url_map.iter_rules()
        if rule.endpoint not in NOT_OURS
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    told = {(row.method, row.endpoint) for row in ROWS}
    assert (sorted(served - told), sorted(told - served)) == ([], [])


def test_the_table_says_something_of_everybody() -> None:
    assert [str(row) for row in ROWS if len(row.expected) != len(PEOPLE)] == []
    assert len({str(row) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", GETS, ids=str)
def test_pages(visits: Visits, row: Row) -> None:
    """What each gets; that nobody reads what is not for them; that looking changes nothing."""
    with visits.untouched():
        answers = {person: visits.visit(row, person) for person in PEOPLE}

    assert "".join(map(sign_of, answers.values())) == row.expected
    assert _leaks(row, answers) == {}


def test_a_change_by_looking_would_be_found(visits: Visits) -> None:
    page = Row("GET", "public.index", NO_RECORD, "")
    with pytest.raises(AssertionError, match="written"), visits.untouched():
        visits.visit(page, "viewer")
        with visits.app.app_context(), unit_of_work() as session:
            session.execute(update(Round).values(name="Another name"))
    visits.put_back()


@pytest.mark.parametrize("row", POSTS, ids=str)
def test_deeds(visits: Visits, row: Row) -> None:
    """What each gets, everybody from the same state; and that a refusal tells nothing either."""
    answers = {person: visits.visit(row, person) for person in PEOPLE}

    assert "".join(map(sign_of, answers.values())) == row.expected
    assert _leaks(row, answers) == {}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_postgresql_answers_alike(visits_on_postgresql: Visits, row: Row) -> None:
    """One person for each kind of answer that rests on what is in the database."""
    kinds = {sign: person for person, sign in zip(PEOPLE, row.expected, strict=True)}
    expected = {sign: person for sign, person in kinds.items() if sign in ".+!~"} or kinds

    assert {
        sign_of(visits_on_postgresql.visit(row, person)): person for person in expected.values()
    } == expected


def _leaks(row: Row, answers: dict[str, TestResponse]) -> dict[str, list[str]]:
    found = {
        person: leaks(row, person, answer.get_data().decode("utf-8", "replace"))
        for person, answer in answers.items()
    }
    return {person: words for person, words in found.items() if words}


def test_a_leak_would_be_found(visits: Visits) -> None:
    """The words are really on the pages of those who may read them."""
    for endpoint, record, person, words in (
        ("applications.answers", "draft", "editor", [title_of("draft"), words_of("draft")]),
        ("scoring.compare", "scored", "chair", [f"{verdict_of('scored')}by", TOTAL]),
        ("panels.letter", "decided", "manager", [f"{REASON}decided"]),
        ("awards.offer", "offered", "viewer", [f"{REASON}offered"]),
    ):
        row = Row("GET", endpoint, record, "")
        text = visits.visit(row, person).get_data(as_text=True)
        assert [word for word in words if word not in text] == []
        assert set(words) <= set(leaks(row, "stranger", text))


@pytest.mark.parametrize("row", POSTS, ids=str)
def test_nothing_is_taken_without_the_pages_own_token(visits: Visits, row: Row) -> None:
    able = [person for person in PEOPLE if row.sign_of(person) == "+"]
    for person in ("", *able[:2]):
        answer = visits.visit_without_token(row, person)
        assert (person, answer.status_code) == (person, 400)


@pytest.mark.parametrize("row", BIDS, ids=str)
def test_a_bid_that_one_may_not_know_of_looks_like_none_at_all(visits: Visits, row: Row) -> None:
    ref = str(visits.record(row)["ref"])
    nobodys = visits.town.records["nobody's"] = {**visits.record(row), "ref": NOBODYS_BID}
    assert nobodys["ref"] != ref
    for person in KNOW_OF_NONE:
        real = visits.visit(row, person)
        made_up = visits.visit(Row(row.method, row.endpoint, "nobody's", ""), person)
        assert _plain(real, ref) == _plain(made_up, NOBODYS_BID), person


def _plain(answer: TestResponse, ref: str) -> tuple[int, str, str]:
    """Everything that an answer tells, but for the reference itself and what differs from one to the next."""
    text = CHANGES_EVERY_TIME.sub("", answer.get_data(as_text=True))
    return answer.status_code, answer.headers.get("Location", "").replace(ref, ""), text.replace(ref, "")


def test_a_decision_does_not_show_before_its_release(visits: Visits) -> None:
    """The applicant's pages of a bid are the same before and after the panel has decided."""
    pages = [row for row in GETS if row.record == "decided" and row.sign_of("signatory") == "."]
    assert [row.endpoint for row in pages] == ["applications.bid", "applications.history"]
    for row in pages:
        shown = []
        for record in ("scored", "decided"):
            answer = visits.visit(Row("GET", row.endpoint, record, ""), "signatory")
            text = _plain(answer, visits.town.records[record]["ref"])[2]
            shown.append(re.sub(f"Titleof{record}|Answersof{record}", "", text))
        assert shown[0] == shown[1]


def test_rows_without_a_record_have_addresses_without_one(visits: Visits) -> None:
    assert [str(row) for row in ROWS if bool(visits.rule(row).arguments) == (row.record == NO_RECORD)] == []
