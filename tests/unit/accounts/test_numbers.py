"""Charity and company numbers as people type them and as registers write them."""

import csv
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.accounts.rules import charity_number, company_number, number_faults, register_id
from grants.accounts.states import OrganisationKind as Kind
from tests.paths import SHARED_DATA, needs_shared_data

IDENTIFIERS = SHARED_DATA / "3_identifiers"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1234567", "1234567"),
        ("234567", "234567"),
        (" 1 234 567 ", "1234567"),
        ("\u00a0234567", "234567"),
        ("0234567", "234567"),
        ("1234567.0", "1234567"),
        ("GB-CHC-1234567", "1234567"),
        ("gb-sc-sc012345", "SC012345"),
        ("SC012345", "SC012345"),
        ("sc 12345", "SC012345"),
        ("SCO12345", "SC012345"),
        ("SC005336", "SC005336"),
        ("NIC100123", "NIC100123"),
        ("NI100123", "NIC100123"),
        ("GB-NIC-100123", "NIC100123"),
        ("", None),
        ("12345", None),
        ("12345678", None),
        ("1234567-1", "1234567"),
        ("1234567/1", "1234567"),
        ("GB-CHC-1234567-12", "1234567"),
        ("1234567-", None),
        ("SC012345-1", None),
        ("NIC012345", None),
        ("SC000000", None),
        ("000000", None),
        ("XR12345", None),
        ("n/a", None),
        ("Excepted", None),
        ("EIN 12-3456789", None),
        ("１２３４５６７", None),
    ],
)
def test_charity_numbers(typed: str, meant: str | None) -> None:
    assert charity_number(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("01234567", "01234567"),
        ("1234567", "01234567"),
        ("61241", "00061241"),
        ("1234567.0", "01234567"),
        ("GB-COH-1234567", "01234567"),
        ("sc123456", "SC123456"),
        ("SC 1234", "SC001234"),
        ("SCO12345", "SC012345"),
        ("NI 22539", "NI022539"),
        ("NIO29999", "NI029999"),
        ("CE012345", "CE012345"),
        ("CS001234", "CS001234"),
        ("OC301234", "OC301234"),
        ("RC000123", "RC000123"),
        ("RS008123", "RS008123"),
        ("IP29999R", "IP29999R"),
        ("IP12345R", "IP12345R"),
        ("R0000123", "R0000123"),
        ("", None),
        ("1234", None),
        ("123456789", None),
        ("00000000", None),
        ("XX123456", None),
        ("1234567B12", None),
        ("company", None),
        ("٠١٢٣٤٥٦٧", None),
    ],
)
def test_company_numbers(typed: str, meant: str | None) -> None:
    assert company_number(typed) == meant


@given(st.text())
def test_what_is_taken_is_kept_the_same_when_read_again(typed: str) -> None:
    for read in (charity_number, company_number):
        once = read(typed)
        assert once is None or (read(once) == once and re.fullmatch(r"[A-Z0-9]{6,9}", once))


@pytest.mark.parametrize(
    ("charity", "company", "expected"),
    [
        ("1234567", "01234567", "GB-CHC-1234567"),
        ("SC012345", None, "GB-SC-SC012345"),
        ("NIC100123", None, "GB-NIC-100123"),
        (None, "01234567", "GB-COH-01234567"),
        (None, None, None),
    ],
)
def test_identifiers_of_open_data(charity: str | None, company: str | None, expected: str | None) -> None:
    assert register_id(charity, company) == expected


@pytest.mark.parametrize(
    ("kind", "charity", "company", "places"),
    [
        (Kind.REGISTERED_CHARITY, "", "", ["charity_number"]),
        (Kind.CIO, "", "01234567", ["charity_number"]),
        (Kind.CLG, "1234567", " ", ["company_number"]),
        (Kind.CIC, "", "01234567", []),
        (Kind.CONSTITUTED_GROUP, "", "", []),
        (Kind.CONSTITUTED_GROUP, "nonsense", "nonsense", ["charity_number", "company_number"]),
        (Kind.REGISTERED_CHARITY, "nonsense", "", ["charity_number"]),
    ],
)
def test_which_numbers_a_kind_of_organisation_needs(
    kind: Kind, charity: str, company: str, places: list[str]
) -> None:
    assert [fault.place for fault in number_faults(kind, charity, company)] == places


@needs_shared_data
@pytest.mark.parametrize("name", ["charities_luton", "charities_bedfordshire_other", "charities_uk_sample"])
def test_every_real_charity_number_is_taken(name: str) -> None:
    with (IDENTIFIERS / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) >= 14
    for row in rows:
        number = charity_number(row["reg_number"])
        assert number == charity_number(row["org_id"]), row["reg_number"]
        expected = (
            row["reg_number"].replace("NI", "NIC")
            if row["reg_number"].startswith("NI")
            else row["reg_number"]
        )
        assert number == expected


@needs_shared_data
def test_real_company_numbers_but_for_the_broken_ones() -> None:
    with (IDENTIFIERS / "company_numbers_seen.csv").open(encoding="utf-8") as file:
        seen = [row["company_number"] for row in csv.DictReader(file)]

    refused = [number for number in seen if company_number(number) is None]
    assert len(seen) == 321
    assert [re.sub(r"\d", "9", number) for number in refused] == ["9999999B99"]


@needs_shared_data
def test_the_registers_own_examples() -> None:
    northern = json.loads((IDENTIFIERS / "org_id_lists" / "gb-nic.json").read_text())
    examples = northern["access"]["exampleIdentifiers"].split(",")

    assert [charity_number(f"GB-NIC-{one}") for one in examples] == [f"NIC{one}" for one in examples]
