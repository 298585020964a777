"""The pages of scoring: who may open which, saving with nothing lost, locking, and what stays unseen."""

import re

import pytest
from flask import Flask

from grants.core.paging import PAGE_SIZE
from grants.programme.definition import FundDefinition
from grants.reviewing import actions as reviewing
from grants.scoring import queries
from grants.scoring.forms import cell_field
from tests.counting import CountQueries
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s
from tests.rooms.scoring.visits import House, open_house


def version_in(page: str) -> str:
    """The version that a page's form carries."""
    found = re.search(r'name="version"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="version"', page)
    assert found is not None
    return found[1] or found[2]


def scores(definition: FundDefinition, score: int) -> dict[str, int]:
    """The fields of a theme page with this score in every cell."""
    return {cell_field(strand): score for strand in definition.rubric.strand_keys}


def opened(house: House, theme: str = "youth", name: str = "vera") -> tuple[str, str]:
    """The address of a theme page and the version it carries now."""
    path = f"/scoring/{house.ref}/themes/{theme}/"
    status, page = house.get(name, path)
    assert status == 200
    return path, version_in(page)


@pytest.fixture
def house(app: Flask) -> House:
    """One bid: Vera and Rosa review it, Carl has not declared, Pat has a conflict."""

    def setting(panel: p.Panel) -> None:
        panel.assign(panel.bids[0], "vera", "rosa")
        panel.assign(panel.bids[0], "carl", cleared=False)
        panel.assign(panel.bids[0], "pat", cleared=False)
        from_pat = panel.assignment("pat", panel.bids[0])
        reviewing.declare(
            panel.session,
            assignment_id=from_pat.id,
            conflict=True,
            reason="My own group.",
            actor=panel.actor("pat"),
            now=p.NOW,
        )

    return open_house(app, setting=setting)


def test_who_opens_the_scoring_pages(house: House) -> None:
    """Status by person: reviewer, undeclared (sent to declare), conflicted, others, nobody."""
    reviewers = {"vera": 200, "carl": 302, "pat": 403, "cem": 404}
    expected = {**reviewers, "chair": 404, "manager": 403, "auditor": 403, "": 302}
    paths = [f"/scoring/{house.ref}/{rest}" for rest in ("", "bid/", "themes/youth/", "check/")]
    for path in paths:
        assert {name: house.get(name, path)[0] for name in expected} == expected, path


def test_an_undeclared_reviewer_is_sent_to_declare_and_a_signed_out_one_to_sign_in(house: House) -> None:
    for name, place in (("carl", f"/reviewing/declare/{house.ref}/"), ("", "/sign-in")):
        response = house.as_(name).get(f"/scoring/{house.ref}/")
        assert place in response.headers["Location"]


def test_a_conflicted_reviewer_reaches_the_bid_by_no_address(house: House) -> None:
    """Every address of the app that carries a bid's reference, by both methods."""
    rules = [
        rule
        for rule in house.app.url_map.iter_rules()
        if "ref" in rule.arguments and not rule.rule.startswith("/public")
    ]
    opened_by_pat = []
    for rule in rules:
        values = {name: house.ref if name == "ref" else "youth" for name in rule.arguments}
        if "int:" in rule.rule:
            continue
        path = rule.rule
        for name, value in values.items():
            path = re.sub(rf"<([a-z]+:)?{name}>", value, path)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            response = house.as_("pat").open(path, method=method)
            text = response.get_data(as_text=True)
            if response.status_code < 400 and not rule.endpoint.startswith("reviewing."):
                opened_by_pat.append((method, path, response.status_code))
            assert "Bid number 1" not in text, path
    assert opened_by_pat == []


def test_a_chair_with_a_conflict_cannot_read_the_bid_either(house: House) -> None:
    with house.writing() as panel:
        reviewing.record_conflict(
            panel.session,
            person_id=panel.person_ids["chair"],
            application_id=panel.bids[0].id,
            reason="A trustee.",
            actor=panel.actor("manager"),
            now=p.NOW,
        )
    paths = [
        f"/applications/{house.ref}/read/",
        f"/scoring/{house.ref}/side-by-side/",
        f"/scoring/moderate/{house.ref}/",
    ]
    assert [house.get("chair", path)[0] for path in paths] == [403, 403, 403]
    assert [house.get("deputy", path)[0] for path in paths] == [200, 200, 200]


def test_reading_pages_opens_no_sheet(house: House) -> None:
    for rest in ("", "bid/", "themes/youth/", "check/"):
        house.get("vera", f"/scoring/{house.ref}/{rest}")
    with house.writing() as panel:
        assert queries.sheets_of(panel.session, panel.bids[0].id) == []


def test_the_first_save_opens_the_sheet_and_leads_to_the_next_theme(house: House) -> None:
    path, version = opened(house)
    assert version == "0"
    data = scores(house.panel.definition, 4)
    status, place = house.post("vera", path, version=version, justification="Good.", go="next", **data)
    themes = house.panel.definition.rubric.theme_keys
    assert (status, place) == (302, f"/scoring/{house.ref}/themes/{themes[1]}/")
    with house.writing() as panel:
        (written,) = queries.sheets_of(panel.session, panel.bids[0].id)
        assert set(written.cells.values()) == {4}
        assert written.notes["youth"].justification == "Good."


