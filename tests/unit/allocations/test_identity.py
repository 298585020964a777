"""One identity of the pot: its five parts always add up to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.allocations.identity import budget

PENCE = st.integers(0, 10**11)


@given(pot=PENCE, paid=PENCE, unpaid=PENCE, proposed=PENCE, held=PENCE)
def test_the_parts_are_the_pot(pot: int, paid: int, unpaid: int, proposed: int, held: int) -> None:
    found = budget(pot=pot, committed=paid + unpaid, decided=proposed + held, held=held, paid=paid)
    assert [pence for _, pence in found.parts()] == [paid, unpaid, proposed, held, found.left]
    assert sum(pence for _, pence in found.parts()) == pot
    assert found.left == pot - (paid + unpaid) - (proposed + held)
    assert sum(pence for _, pence in found.before_payment()) == pot
    assert (found.committed, found.taken) == (paid + unpaid, pot - found.left)


def test_paying_moves_money_and_leaves_what_is_left() -> None:
    before = budget(pot=100, committed=60, decided=10, held=4)
    after = budget(pot=100, committed=60, decided=10, held=4, paid=45)
    assert (before.paid, before.unpaid, before.left) == (0, 60, 30)
    assert (after.paid, after.unpaid, after.left) == (45, 15, 30)


@pytest.mark.parametrize("wrong", [{"held": 11}, {"paid": 61}, {"paid": -1}, {"held": -1}])
def test_a_part_below_nothing_is_never_shown(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="negative"):
        budget(**{"pot": 100, "committed": 60, "decided": 10, "held": 4, **wrong})
