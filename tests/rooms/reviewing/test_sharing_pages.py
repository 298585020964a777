"""Pages of proposals, teams, knowledge and leaving, and what they ask of the database."""

import pytest
from flask import Flask

from grants.applications.states import Stage
from grants.reviewing import actions, queries, staffing
from grants.reviewing.proposing import run_assignment
from grants.reviewing.states import AssignmentState
from grants.scoring.models import Sheet
from grants.scoring.states import SheetState
from tests.counting import CountQueries
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring.visits import House, open_house


@pytest.fixture
def house(app: Flask) -> House:
    """Two bids: Vera has both, undeclared on the first; Rosa has the first."""

    def setting(panel: p.Panel) -> None:
        first, second = panel.bids
        panel.assign(first, "vera", "rosa", cleared=False)
        panel.assign(second, "vera")

    return open_house(app, count=2, setting=setting)


def proposed(house: House) -> str:
    """The address of a proposal that was worked out."""
    with house.writing() as panel:
        run_id = actions.request_assignment(
            panel.session, round_id=panel.round.id, actor=panel.actor("manager"), now=p.NOW
        ).id
    with house.app.app_context():
        run_assignment(run_id, p.NOW)
    return f"/reviewing/proposals/{run_id}/"


def words(page: str) -> str:
    return " ".join(page.split())


def test_the_preview_says_what_changes_and_goes_out_of_date(house: House) -> None:
    path = proposed(house)
    page = words(house.get("manager", path)[1])
    assert "3 assignments stay as they are. 3 reviews would be added, for 3 reviewers." in page
    assert "No bid would be short of reviewers." in page
    assert "Nothing was weighed up" in page
    assert "Apply the proposal" in page
    assert house.post("manager", "/reviewing/decline/none/", reason="No.")[0] in (403, 404)
    with house.writing() as panel:
        reviewer = queries.reviewer(panel.session, panel.person_ids["cem"])
        assert reviewer is not None
        reviewer.active = False
    page = words(house.get("manager", path)[1])
    assert "Work it out again" in page
    assert "Apply the proposal" not in page
    assert house.post("manager", path, go="apply", reason="All the same.")[0] == 409
    assert house.post("manager", path, go="discard", reason="Too late.")[0] == 302


def test_the_manager_swaps_by_hand_but_not_once_scores_are_locked(house: House) -> None:
    first = house.refs[0]
    path = f"/reviewing/team/{first}/"
    with house.writing() as panel:
        ids = dict(panel.person_ids)
        mine = panel.assignment("vera", panel.bids[0])
        panel.session.add(
            Sheet(
                assignment_id=mine.id,
                application_id=mine.application_id,
                person_id=mine.person_id,
                version_id=panel.bids[0].current_version_id,
                state=SheetState.LOCKED,
                started_at=p.NOW,
                locked_at=p.NOW,
            )
        )
    assert house.get("chair", path)[0] == 403
    status, page = house.post("manager", path, off=ids["vera"], reason="Too slow.")
    assert (status, "has locked their scores" in page) == (422, True)
    assert house.post("manager", path, off=ids["rosa"], on=ids["cem"], reason="Ill.") == (302, path)
    page = house.get("manager", path)[1]
    assert "Taken off" in page
    with house.writing() as panel:
        assert panel.assignment("cem", panel.bids[0]).state is AssignmentState.ASSIGNED


def test_a_reviewer_declines_and_the_bid_leaves_the_queue(house: House) -> None:
    first = house.refs[0]
    assert house.get("cem", f"/reviewing/decline/{first}/")[0] == 404
    assert house.post("rosa", f"/reviewing/decline/{first}/", reason=" ")[0] == 422
    assert house.post("rosa", f"/reviewing/decline/{first}/", reason="Ill.") == (302, "/scoring/")
    assert f">{first}<" not in house.get("rosa", "/scoring/")[1]
    assert house.get("rosa", f"/reviewing/declare/{first}/")[0] == 404


def test_what_a_reviewer_knows_is_said_by_them_or_by_the_manager(house: House) -> None:
    with house.writing() as panel:
        rosa = panel.person_ids["rosa"]
        themes = staffing.themes(panel.session)
    answers = {f"theme_{theme}": "2" for theme in themes}
    assert house.post("rosa", "/reviewing/knowledge/", most_bids="0", **answers)[0] == 422
    assert house.post("rosa", "/reviewing/knowledge/", most_bids="4", **answers) == (302, "/scoring/")
    path = f"/reviewing/reviewer/{rosa}/"
    assert house.get("vera", path)[0] == 403
    assert 'value="4"' in house.get("manager", path)[1]
    assert house.post("manager", path, most_bids="5", **{**answers, next(iter(answers)): "9"})[0] == 422
    with house.writing() as panel:
        assert staffing.levels_of(panel.session, rosa) == dict.fromkeys(themes, 2)


def test_the_manager_lets_a_reviewer_go(house: House) -> None:
    with house.writing() as panel:
        rosa = panel.person_ids["rosa"]
    path = f"/reviewing/reviewer/{rosa}/retire/"
    assert house.get("manager", path)[0] == 200
    assert house.post("manager", path, reason="")[0] == 422
    assert house.post("manager", path, reason="Moved.") == (302, f"/reviewing/reviewer/{rosa}/")
    assert "has left the panel" in house.get("manager", f"/reviewing/reviewer/{rosa}/")[1]
    assert (
        "Bids are being shared out" in house.get("manager", f"/reviewing/assignments/{house.round_ref}/")[1]
    )
    assert house.post("manager", path, reason="Moved.")[0] == 422


@pytest.mark.parametrize("page", ["proposal", "team", "assignments"])
def test_pages_ask_as_much_of_thirty_bids_as_of_three(
    app: Flask, page: str, count_queries: CountQueries
) -> None:
    sent = []
    house = open_house(app, count=30)
    for bids in (3, 30):
        with house.writing() as panel:
            for place, bid in enumerate(panel.bids):
                bid.stage = Stage.IN_REVIEW if place < bids else Stage.SUBMITTED
        path = {
            "proposal": proposed(house),
            "team": f"/reviewing/team/{house.refs[0]}/",
            "assignments": f"/reviewing/assignments/{house.round_ref}/",
        }[page]
        house.get("manager", path)
        with count_queries() as statements:
            assert house.get("manager", path)[0] == 200
        sent.append(len(statements.sent))
    assert sent[0] == sent[1]
