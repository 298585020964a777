"""The three rounds lie around today, whatever day that is."""

from datetime import date, timedelta

import pytest

from grants.core.clock import in_london
from grants.demo.calendar import rounds
from grants.programme.fund_checks import check
from grants.programme.fund_faults import Faults
from tests.unit.applications.bids import fund

DAYS = [date(2026, 3, 20) + timedelta(days=n) for n in range(9)] + [date(2026, 10, 24), date(2028, 2, 29)]


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_one_round_is_decided_one_before_the_panel_and_one_open(today: date) -> None:
    first, second, third = (moved.calendar for moved in rounds(fund(), today=today).values())

    assert first.decisions_by < second.opens_at.date() < second.closes_at.date() < second.panel_on < today
    assert today < second.decisions_by
    assert third.opens_at.date() < today - timedelta(weeks=5)
    assert 18 <= (in_london(third.closes_at).date() - today).days <= 24


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_rounds_keep_the_funds_weekdays_and_hours(today: date) -> None:
    original = in_london(fund().calendar.closes_at)

    for moved in rounds(fund(), today=today).values():
        closes_at = in_london(moved.calendar.closes_at)
        assert (closes_at.weekday(), closes_at.time()) == (original.weekday(), original.time())


def test_the_rounds_share_the_funds_pot_and_keep_its_rules() -> None:
    told = rounds(fund(), today=DAYS[0]).values()

    assert sum(moved.amounts.pot for moved in told) == fund().amounts.pot
    assert {(moved.rules, moved.rubric, moved.sections) for moved in told} == {
        (fund().rules, fund().rubric, fund().sections)
    }
    assert len({(moved.round_key, moved.round_name) for moved in told}) == 3


def test_the_moved_funds_have_no_faults() -> None:
    for moved in rounds(fund(), today=DAYS[0]).values():
        faults = Faults()
        check(moved, faults)
        assert faults.found() == ()


def test_every_round_says_that_it_is_invented() -> None:
    for moved in rounds(fund(), today=DAYS[0]).values():
        assert moved.origin_note.startswith(fund().origin_note)
        assert "invented for the demonstration" in moved.origin_note
