"""What part of a bid counts for whom: equal parts of themes and wards; organisations known again."""

from fractions import Fraction as F

from grants.allocations.groups import About, Taking, shares_of
from grants.programme.definition import Area

AREAS = (Area("North", ("n1", "n2")), Area("South", ("s1",)))


def test_a_bid_is_divided_evenly_and_by_its_shares() -> None:
    bid = About(
        ("youth", "work"),
        ("n1", "n2", "s1", "elsewhere"),
        ("health",),
        (Taking(("id 1", "number 11"), 600), Taking(("number 22",), 300), Taking(("name hive",), 100)),
    )
    assert shares_of({7: bid}, AREAS)[7] == {
        "theme:youth": F(1, 2),
        "theme:work": F(1, 2),
        "priority:health": F(1),
        "area:North": F(1, 2),
        "area:South": F(1, 4),
        "lead:id 1": F(1),
        "organisation:id 1": F(3, 5),
        "organisation:name hive": F(1, 10),
        "organisation:number 22": F(3, 10),
    }


def test_an_organisation_is_one_across_bids_whatever_it_is_known_by() -> None:
    bids = {
        1: About((), (), (), (Taking(("id 1", "number 11", "number 12"), 5),)),
        2: About((), (), (), (Taking(("id 2",), 5), Taking(("number 12",), 5))),
        3: About((), (), (), (Taking(("id 3",), 5), Taking(("number 11",), 3), Taking(("number 12",), 2))),
        4: About((), (), (), (Taking(("id 4",), 0),)),
    }
    found = shares_of(bids, ())
    assert found[1] == {"lead:id 1": 1, "organisation:id 1": 1}
    assert found[2] == {"lead:id 2": 1, "organisation:id 2": F(1, 2), "organisation:id 1": F(1, 2)}
    assert found[3] == {"lead:id 3": 1, "organisation:id 3": F(1, 2), "organisation:id 1": F(1, 2)}
    assert found[4] == {"lead:id 4": 1}
