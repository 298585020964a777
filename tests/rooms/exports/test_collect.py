"""The rows of an export: which bids, what they say, and that reading them takes the same queries for all."""

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from grants.applications.imported_bid import BeneficiaryPlace, PlannedDates
from grants.applications.states import Origin, Stage
from grants.awards import actions as awards
from grants.core.errors import NotFound
from grants.exports.allocation_row import Programme, Share, total
from grants.exports.collect import collect, programme_of
from grants.panels import queries as panels
from grants.panels.states import Outcome
from tests.counting import CountQueries
from tests.rooms.awards.signing import take_up
from tests.rooms.exports.awarded import awarded, partnership
from tests.rooms.panels.scored import NOW

PAYS_OUT = (Outcome.FUND, -1), (Outcome.FUND_IN_PART, 123_456), (Outcome.DECLINE, 0), (Outcome.RESERVE, 0)


def test_awards_are_the_released_bids_with_money(session: Session) -> None:
    panel = awarded(session, *PAYS_OUT)

    rows = collect(session, round_id=panel.round.id)

    assert [(row.ref, row.award, row.outcome, row.stage, row.rank, row.score) for row in rows] == [
        (panel.bids[0].ref, 1_000_001, Outcome.FUND, Stage.OFFERED, 1, Fraction(100)),
        (panel.bids[1].ref, 123_456, Outcome.FUND_IN_PART, Stage.OFFERED, 2, Fraction(80)),
    ]
    assert total(rows) == panels.pot_position(session, panel.round).released


def test_nothing_is_there_before_the_release(session: Session) -> None:
    panel = awarded(session, (Outcome.DECLINE, 0))

    assert collect(session, round_id=panel.round.id) == []


def test_an_offer_turned_down_is_no_award_and_a_finished_one_is(session: Session) -> None:
    panel = awarded(
        session, (Outcome.FUND_IN_PART, 300), (Outcome.FUND_IN_PART, 200), (Outcome.FUND_IN_PART, 100)
    )
    later = NOW + timedelta(days=1)
    awards.decline_offer(
        session,
        application_id=panel.bids[0].id,
        reason="Too much",
        actor=panel.actor("applicant1"),
        now=later,
    )
    take_up(session, application_id=panel.bids[1].id, actor=panel.actor("applicant2"), now=later)
    finished = later + timedelta(days=100)
    awards.close(session, application_id=panel.bids[1].id, actor=panel.actor("manager"), now=finished)
    session.flush()

    rows = collect(session, round_id=panel.round.id)

    assert [(row.award, row.stage, row.accepted_at, row.ended_at, row.modified_at) for row in rows] == [
        (200, Stage.CLOSED, later, finished, finished),
        (100, Stage.OFFERED, None, None, NOW),
    ]
    assert total(rows) == panels.pot_position(session, panel.round).released


def test_ranks_stay_when_another_offer_falls_away(session: Session) -> None:
    panel = awarded(session, (Outcome.FUND_IN_PART, 300), (Outcome.FUND_IN_PART, 200))
    awards.decline_offer(
        session, application_id=panel.bids[0].id, reason="No", actor=panel.actor("applicant1"), now=NOW
    )
    session.flush()

    assert [(row.award, row.rank) for row in collect(session, round_id=panel.round.id)] == [(200, 2)]


def test_an_online_bid_tells_its_partners_dates_and_themes(session: Session) -> None:
    panel = partnership(session)

    (row,) = collect(session, round_id=panel.round.id)

    asked = [share.asked for share in row.shares]
    assert (
        (sum(asked), sum(share.awarded for share in row.shares))
        == (row.ask, row.award)
        == (row.ask, 1_250_001)
    )
    assert [(share.name, share.leads) for share in row.shares] == [
        ("Marsh Farm Outreach", True),
        ("The Hive", False),
    ]
    assert (row.title, row.origin, row.simulated) == ("Doors open", Origin.ONLINE, False)
    assert row.summary == "Two groups open their doors."
    assert row.planned == PlannedDates("2022-04-01", "2024-03-31", "24")
    assert row.places == (
        BeneficiaryPlace("Biscot", "E05002194", "WD", "GB"),
        BeneficiaryPlace("Saints", "E05002207", "WD", "GB"),
    )
    assert (row.beneficiaries, row.priorities) == (120, ("Inclusive economy",))
    assert row.themes == tuple(theme.name for theme in panel.definition.rubric.themes[:2])
    assert (row.lead.charity_number, row.lead.name) == ("1123126", "Marsh Farm Outreach")


def test_a_bid_without_partners_has_one_share(session: Session) -> None:
    panel = awarded(session, (Outcome.FUND_IN_PART, 123_456))

    (row,) = collect(session, round_id=panel.round.id)

    assert row.shares == (Share("Lead 1", "", True, 1_000_001, 123_456),)


def test_queries_do_not_grow_with_rows(session: Session, count_queries: CountQueries) -> None:
    panel = awarded(session, *[(Outcome.FUND_IN_PART, 100)] * 7)
    session.flush()
    session.expunge_all()

    with count_queries() as sent:
        rows = collect(session, round_id=panel.round.id)

    assert (len(rows), len(sent)) == (7, 3)


def test_there_must_be_such_a_round(session: Session) -> None:
    with pytest.raises(NotFound):
        collect(session, round_id=999)


def test_what_an_export_says_of_the_round(session: Session) -> None:
    panel = awarded(session, (Outcome.FUND_IN_PART, 100))
    definition = panel.definition

    assert programme_of(panel.round, public_url="https://grants.example.org") == Programme(
        round_ref="replay-2020",
        fund=definition.name,
        round=definition.round_name,
        note=definition.origin_note,
        funder=definition.funder.name,
        funder_id="GB-LAE-LUT",
        publisher_prefix="360G-LutonReplay",
        page="https://grants.example.org/rounds/replay-2020/",
    )
