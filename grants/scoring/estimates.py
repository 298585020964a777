"""What a calibration's JSON says, as the page shows it: rows with figures, and where to draw them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grants.core.charts import Span, spans
from grants.programme.definition import Rubric

NEAR_THE_LINE = 15
"""How many bids on either side of the line the picture shows."""

MOST_OFFSETS = 30
"""How many reviewers the picture shows: those whose offset is largest."""


@dataclass(frozen=True)
class Bid:
    """One bid's estimates. `place` is its place down the ranking of record; scores are out of 100.

    Each range is (middle, low, high): within it with 95 % probability. `above` is a probability.
    """

    id: int
    place: int
    funded: bool
    calibrated: bool
    mean: float
    adjusted: tuple[float, float, float]
    rank: tuple[float, float, float]
    above: float

    @property
    def crosses(self) -> bool:
        """Whether it would change sides of the line if adjusted scores counted."""
        return self.funded is not self.calibrated


@dataclass(frozen=True)
class Reviewer:
    """How much higher than the panel somebody scores, points out of 100; (middle, low, high)."""

    person_id: int
    sheets: int
    offset: tuple[float, float, float]

    @property
    def clear(self) -> bool:
        """Whether the whole interval lies on one side of none."""
        return self.offset[1] > 0 or self.offset[2] < 0


@dataclass(frozen=True)
class ThemeSpread:
    """How far apart reviewers of one bid lie in a theme, points of its scale, over `bids` with two reviews.

    `far` counts those at or above the mark from which on a spread is talked about.
    """

    name: str
    bids: int
    quarters: tuple[float, float, float]
    most: float
    far: int


@dataclass(frozen=True)
class Sureness:
    """All that the page shows. `bids` in the order of the ranking of record."""

    bids: tuple[Bid, ...]
    reviewers: tuple[Reviewer, ...]
    themes: tuple[ThemeSpread, ...]
    sheets: int
    read: int
    far: int
    agreement: Mapping[str, float] | None
    alpha: float | None
    enough: bool
    whole: bool
    """Whether the reader sees every bid: what counts all of them is for such readers only."""

    @property
    def funded(self) -> int:
        """How many bids the pot funds down the ranking of record."""
        return sum(bid.funded for bid in self.bids)

    @property
    def crossing(self) -> list[Bid]:
        """Bids that would change sides of the line."""
        return [bid for bid in self.bids if bid.crosses]

    @property
    def unsure(self) -> list[Bid]:
        """Bids that could well be on either side of the line: 20 to 80 %."""
        return [bid for bid in self.bids if 0.2 <= bid.above <= 0.8]

    def near_the_line(self) -> tuple[Bid, ...]:
        """The bids on either side of the line."""
        line = sum(bid.funded for bid in self.bids)
        return self.bids[max(0, line - NEAR_THE_LINE) : line + NEAR_THE_LINE]

    def rank_picture(self) -> list[tuple[Bid, Span]]:
        """The bids near the line with their intervals of rank, drawn on one scale with the line."""
        shown = self.near_the_line()
        if not shown:
            return []
        high = max(bid.rank[2] for bid in shown)
        low = min(bid.rank[1] for bid in shown)
        drawn = spans([bid.rank for bid in shown], low=low - 1, high=high + 1, line=self.funded + 0.5)
        return list(zip(shown, drawn, strict=True))

    def widest_offsets(self) -> list[Reviewer]:
        """The reviewers furthest from the panel, from lenient to severe."""
        furthest = sorted(self.reviewers, key=lambda one: -abs(one.offset[0]))[:MOST_OFFSETS]
        return sorted(furthest, key=lambda one: -one.offset[0])

    def offset_picture(self) -> list[tuple[Reviewer, Span]]:
        """Those reviewers with their intervals; the line is none."""
        shown = self.widest_offsets()
        if not shown:
            return []
        most = max(max(abs(one.offset[1]), abs(one.offset[2])) for one in shown) or 1
        drawn = spans([one.offset for one in shown], low=-most, high=most, line=0)
        return list(zip(shown, drawn, strict=True))

    def theme_picture(self) -> list[tuple[ThemeSpread, Span]]:
        """The middle half of the bids in each theme; the line is from where on a spread is talked about."""
        most = max((theme.most for theme in self.themes), default=0)
        ranges = [(theme.quarters[1], theme.quarters[0], theme.quarters[2]) for theme in self.themes]
        drawn = spans(ranges, low=0, high=max(most, self.far, 1), line=self.far)
        return list(zip(self.themes, drawn, strict=True))


def sureness_from(results: Mapping[str, Any], rubric: Rubric, without: Collection[int]) -> Sureness:
    """The page's content out of a calibration's results, less the bids in `without`."""
    made = results["estimates"]
    bids = [row for row in made["bids"] if row[0] not in without] if made else []
    reviewers = made["reviewers"] if made else []
    return Sureness(
        bids=tuple(_bid(place, row) for place, row in enumerate(bids, 1)),
        reviewers=tuple(Reviewer(row[0], row[1], _three(row[2:5])) for row in reviewers),
        themes=tuple(
            ThemeSpread(
                rubric.theme(row["theme"]).name, row["bids"], _three(row["quarters"]), row["most"], row["far"]
            )
            for row in results["themes"]
            if row["bids"]
        ),
        sheets=results["sheets"],
        read=results["read"],
        far=results["far"],
        agreement=results["agreement"],
        alpha=results["alpha"],
        enough=made is not None,
        whole=not without,
    )


def _bid(place: int, row: Sequence[Any]) -> Bid:
    return Bid(
        id=row[0],
        place=place,
        funded=row[1],
        calibrated=row[2],
        mean=row[3],
        adjusted=_three(row[4:7]),
        rank=_three(row[7:10]),
        above=row[10],
    )


def _three(values: Sequence[float]) -> tuple[float, float, float]:
    middle, low, high = values
    return middle, low, high
