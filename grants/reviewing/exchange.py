"""Changing hands: two bids swap a reviewer, or a bid takes one with time to spare, and no rule is broken.

Every chosen pair that may still change is a slot. What a slot's bid would gain from every exchange is worked
out for all other slots at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grants.reviewing.board import Board, Flags, Whole

NOBODY = -1


@dataclass(frozen=True)
class Options:
    """Every legal exchange for one bid: its slot, the other slot (or NOBODY), who joins, and both gains."""

    slot: Whole
    other: Whole
    joining: Whole
    gain: Whole
    others_gain: Whole

    def __len__(self) -> int:
        return len(self.slot)


class Exchange:
    """A board opened for exchanges. `served`, loads, citizens and experts are kept up to date."""

    def __init__(self, board: Board, *, spread: float) -> None:
        """Loads stay within `spread` of the average, or where they are outside it."""
        self.board = board
        self.fits = board.fits
        pairs = [
            (bid, column, column not in board.planned[bid])
            for bid, team in enumerate(board.teams)
            for column in sorted(team)
        ]
        self.bid = np.array([pair[0] for pair in pairs], dtype=np.int64)
        self.reader = np.array([pair[1] for pair in pairs], dtype=np.int64)
        self.movable = np.array([pair[2] for pair in pairs], dtype=bool)
        self.first = np.searchsorted(self.bid, np.arange(board.bids + 1))
        self.reads = np.zeros(board.fits.shape, dtype=bool)
        for at, team in enumerate(board.teams):
            self.reads[at, sorted(team | board.kept[at])] = True
        self.served = board.served()
        self.loads = board.loads()
        self.least, most = board.fair_loads(spread)
        self.most = np.minimum(most, board.most)
        self.citizens = board.citizens_of()
        self.citizens_due = np.minimum(
            self.citizens,
            board.citizens_wanted + [int(board.citizen[sorted(team)].sum()) for team in board.kept],
        )
        self.experts = board.experts_of()

    def options(self, bid: int) -> Options:
        """Every exchange that changes one of the bid's readers."""
        slots = [slot for slot in range(self.first[bid], self.first[bid + 1]) if self.movable[slot]]
        found = [part for slot in slots for part in (self._swaps(bid, slot), self._moves(bid, slot))]
        if not found:
            nothing = np.empty(0, dtype=np.int64)
            return Options(nothing, nothing, nothing, nothing, nothing)
        return Options(*(np.concatenate(column) for column in zip(*found, strict=True)))

    def _swaps(self, bid: int, slot: int) -> tuple[Whole, Whole, Whole, Whole, Whole]:
        """Swaps of the slot's reader with that of every other movable slot."""
        leaving = self.reader[slot]
        board = self.board
        legal = self.movable & board.open[bid, self.reader] & ~self.reads[bid, self.reader]
        other = np.nonzero(legal)[0]
        theirs, joining = self.bid[other], self.reader[other]
        keep = board.open[theirs, leaving] & ~self.reads[theirs, leaving]
        keep &= self._may_join(np.full(len(other), bid), np.full(len(other), leaving), joining)
        keep &= self._may_join(theirs, joining, np.full(len(other), leaving))
        other, theirs, joining = other[keep], theirs[keep], joining[keep]
        fits = self.fits
        gain = fits[bid, joining].astype(np.int64) - int(fits[bid, leaving])
        others_gain = fits[theirs, leaving].astype(np.int64) - fits[theirs, joining]
        return np.full(len(other), slot), other, joining, gain, others_gain

    def _moves(self, bid: int, slot: int) -> tuple[Whole, Whole, Whole, Whole, Whole]:
        """Handing the slot to everybody who has time to spare."""
        leaving = self.reader[slot]
        legal = self.board.open[bid] & ~self.reads[bid] & (self.loads < self.most)
        legal &= self.loads[leaving] > self.least
        joining = np.nonzero(legal)[0]
        size = len(joining)
        keep = self._may_join(np.full(size, bid), np.full(size, leaving), joining)
        joining = joining[keep]
        gain = self.fits[bid, joining].astype(np.int64) - int(self.fits[bid, leaving])
        nobody = np.full(len(joining), NOBODY)
        return np.full(len(joining), slot), nobody, joining, gain, np.zeros(len(joining), dtype=np.int64)

    def _may_join(self, bids: Whole, leaving: Whole, joining: Whole) -> Flags:
        """Whether each bid keeps the citizens and the experts it has in the themes it claims."""
        citizen, expert = self.board.citizen, self.board.expert
        after = self.citizens[bids] - citizen[leaving] + citizen[joining]
        fine: NDArray[np.bool_] = after >= self.citizens_due[bids]
        for theme in range(expert.shape[1]):
            there = self.experts[bids, theme]
            left = there - expert[leaving, theme] + expert[joining, theme]
            fine &= (left > 0) | (there == 0) | ~self.board.claims[bids, theme]
        return fine

    def carry_out(self, options: Options, at: int) -> tuple[int, ...]:
        """Do one exchange and name the bids that it changed."""
        slot, other = int(options.slot[at]), int(options.other[at])
        leaving, joining = int(self.reader[slot]), int(options.joining[at])
        self._replace(slot, leaving, joining)
        if other == NOBODY:
            self.loads[leaving] -= 1
            self.loads[joining] += 1
            return (int(self.bid[slot]),)
        self._replace(other, joining, leaving)
        return int(self.bid[slot]), int(self.bid[other])

    def _replace(self, slot: int, leaving: int, joining: int) -> None:
        bid = int(self.bid[slot])
        self.reader[slot] = joining
        self.reads[bid, leaving], self.reads[bid, joining] = False, True
        self.served[bid] += int(self.fits[bid, joining]) - int(self.fits[bid, leaving])
        self.citizens[bid] += int(self.board.citizen[joining]) - int(self.board.citizen[leaving])
        self.experts[bid] += self.board.expert[joining].astype(np.int64) - self.board.expert[leaving]

    def settle(self) -> None:
        """Write what the slots now hold back to the board."""
        self.board.teams = [set() for _ in range(self.board.bids)]
        for bid, column in zip(self.bid.tolist(), self.reader.tolist(), strict=True):
            self.board.teams[bid].add(column)
