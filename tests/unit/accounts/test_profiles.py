"""What an organisation may say about itself, and how loosely it may be typed."""

from dataclasses import replace
from datetime import date

import pytest

from grants.accounts.profiles import Profile, faults, web_address, year_end
from grants.accounts.rules import plain_name, postcode_faults
from grants.accounts.states import OrganisationKind

TODAY = date(2026, 11, 22)
FULL = Profile(
    name="Lea Youth",
    kind=OrganisationKind.REGISTERED_CHARITY,
    charity_number="1234567",
    company_number="",
    postcode="LU1 2AB",
    address="1 High Street\nLuton",
    phone="01582 546000",
    website="www.example.org/lea",
    email="office@lea.example",
    description="Clubs for young people",
    founded=1998,
    trustees=5,
    year_end="31 March",
    income=12_345_67,
)


def test_a_full_profile_and_the_least_one() -> None:
    assert faults(FULL, today=TODAY) == []
    least = Profile(name="Group", kind=OrganisationKind.CONSTITUTED_GROUP, postcode="lu12ab")
    assert faults(least, today=TODAY) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("charity_number", "12"),
        ("charity_number", ""),
        ("company_number", "12"),
        ("postcode", "LU1"),
        ("address", "x" * 501),
        ("phone", "ring the bell"),
        ("phone", "12345"),
        ("website", "javascript:alert(1)"),
        ("website", "not a page"),
        ("email", "office"),
        ("description", "word " * 101),
        ("founded", 2027),
        ("founded", 98),
        ("trustees", 1001),
        ("year_end", "31 February"),
        ("income", 10**18),
    ],
)
def test_each_fault_stands_beside_its_field(field: str, value: str | int) -> None:
    wrong = replace(FULL, **{field: value})  # type: ignore[arg-type]  # one field of each kind
    assert [fault.place for fault in faults(wrong, today=TODAY)] == [field]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("31 March", "31 March"),
        ("31st mar", "31 March"),
        ("31/3", "31 March"),
        ("31-03", "31 March"),
        ("29 Feb", "29 February"),
        ("5 Sept.", "5 September"),
        ("31 Ma", ""),
        ("31 J", ""),
        ("30 Ju", ""),
        ("31/13", ""),
        ("0/1", ""),
        ("March", ""),
        ("", ""),
    ],
)
def test_days_of_the_year(typed: str, day: str) -> None:
    assert year_end(typed) == day


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("www.example.org", "https://www.example.org"),
        ("http://example.org/a?b#c", "http://example.org/a?b#c"),
        ("https://café.example.org", "https://café.example.org"),
        ("example", ""),
        ("ftp://example.org", ""),
        ("https://me:pw@example.org", ""),
        ("https://[bad", ""),
        ("www.example.org/a b", ""),
        ("x." * 100 + "org", ""),
    ],
)
def test_web_addresses(typed: str, address: str) -> None:
    assert web_address(typed) == address


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("The Lea & Dallow Club", "lea and dallow club", True),
        ("St. Mary’s", "ST MARYS", True),
        ("Lea  Club!", "LeaClub", True),
        ("The", "the", True),
        ("Lea Club", "Lea Clubs", False),
        ("Café", "Cafe", False),
    ],
)
def test_names_that_are_the_same_in_another_writing(one: str, other: str, alike: bool) -> None:
    assert (plain_name(one) == plain_name(other)) == alike


def test_a_postcode_that_is_typed_must_be_whole() -> None:
    assert postcode_faults("lu12ab") == []
    assert [fault.place for fault in postcode_faults("LU1")] == ["postcode"]
