"""Money in whole pence: reading it, showing it, and splitting it without losing a penny."""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

_AMOUNT = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?")

MOST_PENCE = 100_000_000_000
"""A billion pounds: nothing a grant round writes is larger, and every database column holds it."""


def pounds(pence: int) -> str:
    """'£1,234.50', or '£1,234' when there are no odd pence."""
    sign = "-" if pence < 0 else ""
    whole, odd = divmod(abs(pence), 100)
    return f"{sign}£{whole:,}.{odd:02d}" if odd else f"{sign}£{whole:,}"


def plain_pounds(pence: int) -> str:
    """'1234.50': for exports and for filling a field again."""
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def parse_pounds(text: str) -> int:
    """Pence from what a person types: '£1,234.50', '1234.5', ' 1 234 '.

    Raises ValueError for anything else, for more than two decimals and for amounts past `MOST_PENCE`.
    """
    bare = re.sub(r"\s", "", text).removeprefix("£")
    if not _AMOUNT.fullmatch(bare) or not bare.isascii():
        raise ValueError(text)
    pence = int(Decimal(bare.replace(",", "")) * 100)
    if pence > MOST_PENCE:
        raise ValueError(text)
    return pence


def split_pro_rata(total: int, weights: Sequence[int]) -> list[int]:
    """`total` pence shared in proportion to `weights`; the parts always add up to `total`.

    Largest remainder (Hamilton's method): each part is rounded down, then the pence left over go one each
    to the largest remainders, earlier parts first on a tie. Raises ValueError without a positive weight
    or with a negative one.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative and must add up to more than zero")
    exact = [Fraction(total * weight, whole) for weight in weights]
    parts = [part.numerator // part.denominator for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
