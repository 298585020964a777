"""What a fund file says of how awards are paid: read, left out, kept, and what it cannot mean."""

from dataclasses import replace

import pytest

from grants.programme.fund_changes import merge_allowed
from grants.programme.fund_file import FundFileFaulty, from_json, read_fund_file, to_json
from grants.programme.paying import AS_ONE, DueBy, FileKind, Holds, PlannedInstalment
from tests.unit.programme.texts import LUTON, OTHER_SHAPE

LAYOUT = """
[paying]
files = ["bacs", "csv"]
[paying.payer]
name = "The council"
sort_code = "309634"
account_number = "01234567"
service_user_number = "654321"
[[paying.instalments]]
name = "All"
share = 100
[[paying.columns]]
heading = "Ref"
holds = "reference"
[[paying.columns]]
heading = "Pence"
holds = "pence"
[[paying.columns]]
heading = "Name"
holds = "account_name"
[[paying.columns]]
heading = "Sort"
holds = "sort_code"
[[paying.columns]]
heading = "Number"
holds = "account_number"
"""


def test_it_is_read_kept_and_may_change_while_a_round_is_open() -> None:
    plain = read_fund_file(OTHER_SHAPE)
    assert plain.paying == AS_ONE
    luton = read_fund_file(LUTON).paying
    assert luton.instalments == (
        PlannedInstalment("First half", 50, DueBy.DAY, 14),
        PlannedInstalment("Second half", 50, DueBy.REPORT, 365),
    )
    fund = read_fund_file(OTHER_SHAPE + LAYOUT)
    assert fund.paying.files == (FileKind.BACS, FileKind.CSV)
    assert [column.holds for column in fund.paying.columns][:2] == [Holds.REFERENCE, Holds.PENCE]
    stored = to_json(fund)
    assert from_json(stored) == fund
    del stored["paying"]
    assert from_json(stored) == replace(fund, paying=AS_ONE)
    merged, applied, refused = merge_allowed(plain, fund, opened=True)
    assert (merged, refused) == (fund, ())
    assert "paying.payer.name" in {change.place for change in applied}


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("share = 100", "share = 99", "paying.instalments"),
        ('holds = "reference"', 'holds = "bid"', "paying.columns"),
        ('sort_code = "309634"', 'sort_code = "30-96-34"', "paying.payer.sort_code"),
        ('service_user_number = "654321"', "", "paying.payer.service_user_number"),
        ('name = "The council"', "", "paying.payer.name"),
    ],
)
def test_what_cannot_be_paid_by_is_refused_with_its_place(old: str, new: str, place: str) -> None:
    with pytest.raises(FundFileFaulty) as faulty:
        read_fund_file(OTHER_SHAPE + LAYOUT.replace(old, new))
    assert {fault.place for fault in faulty.value.faults} == {place}
