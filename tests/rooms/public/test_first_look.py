"""What somebody new meets first: which round is which, where to apply, and what is left to read."""

from dataclasses import replace
from datetime import timedelta

import time_machine
from sqlalchemy.orm import Session

from grants.programme import actions as programme
from tests.browser import Browser
from tests.rooms.applications.world import OPEN, OPERATOR
from tests.unit.applications.bids import fund


def test_a_link_names_its_round_and_the_way_to_apply_comes_before_the_small_print(
    client: Browser, session: Session
) -> None:
    definition = replace(fund(), origin_note="Some of it is invented.")
    round_ = programme.load_fund(session, definition=definition, actor=OPERATOR, now=OPEN).round
    session.commit()
    with time_machine.travel(OPEN + timedelta(hours=1), tick=False):
        index = client.get("/").text
        page = client.get(f"/rounds/{round_.ref}/").text
    link = index.split(f'/rounds/{round_.ref}/">')[1].split("</a>")[0]
    assert (round_.name in link, definition.name in link) == (True, True)
    assert page.index("Apply now") < page.index(definition.origin_note) < page.index("What the fund is for")
    assert "All bids to this round share this sum" in page
    assert "<table" not in page


def test_a_closed_round_says_so_once(client: Browser, session: Session) -> None:
    programme.load_fund(session, definition=fund(), actor=OPERATOR, now=OPEN)
    session.commit()
    with time_machine.travel(OPEN + timedelta(days=3650), tick=False):
        index = client.get("/").text
    assert index.lower().count("closed") == 1
