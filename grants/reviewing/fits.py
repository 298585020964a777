"""How well each reviewer suits each bid, from what the bid claims and what the reviewer knows."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

DEEPEST = 3
BEST = 1000


def fits(claims: Sequence[Sequence[str]], levels: Sequence[Mapping[str, int]]) -> NDArray[np.int32]:
    """The matrix for `share_out`: a row a bid (the themes it claims), a column a reviewer (levels 0 to 3).

    Half of a fit is how broadly the reviewer knows what the bid claims, half how well they know the theme of
    it that they know best: 1000 × (mean level / 3 + highest level / 3) / 2, rounded down. So somebody deep in
    one of three claimed themes (666) suits a bid better than somebody with a little of all three (333). 0
    where a bid claims nothing: then loads are simply levelled.
    """
    themes = sorted({theme for claimed in claims for theme in claimed})
    known = np.array([[one.get(theme, 0) for theme in themes] for one in levels], dtype=np.int32)
    known = known.reshape(len(levels), len(themes))
    column = {theme: at for at, theme in enumerate(themes)}
    found = np.zeros((len(claims), len(levels)), dtype=np.int32)
    rows_of: dict[frozenset[str], list[int]] = {}
    for row, claimed in enumerate(claims):
        rows_of.setdefault(frozenset(claimed), []).append(row)
    for claimed_set, rows in rows_of.items():
        if claimed_set:
            chosen = known[:, sorted(column[theme] for theme in claimed_set)]
            sums, count = chosen.sum(axis=1), len(claimed_set)
            found[rows] = BEST * (sums + count * chosen.max(axis=1)) // (2 * DEEPEST * count)
    return found
