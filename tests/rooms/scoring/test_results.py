"""A bid's result follows every deed that changes a mean, and the ranking follows the results."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import select

from grants.applications import actions as applications
from grants.applications.models import Application, Version
from grants.applications.states import Origin, Stage
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, RuleBroken
from grants.notifications.models import Message
from grants.permissions import Actor, Role
from grants.programme.definition import Coverage
from grants.reviewing import actions as reviewing
from grants.reviewing.models import Conflict
from grants.scoring import actions, queries, ranking
from tests.rooms.reviewing import panel as p
from tests.rooms.scoring import sheets as s

pytestmark = pytest.mark.usefixtures("ctx")

ADMINISTRATOR = Actor(None, frozenset({Role.ADMINISTRATOR}))


def agree(panel: p.Panel, score: str, *, strand: str = "", by: str = "chair") -> None:
    """An agreed score for youth in the first bid."""
    actions.agree_score(
        panel.session,
        application_id=panel.bids[0].id,
        theme="youth",
        strand=strand,
        score=Decimal(score),
        reason="We talked about it.",
        actor=panel.actor(by),
        now=p.NOW,
    )


def late_conflict(panel: p.Panel, name: str) -> Conflict:
    """A conflict with the first bid recorded after the person's sheet was locked."""
    return reviewing.record_conflict(
        panel.session,
        person_id=panel.person_ids[name],
        application_id=panel.bids[0].id,
        reason="Found out at the meeting.",
        actor=panel.actor("deputy"),
        now=p.NOW,
    )


def settle(panel: p.Panel, conflict: Conflict, deed: str) -> None:
    """The manager settles it."""
    reviewing.settle_conflict(
        panel.session,
        conflict_id=conflict.id,
        deed=deed,
        reason="We asked.",
        actor=panel.actor("manager"),
        now=p.NOW,
    )


def test_agreed_scores_stand_in_and_originals_stay() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        s.scored(panel, bid, rosa=2, vera=3, carl=5)
        assert s.total(panel, bid) == "200/3"
        agree(panel, "5", strand=panel.definition.rubric.strand_keys[0])
        cell_agreed = (4 * Fraction(10, 3) + (5 + 2 * Fraction(10, 3)) / 3) / 25 * 100
        assert s.total(panel, bid) == str(cell_agreed)
        agree(panel, "1.25")
        assert s.total(panel, bid) == str((4 * Fraction(10, 3) + Fraction(5, 4)) / 25 * 100)
        sheets = queries.sheets_of(session, bid.id)
        assert [set(sheet.cells.values()) for sheet in sheets] == [{2}, {3}, {5}]
        assert [row.hundredths for row in queries.agreed_rows(session, bid.id)] == [500, 125]


def test_only_the_chair_agrees_and_not_with_a_conflict() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        s.scored(panel, panel.bids[0], rosa=2, vera=3, carl=5)
        for name in ("manager", "auditor", "vera"):
            with pytest.raises(NotAllowed):
                agree(panel, "3", by=name)
        late_conflict(panel, "chair")
        with pytest.raises(NotAllowed, match="conflict of interest"):
            agree(panel, "3")
        agree(panel, "3", by="deputy")


def test_nothing_is_agreed_before_a_review_is_locked_or_after_the_decision() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        with pytest.raises(RuleBroken, match="nothing to agree on"):
            agree(panel, "3")
        s.scored(panel, bid, rosa=2, vera=3, carl=5)
        bid.stage = Stage.DECIDED
        with pytest.raises(RuleBroken, match="not now"):
            agree(panel, "3")


def test_a_proposed_conflict_leaves_the_mean_alone_and_a_confirmed_one_takes_the_sheet_out() -> None:
    with unit_of_work() as session:
        panel = p.build(session, definition=p.fund(reviews=2, citizens=0))
        (bid,) = panel.bids
        s.scored(panel, bid, rosa=2, vera=3, carl=5)
        conflict = late_conflict(panel, "carl")
        assert s.total(panel, bid) == "200/3"
        settle(panel, conflict, "confirm")
        result = queries.result_of(session, bid.id)
        assert result is not None
        assert (result.total, result.sheets, result.late_conflict) == ("50", 2, True)
        assert bid.stage is Stage.SCORED
        settle(panel, conflict, "pin")
        assert s.total(panel, bid) == "50"
        reviewing.lift_pin(session, conflict_id=conflict.id, reason="Asked.", actor=ADMINISTRATOR, now=p.NOW)
        settle(panel, conflict, "reject")
        assert (s.total(panel, bid), result.late_conflict) == ("200/3", False)


