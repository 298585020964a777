"""The funding line stops at the first bid that does not fit, and never picks among equals."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.allocations.rules import Candidate, draw_line


def bids(*asks_and_totals: tuple[int, int]) -> list[Candidate]:
    return [Candidate(n, ask, Fraction(total)) for n, (ask, total) in enumerate(asks_and_totals, start=1)]


def ids(candidates: tuple[Candidate, ...]) -> list[int]:
    return [candidate.application_id for candidate in candidates]


@pytest.mark.parametrize(
    ("ranked", "pot", "above", "tied", "below", "left"),
    [
        ([], 100, [], [], [], 100),
        ([(60, 9), (40, 8)], 100, [1, 2], [], [], 0),
        ([(60, 9), (41, 8), (10, 7)], 100, [1], [], [2, 3], 40),
        ([(101, 9), (10, 8)], 100, [], [], [1, 2], 100),
        ([(60, 9), (30, 8), (30, 8), (5, 7)], 100, [1], [2, 3], [4], 40),
        ([(60, 9), (20, 8), (20, 8), (5, 7)], 100, [1, 2, 3], [], [4], 0),
        ([(60, 9), (50, 8), (50, 8)], 100, [1], [], [2, 3], 40),
    ],
)
def test_the_line(
    ranked: list[tuple[int, int]], pot: int, above: list[int], tied: list[int], below: list[int], left: int
) -> None:
    line = draw_line(bids(*ranked), pot)
    assert (ids(line.above), ids(line.tied), ids(line.below), line.left) == (above, tied, below, left)


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(0, 5)), max_size=30),
    st.integers(0, 300),
)
def test_every_bid_stands_once_and_the_pot_holds(found: list[tuple[int, int]], pot: int) -> None:
    ranked = sorted(bids(*found), key=lambda bid: (-bid.total, bid.application_id))
    line = draw_line(ranked, pot)
    assert [*line.above, *line.tied, *line.below] == ranked
    assert sum(bid.ask for bid in line.above) + line.left == pot
    assert line.left >= 0
    totals = [bid.total for bid in line.above]
    assert not {bid.total for bid in (*line.tied, *line.below)} & set(totals)
