"""The public register: what is in it, what never is, finding awards, the pictures, and the open data."""

import csv
import io
import json

import pytest
from defusedxml.ElementTree import fromstring
from flask import Flask
from sqlalchemy.orm import Session

from grants.applications.bid_files import read_bid_file
from grants.panels import actions as panels
from grants.panels.states import Outcome
from grants.public import queries
from tests.browser import Browser
from tests.counting import CountQueries
from tests.rooms.awards.signing import take_up
from tests.rooms.panels.scored import scored
from tests.rooms.reviewing.panel import NOW, Panel


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Databases of tests are alike down to their ids; what was read of one is not of the next."""
    queries._kept.clear()


@pytest.fixture
def panel(session: Session) -> Panel:
    """Three bids: the first is taken up, the second offered, the third declined."""
    made = scored(session, 5, 4, 3)
    for bid, outcome in zip(made.bids, (Outcome.FUND, Outcome.FUND, Outcome.DECLINE), strict=True):
        panels.decide(
            session,
            application_id=bid.id,
            outcome=outcome,
            amount=bid.ask if outcome is Outcome.FUND else 0,
            reason="For the record alone.",
            actor=made.actor("chair"),
            now=NOW,
        )
    release = panels.draft_release(session, round_id=made.round.id, actor=made.actor("manager"), now=NOW)
    panels.approve_release(session, release_id=release.id, actor=made.actor("chair"), now=NOW)
    take_up(session, application_id=made.bids[0].id, actor=made.actor("applicant1"), now=NOW)
    made.bids[0].title = "Ring me: 07700 900123"
    session.commit()
    return made


def path(panel: Panel, end: str = "") -> str:
    return f"/rounds/{panel.round.ref}/awards/{end}"


def test_an_award_shows_once_it_is_taken_up(panel: Panel, app: Flask, session: Session) -> None:
    client = Browser(app)
    page = client.get(path(panel)).text
    assert f"/awards/{panel.bids[0].ref}/" in page
    assert f"/awards/{panel.bids[1].ref}/" not in page
    assert client.get(path(panel, f"{panel.bids[0].ref}/")).status_code == 200
    for other in (panel.bids[1].ref, panel.bids[2].ref, "R1-9999"):
        assert client.get(path(panel, f"{other}/")).status_code == 404
    assert "were funded" not in page
    take_up(session, application_id=panel.bids[1].id, actor=panel.actor("applicant2"), now=NOW)
    session.commit()
    page = client.get(path(panel)).text
    assert f"/awards/{panel.bids[1].ref}/" in page
    assert "2 of 3 bids that were judged were funded: 67%." in page


def test_nothing_personal_and_nothing_internal_is_in_any_of_it(panel: Panel, app: Flask) -> None:
    client = Browser(app)
    files = ("360giving.json", "360giving.csv", "transparency.csv", "feed.atom")
    everything = [client.get(path(panel, end)).get_data(as_text=True) for end in ("", *files)]
    everything.append(client.get(path(panel, f"{panel.bids[0].ref}/")).text)
    for text in everything:
        assert "phone number left out" in text
        for word in ("07700", "For the record alone", "applicant1", "good reason", "100.00"):
            assert word not in text


def test_the_files_tell_the_same_and_are_read_back(panel: Panel, app: Flask) -> None:
    client = Browser(app)
    package = json.loads(client.get(path(panel, "360giving.json")).get_data())
    sheet = client.get(path(panel, "360giving.csv")).get_data()
    assert [grant["amountAwarded"] for grant in package["grants"]] == [panel.bids[0].ask / 100]
    for name, content in (("awards.json", json.dumps(package).encode()), ("awards.csv", sheet)):
        read = read_bid_file(name, content)
        assert (read.faults, read.file_faults, [bid.ask for bid in read.bids]) == (
            (),
            (),
            [panel.bids[0].ask],
        )
    rows = list(csv.reader(io.StringIO(client.get(path(panel, "transparency.csv")).text.lstrip("\ufeff"))))
    assert [row[-1] for row in rows] == ["Amount", f"{panel.bids[0].ask / 100:.2f}"]
    feed = fromstring(client.get(path(panel, "feed.atom")).get_data())
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == 1


def test_a_file_that_has_not_changed_is_not_sent_again(panel: Panel, app: Flask) -> None:
    client = Browser(app)
    first = client.get(path(panel, "360giving.json"))
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = client.get(path(panel, "360giving.json"), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_looking_a_second_time_reads_no_award_again(
    panel: Panel, app: Flask, count_queries: CountQueries
) -> None:
    client = Browser(app)
    client.get(path(panel))
    with count_queries() as statements:
        client.get(path(panel, "?q=ring&theme=Youth&place=x"))
    assert len(statements) <= 5
