"""Who is where in a round: right numbers, nothing hidden, and no more queries for many rows."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from grants.programme.definition import ReviewerKind
from grants.reviewing import actions as reviewing
from grants.reviewing.models import Reviewer
from grants.scoring import progress
from tests.counting import CountQueries
from tests.rooms.applications import world as w
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s
from tests.rooms.scoring.visits import House, open_house


def filled_in(panel: p.Panel) -> None:
    """Three bids that want two reviews each. Vera's: not declared on, begun, locked. Carl has the third."""
    first, second, third = panel.bids
    panel.assign(first, "vera", cleared=False)
    panel.assign(second, "vera")
    panel.assign(third, "vera", "carl")
    s.started(panel, "vera", second)
    s.locked(panel, "vera", third)


@pytest.fixture
def house(app: Flask) -> House:
    return open_house(app, count=3, reviews=2, setting=filled_in)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_each_review_is_counted_once_by_how_far_it_has_come(session: Session) -> None:
    panel = p.build(session, bids=3, definition=p.fund(reviews=2, citizens=0))
    filled_in(panel)
    first, second, third = panel.bids
    due = panel.definition.calendar.reviews_due_at
    panel.assignment("vera", first).due_at = due + timedelta(days=2)
    session.flush()
    late = due + timedelta(hours=1)

    assert progress.totals(session, panel.round, now=late) == progress.Totals(
        bids=3, finished=0, locked=1, begun=1, declared=1, undeclared=1, not_given=2, overdue=2
    )
    vera, carl = progress.standings(session, panel.round, now=late).rows
    assert (vera.assigned, vera.declared, vera.undeclared, vera.begun, vera.locked) == (3, 2, 1, 1, 1)
    assert (vera.overdue, vera.left, vera.due_at, vera.seen_at) == (1, 2, due, p.NOW)
    assert (carl.assigned, carl.declared, carl.begun, carl.overdue, carl.due_at) == (1, 1, 0, 1, due)
    assert progress.seen(session, panel.round.id, [carl.person_id]) == {carl.person_id: p.NOW}
    waiting = progress.waiting_bids(session, panel.round).rows
    assert [(bid.ref, bid.locked, bid.begun, bid.untouched, bid.not_given) for bid in waiting] == [
        (first.ref, 0, 0, 1, 1),
        (second.ref, 0, 1, 0, 1),
        (third.ref, 1, 0, 1, 0),
    ]
    s.locked(panel, "carl", third)
    after = progress.totals(session, panel.round, now=late, without={second.id})
    assert after == progress.Totals(
        bids=2, finished=1, locked=2, begun=0, declared=0, undeclared=1, not_given=1, overdue=0
    )


def test_the_page_says_what_happens_next_and_leads_on(house: House) -> None:
    path = f"/scoring/progress/{house.round_ref}/"
    status, page = house.get("manager", path)
    assert status == 200
    text = words(page)
    assert "0 of 3 bids have all the reviews they need." in text
    assert "1 of 6 reviews are locked" in text
    assert "2 reviews are not given to anybody. Share the bids out" in text
    assert "1 review waits for a reviewer to say whether they have a conflict of interest." in text
    vera = house.panel.person_ids["vera"]
    assert f"/reviewing/hand-over/{house.round_ref}/{vera}/" in page
    assert f"/reviewing/team/{house.ref}/" in page
    for_chair = house.get("chair", path)[1]
    assert "/reviewing/hand-over/" not in for_chair
    assert house.get("vera", path)[0] == 403


def test_what_is_hidden_from_a_reader_is_in_no_number(house: House) -> None:
    with house.writing() as panel:
        reviewing.record_conflict(
            panel.session,
            person_id=panel.person_ids["chair"],
            application_id=panel.bids[2].id,
            reason="My cousin leads it.",
            actor=panel.actor("manager"),
            now=p.NOW,
        )
    page = words(house.get("chair", f"/scoring/progress/{house.round_ref}/")[1])
    assert "0 of 2 bids" in page
    assert "0 of 4 reviews are locked" in page
    assert "Carl Person" not in page
    bids = house.get("chair", f"/scoring/progress/{house.round_ref}/bids/")[1]
    assert "Bid number 2" in bids
    assert "Bid number 3" not in bids


def test_many_rows_ask_no_more_of_the_database(house: House, count_queries: CountQueries) -> None:
    paths = [f"/scoring/progress/{house.round_ref}/{rest}" for rest in ("", "bids/")]
    few = []
    for path in paths:
        house.get("manager", path)
        with count_queries() as statements:
            assert house.get("manager", path)[0] == 200
        few.append(len(statements))
    with house.writing() as panel:
        more = [f"reader{number}" for number in range(60)]
        for number in range(4, 16):
            p.add_bid(panel, number)
        for name in more:
            panel.person_ids[name] = w.person(panel.session, name)
            panel.session.add(
                Reviewer(person_id=panel.person_ids[name], kind=ReviewerKind.COUNCIL, added_at=p.NOW)
            )
        panel.session.flush()
        for bid in panel.bids:
            panel.assign(bid, *more)
    many = []
    for path in paths:
        with count_queries() as statements:
            assert house.get("manager", path)[0] == 200
        many.append(len(statements))
    assert "Showing 1 to 50 of 62 reviewers" in words(house.get("manager", paths[0])[1])
    assert many == few
