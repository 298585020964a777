"""The Excel workbook: typed cells, totals, every share, and text that stays text."""

import io
import re
import zipfile
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from grants.core.cells import visible
from grants.core.spreadsheet import CUT, LONGEST_CELL, cell_text
from grants.exports.control_total import awarded_in
from grants.exports.sheet_columns import COLUMNS
from grants.exports.states import Format
from grants.exports.to_xlsx import to_xlsx
from tests.paths import needs_shared_data
from tests.unit.exports.rows import PROGRAMME, lead, naughty, row


def book_of(*rows: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(rows, PROGRAMME)))


def cells(sheet: Any, line: int) -> dict[str, Any]:
    return dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[line]], strict=True))


def test_cells_have_the_type_of_what_they_hold() -> None:
    sheet = book_of(row())["Allocations"]

    told = cells(sheet, 2)
    assert [cell.value for cell in sheet[1]] == [column.heading for column in COLUMNS]
    assert (told["Bid"], told["Charity number"], told["Company number"]) == (
        "EF1-0001",
        "1123126",
        "01234567",
    )
    assert (told["Asked for (£)"], told["Awarded (£)"], told["Score"], told["Rank"]) == (
        1250.13,
        1000.10,
        61.67,
        3,
    )
    assert (told["Released on"], told["Ended on"]) == (datetime(2022, 4, 1), None)
    assert sheet["J2"].number_format == "#,##0.00"
    assert sheet.freeze_panes == "B2"


def test_totals_stand_below_and_shares_on_a_sheet_of_their_own() -> None:
    book = book_of(row(1), row(2))
    allocations, shares = book["Allocations"], book["Shares"]

    total = cells(allocations, 4)
    assert (total["Bid"], total["Asked for (£)"], total["Awarded (£)"]) == ("Total", 2500.26, 2000.20)
    assert [[cell.value for cell in line] for line in shares.iter_rows(min_row=2)] == [
        ["EF1-0001", "Marsh Growers", "Lead", "1123126", 1000.10, 800.08],
        ["EF1-0001", "Shed Club", "Partner", None, 250.03, 200.02],
        ["EF1-0002", "Marsh Growers", "Lead", "1123126", 1000.10, 800.08],
        ["EF1-0002", "Shed Club", "Partner", None, 250.03, 200.02],
        ["Total", None, None, None, 2500.26, 2000.20],
    ]


def test_amounts_are_written_exactly() -> None:
    """As a float 70.10 would be written 70.09999999999999."""
    content = to_xlsx([row(award=7_010)], PROGRAMME)

    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r"<v>(70\.[0-9]+)</v>", sheet) == ["70.10", "70.10"]
    assert awarded_in(content, Format.XLSX) == 7_010


def test_the_same_rows_give_the_same_bytes() -> None:
    assert to_xlsx([row(1), row(2)], PROGRAMME) == to_xlsx([row(1), row(2)], PROGRAMME)


def test_the_sum_can_be_read_back_to_the_penny() -> None:
    rows = [row(n, award=award) for n, award in enumerate([1, 10, 7_010, 99_999_999_999])]

    assert awarded_in(to_xlsx(rows, PROGRAMME), Format.XLSX) == 100_000_007_020
    assert awarded_in(to_xlsx([], PROGRAMME), Format.XLSX) == 0


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "{=SUM(A1)}",
        "https://example.org",
        "mailto:a@example.org",
        "0123",
        "<r><t>x</t></r>",
        "-5",
        " x ",
    ],
)
def test_text_stays_text(text: str) -> None:
    cell = book_of(row(title=text))["Allocations"]["B2"]

    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert cell.value.strip() == text.strip()


def test_text_that_the_writer_would_take_for_markup_is_escaped() -> None:
    hostile = '<r></t></is></c><c r="C2"><v>9</v></c><c r="D2" t="inlineStr"><is><t></r>'

    sheet = book_of(row(title=hostile))["Allocations"]

    assert sheet["B2"].value == f"{hostile} "
    assert sheet["C2"].value == "Marsh Growers"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x1f", "a␀b␟"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("x" * LONGEST_CELL, "x" * LONGEST_CELL),
        ("x" * (LONGEST_CELL + 1), "x" * (LONGEST_CELL - len(CUT)) + CUT),
    ],
)
def test_what_a_cell_cannot_hold_is_replaced_or_cut_visibly(text: str, shown: str) -> None:
    assert cell_text(text) == shown
    assert book_of(row(title=text))["Allocations"]["B2"].value == shown


def test_long_text_is_cut_between_characters_that_take_two_units() -> None:
    cut = cell_text("𝕏" * LONGEST_CELL)

    assert cut.endswith("𝕏" + CUT)
    assert LONGEST_CELL - 1 <= len(cut.encode("utf-16-le")) // 2 <= LONGEST_CELL


@needs_shared_data
def test_naughty_text_comes_back_as_it_was_or_visibly_replaced() -> None:
    texts = [text for text in naughty() if not re.search(r"_x[0-9A-Fa-f]{4}_", text)]
    rows = [row(n, title=text, lead=lead(name=text)) for n, text in enumerate(texts)]

    sheet = book_of(*rows)["Allocations"]

    read_back = [
        (line[1].value or "", line[9].value) for line in sheet.iter_rows(min_row=2, max_row=len(rows) + 1)
    ]
    assert [text for text, _ in read_back] == [cell_text(visible(text)) for text in texts]
    assert {amount for _, amount in read_back} == {1000.10}
