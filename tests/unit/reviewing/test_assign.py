"""The sharing-out of bids: everybody served who can be served, fairly, and always in the same way."""

from collections import Counter
from collections.abc import Set
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from grants.reviewing.assign import Capacity, Demand, Plan, Shortfall, share_out

Pairs = Set[tuple[int, int]]


def bids(count: int, *, reviews: int = 3, citizens: int = 1) -> list[Demand]:
    """Bids 1 to `count` with equal demands."""
    return [Demand(bid, reviews, citizens) for bid in range(1, count + 1)]


def panel(citizens: int, others: int, *, most: int = 100) -> list[Capacity]:
    """Reviewers 101, 102… of whom the first are citizens."""
    return [Capacity(101 + n, n < citizens, most) for n in range(citizens + others)]


def share(
    demands: list[Demand],
    reviewers: list[Capacity],
    *,
    standing: Pairs = frozenset(),
    forbidden: Pairs = frozenset(),
) -> Plan:
    """The plan with a fixed seed."""
    return share_out(
        demands=demands, reviewers=reviewers, standing=standing, forbidden=forbidden, seed="round"
    )


class TestWhole:
    """A panel that can do it."""

    def test_every_bid_has_its_reviews_and_a_citizen(self) -> None:
        plan = share(bids(40), panel(3, 7))
        readers = Counter(bid for bid, _ in plan.added)
        citizens = Counter(bid for bid, person in plan.added if person <= 103)
        assert plan.short == ()
        assert readers == dict.fromkeys(range(1, 41), 3)
        assert set(citizens) == set(range(1, 41))

    def test_loads_are_level(self) -> None:
        loads = Counter(person for _, person in share(bids(40), panel(4, 6)).added)
        assert loads == dict.fromkeys(range(101, 111), 12)

    def test_the_same_again(self) -> None:
        assert share(bids(40), panel(3, 7)) == share(bids(40), panel(3, 7))

    def test_another_seed_is_another_plan_with_the_same_loads(self) -> None:
        one = share_out(demands=bids(40), reviewers=panel(4, 6), standing=(), forbidden=(), seed="one")
        two = share_out(demands=bids(40), reviewers=panel(4, 6), standing=(), forbidden=(), seed="two")
        assert one.added != two.added
        assert Counter(p for _, p in one.added) == Counter(p for _, p in two.added)

    def test_nothing_to_do(self) -> None:
        assert share([], panel(1, 1)) == Plan((), ())


class TestTopUp:
    """A second run after somebody dropped out."""

    def test_standing_assignments_stay_and_only_the_gap_is_filled(self) -> None:
        plan = share(bids(2), panel(1, 4), standing={(1, 101), (1, 102), (2, 101), (2, 102), (2, 103)})
        assert plan == Plan(added=((1, 104),), short=()) or plan == Plan(added=((1, 105),), short=())

    def test_a_citizen_is_added_on_top_where_none_is_left(self) -> None:
        plan = share(bids(1), panel(1, 3), standing={(1, 102), (1, 103), (1, 104)})
        assert plan == Plan(added=((1, 101),), short=())

    def test_standing_loads_count(self) -> None:
        plan = share(bids(3, reviews=1, citizens=0), panel(0, 2), standing={(2, 101), (3, 101)})
        assert plan == Plan(added=((1, 102),), short=())


class TestShort:
    """A panel that cannot do it."""

    def test_says_which_bid_lacks_a_citizen(self) -> None:
        plan = share(bids(2), panel(1, 4), forbidden={(2, 101)})
        assert plan.short == (Shortfall(2, reviews=1, citizens=1),)
        assert Counter(bid for bid, _ in plan.added) == {1: 3, 2: 2}

    def test_says_which_bids_lack_reviews(self) -> None:
        plan = share(bids(2), panel(2, 1, most=1))
        assert len(plan.added) == 3
        assert sum(short.reviews for short in plan.short) == 3

    def test_swaps_reviewers_before_it_gives_up(self) -> None:
        """Bid 1 takes the only reviewer whom bid 2 may have, unless the plan looks further."""
        forbidden = {(2, 102)}
        demands = [Demand(1, 1, 0), Demand(2, 1, 0)]
        for seed in "abcdefgh":
            plan = share_out(
                demands=demands, reviewers=panel(0, 2, most=1), standing=(), forbidden=forbidden, seed=seed
            )
            assert plan == Plan(added=((1, 102), (2, 101)), short=())


