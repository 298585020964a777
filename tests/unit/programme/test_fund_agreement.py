"""What a fund file says of the grant agreement: read, left out, kept, and what it cannot mean."""

from dataclasses import replace

import pytest

from grants.programme.agreeing import USUAL_AGREEMENT, Term
from grants.programme.fund_changes import merge_allowed
from grants.programme.fund_file import FundFileFaulty, from_json, read_fund_file, to_json
from tests.unit.programme.texts import LUTON, OTHER_SHAPE

OWN = """
[agreement]
accepts = ["We agree.", "I may sign."]
[[agreement.terms]]
title = "Use"
text = "Use it well."
[[agreement.terms]]
title = "Report"
text = "Tell us."
"""


def test_it_is_read_kept_and_may_change_while_a_round_is_open() -> None:
    plain = read_fund_file(OTHER_SHAPE)
    assert plain.agreement == USUAL_AGREEMENT
    assert len(read_fund_file(LUTON).agreement.accepts) == 4
    fund = read_fund_file(OTHER_SHAPE + OWN)
    assert fund.agreement.terms == (Term("Use", "Use it well."), Term("Report", "Tell us."))
    assert fund.agreement.introduction == USUAL_AGREEMENT.introduction
    stored = to_json(fund)
    assert from_json(stored) == fund
    del stored["agreement"]
    assert from_json(stored) == replace(fund, agreement=USUAL_AGREEMENT)
    merged, applied, refused = merge_allowed(plain, fund, opened=True)
    assert (merged, refused) == (fund, ())
    assert "agreement.terms" in {change.place for change in applied}


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"We agree.", "I may sign."', "", "agreement.accepts"),
        ("I may sign.", "We agree.", "agreement.accepts"),
        ('title = "Report"', 'title = "Use"', "agreement.terms"),
    ],
)
def test_what_nobody_could_sign_is_refused_with_its_place(old: str, new: str, place: str) -> None:
    with pytest.raises(FundFileFaulty) as faulty:
        read_fund_file(OTHER_SHAPE + OWN.replace(old, new))
    assert {fault.place for fault in faulty.value.faults} == {place}
