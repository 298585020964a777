"""The practice bid: scored on the same kind of page, compared with its answer, in no figure of the round."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.core.errors import NotAllowed, RuleBroken, Stale
from grants.privacy.actions.retaining import remove_due
from grants.programme.definition import FundDefinition
from grants.programme.practice import Practice
from grants.scoring import actions, practising, queries, queue
from grants.scoring.forms import cell_field
from grants.scoring.models import CellScore, PracticeSheet, Result, Sheet
from grants.scoring.states import SheetState
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s
from tests.rooms.scoring.visits import House, open_house
from tests.unit.applications.bids import fund as fund_file

LUTON = fund_file()
STRANDS = LUTON.rubric.strand_keys
WHY = LUTON.practice.answers[0].why.partition(";")[0]


def fund(practice: Practice = Practice.REQUIRED) -> FundDefinition:
    """A fund whose reviewers score Luton's practice bid."""
    made = p.fund(reviews=2, citizens=0)
    return replace(made, review=replace(made.review, practice=practice), practice=LUTON.practice)


def practised(panel: p.Panel, name: str, score: int = 3) -> PracticeSheet:
    """A locked practice sheet with the same score in every cell."""
    who = panel.actor(name)
    sheet = actions.open_practice(panel.session, round_id=panel.round.id, actor=who, now=p.NOW)
    for theme in practising.themes(panel.definition):
        actions.save_practice(
            panel.session, sheet_id=sheet.id, theme=theme, scores=dict.fromkeys(STRANDS, score), why=" So. ",
            version=sheet.version, actor=who, now=p.NOW,
        )  # fmt: skip
    return actions.lock_practice(
        panel.session, sheet_id=sheet.id, version=sheet.version, actor=who, now=p.NOW
    )


def test_where_it_is_required_no_real_sheet_opens_before_it_is_locked(session: Session) -> None:
    panel = p.build(session, bids=2, definition=fund())
    panel.assign(panel.bids[0], "vera", "carl")

    with pytest.raises(NotAllowed, match="practice bid first"):
        s.started(panel, "vera", panel.bids[0])
    s.started(panel, "carl", panel.bids[0], simulated=True)
    practised(panel, "vera")
    s.started(panel, "vera", panel.bids[0])


def test_saving_and_locking_are_held_to_what_a_real_sheet_is(session: Session) -> None:
    panel = p.build(session, definition=fund())
    who, first = panel.actor("vera"), practising.themes(panel.definition)[0]
    sheet = actions.open_practice(session, round_id=panel.round.id, actor=who, now=p.NOW)
    assert actions.open_practice(session, round_id=panel.round.id, actor=who, now=p.NOW) is sheet

    def save(theme: str = first, score: int = 3, version: int | None = None, name: str = "vera") -> None:
        actions.save_practice(
            session, sheet_id=sheet.id, theme=theme, scores={STRANDS[0]: score}, why="",
            version=sheet.version if version is None else version, actor=panel.actor(name), now=p.NOW,
        )  # fmt: skip

    save()
    with pytest.raises(Stale):
        save(version=sheet.version - 1)
    with pytest.raises(RuleBroken, match="from 0 to 5"):
        save(score=6)
    with pytest.raises(NotAllowed):
        save(name="carl")
    with pytest.raises(RuleBroken, match="Give a score in every part first: Youth, Poverty"):
        actions.lock_practice(session, sheet_id=sheet.id, version=sheet.version, actor=who, now=p.NOW)
    practised(panel, "vera")
    with pytest.raises(RuleBroken, match="locked"):
        save()
    with pytest.raises(NotAllowed):
        actions.open_practice(session, round_id=panel.round.id, actor=panel.actor("auditor"), now=p.NOW)


def test_it_is_in_no_ranking_mean_count_or_result_and_goes_with_the_reviews(session: Session) -> None:
    panel = p.build(session, definition=fund())
    bid = panel.bids[0]
    panel.assign(bid, "vera", "carl")
    practised(panel, "vera", 0)
    practised(panel, "carl", 5)

    counts = [session.scalar(select(func.count()).select_from(table)) for table in (Sheet, CellScore, Result)]
    assert counts == [0, 0, 0]
    assert queue.progress(session, panel.person_ids["vera"]).locked == 0
    s.locked(panel, "vera", bid, score=4)
    s.locked(panel, "carl", bid, score=2)
    assert (s.total(panel, bid), len(queries.scored_sheets(session, bid.id))) == ("60", 2)

    decided = panel.definition.calendar.decisions_by
    later = p.NOW.replace(year=decided.year + 2, month=decided.month, day=1) + timedelta(days=60)
    remove_due(session, now=later)
    assert session.scalar(select(func.count(PracticeSheet.id))) == 0


