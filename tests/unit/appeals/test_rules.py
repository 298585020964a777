"""When an appeal can be made, by plain values."""

from datetime import UTC, datetime, timedelta

from grants.appeals.rules import MOST_CHARACTERS, Appealable, blockers_to_appeal
from grants.panels.wording import answer_until

TOLD = datetime(2021, 10, 20, 9, 0, tzinfo=UTC)
ABOUT = Appealable("The panel has decided not to fund this bid", TOLD, 7, frozenset({3}))


def blockers(about: Appealable | None = ABOUT, **changed: object) -> list[str]:
    given: dict[str, object] = {
        "days": 28,
        "last_made_at": None,
        "text": "Our page 4 was not read.",
        "now": TOLD,
    }
    given |= changed
    return [reason.text for reason in blockers_to_appeal(about, **given)]  # type: ignore[arg-type]


def test_everything_in_the_way_is_said_at_once() -> None:
    late = answer_until(TOLD, 28)
    assert blockers(now=late - timedelta(seconds=1)) == []
    assert blockers(now=late, text=" ", last_made_at=TOLD + timedelta(days=1)) == [
        "The time to appeal ended at 11:59pm on Wednesday 17 November 2021 (UK time).",
        "You have appealed against this decision already.",
        "Enter what went wrong",
    ]
    assert blockers(None, days=0) == [
        "This fund hears no appeals.",
        "There is no decision on this bid that you can appeal against.",
    ]
    assert blockers(text="x" * (MOST_CHARACTERS + 1)) == ["Your appeal must be 6,000 characters or fewer"]


def test_an_appeal_against_an_earlier_decision_does_not_count() -> None:
    assert blockers(last_made_at=TOLD - timedelta(days=1)) == []
