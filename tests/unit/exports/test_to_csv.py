"""The CSV file: what it says, that it can be read back, and that nothing in it runs."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest

from grants.core.cells import restored, visible
from grants.exports.control_total import awarded_in
from grants.exports.states import Format
from grants.exports.to_csv import to_csv
from grants.panels.states import Outcome
from tests.paths import needs_shared_data
from tests.unit.exports.rows import lead, naughty, row


def read(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def test_a_row_says_everything_finance_needs() -> None:
    assert read(to_csv([row()])) == [
        {
            "Bid": "EF1-0001",
            "Project": "Allotment for all",
            "Lead organisation": "Marsh Growers",
            "Kind of organisation": "Registered charity",
            "Charity number": "1123126",
            "Company number": "01234567",
            "Other identifier": "",
            "Postcode": "LU1 2AA",
            "Asked for (£)": "1250.13",
            "Awarded (£)": "1000.10",
            "Lead’s own share (£)": "800.08",
            "Partners’ shares (£)": "200.02",
            "Partners": "Shed Club: £200.02",
            "Stage": "Active award",
            "Decision": "Fund in part",
            "Decided on": "2022-03-09",
            "Released on": "2022-04-01",
            "Accepted on": "2022-04-02",
            "Ended on": "",
            "Score": "61.67",
            "Exact score": "185/3",
            "Rank": "3",
            "Planned start": "2022-05-01",
            "Planned end": "2023-04-30",
            "Themes": "Youth; Poverty",
            "Where": "Luton",
            "People who benefit": "",
            "Aims": "",
            "Origin": "Sent online",
            "Reviews": "By people",
            "Last changed (UTC)": "2022-04-02 09:00:00",
        }
    ]


def test_what_is_not_known_is_empty_and_what_is_simulated_says_so() -> None:
    (told,) = read(
        to_csv([row(score=None, rank=None, accepted_at=None, simulated=True, shares=row().shares[:1])])
    )

    assert (told["Score"], told["Exact score"], told["Rank"], told["Accepted on"]) == ("", "", "", "")
    assert (told["Partners"], told["Reviews"]) == ("", "Simulated")


def test_lines_end_as_the_standard_for_csv_wants() -> None:
    content = to_csv([row(1), row(2)])

    assert content.count(b"\r\n") == 3
    assert not re.search(rb"(?<!\r)\n", content)


def test_the_same_rows_give_the_same_bytes() -> None:
    assert to_csv([row(1), row(2)]) == to_csv([row(1), row(2)])


def test_an_empty_round_has_headings_alone() -> None:
    assert read(to_csv([])) == []


@pytest.mark.parametrize("text", ["=1+1", " =1", "\t=1", "+1", "-1", "@x", "'=1", 'a "quoted", cell\r\nb'])
def test_text_is_defused_and_can_be_had_back(text: str) -> None:
    (told,) = read(to_csv([row(title=text, lead=lead(name=text))]))

    assert (restored(told["Project"]), restored(told["Lead organisation"])) == (text, text)
    assert told["Project"].lstrip()[0] not in "=+-@"


@needs_shared_data
def test_naughty_text_comes_back_as_it_was_or_visibly_replaced() -> None:
    rows = [row(n, title=text, lead=lead(name=text)) for n, text in enumerate(naughty())]

    read_back = read(to_csv(rows))

    assert [restored(told["Project"]) for told in read_back] == [visible(text) for text in naughty()]
    assert [told["Awarded (£)"] for told in read_back] == ["1000.10"] * len(rows)


def test_the_sum_can_be_read_back_to_the_penny() -> None:
    rows = [row(n, award=award) for n, award in enumerate([1, 10, 7_010, 99_999_999_999])]

    assert awarded_in(to_csv(rows), Format.CSV) == 100_000_007_020


def test_days_are_those_of_london() -> None:
    late = datetime(2022, 6, 30, 23, 0, tzinfo=UTC)

    (told,) = read(to_csv([row(released_at=late, decided_at=late, ended_at=late, outcome=Outcome.FUND)]))

    assert (told["Released on"], told["Decided on"], told["Ended on"]) == ("2022-07-01",) * 3
