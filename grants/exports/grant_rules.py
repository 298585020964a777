"""The quality rules of 360Giving's own checker, one function each: what to look at again before publishing.

Each takes one grant and today's date, and gives the places at which it bites. They hold for any grant, also
one whose shape is wrong.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from grants.exports.grant_shape import day_named
from grants.exports.open_text import looks_like_email

Grant = Mapping[str, Any]
Places = Iterator[str]

LONGEST_TITLE = 140
PLANNED_YEARS, ACTUAL_YEARS, PAST_YEARS = 12, 5, 25

_UK_REGISTERS = (
    "CASC CHC COH EDU GOR GOVUK HESA IRN LAE LANI LAS MPR NHS NIC NIEDU PLA REV SC SCOTEDU SHPE UKPRN WALEDU"
)
UK_REGISTERS = frozenset(f"GB-{register}" for register in _UK_REGISTERS.split())
"""Those of org-id.guide. Registers of other countries are many and not known here: any is taken as known."""

_FOREIGN = re.compile(r"(?!GB-)(?!UK-)([A-Z]{2}|XI|XM|XR)-[A-Z0-9_]+-.+")
_CHARITY = re.compile(r"\d{6,7}")
_COMPANY = re.compile(r"\w{8}", re.ASCII)
_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.IGNORECASE)
_DATES = ("startDate", "endDate")


def objects(grant: Grant, name: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The objects of a list with their places; nothing where there is no such list."""
    found = grant.get(name)
    listed = found if isinstance(found, list) else []
    return [(f"{name}/{i}", one) for i, one in enumerate(listed) if isinstance(one, dict)]


def zero_amount(grant: Grant, today: date) -> Places:
    """amountAwarded of exactly 0."""
    amount = grant.get("amountAwarded")
    if isinstance(amount, int | float | Decimal) and not isinstance(amount, bool) and amount == 0:
        yield "amountAwarded"


def recipient_has_360g_id(grant: Grant, today: date) -> Places:
    """A recipient without a number of a public register."""
    return _ids_where(grant, "recipientOrganization", lambda text: text.startswith("360G-"))


def funder_has_360g_id(grant: Grant, today: date) -> Places:
    """A funder without a number of a public register."""
    return _ids_where(grant, "fundingOrganization", lambda text: text.startswith("360G-"))


def recipient_register_unknown(grant: Grant, today: date) -> Places:
    """A recipient's identifier from no known register."""
    return _ids_where(grant, "recipientOrganization", _register_unknown)


def funder_register_unknown(grant: Grant, today: date) -> Places:
    """A funder's identifier from no known register."""
    return _ids_where(grant, "fundingOrganization", _register_unknown)


def charity_number_odd(grant: Grant, today: date) -> Places:
    """A recipient's charityNumber that is not six or seven digits; SC and NIC numbers stand in the id."""
    return _fields_where(grant, "charityNumber", _CHARITY)


def company_number_odd(grant: Grant, today: date) -> Places:
    """A recipient's companyNumber that is not eight letters and digits."""
    return _fields_where(grant, "companyNumber", _COMPANY)


def no_number(grant: Grant, today: date) -> Places:
    """A recipient with neither charity nor company number."""
    for place, organisation in objects(grant, "recipientOrganization"):
        if not (organisation.get("charityNumber") or organisation.get("companyNumber")):
            yield place


def recipient_place_missing(grant: Grant, today: date) -> Places:
    """A recipient with neither postcode nor location."""
    for place, organisation in objects(grant, "recipientOrganization"):
        if not _has_place(organisation):
            yield place


def email(grant: Grant, today: date) -> Places:
    """Anything that looks like an e-mail address, in any text."""
    yield from (place for place, text in _texts(grant) if looks_like_email(text))


def no_programme(grant: Grant, today: date) -> Places:
    """No grantProgramme."""
    return _absent(grant, "grantProgramme")


def no_beneficiary_location(grant: Grant, today: date) -> Places:
    """No beneficiaryLocation."""
    return _absent(grant, "beneficiaryLocation")


def title_is_description(grant: Grant, today: date) -> Places:
    """Title and description are the same."""
    if grant.get("title") and grant.get("title") == grant.get("description"):
        yield "description"


def title_long(grant: Grant, today: date) -> Places:
    """A title of more than 140 characters."""
    if isinstance(grant.get("title"), str) and len(grant["title"]) > LONGEST_TITLE:
        yield "title"


def grant_id_broken(grant: Grant, today: date) -> Places:
    """A line break in the grant's identifier."""
    if _is_broken(grant.get("id")):
        yield "id"


def organisation_id_broken(grant: Grant, today: date) -> Places:
    """A line break in an organisation's identifier."""
    for name in ("fundingOrganization", "recipientOrganization"):
        yield from _ids_where(grant, name, _is_broken)


def organisation_id_odd(grant: Grant, today: date) -> Places:
    """An identifier that cannot be one of the register it names."""
    for name in ("fundingOrganization", "recipientOrganization"):
        yield from _ids_where(grant, name, cannot_be_in_its_register)


def not_dated(grant: Grant, today: date) -> Places:
    """No dateModified."""
    return _absent(grant, "dateModified")


def no_source(grant: Grant, today: date) -> Places:
    """No dataSource."""
    return _absent(grant, "dataSource")


def impossible_dates(grant: Grant, today: date) -> Places:
    """A day that does not exist, such as 31 September."""
    for place, value in _all_dates(grant):
        if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value) and day_named(value) is None:
            yield place


