"""The four refusals."""

import pytest

from grants.core.errors import NotAllowed, NotFound, Reason, Refusal, RuleBroken, Stale, require_no


def test_a_broken_rule_carries_every_reason_in_order() -> None:
    reasons = [Reason("Say who leads.", "lead"), Reason("Add a partner.", "partners")]

    with pytest.raises(RuleBroken) as refused:
        require_no(iter(reasons))

    assert refused.value.reasons == tuple(reasons)
    assert str(refused.value) == "Say who leads. Add a partner."


def test_a_sentence_is_a_reason_without_a_place() -> None:
    assert RuleBroken("The round has closed.").reasons == (Reason("The round has closed.", place=""),)


def test_no_reasons_no_refusal() -> None:
    require_no([])


@pytest.mark.parametrize("kind", [NotAllowed, NotFound, Stale, RuleBroken])
def test_every_refusal_is_one_and_none_is_a_value_error(kind: type[Refusal]) -> None:
    assert issubclass(kind, Refusal)
    assert not issubclass(kind, ValueError)
