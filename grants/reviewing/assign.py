"""Who reads which bid: a fair, deterministic rule that fills every demand that can be filled.

Bids take the least loaded reviewer who may read them, citizens first. Where that leaves a bid short,
reviewers are swapped along a shortest augmenting path (Ford and Fulkerson, 1956), so a bid is reported as
short only when no sharing-out that keeps the standing assignments serves more. Last, loads are levelled.
"""

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from zlib import crc32


@dataclass(frozen=True)
class Demand:
    """How many reviews a bid wants in all, and how many of them by citizens at least."""

    bid: int
    reviews: int
    citizens: int


@dataclass(frozen=True)
class Capacity:
    """A reviewer and the most bids they will read, standing assignments included."""

    person: int
    citizen: bool
    most: int


@dataclass(frozen=True)
class Shortfall:
    """A bid that could not be served: `reviews` are missing, of which `citizens` must be by citizens."""

    bid: int
    reviews: int
    citizens: int


@dataclass(frozen=True)
class Plan:
    """What to add to the standing assignments, as (bid, person), and which bids remain short."""

    added: tuple[tuple[int, int], ...]
    short: tuple[Shortfall, ...]


def share_out(
    *,
    demands: Collection[Demand],
    reviewers: Collection[Capacity],
    standing: Collection[tuple[int, int]],
    forbidden: Collection[tuple[int, int]],
    seed: str,
) -> Plan:
    """The plan for `demands`. Pairs are (bid, person): `standing` ones stay, `forbidden` ones are never made.

    The same input gives the same plan; `seed` decides between reviewers with equal loads. A bid whose
    standing reviewers leave out the citizens it wants gets them on top.
    """
    board = _Board(reviewers, standing, forbidden, seed)
    board.open_places(demands, standing)
    _fill(board, citizens_only=True)
    _fill(board, citizens_only=False)
    _reroute(board)
    _level(board)
    return Plan(
        added=tuple((bid, person) for bid, place in board.places.items() for person in sorted(place.added)),
        short=tuple(
            Shortfall(bid, place.missing, place.missing_citizens)
            for bid, place in board.places.items()
            if place.missing
        ),
    )


@dataclass
class _Place:
    """A bid's open places: how many in all, how many only for citizens, and who has been put there."""

    wanted: int
    citizens: int
    added: set[int] = field(default_factory=set)
    others: int = 0
    """How many of those put there are not citizens."""

    @property
    def missing(self) -> int:
        return self.wanted - len(self.added)

    @property
    def missing_citizens(self) -> int:
        return max(0, self.citizens - (len(self.added) - self.others))

    @property
    def room_for_others(self) -> bool:
        return self.others < self.wanted - self.citizens


