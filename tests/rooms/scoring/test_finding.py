"""Passages that a reviewer asks for: shown on the scoring page, told in the trail, in no score."""

import re
from dataclasses import replace

from flask import Flask
from sqlalchemy import select

from grants.applications import queries as bids
from grants.audit.models import TrailEntry
from grants.demo.partnerships import partnerships
from grants.scoring import queries
from grants.scoring.models import PassageOpening
from grants.scoring.passages import Bid, cut
from tests.paths import PROJECT
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s
from tests.rooms.scoring.test_pages import opened, scores
from tests.rooms.scoring.visits import House, open_house
from tests.unit.applications.bids import fund as fund_file

SAYS = "Each street has an evening of decision making, and young people sit at those tables."
ASK = "Look for passages elsewhere in the bid"


def house_with(app: Flask, *, passages: bool) -> House:
    """Two bids under a fund that finds passages or does not; the first speaks of Youth in its summary."""
    fund = p.fund(reviews=1, citizens=0)
    fund = replace(fund, review=replace(fund.review, passages=passages))

    def setting(panel: p.Panel) -> None:
        for bid in panel.bids:
            panel.assign(bid, "vera")
        version = bids.current_version(panel.session, panel.bids[0])
        version.content = {**version.content, "sections": {"summary": {"summary": SAYS}}}

    return open_house(app, count=2, definition=fund, setting=setting)


def test_passages_are_found_on_request_with_their_place_and_what_was_typed_is_kept(app: Flask) -> None:
    house = house_with(app, passages=True)
    path, version = opened(house)
    _, page = house.get("vera", path)
    assert page.count(ASK) == 3
    assert SAYS not in page

    typed = {**scores(house.panel.definition, 4), "justification": "So far.", "version": version}
    asked = f"{path}passages/partnership/"
    assert house.post("vera", asked, **typed) == (302, f"{path}#passages-partnership")

    _, page = house.get("vera", path)
    assert page.count(ASK) == 2
    assert page.count(SAYS) == 1
    assert "So far." in page
    link = f"/scoring/{house.ref}/bid/#at-sections-summary-q-summary"
    assert f'href="{link}"' in page
    assert 'id="at-sections-summary-q-summary"' in house.get("vera", f"/scoring/{house.ref}/bid/")[1]
    assert house.get("vera", f"/scoring/{house.refs[1]}/themes/youth/")[1].count(ASK) == 3

    assert house.post("vera", asked, **typed)[0] == 409, "an older page"
    assert house.post("vera", f"{path}passages/nothing/", **typed)[0] == 404
    assert house.post("rosa", asked, **typed)[0] == 404
    with house.writing() as panel:
        entries = panel.session.scalars(select(TrailEntry).where(TrailEntry.deed == "passages.opened")).all()
        assert [(entry.actor_id, entry.facts) for entry in entries] == [
            (
                panel.person_ids["vera"],
                {"application_id": panel.bids[0].id, "theme": "youth", "strand": "partnership"},
            )
        ]


def test_a_fund_that_does_not_find_passages_has_no_button_and_no_address(app: Flask) -> None:
    house = house_with(app, passages=False)
    path, version = opened(house)

    assert ASK not in house.get("vera", path)[1]
    assert house.post("vera", f"{path}passages/partnership/", version=version)[0] == 404


def test_scores_and_results_are_the_same_with_passages_or_without(app: Flask) -> None:
    house = house_with(app, passages=True)
    with house.writing() as panel:
        for bid in panel.bids:
            s.filled(panel, "vera", bid, score=4)
        panel.session.add_all(
            PassageOpening(
                assignment_id=panel.assignment("vera", panel.bids[0]).id,
                theme=cell.theme,
                strand=cell.strand,
                opened_at=p.NOW,
            )
            for cell in panel.definition.rubric.cells
        )
    with house.writing() as panel:
        for bid in panel.bids:
            sheet = queries.sheet_of(panel.session, application_id=bid.id, person_id=panel.person_ids["vera"])
            assert sheet is not None
            s.lock(panel, "vera", sheet)
        with_them, without = (queries.result_of(panel.session, bid.id) for bid in panel.bids)
        assert with_them is not None
        assert without is not None
        kept = ("total", "sort_key", "themes", "measures", "apart", "without_one", "sheets")
        assert [getattr(with_them, name) for name in kept] == [getattr(without, name) for name in kept]
        assert with_them.total == "80"


def test_how_little_the_finder_finds_in_plain_words_is_what_the_note_says() -> None:
    """`docs/algorithms.md` tells it: in how many cells of the demo's bids something, and the right answer."""
    rubric = fund_file().rubric
    cells = found = right = 0
    for bid in (bid for number in (1, 2, 3) for bid in partnerships(number) if bid.themes):
        written = {
            (theme, strand): text
            for theme, texts in bid.themes.items()
            for strand, text in zip(rubric.strand_keys, texts, strict=True)
        }
        beside = f"{bid.summary}\n{bid.benefit}\n{bid.together}\n{bid.dropped}"
        answers = [one for key, text in written.items() for one in cut(":".join(key), "", text)]
        index = Bid([*cut("", "", beside), *answers])
        for theme, strand in written:
            places = [one.place for one in index.speaking_to(rubric.cell(theme, strand).statements)]
            cells, found, right = cells + 1, found + bool(places), right + (f"{theme}:{strand}" in places)

    lines = (PROJECT / "docs" / "algorithms.md").read_text().splitlines()
    (told,) = (line for line in lines if line.startswith("| passage finder | ") and "story" in line)
    assert list(map(int, re.findall(r"\d+", told)))[:4] == [cells, 39, found, right]
