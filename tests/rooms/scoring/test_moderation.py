"""Moderation: agreed scores that nothing overwrites, the list of bids to look at, and who sees what in it."""

from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import select

from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, RuleBroken
from grants.reviewing import actions as reviewing
from grants.reviewing.models import Conflict
from grants.scoring import actions, queries
from grants.scoring.models import AgreedScore
from tests.counting import CountQueries
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s
from tests.rooms.scoring.visits import House, open_house

HUNDRED = {"vera": 5, "rosa": 1, "carl": 3}
"""Three reviewers far apart."""


def agree(panel: p.Panel, score: str, *, strand: str = "", why: str = "We talked.") -> AgreedScore:
    """An agreed score for youth in the first bid."""
    return actions.agree_score(
        panel.session,
        application_id=panel.bids[0].id,
        theme="youth",
        strand=strand,
        score=Decimal(score),
        reason=why,
        actor=panel.actor("chair"),
        now=p.NOW,
    )


def reaffirm(panel: p.Panel, row: AgreedScore, *, by: str = "chair", why: str = "Still so.") -> AgreedScore:
    """The chair says that it holds."""
    return actions.reaffirm_score(
        panel.session, agreed_id=row.id, reason=why, actor=panel.actor(by), now=p.NOW
    )


def conflict(panel: p.Panel, name: str, number: int = 0) -> None:
    """A conflict with a bid, put on record and confirmed."""
    found = reviewing.record_conflict(
        panel.session,
        person_id=panel.person_ids[name],
        application_id=panel.bids[number].id,
        reason="Found out.",
        actor=panel.actor("manager"),
        now=p.NOW,
    )
    if found.state.value == "proposed":
        reviewing.settle_conflict(
            panel.session,
            conflict_id=found.id,
            deed="confirm",
            reason="So it is.",
            actor=panel.actor("chair"),
            now=p.NOW,
        )


def pin(panel: p.Panel, name: str) -> None:
    """A conflict with the first bid that stands already, pinned by the manager's colleague."""
    person_id = panel.person_ids[name]
    found = panel.session.scalars(select(Conflict).where(Conflict.person_id == person_id)).one()
    reviewing.settle_conflict(
        panel.session,
        conflict_id=found.id,
        deed="pin",
        reason="For good.",
        actor=panel.actor("chair"),
        now=p.NOW,
    )


@pytest.mark.usefixtures("ctx")
def test_a_new_agreed_score_replaces_the_old_one_which_stays() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        s.scored(panel, panel.bids[0], **HUNDRED)
        first, whole, second = agree(panel, "2"), agree(panel, "4", strand="hearing"), agree(panel, "3.25")

        history = queries.agreed_history(session, panel.bids[0].id)
        assert [(row.hundredths, row.replaced_at, row.replaced_by_id) for row in history] == [
            (200, p.NOW, second.id),
            (400, None, None),
            (325, None, None),
        ]
        assert queries.agreed_rows(session, panel.bids[0].id) == [whole, second]
        assert first.reason == "We talked."
        in_force = queries.in_force(queries.agreed_rows(session, panel.bids[0].id))
        assert in_force.cells == {("youth", "hearing"): 4}
        assert in_force.themes == {"youth": Fraction(13, 4)}


@pytest.mark.usefixtures("ctx")
def test_a_suspended_score_counts_again_once_reaffirmed_and_only_then() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        s.scored(panel, panel.bids[0], **HUNDRED)
        row = agree(panel, "2")
        with pytest.raises(RuleBroken, match="does not wait"):
            reaffirm(panel, row)
        conflict(panel, "rosa")
        conflict(panel, "deputy")
        assert queries.in_force(queries.agreed_rows(session, panel.bids[0].id)).themes == {}
        for name in ("deputy", "manager", "vera"):
            with pytest.raises(NotAllowed):
                reaffirm(panel, row, by=name)
        with pytest.raises(RuleBroken, match="reason"):
            reaffirm(panel, row, why=" ")

        again = reaffirm(panel, row)
        pin(panel, "rosa")  # her sheet left the means long ago: nothing new informed what was reaffirmed

        assert (row.suspended_at, row.replaced_by_id) == (p.NOW, again.id)
        assert (again.hundredths, again.reason, again.suspended_at) == (200, "Still so.", None)
        assert queries.in_force(queries.agreed_rows(session, panel.bids[0].id)).themes == {"youth": 2}


