"""Money: what people type, what they read, and splitting without losing a penny."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.core.money import MOST_PENCE, parse_pounds, plain_pounds, pounds, split_pro_rata

amounts = st.integers(0, MOST_PENCE)


@pytest.mark.parametrize(
    ("pence", "shown", "plain"),
    [
        (0, "£0", "0.00"),
        (5, "£0.05", "0.05"),
        (100, "£1", "1.00"),
        (123_450, "£1,234.50", "1234.50"),
        (150_000_000, "£1,500,000", "1500000.00"),
        (-1, "-£0.01", "-0.01"),
        (-123_400, "-£1,234", "-1234.00"),
    ],
)
def test_showing(pence: int, shown: str, plain: str) -> None:
    assert (pounds(pence), plain_pounds(pence)) == (shown, plain)


@pytest.mark.parametrize(
    ("typed", "pence"),
    [
        ("1234.50", 123_450),
        ("£1,234.5", 123_450),
        (" 1 234 ", 123_400),
        ("1,234,567.89", 123_456_789),
        ("0", 0),
        ("007", 700),
        ("£ 5", 500),
        ("1\N{NO-BREAK SPACE}000", 100_000),
        ("1000000000", MOST_PENCE),
    ],
)
def test_reading(typed: str, pence: int) -> None:
    assert parse_pounds(typed) == pence


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "£",
        "-1",
        "+1",
        "1.234",
        "1,23",
        "1,2345",
        "1.2.3",
        ".50",
        "5.",
        "1e3",
        "$5",
        "five",
        "NaN",
        "٣",
        "１",
        "²",
        "££5",
        "5£",
        "1000000000.01",
        "9" * 5000,
    ],
)
def test_refusing(typed: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its text is what was typed
        parse_pounds(typed)

    assert str(refused.value) == typed


@given(amounts)
def test_what_is_shown_can_be_typed_again(pence: int) -> None:
    assert parse_pounds(pounds(pence)) == parse_pounds(plain_pounds(pence)) == pence


weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


@given(st.integers(0, MOST_PENCE), weights)
def test_parts_add_up_and_lie_within_a_penny_of_their_due(total: int, weights: list[int]) -> None:
    parts = split_pro_rata(total, weights)

    assert sum(parts) == total
    assert len(parts) == len(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1
        assert part >= 0


@given(st.integers(0, MOST_PENCE), weights)
def test_more_weight_never_gets_less(total: int, weights: list[int]) -> None:
    parts = split_pro_rata(total, weights)

    by_weight = sorted(zip(weights, parts, strict=True))
    assert [part for _, part in by_weight] == sorted(parts)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (100, [1, 0, 2], [33, 0, 67]),
        (7, [3, 2, 2], [3, 2, 2]),
        (1, [1, 1], [1, 0]),
        (0, [5, 5], [0, 0]),
        (10, [7], [10]),
    ],
)
def test_splitting(total: int, weights: list[int], parts: list[int]) -> None:
    assert split_pro_rata(total, weights) == parts


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [-1, 2]])
def test_weights_that_cannot_be(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights must not be negative"):
        split_pro_rata(100, weights)
