"""What is said when the story cannot be told on."""

from datetime import UTC, datetime

import pytest

from grants.core.errors import NotAllowed, RuleBroken
from grants.demo.actions.timeline import Timeline


def test_a_refusal_names_the_deed_and_its_time() -> None:
    def send_early(now: datetime) -> None:
        raise NotAllowed("The round is not open.")

    timeline = Timeline()
    timeline.add_work(datetime(2026, 1, 5, 9, tzinfo=UTC), send_early)
    with pytest.raises(RuleBroken) as refused:
        timeline.work()
    assert str(refused.value) == (
        f"The demo’s story broke off at {__name__}.{send_early.__qualname__}, for"
        " 9am on Monday 5 January 2026 (UK time): The round is not open."
    )
