"""The funding line, with and without skipping what does not fit. Plain values in whole pence."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby


@dataclass(frozen=True)
class Candidate:
    """A ranked bid. `ask` in pence; `total` its exact score of record."""

    application_id: int
    ask: int
    total: Fraction


@dataclass(frozen=True)
class Line:
    """Where the pot ends: bids above the line, bids tied at it of which not all fit, bids below. `left` in
    pence.
    """

    above: tuple[Candidate, ...]
    tied: tuple[Candidate, ...]
    below: tuple[Candidate, ...]
    left: int


def draw_line(ranked: Sequence[Candidate], pot_left: int) -> Line:
    """The line through `ranked` (best first) that `pot_left` pence reach.

    It stops at the first bid that does not fit. Bids with equal scores stand or fall together: where a tied
    group fits only in part, no rule picks among them, so the line stops above the group and the panel
    decides by hand.
    """
    groups = [tuple(group) for _, group in groupby(ranked, key=lambda candidate: candidate.total)]
    above: list[Candidate] = []
    left = pot_left
    for i, group in enumerate(groups):
        cost = sum(candidate.ask for candidate in group)
        if cost > left:
            tied = group if len(group) > 1 and min(candidate.ask for candidate in group) <= left else ()
            below = groups[i + 1 :] if tied else groups[i:]
            return Line(tuple(above), tied, tuple(one for rest in below for one in rest), left)
        above.extend(group)
        left -= cost
    return Line(tuple(above), (), (), left)


def draw_line_with_skip(ranked: Sequence[Candidate], pot_left: int) -> Line:
    """The line that passes over what does not fit and goes on down `ranked` (best first).

    Of bids with equal scores either all are taken or none: where only some fit, the panel decides by hand.
    """
    above: list[Candidate] = []
    tied: list[Candidate] = []
    below: list[Candidate] = []
    left = pot_left
    for _, same in groupby(ranked, key=lambda candidate: candidate.total):
        group = list(same)
        cost = sum(candidate.ask for candidate in group)
        if cost <= left:
            above += group
            left -= cost
        elif len(group) > 1 and min(candidate.ask for candidate in group) <= left:
            tied += group
        else:
            below += group
    return Line(tuple(above), tuple(tied), tuple(below), left)
