"""Open data: valid by the official schema, good by the 37 rules, exact to the penny, and without people."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.accounts.states import OrganisationKind
from grants.applications.bid_files import read_bid_file
from grants.applications.imported_bid import BeneficiaryPlace, PlannedDates
from grants.applications.imported_leads import leads_of
from grants.applications.states import Origin
from grants.exports.allocation_row import Recipient, Share, planned_months
from grants.exports.check_360giving import check_bytes
from grants.exports.control_total import awarded_in
from grants.exports.grant_checks import Level
from grants.exports.states import Format
from grants.exports.to_360giving import amount, to_360giving
from tests.paths import SHARED_DATA, needs_shared_data
from tests.unit.exports.rows import LUTON, PROGRAMME, lead, naughty, row, schema_faults

TODAY = date(2022, 6, 1)


def grant_of(**changes: Any) -> dict[str, Any]:
    """The one grant of a package."""
    (grant,) = json.loads(to_360giving([row(**changes)], PROGRAMME))["grants"]
    return dict(grant)


def findings(**changes: Any) -> list[str]:
    return [
        finding.check
        for finding in check_bytes(to_360giving([row(**changes)], PROGRAMME), today=TODAY).findings
    ]


def test_a_grant_says_what_the_standard_has_a_place_for() -> None:
    assert grant_of() == {
        "id": "360G-example-EF1-0001",
        "title": "Allotment for all",
        "description": "Beds that a wheelchair reaches. Delivered by Marsh Growers with Shed Club.",
        "currency": "GBP",
        "amountAppliedFor": 1250.13,
        "amountAwarded": 1000.10,
        "awardDate": "2022-04-01",
        "plannedDates": [{"startDate": "2022-05-01", "endDate": "2023-04-30"}],
        "recipientOrganization": [
            {
                "id": "GB-CHC-1123126",
                "name": "Marsh Growers",
                "charityNumber": "1123126",
                "companyNumber": "01234567",
                "postalCode": "LU1 2AA",
                "organisationType": "Registered charity",
            }
        ],
        "beneficiaryLocation": [
            {"name": "Luton", "countryCode": "GB", "geoCode": "E06000032", "geoCodeType": "UA"}
        ],
        "fundingOrganization": [{"id": "GB-LAE-LUT", "name": "Luton Borough Council"}],
        "grantProgramme": [
            {
                "code": "example-fund-2021",
                "title": "Example fund: First round",
                "url": "https://grants.example.org/rounds/example-fund-2021/",
            }
        ],
        "fundingType": [{"title": "Grant"}],
        "classifications": [
            {"vocabulary": "Example fund: themes", "title": "Youth"},
            {"vocabulary": "Example fund: themes", "title": "Poverty"},
        ],
        "dateModified": "2022-04-02T09:00:00Z",
        "dataSource": "https://grants.example.org/rounds/example-fund-2021/",
        "fromOpenCall": "Yes",
    }


def test_the_package_says_who_publishes_and_when_it_last_changed() -> None:
    package = json.loads(
        to_360giving([row(1), row(2, modified_at=datetime(2022, 5, 1, tzinfo=UTC))], PROGRAMME)
    )

    assert {name: value for name, value in package.items() if name != "grants"} == {
        "version": "1.4",
        "title": "Example fund, First round: grants awarded",
        "description": "An invented fund.",
        "identifier": "360G-example-example-fund-2021",
        "issued": "2022-05-01T00:00:00Z",
        "modified": "2022-05-01T00:00:00Z",
        "publisher": {"identifier": "GB-LAE-LUT", "name": "Luton Borough Council"},
        "accessURL": "https://grants.example.org/rounds/example-fund-2021/",
    }


def test_an_online_bid_of_a_registered_lead_leaves_no_rule_unhappy() -> None:
    assert findings() == []


WARD = BeneficiaryPlace("Biscot", "E05002194", "WD", "GB")


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2022-04-01", "2024-03-31", 24),
        ("2022-04-01", "2022-04-01", 1),
        ("2022-04-15", "2022-05-31", 2),
        ("2022-04-15", "2022-05-29", 1),
        ("2022-04-30", "2022-06-01", 1),
        ("2022-05-02", "2022-05-01", None),
        ("2022", "2023", None),
        ("", "", None),
    ],
)
def test_how_long_the_work_takes(start: str, end: str, months: int | None) -> None:
    assert planned_months(start, end) == months


@needs_shared_data
def test_wards_aims_and_months_are_told_as_the_official_schema_wants() -> None:
    told = {
        "places": (WARD, replace(WARD, name="Saints", code="E05002207")),
        "priorities": ("Inclusive economy",),
        "planned": PlannedDates("2022-04-01", "2024-03-31", "24"),
    }
    grant = grant_of(**told)
    assert [(place["geoCode"], place["geoCodeType"]) for place in grant["beneficiaryLocation"]] == [
        ("E05002194", "WD"),
        ("E05002207", "WD"),
    ]
    assert grant["plannedDates"] == [{"startDate": "2022-04-01", "endDate": "2024-03-31", "duration": 24}]
    assert {"vocabulary": "Example fund: aims", "title": "Inclusive economy"} in grant["classifications"]
    assert schema_faults(to_360giving([row(1, **told)], PROGRAMME)) == []


@needs_shared_data
def test_it_is_valid_by_the_official_schema() -> None:
    bare = row(
        2,
        summary="",
        lead=lead(charity_number=None, company_number=None, postcode=""),
        planned=PlannedDates(),
        themes=(),
        origin=Origin.IMPORTED,
        simulated=True,
        places=(BeneficiaryPlace("Somewhere", "", "E06000033", "UK"),),
    )

    assert schema_faults(to_360giving([row(1), bare], PROGRAMME)) == []


@needs_shared_data
def test_it_stays_valid_with_naughty_text_and_holds_no_address() -> None:
    rows = [
        row(n, title=text, summary=text, lead=lead(name=text or "x"), themes=(text,))
        for n, text in enumerate([*naughty(), "Ring me at a.b@example.org!", "ＭＥ＠example.org"])
    ]
    content = to_360giving(rows, PROGRAMME)

    assert schema_faults(content) == []
    assert check_bytes(content, today=TODAY).is_valid
    assert max(len(grant["title"]) for grant in json.loads(content)["grants"]) <= 140


def test_the_same_rows_give_the_same_bytes() -> None:
    assert to_360giving([row(1), row(2)], PROGRAMME) == to_360giving([row(1), row(2)], PROGRAMME)


@given(st.integers(min_value=0, max_value=100_000_000_000))
def test_amounts_are_exact_in_json(pence: int) -> None:
    written = json.dumps(amount(pence))

    assert Decimal(written) * 100 == pence
    assert "e" not in written.lower()


def test_the_sum_can_be_read_back_to_the_penny() -> None:
    rows = [row(n, award=award) for n, award in enumerate([1, 10, 30, 7_010, 99_999_999_999])]

    assert awarded_in(to_360giving(rows, PROGRAMME), Format.THREESIXTY_JSON) == 100_000_007_050


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, {"id": "GB-CHC-1123126", "charityNumber": "1123126", "companyNumber": "01234567"}),
        ({"charity_number": None}, {"id": "GB-COH-01234567", "companyNumber": "01234567"}),
        ({"charity_number": "SC012345", "company_number": None}, {"id": "GB-SC-SC012345"}),
        ({"charity_number": "NIC100123", "company_number": None}, {"id": "GB-NIC-100123"}),
        (
            {"charity_number": None, "company_number": None, "external_id": "360G-other-12"},
            {"id": "360G-other-12"},
        ),
        ({"charity_number": None, "company_number": None}, {"id": "360G-example-org-7"}),
        (
            {"charity_number": None, "company_number": None, "external_id": "GB-CHC-1077265/1"},
            {"id": "360G-example-org-7"},
        ),
    ],
)
def test_the_lead_is_named_by_its_register(changes: dict[str, Any], told: dict[str, str]) -> None:
    recipient = grant_of(lead=lead(**changes))["recipientOrganization"][0]

    assert {
        key: value for key, value in recipient.items() if key in ("id", "charityNumber", "companyNumber")
    } == told


@pytest.mark.parametrize(
    ("postcode", "told"), [("LU1 2AA", "LU1"), ("LU12AA", "LU1"), ("LU1", "LU1"), ("", None)]
)
def test_of_a_group_on_no_register_only_the_district_is_published(postcode: str, told: str | None) -> None:
    group = lead(
        charity_number=None, company_number=None, postcode=postcode, kind=OrganisationKind.CONSTITUTED_GROUP
    )

    assert grant_of(lead=group)["recipientOrganization"][0].get("postalCode") == told


@pytest.mark.parametrize(
    ("title", "summary", "shown", "told"),
    [
        ("A", "B", "A", "B"),
        ("A", "A", "A", "A (grant to Marsh Growers)"),
        ("A", " ", "A", "Grant to Marsh Growers for “A”."),
        ("", "B", "Grant to Marsh Growers", "B"),
        ("word " * 40, "B", ("word " * 27).strip() + "…", "B"),
        ("x" * 141, "B", "x" * 139 + "…", "B"),
        ("x" * 140, "B", "x" * 140, "B"),
        ("Ring jo@example.org", "07700 900123", "Ring [e-mail address left out]", "[phone number left out]"),
    ],
)
def test_title_and_description_keep_to_the_rules(title: str, summary: str, shown: str, told: str) -> None:
    alone = row().shares[:1]

    grant = grant_of(title=title, summary=summary, shares=alone)

    assert (grant["title"], grant["description"]) == (shown, told)
    assert findings(title=title, summary=summary, shares=alone) == []


@pytest.mark.parametrize(
    ("planned", "told"),
    [
        (
            PlannedDates("2022", "2023-04", "12"),
            [{"startDate": "2022", "endDate": "2023-04", "duration": 12}],
        ),
        (PlannedDates("2023-05-01", "2022-05-01", ""), None),
        (PlannedDates("2023-05-01", "2022-05-01", "4.5"), [{"duration": 4.5}]),
        (PlannedDates(), None),
    ],
)
def test_dates_that_were_never_told_are_not_made_up(planned: PlannedDates, told: object) -> None:
    assert grant_of(planned=planned).get("plannedDates") == told


def test_imported_and_simulated_material_says_so() -> None:
    grant = grant_of(origin=Origin.IMPORTED, simulated=True, themes=())

    assert grant["classifications"] == [
        {"vocabulary": "Origin of the bid", "title": "Imported from elsewhere"},
        {"vocabulary": "Reviews", "title": "Simulated reviews"},
    ]
    assert "fromOpenCall" not in grant


def test_codes_that_are_on_no_list_are_left_out() -> None:
    place = BeneficiaryPlace("Luton", "E06000032", "E06000032", "UK")

    assert grant_of(places=(place,))["beneficiaryLocation"] == [{"name": "Luton", "geoCode": "E06000032"}]


@needs_shared_data
@pytest.mark.slow
def test_every_published_covid_grant_would_be_valid_open_data_again() -> None:
    name = "1_grants/covid_grants_2020.json"
    bids = read_bid_file(name, (SHARED_DATA / name).read_bytes()).bids
    leads = leads_of(bids)
    rows = [
        row(
            bid.row,
            title=bid.title,
            summary=bid.description,
            lead=Recipient(id=bid.row, **vars(leads[bid.row])),
            ask=bid.ask,
            award=bid.ask,
            origin=Origin.IMPORTED,
            simulated=True,
            planned=bid.planned,
            places=bid.places or (LUTON,),
            themes=(),
            shares=(Share(bid.organisation.name, "", True, bid.ask, bid.ask),),
        )
        for bid in bids
    ]

    content = to_360giving(rows, PROGRAMME)

    assert schema_faults(content) == []
    assert awarded_in(content, Format.THREESIXTY_JSON) == sum(bid.ask for bid in bids) == 1_402_558_157
    report = check_bytes(content, today=TODAY)
    assert {
        finding.check: finding.grants for finding in report.findings if finding.level is not Level.HINT
    } == {}
