"""Places as hexagons of equal size, so that a small ward weighs as much to the eye as a wide one.

Pointed-top hexagons in rows, every second row half a hexagon further right. With radius r a hexagon is
r × √3 wide, and rows lie r × 3/2 apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt

RADIUS = 60
SHADES = 5
"""The stylesheet has this many shades, the first for nothing at all."""


@dataclass(frozen=True)
class Hexagon:
    """One place. `points` is SVG's list of corners; `x` and `y` its middle; `shade` from 0 (none)."""

    code: str
    points: str
    x: int
    y: int
    shade: int


@dataclass(frozen=True)
class HexMap:
    """Hexagons and the size of the picture."""

    hexagons: tuple[Hexagon, ...]
    width: int
    height: int


def hex_map(rows: Sequence[str], values: Mapping[str, int]) -> HexMap:
    """The picture of `rows` (codes, - for a gap) shaded by `values`: 0 not at all, the largest darkest."""
    wide, most = RADIUS * sqrt(3), max(values.values(), default=0)
    made = []
    for at_row, row in enumerate(rows):
        for at, code in enumerate(row.split()):
            if code == "-":
                continue
            x = wide * (at + 0.5 + (at_row % 2) / 2)
            y = RADIUS * (1 + 1.5 * at_row)
            made.append(Hexagon(code, _corners(x, y), round(x), round(y), _shade(values.get(code, 0), most)))
    columns = max((len(row.split()) for row in rows), default=0)
    return HexMap(
        tuple(made),
        width=round(wide * (columns + 0.5)),
        height=round(RADIUS * (1.5 * len(rows) + 0.5)),
    )


def _corners(x: float, y: float) -> str:
    angles = [pi / 6 + pi / 3 * corner for corner in range(6)]
    return " ".join(f"{x + RADIUS * cos(angle):.1f},{y + RADIUS * sin(angle):.1f}" for angle in angles)


def _shade(value: int, most: int) -> int:
    """Equal steps of the largest value."""
    return 0 if value <= 0 else min(SHADES - 1, 1 + (SHADES - 1) * (value - 1) // most)
