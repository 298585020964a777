"""The first on the reserve list that fits moves up; nobody is passed over but by the chair's reason."""

from hypothesis import given
from hypothesis import strategies as st

from grants.awards.reserve import Waiting, blockers_to_move_up, blockers_to_skip, proposed


@st.composite
def lists(draw: st.DrawFn) -> list[Waiting]:
    places = draw(st.lists(st.integers(1, 20), unique=True, max_size=6))
    made = []
    for number, place in enumerate(places, start=1):
        least = draw(st.integers(1, 50))
        ask = least + draw(st.integers(0, 50))
        made.append(Waiting(number, place, least, ask, draw(st.booleans())))
    return made


@given(lists(), st.integers(-10, 120), st.integers(0, 120))
def test_only_the_first_that_fits_moves_up_and_never_past_what_is_free(
    waiting: list[Waiting], left: int, amount: int
) -> None:
    first = proposed(waiting, left)
    able = [one for one in waiting if one.least <= left and not one.skipped]
    assert (first is None) == (not able)
    assert first is None or all(first.place <= one.place for one in able)
    for one in waiting:
        refused = list(blockers_to_move_up(waiting, one.application_id, amount=amount, left=left))
        assert (not refused) == (one is first and one.least <= amount <= min(one.ask, left))
        skipping = list(blockers_to_skip(waiting, one.application_id, left=left, reason="So"))
        assert (not skipping) == (one in able)


def test_all_reasons_come_at_once() -> None:
    waiting = [Waiting(1, 1, 10, 30), Waiting(2, 2, 20, 40, skipped=True)]
    found = list(blockers_to_move_up(waiting, 2, amount=50, left=25))
    assert [reason.place for reason in found] == ["", "", "amount", "amount"]
    assert [reason.place for reason in blockers_to_skip(waiting, 3, left=25, reason=" ")] == ["", "reason"]
    assert len(list(blockers_to_move_up(waiting, 3, amount=10, left=25))) == 1
