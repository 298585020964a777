"""The pages of scenarios: a plain form, how far it has come, three ways, the file, hidden bids."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from grants.allocations.actions import planning
from grants.allocations.computing import run_scenario
from grants.core.db import unit_of_work
from grants.panels import queries as panels
from grants.panels.states import Outcome
from grants.programme.limits import Allocation
from grants.reviewing import actions as reviewing
from tests.counting import CountQueries
from tests.rooms.panels.test_actions import small_fund
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s
from tests.rooms.scoring.visits import House, open_house

FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)
PUBLISHED = Allocation(most=2, each_lead=1_500_000)


def bids_of_worth(*levels: int) -> object:
    """Each bid's three reviewers give it its level."""

    def setting(panel: p.Panel) -> None:
        for bid, level in zip(panel.bids, levels, strict=True):
            s.scored(panel, bid, rosa=level, vera=level, carl=level)

    return setting


@pytest.fixture
def house(app: Flask) -> House:
    """Four bids of about £10,000 each, worth 100, 80, 60 and 40, and a pot of £25,000."""
    fund = replace(small_fund(pot=2_500_000), allocation=PUBLISHED)
    return open_house(app, count=4, setting=bids_of_worth(5, 4, 3, 2), definition=fund)  # type: ignore[arg-type]  # a setting


def work(house: House) -> None:
    """What the worker does for every scenario that waits."""
    with house.app.app_context():
        with unit_of_work() as session:
            ids = planning.waiting(session, FAR_AHEAD)
        for scenario_id in ids:
            run_scenario(scenario_id, p.NOW)


def ask(house: House, **changes: str) -> str:
    """The chair asks by the form; gives the scenario's address."""
    form = {"name": "Ours", "sought": "pounds", **changes}
    response = house.as_("chair").post(f"/allocations/{house.round_ref}/scenarios/new/", data=form)
    assert response.status_code == 302, response.get_data(as_text=True)
    return response.headers["Location"]


def test_asked_for_worked_out_shown_and_taken_to_the_panel(house: House) -> None:
    start = f"/allocations/{house.round_ref}/scenarios/"
    page = house.get("auditor", start)[1]
    assert ("At most 2 awards" in page, "Work out a scenario" in page) == (True, False)
    form = house.get("manager", f"{start}new/")[1]
    assert [value in form for value in ('value="15000"', 'value="2"')] == [True, True]
    where = ask(house, each_lead="15,000", fewest="1", refused=house.refs[0].lower())
    waiting = house.get("auditor", where)[1]
    assert ("Waiting to be worked out" in waiting, "Look again" in waiting, "Side by side" in waiting) == (
        True,
        True,
        False,
    )
    work(house)
    page = house.get("auditor", where)[1]
    shown = (
        "Three ways side by side",
        "What each rule costs",
        "£20,000.05",
        f"Bid {house.refs[0]} is not funded",
    )
    assert [text for text in shown if text not in page] == []
    assert [text in page for text in ("Take it to the panel", "What would it take")] == [False, False]
    assert ["Take it to the panel" in house.get(name, where)[1] for name in ("chair", "manager")] == [
        True,
        False,
    ]


def test_a_chair_takes_it_to_the_panel_and_the_pot_follows(house: House) -> None:
    where = ask(house, each_lead="15,000", refused=house.refs[0])
    work(house)
    reasons = {"reason_funded": "The best use of the pot.", "way": "best"}
    assert house.post("chair", f"{where}take/", way="best")[0] == 422
    assert house.post("chair", f"{where}take/", **reasons)[0] == 302
    with house.writing() as panel:
        decided = [panels.decision_of(panel.session, bid.id) for bid in panel.bids]
        assert [one.outcome if one else None for one in decided] == [None, Outcome.FUND, Outcome.FUND, None]
    page = house.get("chair", where)[1]
    assert ("have changed since" in page, "The panel decided" in page, "Take it to the panel" in page) == (
        True,
        True,
        False,
    )
    assert house.post("chair", f"{where}take/", **reasons)[0] == 409
    compared = house.get("auditor", f"/allocations/{house.round_ref}/compare/?first=1-line&second=panel")[1]
    assert [text in compared for text in ("2 bids are not treated alike", "Loses £10,000.01")] == [True, True]
    line = house.get("auditor", f"/allocations/{house.round_ref}/")[1]
    assert [text in line for text in ("Where the pot stands", "Proposed: decided, not released")] == [
        True
    ] * 2


