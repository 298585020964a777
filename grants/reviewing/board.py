"""A sharing-out under way, as arrays: who may read what, who does, what each bid still lacks.

Bids are rows and reviewers columns, in the order in which they were given.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

Pair = tuple[int, int]
"""A bid's id and a person's id."""

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Demand:
    """How many reviews a bid wants in all, how many of them by citizens at least, and its claimed themes."""

    bid: int
    reviews: int
    citizens: int
    themes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Capacity:
    """A reviewer, the most bids they will read (standing assignments included), and what they know."""

    person: int
    citizen: bool
    most: int
    expert_in: frozenset[str] = frozenset()


@dataclass
class Board:
    """Everything the solver reads and changes.

    `fits` says how well a reviewer suits a bid: whole numbers from 0, more is better. `open` marks the pairs
    that may be made. `teams` holds the columns chosen for each bid, `kept` those that stay whatever happens,
    `settled` those that only a shortage may move.
    """

    fits: NDArray[np.int32]
    open: Flags
    wanted: Whole
    citizens_wanted: Whole
    most: Whole
    citizen: Flags
    claims: Flags
    expert: Flags
    kept: list[set[int]]
    planned: list[set[int]]
    teams: list[set[int]] = field(default_factory=list)

    @property
    def bids(self) -> int:
        """How many bids there are."""
        return len(self.wanted)

    @property
    def reviewers(self) -> int:
        """How many reviewers there are."""
        return len(self.most)

    def kept_loads(self) -> Whole:
        """How many bids each reviewer reads whatever happens."""
        return counted(self.kept, self.reviewers)

    def loads(self) -> Whole:
        """How many bids each reviewer reads in all."""
        return self.kept_loads() + counted(self.teams, self.reviewers)

    def fair_loads(self, spread: float) -> tuple[int, int]:
        """The loads within `spread` of the average over everybody who reads at all, in whole bids."""
        reading = self.most > 0
        average = (self.wanted.sum() + self.kept_loads()[reading].sum()) / max(1, int(reading.sum()))
        return floor(average * (1 - spread)), ceil(average * (1 + spread))

    def members(self, bid: int) -> list[int]:
        """The columns of everybody who reads the bid."""
        return sorted(self.kept[bid] | self.teams[bid])

    def served(self) -> Whole:
        """How well each bid's chosen team suits it: the sum over those who may still change."""
        return np.array(
            [int(self.fits[bid, sorted(team)].sum()) if team else 0 for bid, team in enumerate(self.teams)],
            dtype=np.int64,
        )

    def worth(self) -> int:
        """The sum of what every chosen pair is worth."""
        return int(self.served().sum())

    def citizens_of(self) -> Whole:
        """How many citizens read each bid."""
        return np.array([int(self.citizen[self.members(bid)].sum()) for bid in range(self.bids)])

    def experts_of(self) -> Whole:
        """How many experts in each theme (column) read each bid (row)."""
        rows = [self.expert[self.members(bid)].sum(axis=0) for bid in range(self.bids)]
        return np.array(rows, dtype=np.int64).reshape(self.bids, self.expert.shape[1])

    def uncovered(self) -> list[tuple[int, int]]:
        """Claimed themes (bid, theme) that nobody on the team knows although somebody in the panel does."""
        lacking = self.claims & (self.experts_of() == 0) & self.expert.any(axis=0)
        return [(int(bid), int(theme)) for bid, theme in np.argwhere(lacking)]


def counted(teams: Iterable[set[int]], reviewers: int) -> Whole:
    """How often each reviewer is in one of the teams."""
    columns = [column for team in teams for column in team]
    return np.bincount(np.array(columns, dtype=np.int64), minlength=reviewers).astype(np.int64)


def lay_out(
    *,
    demands: Sequence[Demand],
    reviewers: Sequence[Capacity],
    standing: Collection[Pair],
    planned: Collection[Pair],
    forbidden: Collection[Pair],
    fits: NDArray[np.int32] | None,
) -> Board:
    """The board before anybody is chosen."""
    row = {demand.bid: at for at, demand in enumerate(demands)}
    column = {reviewer.person: at for at, reviewer in enumerate(reviewers)}
    themes = sorted({theme for demand in demands for theme in demand.themes})
    shape = (len(demands), len(reviewers))
    citizen = np.array([reviewer.citizen for reviewer in reviewers], dtype=bool)
    kept = _teams(standing, row, column)
    allowed = np.ones(shape, dtype=bool)
    for bid, person in {*standing, *forbidden}:
        if bid in row and person in column:
            allowed[row[bid], column[person]] = False
    elsewhere = np.zeros(len(reviewers), dtype=np.int64)
    for bid, person in standing:
        if bid not in row and person in column:
            elsewhere[column[person]] += 1
    there = np.array([len(team) for team in kept], dtype=np.int64)
    citizens_there = np.array([int(citizen[sorted(team)].sum()) for team in kept], dtype=np.int64)
    citizens_wanted = np.maximum(0, np.array([demand.citizens for demand in demands]) - citizens_there)
    wanted = np.maximum(np.array([demand.reviews for demand in demands]) - there, citizens_wanted)
    return Board(
        fits=np.zeros(shape, dtype=np.int32) if fits is None else fits,
        open=allowed,
        wanted=wanted.astype(np.int64),
        citizens_wanted=citizens_wanted.astype(np.int64),
        most=np.array([reviewer.most for reviewer in reviewers], dtype=np.int64) - elsewhere,
        citizen=citizen,
        claims=_known([demand.themes for demand in demands], themes),
        expert=_known([reviewer.expert_in for reviewer in reviewers], themes),
        kept=kept,
        planned=[
            {at for at in team if allowed[bid, at]} for bid, team in enumerate(_teams(planned, row, column))
        ],
        teams=[set() for _ in demands],
    )


def _teams(pairs: Collection[Pair], row: Mapping[int, int], column: Mapping[int, int]) -> list[set[int]]:
    teams: list[set[int]] = [set() for _ in row]
    for bid, person in pairs:
        if bid in row and person in column:
            teams[row[bid]].add(column[person])
    return teams


def _known(sets: Sequence[frozenset[str]], themes: Sequence[str]) -> Flags:
    return np.array([[theme in one for theme in themes] for one in sets], dtype=bool).reshape(
        len(sets), len(themes)
    )