def test_the_theme_page_shows_the_answers_statements_levels_and_what_was_saved(house: House) -> None:
    path, version = opened(house)
    house.post(
        "vera", path, version=version, justification="<b>Bold</b>", **scores(house.panel.definition, 2)
    )
    _, page = house.get("vera", path)
    rubric = house.panel.definition.rubric
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page
    assert page.count('value="2" checked') == len(rubric.strands)
    for level in rubric.levels:
        assert f"{level.score}: {level.name}" in page
    for strand in rubric.strands:
        assert rubric.cell("youth", strand.key).statements[0].replace("'", "&#39;") in page


def test_a_stale_page_is_shown_again_with_everything_typed_and_saved_when_sent_again(house: House) -> None:
    path, version = opened(house)
    house.post("vera", path, version=version, justification="From the other window.", go="stay")
    data = {"justification": "From this window.", **scores(house.panel.definition, 5)}
    status, page = house.post("vera", path, version=version, **data)
    assert status == 409
    assert "From this window." in page
    assert "From the other window." in page
    assert page.count('value="5" checked') == 3
    status, _ = house.post("vera", path, version=version_in(page), **data)
    assert status == 302


def test_a_score_that_is_not_on_the_scale_is_refused_with_everything_typed(house: House) -> None:
    path, version = opened(house)
    data = {
        **scores(house.panel.definition, 5),
        cell_field(house.panel.definition.rubric.strand_keys[0]): "9",
    }
    status, page = house.post("vera", path, version=version, justification="Kept.", **data)
    assert status == 422
    assert "Select one of the scores" in page
    assert "Kept." in page


def test_not_addressed_takes_one_click(house: House) -> None:
    path, version = opened(house)
    house.post("vera", path, version=version, go="not_addressed", justification="")
    with house.writing() as panel:
        (written,) = queries.sheets_of(panel.session, panel.bids[0].id)
        assert set(written.cells.values()) == {0}
    _, page = house.get("vera", f"/scoring/{house.ref}/")
    assert "Not addressed: 0" in page


def test_scores_give_way_to_0_only_at_a_second_press(house: House) -> None:
    path, version = opened(house)
    given = {"version": version, "justification": "Three good answers.", **scores(house.panel.definition, 4)}
    status, page = house.post("vera", path, go="not_addressed", **given)
    assert (status, "Press the button again" in page, "Three good answers." in page) == (422, True, True)
    with house.writing() as panel:
        assert queries.sheets_of(panel.session, panel.bids[0].id) == []
    status, place = house.post("vera", path, go="not_addressed", sure="yes", **given)
    assert (status, place.endswith("/housing/")) == (302, True)
    assert "Youth: 0 in every part. If that was a mistake" in house.get("vera", place)[1]


def test_what_a_theme_lacks_is_said_at_once_and_mending_it_leads_back(house: House) -> None:
    path, version = opened(house)
    first, *_ = house.panel.definition.rubric.strand_keys
    _, place = house.post("vera", path, version=version, justification="", **{cell_field(first): "3"})
    page = house.get("vera", place)[1]
    assert "Before you can lock your scores: Youth: give 2 more scores" in page
    check = f"/scoring/{house.ref}/check/"
    second = house.panel.definition.rubric.strand_keys[1]
    assert f'href="{path}?then=check#{second}">Youth: give 2 more' in house.get("vera", check)[1]
    given = {"version": version_in(house.get("vera", path)[1]), **scores(house.panel.definition, 4)}
    assert house.post("vera", f"{path}?then=check", justification="So.", **given) == (302, check)


def test_checking_and_locking(house: House) -> None:
    check = f"/scoring/{house.ref}/check/"
    status, page = house.post("vera", f"/scoring/{house.ref}/lock/", version="0")
    assert (status, page.count("Youth: give 3 more scores")) == (422, 1)
    with house.writing() as panel:
        s.filled(panel, "vera", panel.bids[0], score=4)
    version = version_in(house.get("vera", check)[1])
    assert house.post("vera", f"/scoring/{house.ref}/comment/", version=version, comment="Fine.")[0] == 302
    status, page = house.post("vera", f"/scoring/{house.ref}/lock/", version=version)
    assert (status, "Nothing from that page was saved" in page) == (409, True)
    status, place = house.post(
        "vera", f"/scoring/{house.ref}/lock/", version=version_in(page), comment="Typed and not saved."
    )
    assert (status, place) == (302, check)
    page = house.get("vera", check)[1]
    assert f"Your score sheet of {house.ref} is locked." in page
    assert "You have finished all your bids. Thank you." in page
    assert house.post("vera", f"/scoring/{house.ref}/lock/", version="1")[:2] == (302, check)
    status, page = house.get("vera", check)
    assert "is locked. It counts now" not in page
    assert "Nobody can change it" in page
    assert "Typed and not saved." in page
    assert house.get("vera", f"/scoring/{house.ref}/themes/youth/")[0] == 302