def test_a_bid_that_falls_below_its_minimum_goes_back_to_review_until_it_is_topped_up() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        s.scored(panel, bid, rosa=2, vera=3, carl=5)
        settle(panel, late_conflict(panel, "rosa"), "confirm")
        result = queries.result_of(session, bid.id)
        assert result is not None
        assert (bid.stage, result.total) == (Stage.IN_REVIEW, None)
        assert result.unranked_because == (
            "2 of 3 reviews locked and valid so far. 0 of 1 citizen review locked and valid so far."
        )
        s.scored(panel, bid, cem=4)
        assert (bid.stage, s.total(panel, bid)) == (Stage.SCORED, "80")


def test_agreed_scores_informed_by_a_conflicted_sheet_wait_for_the_chair() -> None:
    with unit_of_work() as session:
        panel = p.build(session, definition=p.fund(reviews=2, citizens=0))
        (bid,) = panel.bids
        s.scored(panel, bid, rosa=2, vera=2, carl=5)
        agree(panel, "5")
        settle(panel, late_conflict(panel, "carl"), "confirm")
        assert [row.suspended_at for row in queries.agreed_rows(session, bid.id)] == [p.NOW]
        assert s.total(panel, bid) == "40"
        told = session.scalars(
            select(Message.to_address).where(Message.kind == "agreed_scores_suspended")
        ).all()
        assert sorted(told) == ["chair@example.org", "deputy@example.org"]
        agree(panel, "4")
        assert [row.suspended_at for row in queries.agreed_rows(session, bid.id)] == [None]
        assert s.total(panel, bid) == "48"


def test_a_decided_bid_keeps_its_stage_for_the_panel_to_return() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        s.scored(panel, bid, rosa=2, vera=3, carl=5)
        applications.advance(session, application=bid, deed="decide", actor=panel.actor("chair"), now=p.NOW)
        settle(panel, late_conflict(panel, "carl"), "confirm")
        assert s.total(panel, bid) is None
        applications.advance(
            session, application=bid, deed="return_to_panel", actor=panel.actor("chair"), now=p.NOW
        )
        actions.fit_stage(session, application=bid, actor=panel.actor("chair"), now=p.NOW)
        assert bid.stage is Stage.IN_REVIEW


def test_a_conflict_before_any_scoring_writes_no_result() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        panel.assign(panel.bids[0], "vera")
        late_conflict(panel, "vera")
        assert queries.result_of(session, panel.bids[0].id) is None


def three_ranked(panel: p.Panel) -> list[Application]:
    """Three bids with totals 80, 80 and 60 in an order that is not theirs."""
    low, first, second = panel.bids[:3]
    s.scored(panel, low, rosa=3, vera=3, carl=3)
    s.scored(panel, first, rosa=3, vera=4, carl=5)
    s.scored(panel, second, cem=4, vera=4, pat=4)
    return [first, second, low]


def test_ties_share_a_rank_and_the_next_rank_is_skipped() -> None:
    with unit_of_work() as session:
        panel = p.build(session, bids=4)
        first, second, low = three_ranked(panel)
        page = ranking.ranking(session, round_id=panel.round.id)
        assert [(row.rank, row.ref, row.total) for row in page.rows] == [
            (1, first.ref, Fraction(80)),
            (1, second.ref, Fraction(80)),
            (3, low.ref, Fraction(60)),
        ]
        assert (page.rows[0].origin, page.rows[0].stage) == (Origin.IMPORTED, Stage.SCORED)
        assert [row.simulated for row in page.rows] == [False] * 3
        unranked = ranking.unranked(session, round_id=panel.round.id)
        assert [(row.ref, row.why) for row in unranked.rows] == [
            (panel.bids[3].ref, "No review is locked yet.")
        ]


