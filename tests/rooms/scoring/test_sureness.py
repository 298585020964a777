"""How sure a ranking is: asked for, worked out by a worker, shown beside the scores of record."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from grants.core.db import unit_of_work
from grants.reviewing import actions as reviewing
from grants.scoring import actions, queries, standing
from grants.scoring.actions import calibrating
from grants.scoring.states import CalibrationState
from grants.scoring.sureness import run_calibration
from tests.counting import CountQueries
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s
from tests.rooms.scoring.visits import House, open_house

FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)


def six(panel: p.Panel) -> None:
    """Six bids; rosa gives one point less than the others, and reads each."""
    for number, bid in enumerate(panel.bids):
        level = 1 + number % 4
        s.scored(panel, bid, rosa=level - 1, vera=level, carl=level + 1)


@pytest.fixture
def house(app: Flask) -> House:
    """Six scored bids."""
    return open_house(app, count=6, setting=six)


def work(house: House) -> None:
    """What the worker does for every calibration that waits."""
    with house.app.app_context():
        with unit_of_work() as session:
            ids = calibrating.waiting(session, FAR_AHEAD)
        for calibration_id in ids:
            run_calibration(calibration_id, p.NOW)


def ask(house: House) -> None:
    """The chair asks."""
    with house.writing() as panel:
        actions.request_calibration(
            panel.session, round_id=panel.round.id, actor=panel.actor("chair"), now=p.NOW
        )


def test_asked_for_worked_out_and_shown(house: House) -> None:
    path = f"/scoring/ranking/{house.round_ref}/sureness/"
    status, page = house.get("chair", path)
    assert (status, "Work it out" in page) == (200, True)
    assert house.post("chair", path) == (302, path)
    assert house.post("manager", path) == (302, path)
    assert "Waiting to be worked out" in house.get("auditor", path)[1]
    with house.writing() as panel:
        before = [queries.result_of(panel.session, bid.id).total for bid in panel.bids]  # type: ignore[union-attr]  # all are scored
    work(house)
    with house.writing() as panel:
        made = standing.latest_made(panel.session, panel.round.id)
        assert made is not None
        assert (made.id, made.state, made.attempts) == (1, CalibrationState.READY, 1)
        rosa, carl = panel.person_ids["rosa"], panel.person_ids["carl"]
        offsets = {row[0]: row[2] for row in made.results["estimates"]["reviewers"]}
        assert offsets[rosa] < -5 < 5 < offsets[carl]
        after = [queries.result_of(panel.session, bid.id).total for bid in panel.bids]  # type: ignore[union-attr]  # all are scored
        assert after == before
    page = house.get("auditor", path)[1]
    assert "from 18 reviews of 6 bids" in page
    shown = ("Rosa Person", "Carl Person", "Work it out", *house.refs)
    assert [word for word in shown if word not in page] == ["Work it out"]
    assert "Intraclass correlation of one review" in page
    with house.writing() as panel:
        reviewing.record_conflict(
            panel.session, person_id=panel.person_ids["deputy"], application_id=panel.bids[0].id,
            reason="A trustee.", actor=panel.actor("manager"), now=p.NOW,
        )  # fmt: skip
    page = house.get("deputy", path)[1]
    assert "Figures that count every bid of the round are left out here" in page
    told = ("18 reviews", "Carl Person", "Intraclass correlation", "Bids with two reviews", "Bid number 1 ")
    assert [word for word in told if word in page] == []
    assert ("Bid number 2" in page, "All bids by the ranking of record" in page) == (True, True)


def test_results_that_change_make_it_stale_and_finished_scoring_asks_again(house: House) -> None:
    ask(house)
    work(house)
    with house.writing() as panel:
        assert actions.recalibrate(panel.session, now=p.NOW) == 0
        result = actions.refresh_result(
            panel.session, application_id=panel.bids[0].id, now=p.NOW + timedelta(minutes=1)
        )
        assert result.total is not None
        assert actions.recalibrate(panel.session, now=p.NOW) == 1
        assert actions.recalibrate(panel.session, now=p.NOW) == 0
        first = standing.latest_made(panel.session, panel.round.id)
        assert first is not None
        panel.session.refresh(first)
        assert first.state is CalibrationState.STALE
    assert "Out of date" in house.get("chair", f"/scoring/ranking/{house.round_ref}/sureness/")[1]
    work(house)
    assert "Out of date" not in house.get("chair", f"/scoring/ranking/{house.round_ref}/sureness/")[1]


def test_the_sweep_asks_only_once_scoring_has_finished(house: House) -> None:
    with house.writing() as panel:
        p.add_bid(panel, 7)
        panel.session.flush()
        assert actions.recalibrate(panel.session, now=p.NOW) == 0
        assert standing.under_way(panel.session, panel.round.id) is None


def test_a_worker_that_dies_is_followed_by_another_three_times(house: House) -> None:
    ask(house)
    later = p.NOW
    for _ in range(3):
        with house.writing() as panel:
            held = calibrating.claim(panel.session, calibration_id=1, now=later)
            assert held is not None
            assert calibrating.claim(panel.session, calibration_id=1, now=later) is None
        later += calibrating.LEASE + timedelta(seconds=1)
    with house.writing() as panel:
        assert calibrating.claim(panel.session, calibration_id=1, now=later) is None
        assert held is not None
        assert calibrating.finish(panel.session, held=held, digest="", results={}, now=later) is False
        latest = standing.latest(panel.session, panel.round.id)
        assert latest is not None
        assert (latest.state, latest.failure) == (CalibrationState.FAILED, calibrating.DIED)
        assert (
            actions.request_calibration(
                panel.session, round_id=panel.round.id, actor=panel.actor("chair"), now=later
            ).id
            == 2
        )


def test_a_chair_with_a_sheet_to_lock_sees_nobodys_offset(house: House) -> None:
    ask(house)
    work(house)
    with house.writing() as panel:
        p.make_reviewer(panel, "chair")
        p.add_bid(panel, 7)
        panel.assign(panel.bids[-1], "chair")
    path = f"/scoring/ranking/{house.round_ref}/sureness/"
    status, page = house.get("chair", path)
    assert (status, "once you have locked all your own score sheets" in page) == (200, True)
    assert [word for word in ("Krippendorff", "Carl", *house.refs) if word in page] == []
    assert house.post("chair", path)[0] == 403
    assert house.get("vera", path)[0] == 403


def test_too_few_reviews_are_said_to_be_too_few(app: Flask) -> None:
    house = open_house(
        app, count=1, setting=lambda panel: s.scored(panel, panel.bids[0], rosa=1, vera=2, carl=3)
    )
    ask(house)
    work(house)
    page = house.get("chair", f"/scoring/ranking/{house.round_ref}/sureness/")[1]
    assert "too few reviews" in page


@pytest.mark.parametrize("count", [6, 12])
def test_the_page_sends_the_same_number_of_queries_at_any_length(
    app: Flask, count_queries: CountQueries, count: int
) -> None:
    house = open_house(app, count=count, setting=six)
    ask(house)
    work(house)
    path = f"/scoring/ranking/{house.round_ref}/sureness/"
    house.get("auditor", path)
    with count_queries() as statements:
        assert house.get("auditor", path)[0] == 200
    assert len([one for one in statements.sent if one.startswith("SELECT")]) == QUERIES


QUERIES = 10
"""Statements of the page, recognising the visitor included."""
