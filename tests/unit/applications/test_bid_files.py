"""Reading files of bids: what is taken from each kind of file, and which files are refused whole."""

import io
import json
import zipfile
from datetime import date, datetime

import pytest

from grants.accounts.states import OrganisationKind
from grants.applications.bid_files import MOST_BYTES, read_bid_file
from grants.applications.imported_bid import (
    BeneficiaryPlace,
    ImportedBid,
    ImportedOrganisation,
    PlannedDates,
    ReadFile,
)
from tests.paths import SHARED_DATA, needs_shared_data
from tests.unit.applications.bid_texts import (
    HEADINGS,
    ROW,
    as_json,
    from_csv,
    from_json,
    grant,
    one,
    workbook,
)

MARSH_GROWERS = ImportedOrganisation(
    name="Marsh Growers",
    kind=OrganisationKind.REGISTERED_CHARITY,
    charity_number="1123126",
    company_number=None,
    external_id=None,
    postcode="",
)


def whole_file(content: bytes) -> tuple[str, ...]:
    file = read_bid_file("bids", content)
    assert (file.count, list(file.bids), list(file.faults)) == (0, [], [])
    return tuple(file.file_faults)


def test_a_grant_in_json_becomes_a_bid() -> None:
    whole = grant(
        plannedDates=[{"startDate": "2021-09", "endDate": "2022-08-31T23:30:00Z", "duration": 12}],
        beneficiaryLocation=[
            {"name": "Luton", "geoCode": "E06000032", "geoCodeType": "UA", "countryCode": "GB"},
            {"name": "Dunstable"},
        ],
        fromOpenCall="Yes",
    )

    assert one(read_bid_file("bids.json", as_json(whole))) == ImportedBid(
        row=1,
        source_id="360G-example-1",
        title="Allotment for all",
        description="Beds that a wheelchair reaches.",
        ask=125050,
        organisation=MARSH_GROWERS,
        planned=PlannedDates("2021-09", "2022-09-01", "12"),
        places=(
            BeneficiaryPlace("Luton", "E06000032", "UA", "GB"),
            BeneficiaryPlace("Dunstable", "", "", ""),
        ),
        award_date=date(2021, 6, 1),
    )


def test_a_package_with_a_byte_order_mark_is_read() -> None:
    package = {"version": "1.4", "publisher": {"name": "An example"}, "grants": [grant()]}

    assert one(read_bid_file("x", b"\xef\xbb\xbf" + json.dumps(package).encode())).ask == 125050


def test_a_row_of_csv_becomes_the_same_bid() -> None:
    bid = one(from_csv(ROW))

    assert (bid.row, bid.source_id, bid.ask, bid.organisation) == (2, "B-1", 125050, MARSH_GROWERS)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_seen(delimiter: str) -> None:
    assert one(from_csv(ROW.replace(",", delimiter), headings=HEADINGS.replace(",", delimiter))).ask == 125050


def test_plain_headings_in_any_order_are_known() -> None:
    file = from_csv(
        '03/12/2021,Marsh Growers,"1,250.5",GBP,Beds.,Allotment,B-1,1123126',
        headings="award_date,recipient_name,amount_awarded,currency,description,title,id,charity_number",
    )

    bid = one(file)
    assert (bid.ask, bid.award_date, bid.organisation) == (125050, date(2021, 12, 3), MARSH_GROWERS)


def test_windows_text_is_read() -> None:
    content = f"{HEADINGS}\n{ROW.replace('Allotment', 'Café')}".encode("cp1252")

    assert one(read_bid_file("bids.csv", content)).title == "Café for all"


def test_quoted_cells_hold_commas_and_line_breaks() -> None:
    row = 'B-1,"Allotment,\nfor all","Beds.\n\nTwo of them.",GBP,£5,Marsh Growers,GB-CHC-1123126'

    bid = one(from_csv("", row, ""))
    assert (bid.row, bid.title, bid.description) == (3, "Allotment, for all", "Beds.\n\nTwo of them.")


def test_a_workbook_is_read_from_the_sheet_of_grants() -> None:
    content = workbook(
        [*HEADINGS.split(","), "Award Date", "Recipient Org:Charity Number"],
        ["B-1", "Allotment", "Beds.", "GBP", 1250.5, "Marsh Growers", None, datetime(2021, 12, 3), 1123126.0],
        [],
        ["B-2", "Shed", "Tools.", "GBP", 0.1 + 0.2, "Marsh Growers", "GB-CHC-1123126", "2021-12-04", None],
        before={"Notes": "Identifier"},
    )

    file = read_bid_file("bids.xlsx", content)
    assert [(bid.row, bid.ask, bid.award_date, bid.organisation) for bid in file.bids] == [
        (2, 125050, date(2021, 12, 3), MARSH_GROWERS),
        (4, 30, date(2021, 12, 4), MARSH_GROWERS),
    ]
    assert (file.kind, file.count, list(file.faults)) == ("Excel workbook", 2, [])


