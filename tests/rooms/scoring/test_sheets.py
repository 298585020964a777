"""One reviewer's sheet: opened after declaring, filled in by theme, locked once, blind to everybody else."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from grants.applications.states import Stage
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound, RuleBroken, Stale
from grants.reviewing import actions as reviewing
from grants.scoring import actions, policy, queries
from grants.scoring.models import CellScore, ThemeNote
from grants.scoring.states import SheetState
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s

pytestmark = pytest.mark.usefixtures("ctx")


def test_a_sheet_opens_after_declaring_and_names_its_version() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        panel.assign(bid, "vera", cleared=False)
        with pytest.raises(NotAllowed, match="Say first"):
            s.started(panel, "vera", bid)
        reviewing.declare(
            session,
            assignment_id=panel.assignment("vera", bid).id,
            conflict=False,
            actor=panel.actor("vera"),
            now=p.NOW,
        )
        sheet = s.started(panel, "vera", bid)
        assert (sheet.version_id, sheet.simulated) == (bid.current_version_id, False)
        assert s.started(panel, "vera", bid).id == sheet.id


def test_nobody_opens_or_writes_on_somebody_elses_sheet() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        panel.assign(bid, "vera", "rosa")
        sheet = s.started(panel, "vera", bid)
        for name in ("rosa", "carl", "chair", "manager"):
            with pytest.raises(NotAllowed):
                actions.open_sheet(
                    session, assignment_id=sheet.assignment_id, actor=panel.actor(name), now=p.NOW
                )
            with pytest.raises(NotAllowed):
                s.save(panel, name, sheet, "youth", {})
            with pytest.raises(NotAllowed):
                s.lock(panel, name, sheet)


def test_a_theme_is_saved_as_far_as_it_was_scored_and_replaced_by_the_next_save() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        first, second, third = panel.definition.rubric.strand_keys
        panel.assign(bid, "vera")
        sheet = s.started(panel, "vera", bid)
        s.save(panel, "vera", sheet, "youth", {first: 4, second: 1}, why=" So far. ")
        s.save(panel, "vera", sheet, "youth", {first: 5, third: 2}, why="Better.")
        written = queries.filled(session, sheet)
        assert written.cells == {("youth", first): 5, ("youth", third): 2}
        assert written.notes["youth"].justification == "Better."
        assert sheet.version == 3


def test_not_addressed_is_0_in_every_cell_and_can_be_taken_back() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        strands = panel.definition.rubric.strand_keys
        panel.assign(bid, "vera")
        sheet = s.started(panel, "vera", bid)
        s.save(panel, "vera", sheet, "youth", {strands[0]: 4}, not_addressed=True, why="")
        assert queries.filled(session, sheet).cells == {("youth", strand): 0 for strand in strands}
        s.save(panel, "vera", sheet, "youth", {strands[0]: 4})
        written = queries.filled(session, sheet)
        assert written.cells == {("youth", strands[0]): 4}
        assert written.notes["youth"].not_addressed is False


@pytest.mark.parametrize(("strand", "score"), [(0, 6), (0, -1), (None, 3)])
def test_scores_off_the_scale_are_refused(strand: int | None, score: int) -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera")
        sheet = s.started(panel, "vera", panel.bids[0])
        key = "nonsense" if strand is None else panel.definition.rubric.strand_keys[strand]
        with pytest.raises(RuleBroken) as refused:
            s.save(panel, "vera", sheet, "youth", {key: score})
        assert [reason.place for reason in refused.value.reasons] == [key]


def test_a_theme_that_the_rubric_does_not_have_is_not_found() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera")
        with pytest.raises(NotFound):
            s.save(panel, "vera", s.started(panel, "vera", panel.bids[0]), "astronomy", {})


def test_a_page_from_before_the_last_save_is_stale_and_changes_nothing() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera")
        sheet = s.started(panel, "vera", panel.bids[0])
        s.save(panel, "vera", sheet, "youth", {}, why="First.", version=1)
        with pytest.raises(Stale):
            s.save(panel, "vera", sheet, "youth", {}, why="Second.", version=1)
        with pytest.raises(Stale):
            actions.save_comment(
                session, sheet_id=sheet.id, comment="Late.", version=1, actor=panel.actor("vera"), now=p.NOW
            )
        assert [note.justification for note in session.scalars(select(ThemeNote))] == ["First."]


def test_locking_tells_everything_that_is_missing() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera")
        sheet = s.filled(panel, "vera", panel.bids[0])
        s.save(panel, "vera", sheet, "youth", {}, why="")
        s.save(panel, "vera", sheet, "poverty", dict.fromkeys(panel.definition.rubric.strand_keys, 2), why="")
        with pytest.raises(RuleBroken) as refused:
            s.lock(panel, "vera", sheet)
        assert [reason.place for reason in refused.value.reasons] == [
            f"youth/{panel.definition.rubric.strand_keys[0]}", "youth/justification", "poverty/justification",
        ]  # fmt: skip
        assert sheet.state is SheetState.DRAFT


def test_not_addressed_needs_no_justification_where_the_bid_does_not_claim_the_theme() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera")
        sheet = s.filled(panel, "vera", panel.bids[0])
        s.save(panel, "vera", sheet, "youth", {}, not_addressed=True, why="")
        assert s.lock(panel, "vera", sheet).state is SheetState.LOCKED


def test_a_locked_sheet_never_changes_and_locking_twice_does_nothing() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera")
        sheet = s.locked(panel, "vera", panel.bids[0])
        version, locked_at = sheet.version, sheet.locked_at
        later = p.NOW + timedelta(hours=1)
        again = actions.lock(session, sheet_id=sheet.id, version=1, actor=panel.actor("vera"), now=later)
        assert (again.version, again.locked_at) == (version, locked_at)
        with pytest.raises(RuleBroken, match="is locked"):
            s.save(panel, "vera", sheet, "youth", {})


def test_the_last_lock_scores_the_bid() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        panel.assign(bid, "rosa", "vera", "carl")
        for name, stage in (("rosa", Stage.IN_REVIEW), ("vera", Stage.IN_REVIEW), ("carl", Stage.SCORED)):
            s.locked(panel, name, bid)
            assert bid.stage is stage
        result = queries.result_of(session, bid.id)
        assert result is not None
        assert (result.total, result.sheets, result.citizen_sheets) == ("60", 3, 1)
        assert result.themes == dict.fromkeys(panel.definition.rubric.theme_keys, "3")


def test_a_bid_short_of_a_review_stays_in_review_when_all_its_sheets_are_locked() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        s.scored(panel, bid, rosa=3, vera=3)
        result = queries.result_of(session, bid.id)
        assert result is not None
        assert (bid.stage, result.total, result.sort_key) == (Stage.IN_REVIEW, None, None)
        assert result.unranked_because == "2 of 3 reviews locked and valid so far."


def test_nobody_sees_other_sheets_before_their_own_is_locked() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        panel.assign(bid, "rosa", "vera")
        s.locked(panel, "rosa", bid)

        def sees(name: str) -> bool:
            return bool(policy.may_see_others(session, panel.actor(name), bid.id))

        assert [sees(name) for name in ("rosa", "vera", "carl", "chair", "manager", "auditor")] == [
            True, False, False, True, True, True,
        ]  # fmt: skip
        s.locked(panel, "vera", bid)
        assert sees("vera") is True


def test_a_chair_with_a_sheet_to_lock_sees_neither_the_others_nor_the_ranking() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        p.make_reviewer(panel, "chair")
        panel.assign(bid, "rosa", "chair")
        s.locked(panel, "rosa", bid)
        chair = panel.actor("chair")
        assert bool(policy.may_see_others(session, chair, bid.id)) is False
        assert bool(policy.may_see_ranking(session, chair, panel.round.id)) is False
        assert bool(policy.may_agree(session, chair, bid.id)) is False
        assert bool(policy.may_see_ranking(session, chair, panel.round.id + 1)) is True
        s.locked(panel, "chair", bid)
        assert bool(policy.may_see_others(session, chair, bid.id)) is True
        assert bool(policy.may_see_ranking(session, chair, panel.round.id)) is True


def test_a_bid_that_left_review_asks_for_no_sheet_any_more() -> None:
    with unit_of_work() as session:
        panel = p.build(session, bids=2)
        first, second = panel.bids
        p.make_reviewer(panel, "chair")
        panel.assign(first, "chair")
        panel.assign(second, "chair")
        sheet = s.filled(panel, "chair", first)
        first.stage = second.stage = Stage.WITHDRAWN
        session.flush()
        with pytest.raises(RuleBroken, match="not in review"):
            s.lock(panel, "chair", sheet)
        with pytest.raises(RuleBroken, match="not in review"):
            s.started(panel, "chair", second)
        assert bool(policy.may_see_ranking(session, panel.actor("chair"), panel.round.id)) is True


def test_saving_writes_whole_numbers_only() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera")
        s.locked(panel, "vera", panel.bids[0], score=5)
        scores = session.scalars(select(CellScore.score)).all()
        assert scores == [5] * 15


def test_agreed_scores_need_a_score_on_the_scale_and_a_reason() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        s.scored(panel, bid, rosa=3, vera=3, carl=3)
        strand = panel.definition.rubric.strand_keys[0]
        for theme, cell, score, reason, place in (
            ("youth", strand, "3.5", "We agreed.", "score"),
            ("youth", "", "3.555", "We agreed.", "score"),
            ("youth", "", "5.01", "We agreed.", "score"),
            ("youth", "", "NaN", "We agreed.", "score"),
            ("youth", "", "4", " ", "reason"),
            ("astronomy", "", "4", "We agreed.", "theme"),
            ("youth", "nonsense", "4", "We agreed.", "theme"),
        ):
            with pytest.raises(RuleBroken) as refused:
                actions.agree_score(
                    session,
                    application_id=bid.id,
                    theme=theme,
                    strand=cell,
                    score=Decimal(score),
                    reason=reason,
                    actor=panel.actor("chair"),
                    now=p.NOW,
                )
            assert [found.place for found in refused.value.reasons] == [place]
