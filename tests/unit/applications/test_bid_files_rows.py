"""Reading rows of bids: every value is taken exactly or refused with its field and a plain reason."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.accounts.states import OrganisationKind
from grants.applications.bid_checks import guessed_kind
from grants.applications.bid_files import read_bid_file
from grants.applications.bid_values import Wrong, day_of, months_of, pence_of
from grants.core.money import plain_pounds
from tests.unit.applications.bid_texts import (
    HEADINGS,
    ROW,
    as_json,
    faults,
    from_csv,
    from_json,
    grant,
    one,
    workbook,
)

NO_NUMBER = "This must be a number, without quotes."
ORGANISATION = {"id": "GB-CHC-1123126", "name": "Marsh Growers"}


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"id": None}, "id", "This is missing."),
        ({"id": "  "}, "id", "This is missing."),
        ({"id": 7}, "id", "This must be text in quotes."),
        ({"id": "B\n1"}, "id", "This must not hold a line break."),
        ({"id": "B-1\r"}, "id", "This must not hold a line break."),
        ({"id": "x" * 301}, "id", "This has 301 characters. At most 300 can be kept."),
        ({"title": None}, "title", "This is missing."),
        ({"title": "x" * 301}, "title", "This has 301 characters. At most 300 can be kept."),
        ({"title": "a\x00b"}, "title", "This holds a character that cannot be kept."),
        ({"title": "a\ud800b"}, "title", "This holds a character that cannot be kept."),
        ({"title": ["a"]}, "title", "This must be text in quotes."),
        ({"description": None}, "description", "This is missing."),
        ({"currency": None}, "currency", "This is missing."),
        ({"currency": "USD"}, "currency", "The currency is “USD”. Only pounds sterling (GBP) are taken."),
        ({"currency": "gbp"}, "currency", "The currency is “gbp”. Only pounds sterling (GBP) are taken."),
        ({"amountAppliedFor": "1000"}, "amountAppliedFor", NO_NUMBER),
        ({"amountAppliedFor": True}, "amountAppliedFor", NO_NUMBER),
        ({"amountAppliedFor": 1000.005}, "amountAppliedFor", "The amount has more than two decimals."),
        ({"amountAppliedFor": -5}, "amountAppliedFor", "The amount is negative."),
        ({"amountAppliedFor": 1e10}, "amountAppliedFor", "The amount is more than £1,000,000,000."),
        ({"amountAwarded": "x"}, "amountAwarded", NO_NUMBER),
        ({"amountAppliedFor": None, "amountAwarded": None}, "amountAppliedFor", "The amount is missing."),
        (
            {"amountAppliedFor": None, "amountAwarded": 0},
            "amountAppliedFor",
            "The amount must be more than £0.",
        ),
        ({"awardDate": "24/07/2014"}, "awardDate", "“24/07/2014” is not a date. Write it as 2021-12-03."),
        ({"awardDate": "2021-09-31"}, "awardDate", "“2021-09-31” is not a date that exists."),
        (
            {"awardDate": "2021-09-31T00:00:00Z"},
            "awardDate",
            "“2021-09-31T00:00:00Z” is not a date that exists.",
        ),
        (
            {"awardDate": "2021-09-30T00:00:00"},
            "awardDate",
            "“2021-09-30T00:00:00” is not a date. Write it as 2021-12-03.",
        ),
        ({"awardDate": "2021"}, "awardDate", "“2021” is not a date. Write it as 2021-12-03."),
        ({"awardDate": 20210930}, "awardDate", "“20210930” is not a date. Write it as 2021-12-03."),
        (
            {"plannedDates": [{"startDate": "2023-02-29"}]},
            "plannedDates/0/startDate",
            "“2023-02-29” is not a date that exists.",
        ),
        (
            {"plannedDates": [{"startDate": "2023-13"}]},
            "plannedDates/0/startDate",
            "“2023-13” is not a date. Write it as 2021-12-03.",
        ),
        ({"plannedDates": [{"duration": "12"}]}, None, None),
        ({"plannedDates": [{"duration": -1}]}, "plannedDates/0/duration", "“-1” is not a number of months."),
        ({"plannedDates": {}}, "plannedDates", "This must be a list of objects."),
        ({"recipientOrganization": None}, "recipientOrganization/0/name", "This is missing."),
        (
            {"recipientOrganization": "Marsh Growers"},
            "recipientOrganization",
            "This must be a list of objects.",
        ),
        (
            {"recipientOrganization": [ORGANISATION, ORGANISATION]},
            "recipientOrganization",
            "This names 2 organisations. One must lead the bid.",
        ),
        (
            {"recipientOrganization": [{"name": "Marsh Growers"}]},
            "recipientOrganization/0/id",
            "This is missing.",
        ),
        (
            {"recipientOrganization": [ORGANISATION | {"id": "GB-CHC-1\n"}]},
            "recipientOrganization/0/id",
            "This must not hold a line break.",
        ),
        (
            {"recipientIndividual": {"id": "x", "name": "Somebody"}},
            "recipientIndividual/id",
            "This grant went to a person. Only organisations bid.",
        ),
        (
            {"beneficiaryLocation": [{"name": "Luton", "countryCode": "England"}]},
            "beneficiaryLocation/0/countryCode",
            "“England” is not a country code of two letters.",
        ),
        ({"fromOpenCall": "Y"}, "fromOpenCall", "“Y” is not known here. It must be Yes or No."),
        (
            {"regrantType": "FRG080"},
            "regrantType",
            "“FRG080” is not known here. It must be a code from FRG010 to FRG070.",
        ),
        (
            {"locationScope": "local"},
            "locationScope",
            "“local” is not known here. It must be a code from GLS010 to GLS060, or GLS099.",
        ),
    ],
)
def test_what_is_wrong_in_a_grant_is_told_with_its_field(
    changes: dict[str, object], field: str | None, reason: str | None
) -> None:
    found = from_json(**changes)

    if field is None:
        assert one(found).planned.months == "12"
    else:
        assert (field, reason) in faults(found)


def test_every_fault_of_a_row_is_told_at_once() -> None:
    assert faults(from_json(title=None, currency="USD", awardDate="soon")) == [
        ("currency", "The currency is “USD”. Only pounds sterling (GBP) are taken."),
        ("title", "This is missing."),
        ("awardDate", "“soon” is not a date. Write it as 2021-12-03."),
    ]


def test_a_grant_that_is_no_object_is_a_fault_of_its_row() -> None:
    found = read_bid_file("x", as_json(grant(), 5))

    assert len(found.bids) == 1
    assert (found.faults[0].row, found.faults[0].field, found.faults[0].reason) == (
        2,
        "grants/1",
        "This is not an object.",
    )


def test_an_identifier_in_two_rows_keeps_both_out() -> None:
    found = read_bid_file("x", as_json(grant(), grant(title="Another"), grant(id="other")))

    assert [bid.row for bid in found.bids] == [3]
    assert [(fault.row, fault.reason) for fault in found.faults] == [
        (1, "The same identifier is also in row 2."),
        (2, "The same identifier is also in row 1."),
    ]


def test_nought_applied_for_is_read_as_not_stated() -> None:
    bid = one(from_json(amountAppliedFor=0))

    assert bid.ask == 100000
    assert list(bid.remarks) == ["The amount applied for is £0, so the amount awarded is taken."]


def test_dates_that_run_backwards_are_kept_and_remarked_upon() -> None:
    bid = one(from_json(plannedDates=[{"startDate": "2021-06-02", "endDate": "2021-06-01"}]))

    assert bid.planned.run_backwards
    assert list(bid.remarks) == [
        "The work would end before it starts: its dates are kept as published, and not used."
    ]


@pytest.mark.parametrize(
    ("start", "end", "backwards"),
    [
        ("2021-06", "2021", False),
        ("2021", "2021-06", False),
        ("2022", "2021-06", True),
        ("2021-06", "2021-05-31", True),
        ("2021-06-01", "", False),
    ],
)
def test_parts_of_dates_are_compared_as_far_as_they_go(start: str, end: str, backwards: bool) -> None:
    planned = [{"startDate": start, "endDate": end}]

    assert one(from_json(plannedDates=planned)).planned.run_backwards is backwards


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "The amount is missing."),
        ("ten", "“ten” is not an amount of money."),
        ("1.005", "The amount has more than two decimals."),
        ("-5", "The amount is negative."),
        ("£-5.00", "The amount is negative."),
        ("1e5", "“1e5” is not an amount of money."),
        ("99999999999", "“99999999999” is not an amount of money."),
        ("999999999999", "The amount is more than £1,000,000,000."),
        ("£0.00", "The amount must be more than £0."),
        ("=1+1", "“=1+1” is not an amount of money."),
    ],
)
def test_amounts_of_a_spreadsheet_are_exact_or_refused(typed: str, reason: str) -> None:
    assert faults(from_csv(ROW.replace("1250.50", typed))) == [("Amount Applied For", reason)]


@given(st.integers(min_value=0, max_value=100_000_000_000))
def test_every_amount_is_read_to_the_penny(pence: int) -> None:
    text = plain_pounds(pence)

    assert pence_of(text, typed=False) == pence
    assert pence_of(Decimal(text), typed=True) == pence
    assert pence_of(float(text), typed=False) == pence


@pytest.mark.parametrize("value", ["31/09/2021", "29/02/2023", "2021-02-30"])
def test_days_that_do_not_exist_are_refused(value: str) -> None:
    with pytest.raises(Wrong, match="is not a date that exists"):
        day_of(value, typed=False)


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("2021-06-01T00:00:00+00:00", "2021-06-01"),
        ("2021-05-31T23:00:00Z", "2021-06-01"),
        ("2021-12-31t23:59:59.999z", "2021-12-31"),
        ("2021-12-31 23:00:00-05:00", "2022-01-01"),
    ],
)
def test_a_moment_is_taken_to_its_day_in_london(value: str, iso: str) -> None:
    assert day_of(value, typed=True).isoformat() == iso


@pytest.mark.parametrize(("value", "text"), [(12, "12"), (4.5, "4.5"), (Decimal("3.0"), "3"), (0, "0")])
def test_months_lose_needless_noughts(value: object, text: str) -> None:
    assert months_of(value, typed=True) == text


def test_a_row_wider_than_its_headings_is_refused() -> None:
    assert faults(from_csv(f"{ROW},more")) == [("the row", "This row has 8 cells under 7 headings.")]


def test_formulas_and_errors_of_a_workbook_are_refused() -> None:
    row = ROW.split(",")
    row[1], row[4] = '=HYPERLINK("http://example.org")', "=1+1"
    second = [*ROW.replace("B-1", "B-2").split(",")]
    second[1] = "#N/A"

    assert faults(read_bid_file("x", workbook(HEADINGS.split(","), row, second))) == [
        ("Title", "This is a formula. Put its value in its place."),
        ("Amount Applied For", "This is a formula. Put its value in its place."),
        ("Title", "This is an error of the spreadsheet."),
    ]


@pytest.mark.parametrize(
    ("organisation", "charity", "company", "external"),
    [
        ({"id": "GB-CHC-1123126"}, "1123126", None, None),
        ({"id": "GB-CHC-\u00a01123126"}, "1123126", None, None),
        ({"id": "GB-SC-SC012345"}, "SC012345", None, None),
        ({"id": "GB-NIC-100123"}, "NIC100123", None, None),
        ({"id": "GB-COH-01234567", "charityNumber": "1123126.0"}, "1123126", "01234567", None),
        ({"id": "GB-CHC-1123126", "companyNumber": "1234567"}, "1123126", "01234567", None),
        ({"id": "GB-CHC-1123126", "companyNumber": "01123126"}, "1123126", None, None),
        ({"id": "GB-CHC-1123126", "charityNumber": "999999"}, "1123126", None, None),
        ({"id": "360G-example-7", "charityNumber": "n/a"}, None, None, "360G-example-7"),
        ({"id": "360G-example-7", "charityNumber": "1123126"}, "1123126", None, "360G-example-7"),
        ({"id": "GB-CHC-000000"}, None, None, "GB-CHC-000000"),
        ({"id": "GB-NHS-RXX"}, None, None, "GB-NHS-RXX"),
    ],
)
def test_an_organisation_is_known_by_its_numbers(
    organisation: dict[str, str], charity: str | None, company: str | None, external: str | None
) -> None:
    read = one(from_json(recipientOrganization=[{"name": "Marsh Growers"} | organisation])).organisation

    assert (read.charity_number, read.company_number, read.external_id) == (charity, company, external)


def test_numbers_that_are_left_out_are_remarked_upon() -> None:
    odd = {"id": "GB-CHC-1123126", "name": "x", "charityNumber": "999999", "companyNumber": "none"}

    assert list(one(from_json(recipientOrganization=[odd])).remarks) == [
        "The charity number 999999 is not that of the identifier: left out.",
        "“none” is not a company number: left out.",
    ]


@pytest.mark.parametrize(
    ("name", "identifier", "charity", "company", "kind"),
    [
        ("A", "GB-CHC-1123126", "1123126", "01234567", OrganisationKind.REGISTERED_CHARITY),
        ("A School", "GB-EDU-100", None, "01234567", OrganisationKind.PUBLIC_BODY),
        ("A C.I.C.", "", None, "01234567", OrganisationKind.CIC),
        ("A Community Interest Company", "", None, None, OrganisationKind.CIC),
        ("A Ltd", "", None, "01234567", OrganisationKind.CLG),
        ("A Society", "", None, "IP12345R", OrganisationKind.COMMUNITY_BENEFIT_SOCIETY),
        ("A", "360G-x-1", None, None, OrganisationKind.OTHER),
    ],
)
def test_the_kind_of_an_organisation_is_guessed_from_its_numbers(
    name: str, identifier: str, charity: str | None, company: str | None, kind: OrganisationKind
) -> None:
    assert guessed_kind(name, identifier, charity, company) is kind
