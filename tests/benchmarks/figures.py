"""A figure beside its aim, and how figures are printed and kept."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HEADING = (
    "figure",
    "value",
    "unit",
    "aim",
    "",
    "peers",
)
WIDTHS = (48, 9, 10, 9, 6, 0)


@dataclass(frozen=True)
class Figure:
    """One row. `most` or `least` is the aim, if any; `peers` says what others reach, in the same unit."""

    name: str
    value: float
    unit: str
    most: float | None = None
    peers: str = ""
    least: float | None = None

    @property
    def verdict(self) -> str:
        """'ok' or 'short' of the aim; nothing without an aim."""
        if self.most is None and self.least is None:
            return ""
        low_enough = self.most is None or self.value <= self.most
        high_enough = self.least is None or self.value >= self.least
        return "ok" if low_enough and high_enough else "short"


def as_text(value: float) -> str:
    """Whole numbers with separators, others with as many decimals as they deserve."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}" if value < 10 else f"{value:,.1f}"


def row(figure: Figure) -> str:
    """A figure as one printed line."""
    aim = "" if figure.most is None else f"≤ {as_text(figure.most)}"
    aim = aim if figure.least is None else f"≥ {as_text(figure.least)}"
    return _line(
        (figure.name, as_text(figure.value), figure.unit, aim, figure.verdict, figure.peers), right=(1,)
    )


def heading() -> str:
    """The line above the figures, and what must be known to read them."""
    return "\n".join(
        (
            f"{os.cpu_count()} cores, load average {loads()}; gunicorn with one process, SQLite, 127.0.0.1.",
            "The peer of a page is Hypha 6.7.0, measured on another, similar machine: 2 cores, PostgreSQL,",
            "two gunicorn processes, 1,000 submissions, uncontended to median. It tells the order of size,",
            "no percentage.",
            "",
            _line(HEADING, right=(1,)),
        )
    )


def loads() -> str:
    """How busy the machine was in the last minute, five and fifteen."""
    return " ".join(f"{load:.1f}" for load in os.getloadavg())


def busy() -> bool:
    """Whether more wanted to run in the last five minutes than there are cores."""
    return os.getloadavg()[1] > (os.cpu_count() or 1)


def keep(figures: Sequence[Figure], path: Path) -> None:
    """Write the rows as JSON."""
    rows = [{**asdict(figure), "verdict": figure.verdict} for figure in figures]
    for each in rows:
        most, least = each.pop("most"), each.pop("least")
        each["aim"] = most if least is None else least
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cores": os.cpu_count(), "load": os.getloadavg(), "figures": rows}, indent=1))


def _line(cells: Sequence[str], *, right: Sequence[int]) -> str:
    padded = (
        cell.rjust(width) if place in right else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    )
    return " ".join(padded).rstrip()
