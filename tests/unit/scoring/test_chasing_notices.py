"""A long e-mail about owed reviews names thirty of each kind and counts the others."""

from datetime import UTC, date, datetime

from grants.accounts.models import Person
from grants.notifications import letters
from grants.programme.models import Round
from grants.scoring.chasing_notices import MOST_NAMED, Silence, outstanding
from grants.scoring.models import ReviewDigest
from grants.scoring.owed import Owed

DUE = datetime(2022, 2, 25, 17, tzinfo=UTC)


def test_more_than_can_be_named_are_counted() -> None:
    wanted = range(1, MOST_NAMED + 3)
    bids = [
        Owed(number, 1, f"A-{number}", f"Bid {number}", declared=True, begun=False, due_at=DUE)
        for number in wanted
    ]
    unseen = [Owed(900 + n, 1, f"B-{n}", "", declared=False, begun=False, due_at=DUE) for n in wanted]
    silent = [Silence(1, number, f"Person {number}", 0, 1, DUE) for number in wanted]
    round_ = Round(id=1, ref="round", name="A round")
    notice = outstanding(
        Person(id=1, email="who@example.org", name="Who"),
        ReviewDigest(id=1, day=date(2022, 3, 1)),
        owed=[*bids, *unseen],
        silent=silent,
        seen={(1, 1): DUE},
        rounds={1: round_},
        managers_told=False,
        to_practise=[(round_, True)],
        now=DUE,
    )
    letter = letters.write(notice.kind, notice.facts, public_url="https://grants.example")

    assert letter.subject == "32 reviewers are late with their reviews"
    lines = [line for line in letter.body.splitlines() if line.startswith("- ")]
    assert len(lines) == 3 * (MOST_NAMED + 1)
    assert lines[MOST_NAMED :: MOST_NAMED + 1] == ["- and 2 more"] * 3
    assert "practice bid of A round" in letter.body
    assert "- Person 1: 1 left, due by 5pm on Friday 25 February 2022 (UK time). Last did" in letter.body
    assert (
        "- Person 2: 1 left, due by 5pm on Friday 25 February 2022 (UK time). Has done nothing yet." in lines
    )
