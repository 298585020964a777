"""Counts that give nobody away."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.equality.rules import FEWEST, shown


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"a": 5, "b": 9}, {"a": 5, "b": 9}),
        ({"a": 4, "b": 9, "c": 7}, {"a": None, "b": 9, "c": None}),
        ({"a": 4, "b": 4, "c": 7}, {"a": None, "b": None, "c": 7}),
        ({"a": 0, "b": 3, "c": 7, "d": 8}, {"a": None, "b": None, "c": None, "d": 8}),
        ({"a": 0, "b": 20}, {"a": None, "b": None}),
        ({"a": 1}, {"a": None}),
        ({}, {}),
    ],
)
def test_what_is_shown(counts: dict[str, int], expected: dict[str, int | None]) -> None:
    assert shown(counts) == expected


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=8))
def test_nothing_small_can_be_read_or_worked_out(counts: dict[str, int]) -> None:
    result = shown(counts)
    hidden = [counts[choice] for choice, count in result.items() if count is None]
    seen = [count for count in result.values() if count is not None]

    assert all(count >= FEWEST for count in seen)
    assert all(result[choice] in (None, count) for choice, count in counts.items())
    assert not hidden or not seen or (len(hidden) > 1 and sum(hidden) >= FEWEST)


def test_it_hides_no_more_than_it_must() -> None:
    for size, larger in pairwise(range(2, 8)):
        assert shown(dict.fromkeys(map(str, range(size)), 5)) == dict.fromkeys(map(str, range(size)), 5)
        assert len(
            [one for one in shown({"a": 0, **dict.fromkeys(map(str, range(larger)), 9)}).values() if one]
        ) == (larger - 1)
