"""The shape of a grant in the 360Giving Data Standard 1.4: which fields are what, and which must be there."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from grants.exports.codes import COUNTRIES, CURRENCIES

MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
DAY = re.compile(r"\d{4}-(0[1-9]|1[012])-(0[1-9]|[12]\d|3[01])")
MONTH_OR_YEAR = re.compile(r"\d{4}(-(0[1-9]|1[012]))?")
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")

REQUIRED = (
    "id",
    "title",
    "description",
    "currency",
    "amountAwarded",
    "awardDate",
    "fundingOrganization",
)
RECIPIENTS = ("recipientOrganization", "recipientIndividual")


def is_text(value: object) -> bool:
    """Any text."""
    return isinstance(value, str)


def is_number(value: object) -> bool:
    """A whole number or a decimal; true and false are none."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def is_moment(value: object) -> bool:
    """A date with time and zone (RFC 3339) that exists."""
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        return False
    try:
        return bool(datetime.fromisoformat(value.upper()))
    except ValueError:
        return False


def is_date(value: object) -> bool:
    """A moment, or a day; whether the day exists is a rule of its own."""
    return is_moment(value) or (isinstance(value, str) and DAY.fullmatch(value) is not None)


def is_event_date(value: object) -> bool:
    """A date, or a year or a month alone."""
    return is_date(value) or (isinstance(value, str) and MONTH_OR_YEAR.fullmatch(value) is not None)


def is_uri(value: object) -> bool:
    """An absolute address."""
    return isinstance(value, str) and URI.fullmatch(value) is not None


def _or_null(test: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or test(value)


Test = Callable[[object], bool]
Shape = Mapping[str, "Test | Shape | tuple[Shape] | tuple[Test]"]
"""What each key holds: a value that passes a test, an object, or (in a tuple) a list of either."""

_LOCATION: Shape = {
    "id": is_text,
    "name": _or_null(is_text),
    "countryCode": _or_null(COUNTRIES.__contains__),
    "latitude": _or_null(is_number),
    "longitude": _or_null(is_number),
    "description": _or_null(is_text),
    "geoCode": _or_null(is_text),
    "geoCodeType": _or_null(is_text),
    "dateModified": is_moment,
}

_ORGANISATION_TEXTS = (
    "id name department contactName charityNumber companyNumber streetAddress addressLocality addressRegion "
    "addressCountry postalCode telephone alternateName email description"
)
_ORGANISATION: Shape = {
    **dict.fromkeys(_ORGANISATION_TEXTS.split(), is_text),
    "organisationType": _or_null(is_text),
    "url": is_uri,
    "location": (_LOCATION,),
    "dateModified": is_moment,
}

_CLASSIFICATION: Shape = {
    "vocabulary": is_text,
    "code": is_text,
    "title": _or_null(is_text),
    "description": _or_null(is_text),
    "url": _or_null(is_uri),
    "dateModified": is_moment,
}

_EVENT: Shape = {
    "title": is_text,
    "startDate": is_event_date,
    "endDate": is_event_date,
    "duration": lambda value: is_number(value) and value >= 0,  # type: ignore[operator]  # a number by then
    "description": is_text,
    "dateModified": is_moment,
}

_DOCUMENT: Shape = {
    "id": is_text,
    "title": _or_null(is_text),
    "url": _or_null(is_uri),
    "description": _or_null(is_text),
    "documentType": _or_null(is_text),
    "dateModified": is_moment,
}

_TRANSACTION: Shape = {
    "id": is_text,
    "transactionDate": is_date,
    "currency": CURRENCIES.__contains__,
    "value": is_number,
    "valueDate": _or_null(is_date),
    "description": _or_null(is_text),
    "provider": _or_null(is_text),
    "recipient": _or_null(is_text),
    "dateModified": is_moment,
}

GRANT: Shape = {
    "id": is_text,
    "title": is_text,
    "description": is_text,
    "currency": CURRENCIES.__contains__,
    "amountAppliedFor": is_number,
    "amountAwarded": is_number,
    "amountDisbursed": is_number,
    "awardDate": is_date,
    "url": is_uri,
    "plannedDates": (_EVENT,),
    "actualDates": (_EVENT,),
    "recipientIndividual": {"id": is_text, "name": is_text},
    "toIndividualsDetails": {
        "primaryGrantReason": is_text,
        "secondaryGrantReason": is_text,
        "grantPurpose": (is_text,),
    },
    "recipientOrganization": (_ORGANISATION,),
    "beneficiaryLocation": (_LOCATION,),
    "fundingOrganization": (_ORGANISATION,),
    "grantProgramme": (_CLASSIFICATION,),
    "fromOpenCall": ("Yes", "No").__contains__,
    "fundingType": (_CLASSIFICATION,),
    "classifications": (_CLASSIFICATION,),
    "relatedDocument": (_DOCUMENT,),
    "applicationTransaction": (_TRANSACTION,),
    "commitmentTransaction": (_TRANSACTION,),
    "disbursementTransaction": (_TRANSACTION,),
    "relatedActivity": (is_text,),
    "dateModified": is_moment,
    "dataSource": _or_null(is_uri),
    "regrantType": is_text,
    "locationScope": is_text,
}
"""The standard's schema allows other keys too; what they hold is not looked at."""


def misshapen(value: object, shape: Any = GRANT, place: str = "") -> Iterator[str]:
    """The places at which `value` is not as the standard's schema wants it."""
    if callable(shape):
        if not _passes(shape, value):
            yield place
    elif isinstance(shape, tuple):
        if not isinstance(value, list):
            yield place
            return
        for i, one in enumerate(value):
            yield from misshapen(one, shape[0], f"{place}/{i}")
    elif not isinstance(value, dict):
        yield place
    else:
        for key, inner in shape.items():
            if key in value:
                yield from misshapen(value[key], inner, f"{place}/{key}" if place else key)


def _passes(test: Test, value: object) -> bool:
    try:
        return test(value)
    except TypeError:  # a list or an object where a code should be
        return False


def missing(grant: Mapping[str, Any]) -> Iterator[str]:
    """The required fields that the grant lacks, the two of each organisation among them."""
    yield from (name for name in REQUIRED if name not in grant)
    if not any(name in grant for name in RECIPIENTS):
        yield RECIPIENTS[0]
    if all(name in grant for name in RECIPIENTS):
        yield "recipientOrganization and recipientIndividual: only one of them"
    for name in ("fundingOrganization", "recipientOrganization"):
        found = grant.get(name)
        if found == []:
            yield name
        for i, organisation in enumerate(found if isinstance(found, list) else ()):
            if isinstance(organisation, dict):
                yield from (f"{name}/{i}/{key}" for key in ("id", "name") if key not in organisation)
    person = grant.get("recipientIndividual")
    if isinstance(person, dict):
        yield from (f"recipientIndividual/{key}" for key in ("id", "name") if key not in person)


def day_named(value: object) -> date | None:
    """The day that a date of the standard names; None for parts of dates and for days that do not exist."""
    if not isinstance(value, str) or not DAY.match(value):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
