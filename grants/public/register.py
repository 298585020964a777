"""The register of awards: finding some of them, and what they come to by theme and by place. Plain values."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grants.core.money import split_pro_rata
from grants.exports.allocation_row import AllocationRow


@dataclass(frozen=True)
class Sum:
    """Awards of one kind: how many there are, and their pence."""

    name: str
    code: str
    awards: int
    pence: int


@dataclass(frozen=True)
class Success:
    """Of how many bids that were judged how many were funded. `percent` is rounded to a whole number."""

    judged: int
    funded: int

    @property
    def percent(self) -> int:
        """Whole percent, half rounded up."""
        return (200 * self.funded + self.judged) // (2 * self.judged) if self.judged else 0


def published(rows: Iterable[AllocationRow]) -> tuple[AllocationRow, ...]:
    """Awards that the public reads of: offers that were taken up, the largest first."""
    taken_up = [row for row in rows if row.accepted_at is not None]
    return tuple(sorted(taken_up, key=lambda row: (-row.award, row.ref)))


def found(
    rows: Sequence[AllocationRow], *, words: str = "", theme: str = "", place: str = ""
) -> list[AllocationRow]:
    """Awards in whose title, summary or organisations every word stands, of this theme and in this place.

    Words are looked for without regard to case. `theme` is a name, `place` a code; '' is any.
    """
    wanted = words.casefold().split()
    return [
        row
        for row in rows
        if (not theme or theme in row.themes)
        and (not place or any(one.code == place for one in row.places))
        and all(word in _text(row) for word in wanted)
    ]


def by_theme(rows: Iterable[AllocationRow], themes: Sequence[str]) -> list[Sum]:
    """The awards of each theme. An award with several counts in each, its money in equal parts."""
    return _sums(rows, [(theme, theme) for theme in themes], lambda row: row.themes)


def by_place(rows: Iterable[AllocationRow], places: Sequence[tuple[str, str]]) -> list[Sum]:
    """The awards of each place, given as code and name. One in several counts in each, its money in equal
    parts; equal, because no bid says what it spends where.
    """
    return _sums(rows, places, lambda row: tuple(place.code for place in row.places))


def days_of(row: AllocationRow) -> tuple[date, date] | None:
    """The first and the last day of the work, where the bid names both and they make sense."""
    try:
        start, end = date.fromisoformat(row.planned.start), date.fromisoformat(row.planned.end)
    except ValueError:
        return None
    return (start, end) if start <= end else None


def _sums(
    rows: Iterable[AllocationRow],
    kinds: Sequence[tuple[str, str]],
    kinds_of: Callable[[AllocationRow], Sequence[str]],
) -> list[Sum]:
    awards: dict[str, int] = dict.fromkeys((key for key, _ in kinds), 0)
    pence = dict(awards)
    for row in rows:
        keys = kinds_of(row)
        for key, part in zip(keys, split_pro_rata(row.award, [1] * len(keys)) if keys else (), strict=True):
            if key in awards:
                awards[key] += 1
                pence[key] += part
    return [Sum(name, key, awards[key], pence[key]) for key, name in kinds]


def _text(row: AllocationRow) -> str:
    return " ".join([row.title, row.summary, row.ref, *(share.name for share in row.shares)]).casefold()
