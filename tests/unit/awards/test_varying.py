"""What an award can be changed to: within what was paid, the ask and the pot, and a budget that adds up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.awards.varying import Change, blockers_to_agree, blockers_to_ask

TODAY, LAST = date(2026, 11, 23), date(2027, 3, 31)


def places(change: Change, *, amount: int = 100, ask: int = 120, least: int = 40) -> list[str]:
    found = blockers_to_ask(change, amount=amount, ask=ask, least=least, today=TODAY, spend_by=LAST)
    return [reason.place for reason in found]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change(reason="So"), [""]),
        (Change(delivery="Less", reason=" "), ["reason"]),
        (Change(amount=100, reason="So"), ["amount"]),
        (Change(amount=39, reason="So"), ["amount"]),
        (Change(amount=121, reason="So"), ["amount"]),
        (Change(amount=120, budget={"Staff": 100, "Rooms": 20}, reason="So"), []),
        (Change(amount=121, budget={"Staff": 120}, ends_on=date(2027, 4, 1)), [
            "amount", "budget_0", "ends_on", "reason",
        ]),
        (Change(ends_on=TODAY, reason="So"), []),
        (Change(ends_on=date(2026, 11, 22), reason="So"), ["ends_on"]),
        (Change(delivery="x" * 6_001, reason="So"), ["delivery"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_once(change: Change, expected: list[str]) -> None:
    assert places(change) == expected


@given(
    amount=st.integers(1, 200),
    taken=st.integers(1, 200),
    left=st.integers(-50, 200),
    least=st.integers(0, 100),
)
def test_nothing_is_agreed_past_the_pot_or_below_what_was_paid(
    amount: int, taken: int, left: int, least: int
) -> None:
    refused = list(blockers_to_agree(amount=amount, now_taken=taken, left=left, least=least))
    fits = amount <= taken or left - (amount - taken) >= 0
    assert (not refused) == (fits and amount >= least)