def test_totals_that_look_equal_are_told_apart() -> None:
    """200/3 and 66.67 both show as 66.67."""
    with unit_of_work() as session:
        panel = p.build(session, bids=2)
        near, exact = panel.bids
        s.scored(panel, near, rosa=2, vera=3, carl=5)
        s.scored(panel, exact, cem=4, pat=3, vera=3)
        actions.agree_score(
            session, application_id=exact.id, theme="youth", score=Decimal("3.34"), reason="Agreed.",
            actor=panel.actor("chair"), now=p.NOW,
        )  # fmt: skip
        page = ranking.ranking(session, round_id=panel.round.id)
        assert [(row.rank, row.ref) for row in page.rows] == [(1, exact.ref), (2, near.ref)]
        assert page.rows[0].total - page.rows[1].total == Fraction(2, 75)
        assert page.rows[0].agreed is True


def test_ranks_count_from_the_top_on_every_page() -> None:
    with unit_of_work() as session:
        panel = p.build(session, bids=3)
        three_ranked(panel)
        last = ranking.ranking(session, round_id=panel.round.id, page=2, size=2)
        assert [row.rank for row in last.rows] == [3]
        assert (last.total, last.number) == (3, 2)


def test_withdrawn_bids_and_other_rounds_are_not_ranked() -> None:
    with unit_of_work() as session:
        panel = p.build(session, bids=3)
        first, second, low = three_ranked(panel)
        first.stage = Stage.WITHDRAWN
        session.flush()
        assert [row.ref for row in ranking.ranking(session, round_id=panel.round.id).rows] == [
            second.ref,
            low.ref,
        ]
        assert ranking.ranking(session, round_id=panel.round.id + 1).total == 0


def test_simulated_reviews_are_marked() -> None:
    with unit_of_work() as session:
        panel = p.build(session, definition=p.fund(reviews=1, citizens=0))
        (bid,) = panel.bids
        panel.assign(bid, "vera")
        s.locked(panel, "vera", bid, simulated=True)
        (row,) = ranking.ranking(session, round_id=panel.round.id).rows
        assert row.simulated is True


def test_where_claims_count_only_claimed_themes_are_asked_for_and_counted() -> None:
    with unit_of_work() as session:
        definition = p.fund(reviews=1, citizens=0)
        rubric = replace(definition.rubric, coverage=Coverage.CLAIMED)
        panel = p.build(session, bids=2, definition=replace(definition, rubric=rubric))
        one, none = panel.bids
        claiming = session.get_one(Version, one.current_version_id)
        claiming.content = {**claiming.content, "claims": ["poverty", "youth"]}
        session.flush()
        for bid, themes in ((one, {"youth": 5, "poverty": 2, "community": 5}), (none, {})):
            panel.assign(bid, "vera")
            sheet = s.started(panel, "vera", bid)
            for theme, score in themes.items():
                s.save(panel, "vera", sheet, theme, dict.fromkeys(rubric.strand_keys, score))
            s.lock(panel, "vera", sheet)
        (ranked,) = ranking.ranking(session, round_id=panel.round.id).rows
        assert ranked.total == Fraction(70)
        assert ranked.themes == {"youth": Fraction(5), "poverty": Fraction(2)}
        (unranked,) = ranking.unranked(session, round_id=panel.round.id).rows
        assert unranked.why == "The bid claims none of the fund’s themes."


def test_who_has_scored_is_known() -> None:
    with unit_of_work() as session:
        panel = p.build(session, bids=2)
        panel.assign(panel.bids[0], "vera")
        s.started(panel, "vera", panel.bids[0])
        vera, carl = panel.person_ids["vera"], panel.person_ids["carl"]
        round_id, first, second = panel.round.id, *(bid.id for bid in panel.bids)
        assert queries.has_scored_in_round(session, person_id=vera, round_id=round_id) is True
        assert queries.has_scored_in_round(session, person_id=carl, round_id=round_id) is False
        assert queries.has_scored(session, person_id=vera, application_id=first) is True
        assert queries.has_scored(session, person_id=vera, application_id=second) is False
