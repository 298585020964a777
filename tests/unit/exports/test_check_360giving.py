"""Each of the 37 checks bites on its own breach alone, and real files get the verdicts they have."""

import csv
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.exports.check_360giving import Report, check_bytes, check_package
from grants.exports.grant_checks import CHECKS, TEXTS, Level
from tests.paths import SHARED_DATA, needs_shared_data
from tests.unit.exports.rows import grant_schema

TODAY = date(2024, 2, 29)


def grant(**changes: object) -> dict[str, Any]:
    """A grant that no rule has anything to say about; `changes` by key, None takes a key out."""
    whole: dict[str, Any] = {
        "id": "360G-example-1",
        "title": "Allotment for all",
        "description": "Beds that a wheelchair reaches.",
        "currency": "GBP",
        "amountAwarded": 1000.5,
        "awardDate": "2023-06-01",
        "plannedDates": [{"startDate": "2023-07-01", "endDate": "2024-06-30"}],
        "recipientOrganization": [organisation()],
        "beneficiaryLocation": [{"name": "Luton", "geoCode": "E06000032"}],
        "fundingOrganization": [{"id": "GB-LAE-LUT", "name": "Luton Borough Council"}],
        "grantProgramme": [{"code": "a", "title": "Example fund"}],
        "classifications": [{"vocabulary": "Themes", "title": "Youth"}],
        "dateModified": "2023-06-01T10:00:00Z",
        "dataSource": "https://example.org/data",
    }
    return {key: value for key, value in (whole | changes).items() if value is not None}


def organisation(**changes: object) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "id": "GB-CHC-1123126",
        "name": "Marsh Growers",
        "charityNumber": "1123126",
        "companyNumber": "01234567",
        "postalCode": "LU1 2AA",
    }
    return {key: value for key, value in (whole | changes).items() if value is not None}


def funder(identifier: str, name: str = "Luton Borough Council") -> list[dict[str, str]]:
    return [{"id": identifier, "name": name}]


def report_on(*grants: dict[str, Any]) -> Report:
    return check_package({"grants": grants and list(grants)}, today=TODAY)


def bitten(*grants: dict[str, Any]) -> set[str]:
    return {finding.check for finding in report_on(*grants).findings}


def test_a_good_grant_has_no_findings() -> None:
    assert report_on(grant(), grant(id="360G-example-2")) == Report(2, ())


