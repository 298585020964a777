"""How often a partner is written to."""

from datetime import UTC, datetime, timedelta

import pytest

from grants.applications.letter_rules import silent_since, too_many

CLOSES = datetime(2022, 1, 28, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("both", "to_address", "of_bid", "told"),
    [
        (2, 19, 59, ""),
        (3, 3, 3, "written to a@b.example 3 times"),
        (0, 20, 0, "Many emails have gone to a@b.example"),
        (0, 0, 60, "sent 60 emails about this bid"),
    ],
)
def test_letters_have_limits(both: int, to_address: int, of_bid: int, told: str) -> None:
    said = too_many(of_both=both, to_address=to_address, of_bid=of_bid, address="a@b.example")
    assert (told in said, bool(said)) == (True, bool(told))


@pytest.mark.parametrize(
    ("before", "silent"),
    [
        (10 * DAY, 13 * DAY),
        (2 * DAY + timedelta(minutes=1), 5 * DAY + timedelta(minutes=1)),
        (2 * DAY, 2 * DAY + timedelta(microseconds=1)),
        (DAY, 2 * DAY + timedelta(microseconds=1)),
    ],
)
def test_since_when_a_partner_must_be_silent(before: timedelta, silent: timedelta) -> None:
    assert silent_since(CLOSES - before, CLOSES) == CLOSES - silent
