"""Geometry of the small pictures that stand above tables. Plain arithmetic; templates draw it as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 1000
LINE = 6
"""How wide the line at the limit is, in thousandths."""
FILLS = 6
"""The stylesheet has this many fills, told apart by lightness as well as by hue."""


@dataclass(frozen=True)
class Piece:
    """One part of a bar. `x` and `width` are in thousandths of the picture, `pence` is the part's amount."""

    label: str
    pence: int
    x: int
    width: int
    fill: int


@dataclass(frozen=True)
class Bar:
    """A sum of money in parts, with a line where a limit lies (`line`: its left edge in thousandths,
    None without a limit).
    """

    pieces: tuple[Piece, ...]
    total: int
    total_label: str
    limit: int | None
    limit_label: str
    line: int | None


def budget_bar(
    parts: Sequence[tuple[str, int]],
    *,
    limit: int | None = None,
    total_label: str = "Total",
    limit_label: str = "Available",
) -> Bar:
    """A bar of `parts` (label, pence), drawn to the larger of their total and `limit`.

    Amounts must not be negative.
    """
    total = sum(pence for _, pence in parts)
    whole = max(total, limit or 0, 1)
    pieces = []
    done = 0
    for n, (label, pence) in enumerate(parts):
        start, end = WIDTH * done // whole, WIDTH * (done + pence) // whole
        pieces.append(Piece(label, pence, start, end - start, n % FILLS + 1))
        done += pence
    line = None if limit is None else max(0, min(WIDTH * limit // whole - LINE // 2, WIDTH - LINE))
    return Bar(tuple(pieces), total, total_label, limit, limit_label, line)


@dataclass(frozen=True)
class Span:
    """An estimate with its interval on a scale: `start`, `width` and `middle` in thousandths of the picture.

    `line` is where the scale's line lies, None where it is outside the picture.
    """

    start: int
    width: int
    middle: int
    line: int | None


def spans(
    ranges: Sequence[tuple[float, float, float]], *, low: float, high: float, line: float
) -> list[Span]:
    """Ranges (middle, low, high) drawn on one scale from `low` to `high`, which must differ."""

    def at(value: float) -> int:
        return round(WIDTH * (min(max(value, low), high) - low) / (high - low))

    where = at(line) if low <= line <= high else None
    return [
        Span(at(bottom), max(at(top) - at(bottom), LINE), at(middle), where) for middle, bottom, top in ranges
    ]


@dataclass(frozen=True)
class Share:
    """One part of a number of things. `x` and `width` are in thousandths of the picture."""

    label: str
    count: int
    x: int
    width: int
    fill: int


def shares(parts: Sequence[tuple[str, int]]) -> list[Share]:
    """How a number of things divides into `parts` (label, count), drawn to their total."""
    return [
        Share(piece.label, piece.pence, piece.x, piece.width, piece.fill)
        for piece in budget_bar(parts).pieces
    ]


@dataclass(frozen=True)
class Against:
    """An amount beside the limit it is held to. Both widths are in thousandths of the picture."""

    label: str
    pence: int
    limit: int
    width: int
    limit_width: int


def against(rows: Sequence[tuple[str, int, int]]) -> list[Against]:
    """Amounts with their limits (label, pence, limit), drawn on one scale. None may be negative."""
    most = max((max(pence, limit) for _, pence, limit in rows), default=0) or 1
    return [
        Against(label, pence, limit, WIDTH * pence // most, WIDTH * limit // most)
        for label, pence, limit in rows
    ]
