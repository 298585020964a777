"""Drafting for a round, editing that no run undoes, readiness that other scores undo, and who may."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, RuleBroken, Stale
from grants.feedback import actions, queries
from grants.feedback.models import BidFeedback, FeedbackRun
from grants.feedback.states import DraftingState, FeedbackState
from grants.reviewing import actions as reviewing
from grants.reviewing.states import ConflictState
from grants.scoring import actions as scoring
from grants.scoring import queries as sheets
from grants.scoring.states import SheetState
from tests.rooms.feedback.quoted import NOW, Panel, draft, feedback, letter, quoted, ready

THEME = "youth"


def save(
    panel: Panel, texts: Mapping[str, str], *, name: str = "chair", version: int | None = None
) -> BidFeedback:
    row = feedback(panel)
    return actions.save(
        panel.session,
        application_id=row.application_id,
        texts=texts,
        version=row.version if version is None else version,
        actor=panel.actor(name),
        now=NOW,
    )


def agree(panel: Panel, score: int, number: int = 1) -> None:
    scoring.agree_score(
        panel.session,
        application_id=panel.bids[number - 1].id,
        theme=THEME,
        score=Decimal(score),
        reason="Talked over.",
        actor=panel.actor("chair"),
        now=NOW,
    )


def test_a_run_drafts_every_scored_bid_from_what_may_be_shared(session: Session) -> None:
    panel = quoted(session, bids=2)

    draft(panel)

    run = queries.run_of(session, panel.round.id)
    assert run is not None
    assert (run.state, run.bids, run.done, run.drafted, run.refreshed) == (DraftingState.DONE, 2, 2, 2, 0)
    ready(panel)
    first = letter(panel).themes[0]
    place = panel.bids[0].id
    assert (first.band, sorted(first.strengths)) == (
        "Sound",
        sorted(f"Sharedwords{name}{place} say what is good." for name in ("Rosa", "Vera", "Carl")),
    )
    assert "Privatewords" not in repr(letter(panel))
    assert queries.letter_for(session, panel.bids[1].id) is None


def test_a_run_drafts_again_only_what_nobody_has_edited_and_what_would_differ(session: Session) -> None:
    panel = quoted(session, bids=3)
    draft(panel)
    save(panel, {"opening": "A fine bid."})
    agree(panel, 5)
    other = panel.bids[1]
    agree(panel, 1, number=2)

    draft(panel, name="chair", now=NOW + timedelta(minutes=1))

    run = queries.run_of(session, panel.round.id)
    assert run is not None
    assert (run.bids, run.drafted, run.refreshed) == (3, 0, 1)
    assert feedback(panel).opening == "A fine bid."
    bands = {
        key: rows[0].band for key, rows in queries.themes_of(session, [b.id for b in panel.bids]).items()
    }
    assert bands == {panel.bids[0].id: 3, other.id: 1, panel.bids[2].id: 3}


def test_a_worker_that_lost_its_run_writes_nothing_and_a_silent_one_is_replaced(session: Session) -> None:
    panel = quoted(session)
    run = actions.request_drafts(session, round_id=panel.round.id, actor=panel.actor("chair"), now=NOW)
    again = actions.request_drafts(session, round_id=panel.round.id, actor=panel.actor("manager"), now=NOW)
    assert again.id == run.id
    run_id = run.id
    session.commit()
    late = NOW + timedelta(minutes=6)
    with unit_of_work() as own:
        lost = actions.claim(own, run_id=run_id, now=NOW)
        assert actions.claim(own, run_id=run_id, now=NOW) is None
        assert actions.waiting(own, late) == [run_id]
        assert lost is not None
        assert actions.claim(own, run_id=run_id, now=late) is not None
        ids = [bid.id for bid in panel.bids]
        assert actions.draft_some(own, run=lost, application_ids=ids, bids=1, now=late) is False
        assert actions.finish(own, run=lost, now=late) is False
    assert queries.of_bid(session, panel.bids[0].id) is None
    found = session.get_one(FeedbackRun, run_id)
    assert (found.state, found.attempts) == (DraftingState.RUNNING, 2)


def test_two_editors_the_second_is_told_and_a_refresh_counts_as_one(session: Session) -> None:
    panel = quoted(session)
    draft(panel)
    opened = feedback(panel).version
    agree(panel, 4)
    draft(panel)
    with pytest.raises(Stale):
        save(panel, {"opening": "Mine"}, version=opened)
    seen = feedback(panel).version
    save(panel, {f"strengths-{THEME}": "One"})
    with pytest.raises(Stale):
        save(panel, {f"strengths-{THEME}": "Two"}, name="deputy", version=seen)


def test_what_is_ready_is_edited_only_once_it_was_taken_back(session: Session) -> None:
    panel = quoted(session)
    draft(panel)
    ready(panel)
    with pytest.raises(RuleBroken):
        save(panel, {"opening": "More"})
    row = feedback(panel)
    actions.take_back(
        session, application_id=row.application_id, version=row.version, actor=panel.actor("deputy"), now=NOW
    )
    assert queries.letter_for(session, row.application_id) is None
    assert save(panel, {"opening": "More"}).state is FeedbackState.DRAFT


def test_other_scores_undo_readiness_until_they_are_taken_up(session: Session) -> None:
    panel = quoted(session)
    draft(panel)
    save(panel, {f"next_steps-{THEME}": "Name a budget."})
    ready(panel)
    ids = [panel.bids[0].id]
    assert queries.not_to_go_out(session, panel.round, ids) == {}
    agree(panel, 5)
    assert list(queries.not_to_go_out(session, panel.round, ids)) == ids

    row = feedback(panel)
    actions.take_up_scores(
        session, application_id=row.application_id, version=row.version, actor=panel.actor("chair"), now=NOW
    )

    assert feedback(panel).state is FeedbackState.DRAFT
    ready(panel)
    assert (letter(panel).themes[0].band, letter(panel).themes[0].next_steps) == (
        "Outstanding",
        ("Name a budget.",),
    )


def test_the_words_of_a_reviewer_with_a_conflict_found_late_do_not_go_out(session: Session) -> None:
    panel = quoted(session)
    draft(panel)
    ready(panel)
    conflict = reviewing.record_conflict(
        session,
        person_id=panel.person_ids["vera"],
        application_id=panel.bids[0].id,
        reason="A cousin.",
        actor=panel.actor("manager"),
        now=NOW,
    )
    reviewing.settle_conflict(
        session, conflict_id=conflict.id, deed="confirm", reason="Yes.", actor=panel.actor("chair"), now=NOW
    )
    assert session.get_one(type(conflict), conflict.id).state is ConflictState.CONFIRMED
    ids = [panel.bids[0].id]
    assert list(queries.not_to_go_out(session, panel.round, ids)) == ids


def test_nobody_names_a_reviewer_or_another_bid(session: Session) -> None:
    panel = quoted(session, bids=2)
    draft(panel)
    with pytest.raises(RuleBroken) as broken:
        save(
            panel,
            {"opening": f"As rosa person said, unlike {panel.bids[1].ref}; {panel.bids[0].ref} is this one."},
        )
    assert [(reason.place, panel.bids[1].ref in reason.text) for reason in broken.value.reasons] == [
        ("opening", True),
        ("opening", False),
    ]


@pytest.mark.parametrize("name", ["manager", "auditor", "rosa"])
def test_only_a_chair_edits(session: Session, name: str) -> None:
    panel = quoted(session)
    draft(panel)
    with pytest.raises(NotAllowed):
        save(panel, {"opening": "x"}, name=name)


def test_a_deputy_edits_where_the_chair_has_a_conflict_or_has_still_to_score(session: Session) -> None:
    panel = quoted(session)
    draft(panel)
    reviewing.record_conflict(
        session,
        person_id=panel.person_ids["chair"],
        application_id=panel.bids[0].id,
        reason="A friend.",
        actor=panel.actor("manager"),
        now=NOW,
    )
    with pytest.raises(NotAllowed):
        save(panel, {"opening": "x"})
    assert save(panel, {"opening": "x"}, name="deputy").opening == "x"


def test_a_reopened_sheet_takes_its_words_out(session: Session) -> None:
    panel = quoted(session)
    draft(panel)
    before = feedback(panel).basis
    sheet = sheets.sheets_of(session, panel.bids[0].id)[0].sheet
    sheet.state, sheet.locked_at = SheetState.DRAFT, None
    session.flush()
    source = queries.sources_of(session, panel.definition.rubric, [panel.bids[0].id])[panel.bids[0].id]
    assert (len(source.said), source.basis() == before) == (2, False)
