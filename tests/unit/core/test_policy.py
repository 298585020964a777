"""Decisions: a yes, or a no with its reason."""

import pytest

from grants.core.errors import NotAllowed
from grants.core.policy import YES, Decision, first_no, no, require


def test_a_no_is_false_and_says_why() -> None:
    decision = no("Only the lead may do this.")

    assert not decision
    assert decision == Decision(allowed=False, reason="Only the lead may do this.")
    with pytest.raises(NotAllowed, match=r"^Only the lead may do this\.$"):
        require(decision)


def test_a_yes_is_true() -> None:
    assert YES
    require(YES)


@pytest.mark.parametrize(
    ("decisions", "answer"),
    [
        ((), YES),
        ((YES, YES), YES),
        ((YES, no("b"), no("c")), no("b")),
        ((no("a"), YES), no("a")),
    ],
)
def test_the_first_no_stands(decisions: tuple[Decision, ...], answer: Decision) -> None:
    assert first_no(*decisions) == answer
