"""The ranking as its readers turn it: columns, order, filters, saved views, files."""

import csv
import io
from fractions import Fraction
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from flask import Flask

from grants.core.paging import Order
from grants.scoring import actions, queries, ranking
from grants.scoring.breakdown import CITIZENS, OTHERS, SHAPE, SPREAD, cell_column, shown, theme_column
from grants.scoring.ranking_view import Flag, View
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s
from tests.rooms.scoring.visits import House, open_house


def three(panel: p.Panel) -> None:
    """Totals of 60, 80 and 80; the first by the strictest citizen."""
    s.scored(panel, panel.bids[0], rosa=1, vera=3, carl=5)
    s.scored(panel, panel.bids[1], rosa=4, vera=4, carl=4)
    s.scored(panel, panel.bids[2], rosa=5, vera=4, carl=3)


@pytest.fixture
def house(app: Flask) -> House:
    """Three ranked bids and one that is not."""
    return open_house(app, count=4, setting=three)


def refs(panel: p.Panel, view: View) -> list[tuple[int, int]]:
    """Rank and number of each bid that the view shows, in its order."""
    numbers = {bid.ref: number for number, bid in enumerate(panel.bids, 1)}
    page = ranking.ranking(panel.session, round_id=panel.round.id, view=view)
    whole = ranking.whole_ranking(panel.session, round_id=panel.round.id, view=view)
    assert [row.ref for row in whole] == [row.ref for row in page.rows]
    return [(row.rank, numbers[row.ref]) for row in page.rows]


def save(house: House, who: str, path: str, name: str) -> tuple[int, str]:
    """Status of saving the view under a name, and where it leads or what it says."""
    response = house.as_(who).post(path, data={"name": name})
    return response.status_code, response.headers.get("Location") or response.get_data(as_text=True)


def test_a_result_keeps_what_the_ranking_shows(house: House) -> None:
    with house.writing() as panel:
        result = queries.result_of(panel.session, panel.bids[0].id)
        assert result is not None
        strand = panel.definition.rubric.strand_keys[0]
        kept = {
            key: shown(result.measures, key)
            for key in (CITIZENS, OTHERS, SPREAD, theme_column("youth"), cell_column("youth", strand))
        }
        assert list(kept.values()) == [20, 80, 80, 3, 3]
        assert result.shape == SHAPE


def test_every_column_sorts_both_ways_and_ranks_stay_those_of_the_round(house: House) -> None:
    with house.writing() as panel:
        assert refs(panel, View((), Order(CITIZENS))) == [(3, 1), (1, 2), (1, 3)]
        assert refs(panel, View((), Order(CITIZENS, descending=True))) == [(1, 3), (1, 2), (3, 1)]
        assert refs(panel, View((), Order(SPREAD, descending=True))) == [(3, 1), (1, 3), (1, 2)]
        assert refs(panel, View((), Order("rank", descending=True))) == [(3, 1), (1, 2), (1, 3)]
        assert refs(panel, View((), Order("total"))) == [(3, 1), (1, 2), (1, 3)]
        assert refs(panel, View((), Order("ask", descending=True))) == [(1, 3), (1, 2), (3, 1)]
        assert refs(panel, View((), Order("bid"))) == [(3, 1), (1, 2), (1, 3)]
        assert refs(panel, View((), Order("t-youth"))) == [(3, 1), (1, 2), (1, 3)]
        assert refs(panel, View((), Order("reviews"))) == [(1, 2), (1, 3), (3, 1)]


def test_filters_leave_bids_out_and_keep_their_ranks(house: House) -> None:
    with house.writing() as panel:
        first = panel.bids[0]
        assert refs(panel, View((), text="bid NUMBER 1")) == [(3, 1)]
        assert refs(panel, View((), text="lead 3")) == [(1, 3)]
        assert refs(panel, View((), text=first.ref)) == [(3, 1)]
        assert refs(panel, View((), text="100%")) == []
        assert refs(panel, View((), flag=Flag.ANY)) == []
        first.lead.name = "100% community"
        result = queries.result_of(panel.session, first.id)
        assert result is not None
        result.late_conflict, result.claimed = True, " youth poverty "
        panel.session.flush()
        assert refs(panel, View((), text="100%")) == [(3, 1)]
        assert refs(panel, View((), flag=Flag.ANY)) == [(3, 1)]
        assert refs(panel, View((), flag=Flag.LATE_CONFLICT)) == [(3, 1)]
        assert refs(panel, View((), flag=Flag.SIMULATED)) == []
        assert refs(panel, View((), theme="poverty")) == [(3, 1)]
        assert refs(panel, View((), stage=first.stage)) == [(1, 2), (1, 3), (3, 1)]
        assert refs(panel, View((), origin=first.origin)) == [(1, 2), (1, 3), (3, 1)]


