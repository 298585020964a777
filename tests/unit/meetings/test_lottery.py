"""The lottery: the order depends on the seed alone, and another program gets the same one."""

import hashlib
import subprocess
from collections import Counter

import pytest

from grants.core.errors import RuleBroken
from grants.meetings.lottery import commitment, draw

BIDS = ("LCR-0007", "LCR-0021", "LCR-0003")
SOURCE = "the numbers of the Lotto draw of Saturday 12 March 2022"


def test_the_commitment_is_over_the_text_that_is_described() -> None:
    text = (
        '{"bids":["LCR-0003","LCR-0007","LCR-0021"],'
        '"seed_from":"the numbers of the Lotto draw of Saturday 12 March 2022"}'
    )
    assert commitment(BIDS, SOURCE) == hashlib.sha256(text.encode()).hexdigest()


def test_the_order_of_the_list_changes_nothing() -> None:
    assert draw(BIDS, SOURCE, "1 2 3") == draw(BIDS[::-1], f" {SOURCE} ", " 1  2 3\n")


def test_a_ticket_can_be_made_in_a_terminal() -> None:
    first = draw(BIDS, SOURCE, "4 8 15 16 23 42")[0]
    command = f"printf '%s\\n%s\\n%s' {commitment(BIDS, SOURCE)} '4 8 15 16 23 42' {first.ref} | sha256sum"
    made = subprocess.run(["sh", "-c", command], check=True, capture_output=True, text=True)
    assert made.stdout.split()[0] == first.digest


def test_every_bid_is_first_as_often_as_another() -> None:
    """Of 3,000 seeds each of three bids wins about 1,000: 26 is one standard deviation."""
    wins = Counter(draw(BIDS, SOURCE, str(seed))[0].ref for seed in range(3000))
    assert sorted(wins) == sorted(BIDS)
    assert max(abs(count - 1000) for count in wins.values()) < 4 * 26


@pytest.mark.parametrize(
    ("bids", "source", "seed", "place"),
    [
        (BIDS[:1], SOURCE, "1", "bids"),
        ((*BIDS, BIDS[0]), SOURCE, "1", "bids"),
        (BIDS, " ", "1", "source"),
        (BIDS, SOURCE, " ", "seed"),
    ],
)
def test_what_cannot_be_drawn(bids: tuple[str, ...], source: str, seed: str, place: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        draw(bids, source, seed)
    assert [reason.place for reason in refused.value.reasons] == [place]