@st.composite
def small_tasks(draw: st.DrawFn) -> tuple[list[Demand], list[Capacity], Pairs]:
    """Up to three bids and four reviewers with forbidden pairs: small enough to try every sharing-out."""
    reviewers = [
        Capacity(101 + n, draw(st.booleans()), draw(st.integers(0, 3)))
        for n in range(draw(st.integers(1, 4)))
    ]
    demands = []
    for bid in range(1, draw(st.integers(1, 3)) + 1):
        reviews = draw(st.integers(1, 3))
        demands.append(Demand(bid, reviews, draw(st.integers(0, reviews))))
    pairs = [(demand.bid, reviewer.person) for demand in demands for reviewer in reviewers]
    return demands, reviewers, draw(st.sets(st.sampled_from(pairs), max_size=5))


def most_that_can_be_served(demands: list[Demand], reviewers: list[Capacity], forbidden: Pairs) -> int:
    """By trying everything: the most places that can be filled, those kept for citizens only by citizens."""
    citizens = {reviewer.person for reviewer in reviewers if reviewer.citizen}
    options = []
    for demand in demands:
        able = [reviewer.person for reviewer in reviewers if (demand.bid, reviewer.person) not in forbidden]
        teams = [
            team
            for size in range(demand.reviews + 1)
            for team in _teams(able, size)
            if len(team) <= demand.reviews and len(set(team) - citizens) <= demand.reviews - demand.citizens
        ]
        options.append(teams)
    best = 0
    for choice in product(*options):
        loads = Counter(person for team in choice for person in team)
        if all(loads[reviewer.person] <= reviewer.most for reviewer in reviewers):
            best = max(best, sum(len(team) for team in choice))
    return best


def _teams(able: list[int], size: int) -> list[tuple[int, ...]]:
    if size == 0:
        return [()]
    return [(*rest, person) for n, person in enumerate(able) for rest in _teams(able[:n], size - 1)]


@settings(max_examples=60)
@given(small_tasks())
def test_as_many_places_are_filled_as_can_be(task: tuple[list[Demand], list[Capacity], Pairs]) -> None:
    demands, reviewers, forbidden = task
    plan = share(demands, reviewers, forbidden=forbidden)
    assert len(plan.added) == most_that_can_be_served(demands, reviewers, forbidden)


@given(small_tasks(), st.data())
def test_the_rules_are_kept(task: tuple[list[Demand], list[Capacity], Pairs], data: st.DataObject) -> None:
    demands, reviewers, forbidden = task
    free = [(d.bid, r.person) for d in demands for r in reviewers if (d.bid, r.person) not in forbidden]
    standing = data.draw(st.sets(st.sampled_from(free), max_size=4)) if free else set()
    plan = share(demands, reviewers, standing=standing, forbidden=forbidden)
    whole = [*standing, *plan.added]
    assert len(set(whole)) == len(whole)
    assert set(plan.added).isdisjoint(forbidden)
    before, after = Counter(person for _, person in standing), Counter(person for _, person in whole)
    assert all(after[r.person] <= max(r.most, before[r.person]) for r in reviewers)
    short = {shortfall.bid: shortfall for shortfall in plan.short}
    citizens = {reviewer.person for reviewer in reviewers if reviewer.citizen}
    for demand in demands:
        team = [person for bid, person in whole if bid == demand.bid]
        missing = short.get(demand.bid, Shortfall(demand.bid, 0, 0))
        assert len(team) + missing.reviews >= demand.reviews
        assert len(citizens.intersection(team)) + missing.citizens >= demand.citizens


def test_a_whole_round_is_shared_out() -> None:
    """1,163 bids, 30 reviewers, three reviews: loads of a kind differ by one at most."""
    plan = share(bids(1163), panel(8, 22, most=200))
    loads = Counter(person for _, person in plan.added)
    citizens = [loads[person] for person in range(101, 109)]
    others = [loads[person] for person in range(109, 131)]
    assert (len(plan.added), plan.short) == (3489, ())
    assert max(citizens) - min(citizens) <= 1
    assert max(others) - min(others) <= 1