def test_how_the_panel_scored_opens_when_all_have_locked_or_a_chair_says_so(session: Session) -> None:
    panel = p.build(session, definition=fund())
    panel.assign(panel.bids[0], "vera", "carl")
    round_id = panel.round.id
    practised(panel, "vera", 4)
    assert not practising.is_open(session, round_id, practising.panel(session, round_id))
    with pytest.raises(NotAllowed):
        actions.reveal_practice(session, round_id=round_id, actor=panel.actor("vera"), now=p.NOW)

    practised(panel, "carl", 1)
    members = practising.panel(session, round_id)
    assert practising.is_open(session, round_id, members)
    (cell, *_), *_ = practising.compared(panel.definition, None, members).values()
    assert (cell.answer.level, cell.own, cell.given) == (5, None, {1: 1, 4: 1})

    panel.assign(panel.bids[0], "pat")
    assert not practising.is_open(session, round_id, practising.panel(session, round_id))
    actions.reveal_practice(session, round_id=round_id, actor=panel.actor("chair"), now=p.NOW)
    assert practising.is_open(session, round_id, practising.panel(session, round_id))


@pytest.fixture
def house(app: Flask) -> House:
    """One bid that Vera and Carl review, where practice is required."""
    return open_house(
        app, definition=fund(), setting=lambda panel: panel.assign(panel.bids[0], "vera", "carl")
    )


def test_a_reviewer_is_led_through_it_and_sees_the_answer_only_afterwards(house: House) -> None:
    base = f"/scoring/practice/{house.round_ref}/"
    assert house.as_("vera").get(f"/scoring/{house.ref}/themes/youth/").headers["Location"] == base
    assert f'href="{base}"' in house.get("vera", "/scoring/")[1]
    status, page = house.get("vera", base)
    assert (status, "invented" in page, WHY in page) == (200, True, False)
    assert ("Start the practice bid" in page, "Lock your practice" in page) == (True, False)
    assert house.get("vera", f"{base}compare/")[0] == 403

    for theme in ("youth", "poverty"):
        status, page = house.get("vera", f"{base}themes/{theme}/")
        assert (status, WHY in page) == (200, False)
        assert house.post("vera", f"{base}lock/")[0] == 422
        typed = {cell_field(strand): 2 for strand in STRANDS}
        version = 0 if theme == "youth" else 2
        assert house.post("vera", f"{base}themes/{theme}/", **typed, version=version)[0] == 302
    assert house.post("vera", f"{base}themes/youth/", **typed, version=1)[0] == 409
    assert "Lock your practice scores" in house.get("vera", base)[1]
    assert house.post("vera", f"{base}lock/") == (302, f"{base}compare/")

    _, page = house.get("vera", f"{base}compare/")
    assert (WHY in page, "2: Partial" in page, " gave " in page, "Who has practised" in page) == (
        True,
        True,
        False,
        False,
    )
    assert house.get("vera", f"/scoring/{house.ref}/themes/youth/")[0] == 200
    assert house.get("carl", f"{base}compare/")[0] == 403
    assert "Who has practised" in house.get("manager", f"{base}compare/")[1]

    assert house.post("manager", f"{base}reveal/")[0] == 403
    assert house.post("chair", f"{base}reveal/") == (302, f"{base}compare/")
    assert "1 reviewer gave 2" in house.get("vera", f"{base}compare/")[1]
    with house.writing() as panel:
        (sheet,) = panel.session.scalars(select(PracticeSheet))
        assert sheet.state is SheetState.LOCKED


def test_a_round_without_a_practice_bid_has_no_such_page(app: Flask) -> None:
    house = open_house(app, setting=lambda panel: panel.assign(panel.bids[0], "vera"))

    assert house.get("vera", f"/scoring/practice/{house.round_ref}/")[0] == 404
    assert "practice" not in house.get("vera", "/scoring/")[1]
