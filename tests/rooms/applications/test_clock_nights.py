"""Closings in the nights the clocks change and on leap days, from the fund file to the bid that is sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from grants.applications import actions
from grants.core.clock import exact_minute
from grants.core.db import unit_of_work
from grants.core.errors import RuleBroken
from grants.programme.definition import FundDefinition
from grants.programme.fund_calendar import utc_from_uk
from tests.rooms.applications import world as w
from tests.unit.applications.bids import fund

TICK = timedelta(microseconds=1)


def closing(clock: str) -> FundDefinition:
    """The Luton fund, closing at that UK time and opened seven weeks before."""
    luton = fund()
    closes_at = utc_from_uk(datetime.fromisoformat(clock))
    later = closes_at.date() - luton.calendar.closes_at.date()
    calendar = replace(
        luton.calendar,
        opens_at=closes_at - timedelta(days=49),
        closes_at=closes_at,
        reviews_due_at=closes_at + timedelta(days=30),
        panel_on=luton.calendar.panel_on + later + timedelta(days=30),
        decisions_by=luton.calendar.decisions_by + later + timedelta(days=60),
    )
    return replace(luton, round_key="night", calendar=calendar)


@pytest.mark.parametrize(
    ("clock", "utc", "said"),
    [
        ("2022-03-26T23:59", "2022-03-26T23:59", "11:59pm on Saturday 26 March 2022 (UK time)"),
        ("2022-03-27T00:59", "2022-03-27T00:59", "12:59am on Sunday 27 March 2022 (UK time)"),
        ("2022-03-27T02:00", "2022-03-27T01:00", "2am on Sunday 27 March 2022 (UK time)"),
        ("2022-03-27T12:00", "2022-03-27T11:00", "midday on Sunday 27 March 2022 (UK time)"),
        (
            "2022-10-30T01:30",
            "2022-10-30T00:30",
            "1:30am on Sunday 30 October 2022 (UK time, before the clocks go back)",
        ),
        ("2022-10-30T12:00", "2022-10-30T12:00", "midday on Sunday 30 October 2022 (UK time)"),
        ("2024-02-29T17:00", "2024-02-29T17:00", "5pm on Thursday 29 February 2024 (UK time)"),
        (
            "2028-02-29T00:00",
            "2028-02-29T00:00",
            "midnight at the start of Tuesday 29 February 2028 (UK time)",
        ),
    ],
)
def test_a_bid_is_in_time_until_the_very_moment(ctx: object, clock: str, utc: str, said: str) -> None:
    definition = closing(clock)
    closes_at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    begun = definition.calendar.opens_at + timedelta(days=2)
    with time_machine.travel(begun, tick=False), unit_of_work() as session:
        world = w.build(session, definition)
        assert world.round.closes_at == closes_at
        assert exact_minute(closes_at) == said
        bids = [w.complete(world, now=begun) for _ in range(2)]
        signatory = world.actor("signatory")
        version = actions.submit(
            session, application_id=bids[0].id, declared=True, actor=signatory, now=closes_at - TICK
        )
        assert version.submitted_at == closes_at - TICK
        with pytest.raises(RuleBroken) as late:
            actions.submit(session, application_id=bids[1].id, declared=True, actor=signatory, now=closes_at)
        assert said in str(late.value)
        local_week = utc_from_uk(datetime.fromisoformat(clock) - timedelta(days=7))
        assert actions.remind_of_closing(session, now=local_week - TICK) == 0
        assert actions.remind_of_closing(session, now=local_week) == 1
        grace = timedelta(minutes=15)
        assert actions.lapse_drafts(session, now=closes_at + grace - TICK) == 0
        assert actions.lapse_drafts(session, now=closes_at + grace) == 1