def test_others_stay_unseen_until_ones_own_sheet_is_locked(house: House) -> None:
    side = f"/scoring/{house.ref}/side-by-side/"
    with house.writing() as panel:
        s.locked(panel, "rosa", panel.bids[0], score=5)
        s.filled(panel, "vera", panel.bids[0], score=1)
    assert house.get("vera", side)[0] == 403
    for rest in ("", "bid/", "themes/youth/", "check/"):
        assert "Rosa" not in house.get("vera", f"/scoring/{house.ref}/{rest}")[1]
    assert [house.get(name, side)[0] for name in ("cem", "carl", "pat", "manager", "")] == [
        404,
        302,
        403,
        200,
        302,
    ]
    with house.writing() as panel:
        (_, mine) = sorted(
            queries.sheets_of(panel.session, panel.bids[0].id), key=lambda one: one.person.name
        )
        s.lock(panel, "vera", mine.sheet)
    status, page = house.get("vera", side)
    assert status == 200
    assert "Rosa Person" in page
    assert page.count("Far apart</strong>") == 20


def test_the_chair_agrees_on_a_score_beside_the_originals(house: House) -> None:
    with house.writing() as panel:
        s.locked(panel, "rosa", panel.bids[0], score=5)
    path = f"/scoring/moderate/{house.ref}/"
    strand = house.panel.definition.rubric.strand_keys[0]
    status, page = house.post("chair", path, about="youth:", score="three", reason="")
    assert status == 422
    assert "must be a number with up to two decimals" in page
    status, page = house.post("chair", path, about=f"youth:{strand}", score="3.5", reason="We talked.")
    assert (status, "must be a whole number" in page) == (422, True)
    assert house.post("chair", path, about="youth:", score="3.5", reason="We talked.")[0] == 302
    _, page = house.get("chair", path)
    assert "<strong>3.50</strong>" in page
    assert "We talked." in page
    assert [house.get(name, path)[0] for name in ("vera", "manager", "auditor", "")] == [403, 403, 403, 302]


def test_the_ranking_is_for_those_who_read_it(house: House) -> None:
    path = f"/scoring/ranking/{house.round_ref}/"
    expected = {"chair": 200, "manager": 200, "auditor": 200, "vera": 403, "": 302}
    assert {name: house.get(name, path)[0] for name in expected} == expected
    assert {name: house.get(name, f"{path}unranked/")[0] for name in expected} == expected


def test_a_chair_with_a_sheet_to_lock_sees_no_ranking_and_is_told_why(house: House) -> None:
    with house.writing() as panel:
        p.make_reviewer(panel, "chair")
        panel.assign(panel.bids[0], "chair")
    path = f"/scoring/ranking/{house.round_ref}/"
    status, page = house.get("chair", path)
    assert status == 200
    assert "once you have locked all your own score sheets" in page
    assert house.ref not in page
    assert house.get("chair", f"{path}unranked/")[0] == 403
    assert house.get("chair", f"/scoring/{house.ref}/side-by-side/")[0] == 403


@pytest.mark.parametrize("size", [3, 30])
def test_lists_send_the_same_number_of_queries_at_any_length(
    app: Flask, count_queries: CountQueries, size: int
) -> None:
    def setting(panel: p.Panel) -> None:
        for bid in panel.bids[: size // 2 + 1]:
            s.scored(panel, bid, rosa=3)
        for bid in panel.bids[size // 2 + 1 :]:
            panel.assign(bid, "vera", cleared=False)

    house = open_house(app, count=size, reviews=1, setting=setting)
    counted = {}
    for name, path in (
        ("auditor", f"/scoring/ranking/{house.round_ref}/"),
        ("auditor", f"/scoring/ranking/{house.round_ref}/unranked/"),
        ("auditor", f"/reviewing/reviewers/{house.round_ref}/"),
        ("auditor", f"/reviewing/assignments/{house.round_ref}/"),
        ("auditor", f"/reviewing/conflicts/{house.round_ref}/"),
        ("vera", "/reviewing/"),
        ("vera", "/scoring/"),
    ):
        house.get(name, path)
        with count_queries() as statements:
            assert house.get(name, path)[0] == 200
        counted[path.replace(house.round_ref, "R")] = len(
            [one for one in statements.sent if one.startswith("SELECT")]
        )
    assert size <= PAGE_SIZE
    assert counted == QUERIES


QUERIES = {
    "/scoring/ranking/R/": 11,
    "/scoring/ranking/R/unranked/": 7,
    "/reviewing/reviewers/R/": 3,
    "/reviewing/assignments/R/": 10,
    "/reviewing/conflicts/R/": 8,
    "/reviewing/": 5,
    "/scoring/": 9,
}
"""Statements a page, recognising the visitor included."""
