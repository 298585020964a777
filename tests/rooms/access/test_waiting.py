"""What waits for applicants is pointed out where they come in, and only once they may know of it."""

import pytest

from tests.rooms.access.town import title_of
from tests.rooms.access.visiting import Visits
from tests.rooms.applications.pages import Page


@pytest.mark.parametrize("person", ["viewer", "editor", "signatory"])
def test_home_points_at_an_offer(visits: Visits, person: str) -> None:
    with visits.in_use():
        page = Page(visits.browser(person).get("/home/").text)
    assert f"The offer for “{title_of('offered')}” waits for your signatory’s answer until" in page.words
    assert f"/awards/bids/{visits.town.records['offered']['ref']}/offer/" in page.links
    assert page.words.count("waits for your signatory’s answer") == 2  # and the one that was cut


def test_nobody_else_is_pointed_at_it(visits: Visits) -> None:
    with visits.in_use():
        assert "waits for your signatory" not in visits.browser("stranger").get("/home/").text


@pytest.mark.parametrize(
    ("bid", "now"), [("sent", "Checked"), ("reviewed", "Read and scored"), ("decided", "Panel")]
)
def test_the_status_says_where_the_bid_stands(visits: Visits, bid: str, now: str) -> None:
    with visits.in_use():
        page = Page(visits.browser("viewer").get(f"/applications/{visits.town.records[bid]['ref']}/").text)
    assert page.words.count(" Now ") == 1
    assert f"{now} Now " in page.words


def test_the_offer_and_its_deadline_stand_on_the_bid_s_own_page(visits: Visits) -> None:
    ref = visits.town.records["offered"]["ref"]
    with visits.in_use():
        page = Page(visits.browser("viewer").get(f"/applications/{ref}/").text)
    assert "The panel offers you £20,000.50" in page.words
    assert "The offer waits for your signatory’s answer until" in page.words
    assert f"/awards/bids/{ref}/offer/" in page.links