BREACHES: list[tuple[set[str], dict[str, object]]] = [
    ({"schema"}, {"amountAwarded": "1000"}),
    ({"schema"}, {"amountAwarded": True}),
    ({"schema"}, {"currency": "gbp"}),
    ({"schema"}, {"fromOpenCall": "Y"}),
    ({"schema"}, {"awardDate": "01/06/2023"}),
    ({"schema"}, {"dateModified": "2023-06-01"}),
    ({"schema"}, {"dataSource": "example.org"}),
    ({"schema"}, {"plannedDates": [{"startDate": "2023-07-01", "duration": -1}]}),
    ({"schema"}, {"title": 5}),
    ({"schema"}, {"relatedActivity": [1]}),
    ({"NoGrantProgramme"}, {"grantProgramme": []}),
    ({"required"}, {"description": None}),
    ({"required", "BeneficiaryButNotRecipientGeoData"}, {"recipientOrganization": None}),
    ({"required"}, {"recipientIndividual": {"id": "a", "name": "Somebody"}}),
    ({"required"}, {"fundingOrganization": [{"id": "GB-LAE-LUT"}]}),
    ({"ZeroAmountTest"}, {"amountAwarded": 0}),
    ({"ZeroAmountTest"}, {"amountAwarded": Decimal("0.00")}),
    ({"RecipientOrg360GPrefix"}, {"recipientOrganization": [organisation(id="360G-example-org-7")]}),
    ({"FundingOrg360GPrefix"}, {"fundingOrganization": funder("360G-example")}),
    ({"RecipientOrgUnrecognisedPrefix"}, {"recipientOrganization": [organisation(id="RUBBISH-1")]}),
    ({"RecipientOrgUnrecognisedPrefix"}, {"recipientOrganization": [organisation(id="GB-XYZ-1")]}),
    ({"FundingOrgUnrecognisedPrefix"}, {"fundingOrganization": funder("GB-COUNCIL-1")}),
    ({"RecipientOrgCharityNumber"}, {"recipientOrganization": [organisation(charityNumber="SC012345")]}),
    ({"RecipientOrgCharityNumber"}, {"recipientOrganization": [organisation(charityNumber="12345")]}),
    ({"RecipientOrgCompanyNumber"}, {"recipientOrganization": [organisation(companyNumber="1234567")]}),
    (
        {"NoRecipientOrgCompanyCharityNumber"},
        {"recipientOrganization": [organisation(charityNumber=None, companyNumber=None)]},
    ),
    (
        {"IncompleteRecipientOrg", "BeneficiaryButNotRecipientGeoData"},
        {"recipientOrganization": [organisation(postalCode=None)]},
    ),
    ({"LooksLikeEmail"}, {"Grant type": "ask jo@example.org"}),
    ({"LooksLikeEmail"}, {"classifications": [{"title": "jo@example.org"}]}),
    ({"NoGrantProgramme"}, {"grantProgramme": None}),
    ({"NoBeneficiaryLocation", "RecipientGeoDataButNoBeneficiary"}, {"beneficiaryLocation": None}),
    ({"TitleDescriptionSame"}, {"description": "Allotment for all"}),
    ({"TitleLength"}, {"title": "x" * 141}),
    ({"GrantIdUnexpectedChars"}, {"id": "360G-example-1\n"}),
    (
        {"OrganizationIdUnexpectedChars", "OrganizationIdLooksInvalid"},
        {"recipientOrganization": [organisation(id="GB-CHC-1123126\n")]},
    ),
    ({"OrganizationIdUnexpectedChars"}, {"fundingOrganization": funder("GB-LAE-L\rUT")}),
    ({"OrganizationIdLooksInvalid"}, {"recipientOrganization": [organisation(id="GB-CHC-12345")]}),
    ({"OrganizationIdLooksInvalid"}, {"fundingOrganization": funder("GB-COH-1234567")}),
    ({"NoLastModified"}, {"dateModified": None}),
    ({"NoDataSource"}, {"dataSource": None}),
    ({"ImpossibleDates"}, {"awardDate": "2023-09-31"}),
    ({"ImpossibleDates"}, {"plannedDates": [{"startDate": "2023-02-29"}]}),
    (
        {"PlannedStartDateBeforeEndDate"},
        {"plannedDates": [{"startDate": "2023-07-02", "endDate": "2023-07-01"}]},
    ),
    (
        {"ActualStartDateBeforeEndDate"},
        {"actualDates": [{"startDate": "2023-07-02", "endDate": "2023-07-01"}]},
    ),
    ({"FarFuturePlannedDates"}, {"plannedDates": [{"startDate": "2036-03-01"}]}),
    ({"FarFutureActualDates"}, {"actualDates": [{"endDate": "2029-03-01"}]}),
    ({"FarPastDates"}, {"actualDates": [{"startDate": "1999-02-27"}]}),
    ({"PostDatedAwardDates"}, {"awardDate": "2024-03-01"}),
    ({"GeoCodePostcode"}, {"beneficiaryLocation": [{"name": "Luton", "geoCode": "LU1 2AA"}]}),
    (
        {"GeoCodePostcode"},
        {"recipientOrganization": [organisation(location=[{"geoCode": "lu12aa"}])]},
    ),
    (
        {"IncompleteRecipientOrg", "BeneficiaryButNotRecipientGeoData"},
        {"recipientOrganization": [organisation(postalCode="")]},
    ),
    ({"BeneficiaryLocationNameButNoCode"}, {"beneficiaryLocation": [{"name": "Luton"}]}),
    ({"PlannedDurationNotPresent"}, {"plannedDates": None}),
    ({"PlannedDurationNotPresent"}, {"plannedDates": [{"description": "soon"}]}),
    ({"ClassificationNotPresent"}, {"classifications": None}),
]

JUST_GOOD_ENOUGH: list[dict[str, object]] = [
    {"title": "x" * 140},
    {"plannedDates": [{"duration": 0}]},
    {"plannedDates": [{"startDate": "2036-02-29", "endDate": "2036-02-29"}]},
    {"actualDates": [{"startDate": "1999-02-28", "endDate": "2029-02-28"}]},
    {"awardDate": "2024-02-29"},
    {"awardDate": "2024-02-29T23:59:59+01:00"},
    {"recipientOrganization": [organisation(id="US-EIN-12-3456789", companyNumber=None)]},
    {"recipientOrganization": [organisation(charityNumber="123456", companyNumber="SC123456")]},
    {"recipientOrganization": [organisation(postalCode=None, location=[{"name": "Luton"}])]},
    {"beneficiaryLocation": [{"countryCode": "GB"}]},
    {"dataSource": "http://localhost:8000/rounds/x/"},
]