class _Board:
    """The sharing-out under way: every reviewer's load and every bid's open places."""

    def __init__(
        self,
        reviewers: Collection[Capacity],
        standing: Collection[tuple[int, int]],
        forbidden: Collection[tuple[int, int]],
        seed: str,
    ) -> None:
        self.reviewers = {reviewer.person: reviewer for reviewer in reviewers}
        self.load = dict.fromkeys(self.reviewers, 0)
        for _, person in standing:
            self.load[person] += 1
        self.closed = {*standing, *forbidden}
        self.seed = seed
        self.places: dict[int, _Place] = {}
        self.holds: dict[int, set[int]] = {person: set() for person in self.reviewers}

    def open_places(self, demands: Collection[Demand], standing: Collection[tuple[int, int]]) -> None:
        """Work out what each bid still wants beside its standing reviewers."""
        readers: dict[int, list[int]] = {}
        for bid, person in standing:
            readers.setdefault(bid, []).append(person)
        for demand in demands:
            there = readers.get(demand.bid, ())
            citizens = max(0, demand.citizens - sum(self.citizen(person) for person in there))
            wanted = max(demand.reviews - len(there), citizens)
            self.places[demand.bid] = _Place(wanted=wanted, citizens=citizens)

    def citizen(self, person: int) -> bool:
        """Whether the reviewer is a citizen."""
        return self.reviewers[person].citizen

    def spare(self, person: int) -> bool:
        """Whether the reviewer will read one more bid."""
        return self.load[person] < self.reviewers[person].most

    def order(self, bid: int, person: int) -> tuple[int, int, int]:
        """Who comes first for a bid: the least loaded, then as the seed has it."""
        return (self.load[person], crc32(f"{self.seed}:{bid}:{person}".encode()), person)

    def may_take(self, bid: int) -> Iterator[int]:
        """Who may fill one of the bid's open places, whatever their load."""
        room = self.places[bid].room_for_others
        return (p for p in self.load if (room or self.citizen(p)) and self._may_join(bid, p))

    def may_swap(self, bid: int, leaving: int, joining: int) -> bool:
        """Whether `joining` may take the place of `leaving` without costing the bid a citizen it wants."""
        keeps = self.citizen(joining) or not self.citizen(leaving) or self.places[bid].room_for_others
        return keeps and self._may_join(bid, joining)

    def _may_join(self, bid: int, person: int) -> bool:
        return (bid, person) not in self.closed and person not in self.places[bid].added

    def put(self, bid: int, person: int) -> None:
        """Give the bid to the reviewer."""
        self.places[bid].added.add(person)
        self.places[bid].others += not self.citizen(person)
        self.holds[person].add(bid)
        self.load[person] += 1

    def take(self, bid: int, person: int) -> None:
        """Take the bid from the reviewer."""
        self.places[bid].added.remove(person)
        self.places[bid].others -= not self.citizen(person)
        self.holds[person].remove(bid)
        self.load[person] -= 1


def _fill(board: _Board, *, citizens_only: bool) -> None:
    """Give each bid its least loaded reviewers, as far as that goes."""
    for bid, place in board.places.items():
        for _ in range(place.missing_citizens if citizens_only else place.missing):
            able = [
                p for p in board.may_take(bid) if board.spare(p) and (board.citizen(p) or not citizens_only)
            ]
            if not able:
                break
            board.put(bid, min(able, key=lambda person: board.order(bid, person)))


def _reroute(board: _Board) -> None:
    """Serve bids that are still short by passing bids on along chains of reviewers, until no chain helps."""
    chains = _chains(board)
    for bid, place in board.places.items():
        while place.missing:
            able = [person for person in board.may_take(bid) if person in chains]
            if not able:
                break
            person = min(able)
            _pass_on(board, person, chains)
            board.put(bid, person)
            chains = _chains(board)


def _chains(board: _Board) -> dict[int, tuple[int, int] | None]:
    """Who could take one more bid: None for those with room, else which bid they would pass on, and to whom.

    Searched breadth first from those with room, so that a chain is shortest and never meets a bid twice.
    """
    chains: dict[int, tuple[int, int] | None] = {person: None for person in board.load if board.spare(person)}
    queue = deque(chains)
    while queue and len(chains) < len(board.load):
        joining = queue.popleft()
        for leaving in board.load:
            if leaving not in chains:
                bid = next(
                    (b for b in sorted(board.holds[leaving]) if board.may_swap(b, leaving, joining)), None
                )
                if bid is not None:
                    chains[leaving] = (bid, joining)
                    queue.append(leaving)
    return chains


def _pass_on(board: _Board, person: int, chains: dict[int, tuple[int, int] | None]) -> None:
    """Free one place of `person` by passing bids on along the chain."""
    while (link := chains[person]) is not None:
        bid, heir = link
        board.take(bid, person)
        board.put(bid, heir)
        person = heir


def _level(board: _Board) -> None:
    """Move single bids from reviewers to others with at least two fewer, until none can move."""
    moved = True
    while moved:
        moved = False
        for heavy in sorted(board.load, key=lambda person: (-board.load[person], person)):
            for bid in sorted(board.holds[heavy]):
                lighter = [p for p in _lighter(board, heavy) if board.may_swap(bid, heavy, p)]
                if lighter:
                    board.take(bid, heavy)
                    board.put(bid, min(lighter, key=lambda person: board.order(bid, person)))
                    moved = True


def _lighter(board: _Board, heavy: int) -> list[int]:
    return [p for p in board.load if board.load[p] + 2 <= board.load[heavy] and board.spare(p)]