def test_the_same_bid_has_the_same_digest_in_every_kind_of_file() -> None:
    csv = one(from_csv("", ROW))
    xlsx = one(read_bid_file("x", workbook(HEADINGS.split(","), [*ROW.split(",")])))
    json_ = one(from_json(id="B-1", amountAwarded=None, awardDate=None))

    assert csv.digest == xlsx.digest == json_.digest
    assert one(from_csv(ROW.replace("1250.50", "1250.51"))).digest != csv.digest


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "This file is empty."),
        (b" \n", "This file is empty."),
        (b'{"grants": [}', "This is not JSON. Expecting value at line 1, column 13."),
        (b'{"grants": [\n{"id": 1,,}]}', None),
        (b'{"grants": [NaN]}', "This JSON holds a number that is none, or one with thousands of digits."),
        (
            b'{"grants": [' + b"1" * 5000 + b"]}",
            "This JSON holds a number that is none, or one with thousands of digits.",
        ),
        (b"[" * 100_000, "This JSON is nested too deeply to be a 360Giving file."),
        (b'{"grants": "\xff"}', "This JSON is not text in UTF-8 (byte 13)."),
        (b"[1]", "This JSON has no list called “grants”, so it is not a 360Giving file."),
        (b'{"Grants": []}', "This JSON has no list called “grants”, so it is not a 360Giving file."),
        (b'{"grants": []}', "The list of grants is empty."),
        (
            b"Identifier,Title\nB-1,x",
            "The heading row has no column called: Description, Currency, Recipient Org:Name, "
            "Amount Applied For.",
        ),
        (f"{HEADINGS},ID\n{ROW},B-1".encode(), "Two columns stand for the same thing: ID, Identifier."),
        (HEADINGS.encode(), "This sheet has headings and no rows."),
        (f'{HEADINGS}\n{ROW}\n"B-2'.encode(), "This CSV breaks off near line 3: unexpected end of data."),
        ("Identifier".encode("utf-16"), "This file is in UTF-16. Save it as “CSV UTF-8”."),
        (b"Identifier\x81", "This is neither UTF-8 nor Windows text (byte 11)."),
        (b"PK\x03\x04 no archive", "This workbook is damaged, or locked with a password."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1",
            "This is an old Excel file (.xls) or a locked workbook. Save it as .xlsx or as CSV.",
        ),
        (b"%PDF-1.7", "This is a PDF. Bids are read from JSON, CSV or Excel (.xlsx) files."),
        (
            b"<?xml version='1.0'?>",
            "This is XML or a web page. Bids are read from JSON, CSV or Excel (.xlsx) files.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_whole(content: bytes, reason: str | None) -> None:
    (told,) = whole_file(content)

    if reason is None:
        assert told.startswith("This is not JSON.")
        assert told.endswith("at line 2, column 10.")
    else:
        assert told == reason


def test_a_file_past_the_limit_is_refused() -> None:
    assert whole_file(b"x" * (MOST_BYTES + 1)) == (
        "This file is larger than 50 MB. Split it into several files.",
    )


def test_a_workbook_without_bids_is_refused() -> None:
    assert whole_file(workbook(["Fund", "Amount"], ["A", 1])) == (
        "No sheet of this workbook has the headings of bids, such as Identifier and Title.",
    )


def replaced(content: bytes, part: str, new: bytes) -> bytes:
    """The archive with one of its parts replaced or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name in {*old.namelist(), part}:
            out.writestr(name, new if name == part else old.read(name))
    return made.getvalue()


@pytest.mark.parametrize(
    ("part", "new", "reason"),
    [
        (
            "xl/worksheets/sheet1.xml",
            b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
            "This workbook declares an XML document type. No real one does.",
        ),
        (
            "xl/sharedStrings.xml",
            "<!DOCTYPE x><x/>".encode("utf-16"),
            "This workbook declares an XML document type. No real one does.",
        ),
        (
            "xl/media/zeros",
            b"\0" * (200 * 1024 * 1024),
            "This workbook unpacks to far more than a list of bids needs.",
        ),
        ("xl/workbook.xml", b"<workbook", "This workbook is broken and cannot be read (XMLSyntaxError)."),
    ],
    ids=["entities", "utf-16", "bomb", "broken"],
)
def test_hostile_workbooks_are_refused(part: str, new: bytes, reason: str) -> None:
    content = workbook(HEADINGS.split(","), ROW.split(","))

    assert one(read_bid_file("x", content)).ask == 125050
    assert whole_file(replaced(content, part, new)) == (reason,)


@needs_shared_data
@pytest.mark.parametrize("name", ["dtd.xml", "external.xml", "quadratic.xml"])
def test_hostile_xml_is_refused_in_and_out_of_a_workbook(name: str) -> None:
    hostile = (SHARED_DATA / "9_adversarial" / "xml" / name).read_bytes()
    content = workbook(HEADINGS.split(","), ROW.split(","))

    assert len(whole_file(hostile)) == 1
    assert whole_file(replaced(content, "xl/worksheets/sheet1.xml", hostile)) == (
        "This workbook declares an XML document type. No real one does.",
    )


REAL = {
    "1_grants/covid_grants_2020.json": (1164, 1163, 1_402_558_157),
    "1_grants/covid_grants_2020.csv": (1164, 1163, 1_402_558_157),
    "1_grants/lloyds_2010_2015.csv": (600, 600, 1_912_818_675),
    "1_grants/lloyds_2010_2015_old_standard.json": (600, 0, 0),
    "1_grants/mixed_funders_with_regrants.json": (55, 55, 1_651_080_226),
    "1_grants/paired_xlsx_json/abct.json": (783, 783, 1_278_562_500),
    "1_grants/paired_xlsx_json/abct.xlsx": (783, 783, 1_278_562_500),
    "1_grants/bedfordshire_other_grants.csv": (27, 27, 52_214_400),
    "1_grants/luton_grants.csv": (59, 9, 28_184_600),
    "1_grants/aggregate_tables_covid_research.xlsx": (0, 0, 0),
    "2_360giving_schema/fixtures/fundingproviders-grants_fixed_2_grants.json": (4, 0, 0),
    "2_360giving_schema/fixtures/fundingproviders-grants_malformed.json": (0, 0, 0),
    "2_360giving_schema/fixtures/fundingproviders-grants_2_grants.xlsx": (0, 0, 0),
    "2_360giving_schema/fixtures/fundingproviders-grants_2_grants_cp1252.csv": (0, 0, 0),
    "2_360giving_schema/fixtures/fundingproviders_grants_2_grants.csv": (0, 0, 0),
}
"""Rows, bids and pence asked for of real files."""


def real(name: str) -> ReadFile:
    return read_bid_file(name, (SHARED_DATA / name).read_bytes())


@needs_shared_data
@pytest.mark.parametrize("name", REAL)
def test_real_files_give_the_bids_they_hold(name: str) -> None:
    file = real(name)

    assert (file.count, len(file.bids), sum(bid.ask for bid in file.bids)) == REAL[name]
    assert len({fault.row for fault in file.faults}) == file.count - len(file.bids)


@needs_shared_data
def test_the_workbook_and_the_json_of_one_funder_agree() -> None:
    old, new = real("1_grants/paired_xlsx_json/abct.json"), real("1_grants/paired_xlsx_json/abct.xlsx")

    assert [(bid.source_id, bid.ask, bid.organisation) for bid in old.bids] == [
        (bid.source_id, bid.ask, bid.organisation) for bid in new.bids
    ]


@needs_shared_data
def test_only_the_grant_in_dollars_is_kept_out_of_the_covid_grants() -> None:
    assert [(fault.source_id, fault.field) for fault in real("1_grants/covid_grants_2020.json").faults] == [
        ("360G-zing-81", "currency")
    ]


@needs_shared_data
def test_the_file_of_an_old_standard_is_refused_row_by_row() -> None:
    faults = real("1_grants/lloyds_2010_2015_old_standard.json").faults

    assert {fault.field for fault in faults} == {"fromOpenCall"}
    assert [fault.row for fault in faults] == list(range(1, 601))


@needs_shared_data
def test_the_broken_file_is_told_with_line_and_column() -> None:
    file = real("2_360giving_schema/fixtures/fundingproviders-grants_malformed.json")

    assert list(file.file_faults) == [
        "This is not JSON. Expecting property name enclosed in double quotes at line 10, column 15."
    ]
