"""The order in which a panel meets its bids, so that people with a conflict seldom leave the room.

Somebody leaves when a bid they have a conflict with is called after one they have none with. Bids from which
the same people keep away are called together, so what is ordered are these groups. An order is a path through
the groups; each step costs the people who have to go out for the next one. The shortest path through up to
`EXACT` groups is found for certain (Held and Karp, "A dynamic programming approach to sequencing problems",
1962); through more of them by nearest neighbour, mended by turning stretches round until none helps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

EXACT = 11
"""Up to how many groups the best order is searched for certain: about 2¹¹ × 11² steps."""

People = frozenset[int]


@dataclass(frozen=True)
class Agenda:
    """Bids in the order of the meeting.

    `leavings` says how often somebody leaves the room in all; `leavings_by_rank` how often they would if the
    bids were met in the order of the ranking. `certain` tells that no order has fewer.
    """

    bids: tuple[int, ...]
    leavings: int
    leavings_by_rank: int
    certain: bool


def order_bids(ranked: Sequence[int], outside: Mapping[int, Iterable[int]]) -> Agenda:
    """The agenda for bids given in the order of the ranking.

    `outside` maps a bid's id to the ids of the people who leave the room for it. Bids for which nobody leaves
    come first, in the order of the ranking; bids for which the same people leave stand together, in that
    order too. The same input always gives the same order.
    """
    groups: dict[People, list[int]] = {}
    for bid in ranked:
        groups.setdefault(frozenset(outside.get(bid, ())), []).append(bid)
    everybody_in = groups.pop(frozenset(), [])
    sets = list(groups)
    certain = len(sets) <= EXACT
    path = _shortest(sets) if certain else _mended(_nearest(sets))
    bids = (*everybody_in, *(bid for people in path for bid in groups[people]))
    return Agenda(
        bids=bids,
        leavings=count_leavings(bids, outside),
        leavings_by_rank=count_leavings(ranked, outside),
        certain=certain,
    )


def count_leavings(bids: Iterable[int], outside: Mapping[int, Iterable[int]]) -> int:
    """How often somebody leaves the room when the bids are met in this order."""
    count, before = 0, frozenset[int]()
    for bid in bids:
        now = frozenset(outside.get(bid, ()))
        count += len(now - before)
        before = now
    return count


def _length(path: Sequence[People]) -> int:
    """Leavings along a path that begins with everybody in the room."""
    return sum(len(now - before) for before, now in zip((frozenset[int](), *path), path, strict=False))


def _shortest(sets: Sequence[People]) -> list[People]:
    """The path with the fewest leavings, for certain: the best way to end at each group, having met a subset.

    Of paths as short as each other the one that keeps nearer to the order given.
    """
    if not sets:
        return []
    best: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {
        (1 << at, at): (len(people), (at,)) for at, people in enumerate(sets)
    }
    for _ in range(len(sets) - 1):
        longer: dict[tuple[int, int], tuple[int, tuple[int, ...]]] = {}
        for (met, last), (count, path) in best.items():
            for at, people in enumerate(sets):
                if met >> at & 1:
                    continue
                found = (count + len(people - sets[last]), (*path, at))
                key = (met | 1 << at, at)
                if key not in longer or found < longer[key]:
                    longer[key] = found
        best = longer
    return [sets[at] for at in min(best.values())[1]]


def _nearest(sets: Sequence[People]) -> list[People]:
    """From each group on to the one for which the fewest have to leave; the first given where several are."""
    path: list[People] = []
    left = list(sets)
    before: People = frozenset()
    while left:
        at = min(range(len(left)), key=lambda n: (len(left[n] - before), -len(left[n] & before), n))
        before = left.pop(at)
        path.append(before)
    return path


def _mended(path: list[People]) -> list[People]:
    """The path with stretches turned round, or one group moved, for as long as that saves a leaving."""
    length, better = _length(path), True
    while better:
        better = False
        for other in _neighbours(path):
            if _length(other) < length:
                path, length, better = other, _length(other), True
                break
    return path


def _neighbours(path: list[People]) -> Iterable[list[People]]:
    for start in range(len(path)):
        for end in range(start + 2, len(path) + 1):
            yield path[:start] + path[start:end][::-1] + path[end:]
        rest = path[:start] + path[start + 1 :]
        for to in range(len(path)):
            if to != start:
                yield [*rest[:to], path[start], *rest[to:]]