def test_a_hidden_bid_is_left_out_before_ranks_are_counted(house: House) -> None:
    with house.writing() as panel:
        page = ranking.ranking(panel.session, round_id=panel.round.id, without={panel.bids[1].id})
        assert [(row.rank, row.total) for row in page.rows] == [(1, Fraction(80)), (2, Fraction(60))]


def test_results_of_an_older_release_are_written_again(house: House) -> None:
    with house.writing() as panel:
        result = queries.result_of(panel.session, panel.bids[0].id)
        assert result is not None
        result.shape, result.measures = 0, {}
        panel.session.flush()
        assert actions.bring_up_to_date(panel.session, now=p.NOW) == 1
        assert shown(result.measures, CITIZENS) == 20
        assert actions.bring_up_to_date(panel.session, now=p.NOW) == 0


def test_the_page_shows_what_its_address_asks_for(house: House) -> None:
    path = f"/scoring/ranking/{house.round_ref}/"
    status, page = house.get("chair", f"{path}?column=citizens&column=spread&sort=-spread&text=Lead")
    assert status == 200
    assert page.index(house.refs[0]) < page.index(house.refs[2]) < page.index(house.refs[1])
    assert 'aria-sort="descending"' in page
    assert "Ranks are those in the whole round" in page
    nonsense = f"{path}?column=nothing&sort=-nothing&theme=x&stage=x&origin=x&flag=x&page=x&text=%00"
    assert house.get("chair", nonsense)[0] == 200


def test_files_hold_exactly_what_is_shown(house: House) -> None:
    path = f"/scoring/ranking/{house.round_ref}/"
    with house.writing() as panel:
        panel.bids[0].title = "=1+1"
    query = urlencode({"column": "citizens", "sort": "citizens"})
    response = house.as_("auditor").get(f"{path}ranking.csv?{query}")
    rows = list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"))))
    assert rows[0][-2:] == ["Exact total", "Citizens’ mean"]
    assert [(row[0], row[1], row[2], row[7], row[-1]) for row in rows[1:]] == [
        ("3", house.refs[0], "'=1+1", "60.00", "20.00"),
        ("1", house.refs[1], "Bid number 2", "80.00", "80.00"),
        ("1", house.refs[2], "Bid number 3", "80.00", "100.00"),
    ]
    workbook = house.as_("auditor").get(f"{path}ranking.xlsx?text=Lead").get_data()
    sheet = ZipFile(io.BytesIO(workbook)).read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 4
    assert "<f>" not in sheet
    assert house.get("vera", f"{path}ranking.csv")[0] == 403


def test_a_view_is_saved_by_name_for_everybody_and_removed_by_its_maker(house: House) -> None:
    path = f"/scoring/ranking/{house.round_ref}/"
    status, to = save(house, "chair", f"{path}views/?sort=-spread&junk=1", "  Far   apart ")
    assert (status, to) == (302, f"{path}?sort=-spread")
    assert "There is a saved view of this name" in save(house, "manager", f"{path}views/", "far apart")[1]
    assert "Enter a name" in save(house, "manager", f"{path}views/", " ")[1]
    with house.writing() as panel:
        (view,) = ranking.saved_views(panel.session, panel.round.id)
        assert (view.name, view.query) == ("Far apart", "sort=-spread")
        view_id = view.id
    page = house.get("auditor", path)[1]
    assert f'href="{path}?sort=-spread"' in page
    assert house.post("manager", f"{path}views/{view_id}/remove/")[0] == 403
    assert house.post("chair", f"{path}views/{view_id}/remove/")[0] == 302
    assert house.post("chair", f"{path}views/{view_id}/remove/")[0] == 404
    assert save(house, "vera", f"{path}views/", "Mine")[0] == 403


def test_a_chair_with_a_sheet_to_lock_gets_no_file_and_saves_no_view(house: House) -> None:
    with house.writing() as panel:
        p.make_reviewer(panel, "chair")
        panel.assign(panel.bids[3], "chair")
    path = f"/scoring/ranking/{house.round_ref}/"
    for file in ("ranking.csv", "ranking.xlsx", "unranked/"):
        assert house.get("chair", path + file)[0] == 403
    assert save(house, "chair", f"{path}views/", "Mine")[0] == 403
    status, page = house.get("chair", f"{path}?sort=-citizens")
    assert (status, [ref for ref in house.refs if ref in page]) == (200, [])