def planned_backwards(grant: Grant, today: date) -> Places:
    """Work planned to end before it starts."""
    return _backwards(grant, "plannedDates")


def actual_backwards(grant: Grant, today: date) -> Places:
    """Work that ended before it started."""
    return _backwards(grant, "actualDates")


def planned_far_off(grant: Grant, today: date) -> Places:
    """Planned dates more than twelve years ahead."""
    return _later_than(grant, "plannedDates", _years_from(today, PLANNED_YEARS))


def actual_far_off(grant: Grant, today: date) -> Places:
    """Actual dates more than five years ahead."""
    return _later_than(grant, "actualDates", _years_from(today, ACTUAL_YEARS))


def long_past(grant: Grant, today: date) -> Places:
    """Dates more than twenty-five years ago."""
    first = _years_from(today, -PAST_YEARS)
    for place, value in _all_dates(grant):
        day = day_named(value)
        if day and day < first and not place.endswith("dateModified"):
            yield place


def award_ahead(grant: Grant, today: date) -> Places:
    """An award date in the future."""
    day = day_named(grant.get("awardDate"))
    if day and day > today:
        yield "awardDate"


def postcode_as_geocode(grant: Grant, today: date) -> Places:
    """A postcode where the code of an area belongs."""
    for place, location in _locations(grant):
        code = location.get("geoCode")
        if isinstance(code, str) and _POSTCODE.fullmatch(code.strip()):
            yield f"{place}/geoCode"


def beneficiary_place_alone(grant: Grant, today: date) -> Places:
    """Where the work happens is told, where the recipient sits is not."""
    if objects(grant, "beneficiaryLocation") and not _recipient_placed(grant):
        yield "recipientOrganization"


def recipient_place_alone(grant: Grant, today: date) -> Places:
    """Where the recipient sits is told, where the work happens is not."""
    if _recipient_placed(grant) and not objects(grant, "beneficiaryLocation"):
        yield "beneficiaryLocation"


def place_without_code(grant: Grant, today: date) -> Places:
    """A beneficiary place with a name and no code."""
    for place, location in objects(grant, "beneficiaryLocation"):
        if location.get("name") and not location.get("geoCode"):
            yield place


def no_duration(grant: Grant, today: date) -> Places:
    """Neither planned dates nor a duration."""
    events = [event for _, event in objects(grant, "plannedDates")]
    if not any(event.get(key) not in (None, "") for event in events for key in (*_DATES, "duration")):
        yield "plannedDates"


def no_classification(grant: Grant, today: date) -> Places:
    """No classifications."""
    return _absent(grant, "classifications")


def _absent(grant: Grant, name: str) -> Places:
    if not grant.get(name):
        yield name


def _ids_where(grant: Grant, name: str, bites: Any) -> Places:
    for place, organisation in objects(grant, name):
        if isinstance(organisation.get("id"), str) and bites(organisation["id"]):
            yield f"{place}/id"


def _fields_where(grant: Grant, name: str, wanted: re.Pattern[str]) -> Places:
    for place, organisation in objects(grant, "recipientOrganization"):
        value = organisation.get(name)
        if value not in (None, "") and not wanted.fullmatch(str(value)):
            yield f"{place}/{name}"


def _register_unknown(identifier: str) -> bool:
    if identifier.startswith("360G-") or _FOREIGN.fullmatch(identifier):
        return False
    return "-".join(identifier.split("-")[:2]) not in UK_REGISTERS


def _is_broken(text: object) -> bool:
    return isinstance(text, str) and ("\n" in text or "\r" in text)


def cannot_be_in_its_register(identifier: str) -> bool:
    """Whether an identifier names the charity or company register with a number that is none of theirs."""
    register, number = identifier[:7], identifier[7:]
    if register == "GB-CHC-":
        return not _CHARITY.fullmatch(number)
    return register == "GB-COH-" and not _COMPANY.fullmatch(number)


def _has_place(organisation: Mapping[str, Any]) -> bool:
    return bool(organisation.get("postalCode") or organisation.get("location"))


def _recipient_placed(grant: Grant) -> bool:
    return any(_has_place(organisation) for _, organisation in objects(grant, "recipientOrganization"))


def _locations(grant: Grant) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from objects(grant, "beneficiaryLocation")
    for name in ("recipientOrganization", "fundingOrganization"):
        for place, organisation in objects(grant, name):
            yield from ((f"{place}/{inner}", found) for inner, found in objects(organisation, "location"))


def _texts(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{place}/{key}" if place else str(key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _texts(inner, f"{place}/{i}")


def _all_dates(grant: Grant) -> Iterator[tuple[str, object]]:
    yield from ((name, grant.get(name)) for name in ("awardDate", "dateModified"))
    for name in ("plannedDates", "actualDates"):
        yield from _event_dates(grant, name)


def _event_dates(grant: Grant, name: str) -> Iterator[tuple[str, object]]:
    for place, event in objects(grant, name):
        yield from ((f"{place}/{key}", event.get(key)) for key in _DATES)


def _backwards(grant: Grant, name: str) -> Places:
    for place, event in objects(grant, name):
        start, end = day_named(event.get("startDate")), day_named(event.get("endDate"))
        if start and end and start > end:
            yield f"{place}/startDate"


def _later_than(grant: Grant, name: str, last: date) -> Places:
    for place, value in _event_dates(grant, name):
        day = day_named(value)
        if day and day > last:
            yield place


def _years_from(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
