"""What a fund file says of the reports that awards owe: read, left out, kept, and what it cannot mean."""

from dataclasses import replace
from datetime import date

import pytest

from grants.programme.fund_changes import merge_allowed
from grants.programme.fund_file import FundFileFaulty, from_json, read_fund_file, to_json
from grants.programme.fund_json import record_from_json, record_to_json
from grants.programme.reporting import NO_REPORTS, DueFrom, Part, ReportAsked
from tests.unit.programme.texts import LUTON, OTHER_SHAPE

REPORTS = """
[monitoring]
reminder_days = [10]
[[monitoring.reports]]
key = "spring"
title = "Spring report"
due = "date"
on = 2023-03-31
releases = "Second"
parts = ["outcomes"]
[[monitoring.reports.questions]]
key = "changed"
text = "What changed?"
[[monitoring.reports]]
key = "last"
title = "Last report"
due = "end"
months = 2
final = true
parts = ["spending", "files"]
[[paying.instalments]]
name = "First"
share = 50
[[paying.instalments]]
name = "Second"
share = 50
due_by = "report"
"""


def test_reports_are_read_kept_and_may_change_while_a_round_is_open() -> None:
    plain = read_fund_file(OTHER_SHAPE)
    assert plain.monitoring == NO_REPORTS
    luton = read_fund_file(LUTON).monitoring
    assert [(one.key, one.due, one.months, one.releases, one.final) for one in luton.reports] == [
        ("halfway", DueFrom.START, 12, "Second half", False),
        ("final", DueFrom.END, 1, "", True),
    ]
    assert luton.reports[1].parts == tuple(Part)
    fund = read_fund_file(OTHER_SHAPE + REPORTS)
    spring = fund.monitoring.reports[0]
    assert (spring.on, fund.monitoring.reminder_days) == (date(2023, 3, 31), (10,))
    assert record_from_json(ReportAsked, record_to_json(spring)) == spring
    stored = to_json(fund)
    assert from_json(stored) == fund
    del stored["monitoring"]
    assert from_json(stored) == replace(fund, monitoring=NO_REPORTS)
    merged, applied, refused = merge_allowed(plain, fund, opened=True)
    assert (merged, refused) == (fund, ())
    assert "monitoring.reports" in {change.place for change in applied}


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('key = "last"', 'key = "spring"', "monitoring.reports[2].key"),
        ("on = 2023-03-31", "", "monitoring.reports[1].on"),
        ("months = 2", "on = 2023-03-31", "monitoring.reports[2].on"),
        ("on = 2023-03-31", "on = 2023-03-31\nmonths = 3", "monitoring.reports[1].months"),
        ('releases = "Second"', 'releases = "First"', "monitoring.reports[1].releases"),
        ("months = 2", 'releases = "Second"', "monitoring.reports[2].releases"),
        ('parts = ["spending", "files"]', 'parts = ["files"]', "monitoring.reports[2].parts"),
        ('parts = ["outcomes"]', 'parts = ["outcomes", "outcomes"]', "monitoring.reports[1].parts[2]"),
        ('parts = ["outcomes"]', "final = true", "monitoring.reports[2].final"),
    ],
)
def test_what_nobody_could_report_by_is_refused_with_its_place(old: str, new: str, place: str) -> None:
    with pytest.raises(FundFileFaulty) as faulty:
        read_fund_file(OTHER_SHAPE + REPORTS.replace(old, new))
    assert {fault.place for fault in faulty.value.faults} == {place}