def two_bids(app: Flask) -> House:
    """Two scored bids, the first with scores far apart; the chair reviews neither."""

    def setting(panel: p.Panel) -> None:
        s.scored(panel, panel.bids[0], **HUNDRED)
        s.scored(panel, panel.bids[1], vera=3, rosa=3, carl=3)

    return open_house(app, count=2, setting=setting)


def test_the_list_names_bids_with_reasons_and_filters_them(app: Flask) -> None:
    house = two_bids(app)
    path = f"/scoring/moderation/{house.round_ref}/"
    for name in ("chair", "manager", "auditor"):
        status, page = house.get(name, path)
        assert (status, house.refs[0] in page, house.refs[1] in page) == (200, True, False)
        assert "the reviewers are 4 points apart." in page
    assert house.refs[0] not in house.get("chair", f"{path}?reason=missing")[1]
    assert house.refs[0] in house.get("chair", f"{path}?reason=spread&page=9")[1]
    assert house.refs[0] in house.get("chair", f"{path}?reason=nonsense")[1]
    assert house.get("vera", path)[0] == 403


def test_nothing_is_listed_of_a_bid_in_conflict_or_still_to_be_scored(app: Flask) -> None:

    def setting(panel: p.Panel) -> None:
        p.make_reviewer(panel, "chair")
        panel.assign(panel.bids[0], "chair")
        s.scored(panel, panel.bids[0], **HUNDRED)
        s.scored(panel, panel.bids[1], vera=3, rosa=3, carl=3)
        conflict(panel, "deputy")
        conflict(panel, "carl", 1)

    house = open_house(app, count=2, setting=setting)
    path = f"/scoring/moderation/{house.round_ref}/"

    status, page = house.get("deputy", path)
    assert (status, "Bid number 1" in page, "Bid number 2" in page) == (200, False, True)
    status, page = house.get("chair", path)
    assert (status, "Bid number 1" in page, "Bid number 2" in page) == (200, False, True)
    assert "4 points apart" not in page
    assert "your own score sheet of 1 bid" in page
    assert "other side" not in page.split("</details>")[1]
    assert "Bid number 1" in house.get("manager", path)[1]

    with house.writing() as panel:
        s.locked(panel, "chair", panel.bids[0])
    assert "Bid number 1" in house.get("chair", path)[1]


def test_the_list_asks_as_much_of_the_database_for_many_bids(app: Flask, count_queries: CountQueries) -> None:
    house = open_house(app, setting=lambda panel: s.scored(panel, panel.bids[0], **HUNDRED))
    path = f"/scoring/moderation/{house.round_ref}/"
    house.get("chair", path)
    with count_queries() as few:
        house.get("chair", path)
    with house.writing() as panel:
        for number in range(2, 8):
            p.add_bid(panel, number)
    with count_queries() as many:
        assert "Bid number 7" in house.get("chair", path)[1]

    assert len(many) == len(few)


def test_the_chair_reaffirms_on_a_page_and_history_is_shown(app: Flask) -> None:
    house = two_bids(app)
    with house.writing() as panel:
        row_id = agree(panel, "2", why="First talk.").id
        conflict(panel, "rosa")
    shown = f"/scoring/moderate/{house.ref}/"
    path = f"{shown}reaffirm/{row_id}/"
    assert path in house.get("chair", shown)[1]
    assert house.get("chair", path)[0] == 200
    assert house.get("chair", f"{shown}reaffirm/{row_id + 1}/")[0] == 404
    assert house.get("manager", path)[0] == 403
    status, page = house.post("chair", path, reason="")
    assert (status, "Enter why it still holds" in page) == (422, True)

    assert house.post("chair", path, reason="It holds without her.") == (302, shown)

    page = house.get("chair", shown)[1]
    assert "First talk." in page
    assert "It holds without her." in page
    assert "Replaced" in page
    assert house.get("chair", path)[0] == 404


def test_side_by_side_marks_the_spread_by_the_funds_setting(app: Flask) -> None:
    house = two_bids(app)
    rubric = p.fund().rubric
    every = len(rubric.theme_keys) * (len(rubric.strand_keys) + 1)
    assert (
        house.get("chair", f"/scoring/{house.refs[0]}/side-by-side/")[1].count("Far apart</strong>") == every
    )
    assert house.get("chair", f"/scoring/{house.refs[1]}/side-by-side/")[1].count("Far apart</strong>") == 0