def test_what_it_takes_and_what_clashes_is_told_in_plain_words(house: House) -> None:
    where = ask(house)
    work(house)
    assert house.post("chair", f"{where}with/", bid="nothing")[0] == 422
    status, with_it = house.post("chair", f"{where}with/", bid=house.refs[3].lower())
    assert status == 302
    work(house)
    page = house.get("chair", with_it)[1]
    told = (f"Ours, with {house.refs[3]}", "Loses £10,000.02", "Funded with £10,000.04", "at a cost of")
    assert [text for text in told if text not in page] == []
    clash = ask(house, funded=" ".join(house.refs[:3]), most="3", each_lead="9,000")
    work(house)
    page = house.get("chair", clash)[1]
    assert "These rules cannot all be kept" in page
    assert "At most £9,000 for all bids that one organisation leads" in page
    assert "The optimum" not in page
    status, again = house.post("manager", f"{clash}again/")
    assert (status, again != clash) == (302, True)


def test_the_file_has_every_bid_and_sums_that_are_the_page_s(house: House) -> None:
    where = ask(house)
    assert house.as_("auditor").get(f"{where}awards.csv").status_code == 404
    work(house)
    response = house.as_("auditor").get(f"{where}awards.csv")
    rows = list(csv.DictReader(io.StringIO(response.get_data().decode("utf-8-sig"))))
    assert [row["Reference"] for row in rows] == house.refs
    assert [(row["Rank"], row["Score"], row["The line"], row["The panel decided"]) for row in rows] == [
        ("1", "100.00", "10000.01", ""),
        ("2", "80.00", "10000.02", ""),
        ("3", "60.00", "0.00", ""),
        ("4", "40.00", "0.00", ""),
    ]
    assert (
        response.headers["Content-Disposition"] == f'attachment; filename="{house.round_ref}-scenario-1.csv"'
    )


def test_a_bid_that_is_hidden_hides_every_scenario_it_is_in(house: House) -> None:
    where = ask(house)
    work(house)
    with house.writing() as panel:
        reviewing.record_conflict(
            panel.session, person_id=panel.person_ids["deputy"], application_id=panel.bids[3].id,
            reason="Their sister runs it", actor=panel.actor("manager"), now=p.NOW,
        )  # fmt: skip
    page = house.get("deputy", where)[1]
    assert ("hidden from you" in page, "Side by side" in page, "£" in page) == (True, False, False)
    round_ = f"/allocations/{house.round_ref}"
    addresses = (f"{where}awards.csv", f"{where}take/", f"{round_}/compare/?first=1-best&second=1-line")
    assert [house.get("deputy", address)[0] for address in addresses] == [403, 403, 403]
    form = {"name": "Mine", "sought": "pounds"}
    assert house.as_("deputy").post(f"{round_}/scenarios/new/", data=form).status_code == 403
    assert [house.post("deputy", f"{where}{deed}/", bid=house.refs[0])[0] for deed in ("with", "again")] == [
        403
    ] * 2


def test_pages_ask_as_much_however_many_bids(app: Flask, count_queries: CountQueries) -> None:
    house = open_house(app, count=6, definition=small_fund(pot=2_500_000))
    counts = []
    for number, bids in ((1, slice(0, 2)), (2, slice(2, 6))):
        with house.writing() as panel:
            for bid in panel.bids[bids]:
                s.scored(panel, bid, rosa=4, vera=4, carl=4)
        where = ask(house)
        work(house)
        round_ = f"/allocations/{house.round_ref}"
        compared = f"{round_}/compare/?first={number}-best&second={number}-line"
        asked = []
        for path in (where, f"{where}awards.csv", f"{round_}/scenarios/", compared, f"{round_}/"):
            house.as_("auditor").get(path)
            with count_queries() as statements:
                assert house.get("auditor", path)[0] == 200
            asked.append(len(statements))
        counts.append(asked)
    assert counts[0] == counts[1]
