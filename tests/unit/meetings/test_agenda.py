"""The order of a meeting: nobody leaves the room more often than they must."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from grants.meetings import agenda
from grants.meetings.agenda import count_leavings, order_bids

SOME_PANELS = st.lists(st.frozensets(st.integers(1, 5), max_size=3), max_size=7)


def test_bids_that_send_out_the_same_people_stand_together() -> None:
    outside = {2: [7], 4: [7], 5: [8]}
    found = order_bids([1, 2, 3, 4, 5], outside)
    assert found.bids == (1, 3, 2, 4, 5)
    assert (found.leavings, found.leavings_by_rank, found.certain) == (2, 3, True)


def test_one_who_is_outside_anyway_stays_there() -> None:
    found = order_bids([1, 2, 3], {1: [7], 2: [8], 3: [7, 8]})
    assert found.leavings == 2
    assert found.bids == (1, 3, 2)


def test_nobody_leaves_where_nobody_has_a_conflict() -> None:
    assert order_bids([3, 1, 2], {}) == agenda.Agenda((3, 1, 2), 0, 0, certain=True)


def test_no_bids() -> None:
    assert order_bids([], {}).bids == ()


@given(SOME_PANELS)
def test_no_order_has_fewer(panel: list[frozenset[int]]) -> None:
    outside = dict(enumerate(panel))
    found = order_bids(range(len(panel)), outside)
    assert sorted(found.bids) == list(range(len(panel)))
    if len(panel) <= 6:
        assert found.leavings == min(
            count_leavings(order, outside) for order in permutations(range(len(panel)))
        )


def test_many_groups_are_ordered_well_if_not_for_certain() -> None:
    """Twenty members in a chain, each outside for two neighbouring bids, met in a bad order."""
    outside = {bid: [bid, bid + 1] for bid in range(20)}
    ranked = [bid * 7 % 20 for bid in range(20)]
    found = order_bids(ranked, outside)
    assert not found.certain
    assert found.leavings_by_rank == 40
    assert found.leavings == 21