@pytest.mark.parametrize(("names", "changes"), BREACHES)
def test_a_breach_is_bitten_by_its_rule_alone(names: set[str], changes: dict[str, object]) -> None:
    assert bitten(grant(**changes)) == names


@pytest.mark.parametrize("changes", JUST_GOOD_ENOUGH)
def test_what_is_just_good_enough_is_let_pass(changes: dict[str, object]) -> None:
    assert bitten(grant(**changes)) == set()


@pytest.mark.parametrize(
    ("name", "grants"),
    [
        ("schema", [grant(), grant()]),
        (
            "MoreThanOneFundingOrg",
            [grant(), grant(id="b", fundingOrganization=funder("GB-LAE-BED", "Bedford"))],
        ),
        (
            "MultiFundingOrgIdsForName",
            [grant(), grant(id="b", fundingOrganization=funder("GB-LAE-BED"))],
        ),
        (
            "MultiFundingNamesForOrgId",
            [grant(), grant(id="b", fundingOrganization=funder("GB-LAE-LUT", "Luton"))],
        ),
    ],
)
def test_rules_about_all_grants_together_bite(name: str, grants: list[dict[str, Any]]) -> None:
    found = bitten(*grants)

    assert name in found
    assert found <= {name, "MoreThanOneFundingOrg"}


def test_every_check_has_a_breach_here() -> None:
    told = {name for names, _ in BREACHES for name in names}

    assert told == {check.name for check in CHECKS}


@needs_shared_data
def test_the_checks_are_the_37_of_the_official_checker() -> None:
    path = SHARED_DATA / "2_360giving_schema" / "dataquality_checks.csv"
    official = [line["check"] for line in csv.DictReader(path.read_text(encoding="utf-8").splitlines())]

    assert len(official) == 37
    assert set(TEXTS) == set(official)


def test_a_finding_counts_grants_and_shows_the_first_places() -> None:
    report = report_on(*(grant(id=f"360G-{n}", title=5, amountAwarded="1") for n in range(5)), grant())

    (finding,) = report.findings
    assert (finding.check, finding.level, finding.grants, report.is_valid) == (
        "schema",
        Level.ERROR,
        5,
        False,
    )
    assert finding.examples == ("grants/0/title", "grants/1/title", "grants/2/title")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"grants": {}}', b'{"grants": []}', b"\xff", b"[" * 99_999]
)
def test_what_is_no_package_is_told(content: bytes) -> None:
    report = check_bytes(content, today=TODAY)

    assert report.unreadable
    assert not report.is_valid


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [*grant(), "id", "name", "location", "geoCode", "startDate", "endDate", "postalCode"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(json_values, min_size=1, max_size=4))
def test_no_data_however_odd_stops_the_checks(grants: list[object]) -> None:
    assert check_package({"grants": grants}, today=TODAY).grants == len(grants)


FILES = {
    "1_grants/covid_grants_2020.json": 0,
    "1_grants/lloyds_2010_2015_old_standard.json": 600,
    "1_grants/mixed_funders_with_regrants.json": 0,
    "1_grants/paired_xlsx_json/abct.json": 0,
    "2_360giving_schema/fixtures/fundingproviders-grants_fixed_2_grants.json": 4,
}
"""How many grants of real files the official schema refuses."""


@needs_shared_data
@pytest.mark.parametrize("name", FILES)
def test_verdicts_on_real_files_are_those_of_the_official_schema(name: str) -> None:
    grants = json.loads((SHARED_DATA / name).read_bytes())["grants"]

    ours = [check_package({"grants": [one]}, today=TODAY).findings for one in grants]
    refused = [{Level.ERROR} & {finding.level for finding in findings} != set() for findings in ours]

    assert refused == [not grant_schema().is_valid(one) for one in grants]
    assert sum(refused) == FILES[name]


@needs_shared_data
@pytest.mark.parametrize(("names", "changes"), BREACHES)
def test_the_shape_agrees_with_the_official_schema_on_every_breach(
    names: set[str], changes: dict[str, object]
) -> None:
    one = json.loads(json.dumps(grant(**changes), default=float))

    assert grant_schema().is_valid(one) == names.isdisjoint({"schema", "required"})


@needs_shared_data
def test_a_broken_file_is_told_with_its_place() -> None:
    path = SHARED_DATA / "2_360giving_schema" / "fixtures" / "fundingproviders-grants_malformed.json"

    assert check_bytes(path.read_bytes(), today=TODAY).unreadable == (
        "This is not JSON in UTF-8: Expecting property name enclosed in double quotes: "
        "line 10 column 15 (char 234)."
    )
