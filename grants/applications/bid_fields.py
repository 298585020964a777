"""The fields of a bid in a file from elsewhere, and what they are called in each kind of file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """What is read of a bid. The value is the plain heading of a spreadsheet column."""

    ID = "id"
    TITLE = "title"
    DESCRIPTION = "description"
    CURRENCY = "currency"
    APPLIED_FOR = "amount_applied_for"
    AWARDED = "amount_awarded"
    AWARD_DATE = "award_date"
    STARTS = "start_date"
    ENDS = "end_date"
    MONTHS = "duration_months"
    ORGANISATION = "recipient_name"
    ORGANISATION_ID = "recipient_id"
    CHARITY_NUMBER = "charity_number"
    COMPANY_NUMBER = "company_number"
    POSTCODE = "postcode"
    INDIVIDUAL = "recipient_individual"
    OPEN_CALL = "from_open_call"
    REGRANT = "regrant_type"
    SCOPE = "location_scope"
    PLACE = "beneficiary_place"
    PLACE_CODE = "beneficiary_geocode"
    PLACE_CODE_TYPE = "beneficiary_geocode_type"
    PLACE_COUNTRY = "beneficiary_country"


OF_A_PLACE = (Field.PLACE, Field.PLACE_CODE, Field.PLACE_CODE_TYPE, Field.PLACE_COUNTRY)

_STANDARD: Mapping[Field, tuple[str, str]] = {
    Field.ID: ("Identifier", "id"),
    Field.TITLE: ("Title", "title"),
    Field.DESCRIPTION: ("Description", "description"),
    Field.CURRENCY: ("Currency", "currency"),
    Field.APPLIED_FOR: ("Amount Applied For", "amountAppliedFor"),
    Field.AWARDED: ("Amount Awarded", "amountAwarded"),
    Field.AWARD_DATE: ("Award Date", "awardDate"),
    Field.STARTS: ("Planned Dates:Start Date", "plannedDates/0/startDate"),
    Field.ENDS: ("Planned Dates:End Date", "plannedDates/0/endDate"),
    Field.MONTHS: ("Planned Dates:Duration (months)", "plannedDates/0/duration"),
    Field.ORGANISATION: ("Recipient Org:Name", "recipientOrganization/0/name"),
    Field.ORGANISATION_ID: ("Recipient Org:Identifier", "recipientOrganization/0/id"),
    Field.CHARITY_NUMBER: ("Recipient Org:Charity Number", "recipientOrganization/0/charityNumber"),
    Field.COMPANY_NUMBER: ("Recipient Org:Company Number", "recipientOrganization/0/companyNumber"),
    Field.POSTCODE: ("Recipient Org:Postal Code", "recipientOrganization/0/postalCode"),
    Field.INDIVIDUAL: ("Recipient Ind:Identifier", "recipientIndividual/id"),
    Field.OPEN_CALL: ("From An Open Call?", "fromOpenCall"),
    Field.REGRANT: ("For Regrant Type", "regrantType"),
    Field.SCOPE: ("Location Scope", "locationScope"),
    Field.PLACE: ("Beneficiary Location:Name", "beneficiaryLocation/0/name"),
    Field.PLACE_CODE: ("Beneficiary Location:Geographic Code", "beneficiaryLocation/0/geoCode"),
    Field.PLACE_CODE_TYPE: (
        "Beneficiary Location:Geographic Code Type",
        "beneficiaryLocation/0/geoCodeType",
    ),
    Field.PLACE_COUNTRY: ("Beneficiary Location:Country Code", "beneficiaryLocation/0/countryCode"),
}
"""Column title and JSON path of each field in the 360Giving Data Standard 1.4."""


def official_title(field: Field) -> str:
    """The standard's heading of a spreadsheet column."""
    return _STANDARD[field][0]


def json_path(field: Field) -> str:
    """Where the field stands in a grant's JSON."""
    return _STANDARD[field][1]


_BY_HEADING: Mapping[str, Field] = {
    name.casefold(): field for field in Field for name in (field.value, *_STANDARD[field])
}


_FURTHER = re.compile(
    r"beneficiary location:(\d{1,3}):(.+)|beneficiarylocation/([1-9]\d{0,2})/(.+)", re.IGNORECASE
)
"""A place beside the first, as the standard's own tools number it, by title or by JSON path."""


def field_called(heading: str) -> Field | None:
    """The field that a column heading names (title, JSON path or plain name, in any case), or None."""
    return _BY_HEADING.get(" ".join(heading.split()).casefold())


def further_place(heading: str) -> tuple[int, Field] | None:
    """Which place, and which field of it, a heading such as “Beneficiary Location:1:Name” names; or None."""
    found = _FURTHER.fullmatch(" ".join(heading.split()))
    if found is None:
        return None
    first = f"beneficiary location:{found[2]}" if found[2] else f"beneficiaryLocation/0/{found[4]}"
    field = field_called(first)
    return (int(found[1] or found[3]), field) if field in OF_A_PLACE else None


@dataclass(frozen=True)
class Unusable:
    """A cell whose value cannot be taken; `why` completes "This is …"."""

    why: str


@dataclass(frozen=True)
class RawBid:
    """One row or one JSON object, as found. Fields that are absent or empty are left out of `values`.

    `row` is the spreadsheet's row number, or the place in the JSON list counted from 1. `names` says what the
    file calls each field. `typed` means that the file tells text from numbers, as JSON does. `broken` are
    faults of its shape: (place, reason).
    """

    row: int
    values: Mapping[Field, object]
    places: Sequence[Mapping[Field, object]]
    typed: bool
    names: Mapping[Field, str]
    broken: Sequence[tuple[str, str]] = ()


class Unreadable(Exception):
    """The file as a whole cannot be read. The message says why, in words for the person who sent it."""
