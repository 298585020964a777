"""A reviewer's day: the queue, a sheet that saves itself, a recommendation, and bids to read on paper."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from grants.core.errors import RuleBroken, Stale
from grants.core.web import BY_ITSELF
from grants.scoring import actions, queries, queue
from grants.scoring.rules import Overall
from grants.scoring.states import Recommendation
from grants.scoring.views.packing import BIDS_IN_ONE
from tests.counting import CountQueries
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s
from tests.rooms.scoring.test_pages import opened, scores, version_in
from tests.rooms.scoring.visits import House, open_house


@pytest.fixture
def house(app: Flask) -> House:
    """One bid that Vera reviews."""
    return open_house(app, setting=lambda panel: panel.assign(panel.bids[0], "vera"))


def by_itself(house: House, name: str, path: str, **data: object) -> dict[str, object]:
    """What the page's script is told when it saves."""
    response = house.as_(name).post(path, data=data, headers={BY_ITSELF: "save"})
    told: dict[str, object] = json.loads(response.get_data(as_text=True))
    return told


def test_the_next_bid_is_the_one_to_declare_on_then_the_one_with_fewest_reviews_then_the_oldest(
    session: Session,
) -> None:
    panel = p.build(session, bids=4, definition=p.fund(reviews=2, citizens=0))
    first, second, third, fourth = panel.bids
    second.submitted_at = second.submitted_at - timedelta(days=1) if second.submitted_at else None
    for bid in (first, second, third):
        panel.assign(bid, "vera", "carl")
    panel.assign(fourth, "vera", cleared=False)
    s.locked(panel, "carl", second)
    vera = panel.person_ids["vera"]

    assert queue.next_bid(session, vera) == (fourth.ref, True)
    session.delete(panel.assignment("vera", fourth))
    assert queue.next_bid(session, vera) == (first.ref, False)
    s.locked(panel, "vera", first)
    assert queue.next_bid(session, vera) == (third.ref, False)
    s.locked(panel, "vera", third)
    assert queue.next_bid(session, vera) == (second.ref, False)
    s.locked(panel, "vera", second)
    assert queue.next_bid(session, vera) is None
    assert queue.progress(session, vera) == queue.Progress(bids=3, locked=3, undeclared=0, due_at=None)


def test_the_list_tells_how_far_each_bid_has_come(session: Session) -> None:
    panel = p.build(session, bids=3, definition=p.fund(reviews=1, citizens=0))
    begun, locked, undeclared = panel.bids
    panel.assign(begun, "vera")
    panel.assign(locked, "vera")
    panel.assign(undeclared, "vera", cleared=False)
    strands = panel.definition.rubric.strand_keys
    s.save(panel, "vera", s.started(panel, "vera", begun), "youth", {strands[0]: 3, strands[1]: 0})
    s.locked(panel, "vera", locked)
    cells = len(panel.definition.rubric.cells)

    page = queue.waiting(session, panel.person_ids["vera"])
    assert [(one.ref, one.title, one.undeclared, one.cells, one.wanted) for one in page.rows] == [
        (undeclared.ref, "", True, 0, cells),
        (begun.ref, begun.title, False, 2, cells),
        (locked.ref, locked.title, False, cells, cells),
    ]
    progress = queue.progress(session, panel.person_ids["vera"])
    due = panel.definition.calendar.reviews_due_at
    assert (progress.bids, progress.locked, progress.undeclared, progress.due_at) == (3, 1, 1, due)


@pytest.mark.parametrize("count", [3, 40])
def test_the_list_takes_the_same_number_of_queries_at_any_length(
    app: Flask, count_queries: CountQueries, count: int
) -> None:
    def setting(panel: p.Panel) -> None:
        for bid in panel.bids:
            panel.assign(bid, "vera")

    house = open_house(app, count=count, setting=setting)
    house.get("vera", "/scoring/")
    with count_queries() as lists:
        house.get("vera", "/scoring/")
    with count_queries() as next_:
        assert house.as_("vera").get("/scoring/next/").headers["Location"] == f"/scoring/{house.ref}/"
    sent = [
        len([one for one in counted.sent if one.lstrip().startswith("SELECT")]) for counted in (lists, next_)
    ]
    assert sent == [9, 2]


def test_a_sheet_saves_itself_and_tells_the_total(house: House) -> None:
    path, version = opened(house)
    data = scores(house.panel.definition, 4)
    told = by_itself(house, "vera", path, version=version, opening="w1", justification="Go", **data)

    assert (told["state"], told["version"], told["total"]) == ("saved", 2, "16.00")
    again = by_itself(house, "vera", path, version=version, opening="w1", justification="Good", **data)
    assert (again["state"], again["version"]) == ("saved", 3)
    elsewhere = by_itself(house, "vera", path, version=version, opening="w2", justification="Bad", **data)
    assert (elsewhere["state"], "another window" in str(elsewhere["text"])) == ("refused", True)
    with house.writing() as panel:
        (written,) = queries.sheets_of(panel.session, panel.bids[0].id)
        assert written.notes["youth"].justification == "Good"


def test_a_justification_is_for_the_panel_until_it_is_ticked(house: House) -> None:
    path, version = opened(house)
    house.post("vera", path, version=version, justification="Good.", go="stay")
    with house.writing() as panel:
        assert not queries.sheets_of(panel.session, panel.bids[0].id)[0].notes["youth"].shareable
    _, version = opened(house)
    house.post("vera", path, version=version, justification="Good.", shareable="y", go="stay")
    with house.writing() as panel:
        assert queries.sheets_of(panel.session, panel.bids[0].id)[0].notes["youth"].shareable
    assert (
        "May be quoted in feedback to the applicant" in house.get("vera", f"/scoring/{house.ref}/check/")[1]
    )


def test_a_theme_marked_as_not_addressed_stays_so_when_only_its_reason_is_typed(house: House) -> None:
    path, version = opened(house)
    house.post("vera", path, version=version, go="not_addressed", justification="")
    zeros = scores(house.panel.definition, 0)
    told = by_itself(house, "vera", path, version=2, justification="Nothing on it.", **zeros)
    assert told["state"] == "saved"
    with house.writing() as panel:
        note = queries.sheets_of(panel.session, panel.bids[0].id)[0].notes["youth"]
        assert (note.not_addressed, note.justification) == (True, "Nothing on it.")
    one = {**zeros, next(iter(zeros)): 1}
    by_itself(house, "vera", path, version=3, justification="A little.", **one)
    with house.writing() as panel:
        assert not queries.sheets_of(panel.session, panel.bids[0].id)[0].notes["youth"].not_addressed


ASK = 1_000_001


@pytest.mark.parametrize(
    ("overall", "places"),
    [
        (Overall(), []),
        (Overall("", Recommendation.FUND, ASK), []),
        (Overall("", Recommendation.FUND), []),
        (Overall("", Recommendation.DECLINE), []),
        (Overall("", Recommendation.FUND_IN_PART, 500_000, "Half is enough."), []),
        (Overall("", Recommendation.FUND_IN_PART), ["amount"]),
        (Overall("", Recommendation.FUND_IN_PART, ASK, "All."), ["amount"]),
        (Overall("", Recommendation.FUND_IN_PART, 500_000), ["reason"]),
        (Overall("", Recommendation.DECLINE, 500_000, "Why?"), ["amount"]),
        (Overall("", None, ASK), ["amount"]),
    ],
)
def test_a_recommendation_that_is_begun_is_finished_before_the_lock(
    session: Session, overall: Overall, places: list[str]
) -> None:
    panel = p.build(session, definition=p.fund(reviews=1, citizens=0))
    panel.assign(panel.bids[0], "vera")
    sheet = s.filled(panel, "vera", panel.bids[0])
    found: list[str] = []
    try:
        actions.lock(
            session,
            sheet_id=sheet.id,
            version=sheet.version,
            overall=overall,
            actor=panel.actor("vera"),
            now=p.NOW,
        )
    except RuleBroken as broken:
        found = [reason.place for reason in broken.reasons]
    assert found == places


@pytest.mark.parametrize("amount", [0, ASK + 1, -5])
def test_no_more_is_recommended_than_is_asked_for(session: Session, amount: int) -> None:
    panel = p.build(session, definition=p.fund(reviews=1, citizens=0))
    panel.assign(panel.bids[0], "vera")
    sheet = s.started(panel, "vera", panel.bids[0])
    with pytest.raises(RuleBroken, match=r"at most £10,000\.01"):
        actions.save_overall(
            session,
            sheet_id=sheet.id,
            overall=Overall("", Recommendation.FUND, amount),
            version=sheet.version,
            actor=panel.actor("vera"),
            now=p.NOW,
        )


def test_the_check_page_leads_to_everything_that_is_missing(house: House) -> None:
    with house.writing() as panel:
        s.filled(panel, "vera", panel.bids[0])
    check = f"/scoring/{house.ref}/check/"
    version = version_in(house.get("vera", check)[1])
    data = {"version": version, "recommendation": "fund_in_part", "amount": "5,000", "comment": "Half."}
    assert house.post("vera", f"/scoring/{house.ref}/comment/", **data) == (302, check)
    _, page = house.get("vera", check)
    assert f'href="{check}#reason">Recommendation: write why you recommend this amount.' in page
    status, page = house.post("vera", f"/scoring/{house.ref}/lock/", **{**data, "version": version_in(page)})
    told = "write why you recommend this amount"
    assert (status, page.count(told), "cannot be locked yet" in page) == (422, 2, False)
    data |= {"version": version_in(page), "reason": "They can start small."}
    assert house.post("vera", f"/scoring/{house.ref}/lock/", **data) == (302, check)
    _, page = house.get("vera", check)
    assert "<strong>Fund in part</strong>, £5,000" in page


def test_saving_in_a_window_that_did_not_save_last_is_stale(session: Session) -> None:
    panel = p.build(session, definition=p.fund(reviews=1, citizens=0))
    panel.assign(panel.bids[0], "vera")
    sheet = s.started(panel, "vera", panel.bids[0])
    s.save(panel, "vera", sheet, "youth", {})
    with pytest.raises(Stale):
        s.save(panel, "vera", sheet, "youth", {}, version=1)


def test_the_pack_holds_the_bids_that_were_declared_on_and_no_other(app: Flask) -> None:
    def setting(panel: p.Panel) -> None:
        for bid in panel.bids[:-3]:
            panel.assign(bid, "vera")
        panel.assign(panel.bids[-3], "vera", cleared=False)
        panel.assign(panel.bids[-2], "vera")
        s.locked(panel, "vera", panel.bids[-2])
        panel.assign(panel.bids[-1], "carl")

    house = open_house(app, count=BIDS_IN_ONE + 4, reviews=1, setting=setting)
    pages = house.get("vera", "/scoring/pack/")[1] + house.get("vera", "/scoring/pack/?page=2")[1]
    shown = [number for number in range(1, BIDS_IN_ONE + 5) if f"{house.refs[number - 1]}:" in pages]
    assert shown == list(range(1, BIDS_IN_ONE + 2))
    response = house.as_("vera").get("/scoring/pack/pdf/?page=2")
    assert (response.status_code, response.data[:5]) == (200, b"%PDF-")
    assert house.get("pat", "/scoring/pack/pdf/")[0] == 404


def test_where_names_are_hidden_no_page_of_the_reviewer_names_an_organisation(app: Flask) -> None:
    fund = p.fund(reviews=1, citizens=0)
    hidden = replace(fund, review=replace(fund.review, hide_organisations=True))
    house = open_house(app, definition=hidden, setting=lambda panel: panel.assign(panel.bids[0], "vera"))
    paths = (
        "/scoring/",
        "/scoring/pack/",
        *(f"/scoring/{house.ref}/{rest}" for rest in ("", "bid/", "check/")),
    )
    pages = {path: house.get("vera", path) for path in (*paths, f"/scoring/{house.ref}/themes/youth/")}
    assert {path: (status, "Lead 1" in page) for path, (status, page) in pages.items()} == dict.fromkeys(
        pages, (200, False)
    )
    assert "Organisation A" in pages[f"/scoring/{house.ref}/"][1]
