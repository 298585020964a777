"""Single values of files from elsewhere, read exactly or refused with a plain reason.

`typed` says that the file tells text from numbers, as JSON does; then nothing is taken for what it is not.
"""

import re
from datetime import date, datetime
from decimal import Decimal

from grants.applications.bid_fields import Unusable
from grants.core.clock import LONDON
from grants.core.money import MOST_PENCE, parse_pounds, pounds

ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
"""RFC 3339, as the standard's dates with a time must be."""

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
PART_OF_A_DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")
UK_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")

MANY_DECIMALS = re.compile(r"-?£?[\d,]*\.\d{3,}")
NEGATIVE = re.compile(r"(-£?|£-)[\d,]+(\.\d+)?")
HUGE = re.compile(r"£?\d[\d,]{11,}(\.\d+)?")
MONTHS = re.compile(r"\d{1,4}(\.\d{1,4})?")


class Wrong(Exception):
    """Why a single value is refused, in words for the person who sent the file."""


def text_of(value: object, *, typed: bool) -> str:
    """Text as given; numbers and days of a spreadsheet as text. Raises Wrong."""
    if isinstance(value, Unusable):
        raise Wrong(f"This is {value.why}.")
    if isinstance(value, str):
        return value
    if typed:
        raise Wrong("This must be text in quotes.")
    if isinstance(value, bool):
        raise Wrong("This must be text.")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def pence_of(value: object, *, typed: bool) -> int:
    """Whole pence from pounds: £1,234.50 or 1234.5 as text, or an exact number. Raises Wrong."""
    if isinstance(value, Unusable):
        raise Wrong(f"This is {value.why}.")
    if isinstance(value, str) and not typed:
        return _pence_in(value.strip())
    if isinstance(value, float):
        value = Decimal(format(value, ".15g"))  # Excel itself keeps no more than fifteen digits
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Wrong("This must be a number, without quotes." if typed else "This is not an amount of money.")
    return _exact_pence(Decimal(value))


def day_of(value: object, *, typed: bool) -> date:
    """A day; a moment is taken to its day in London. Text is ISO, or d/m/yyyy unless typed. Raises Wrong."""
    if isinstance(value, Unusable):
        raise Wrong(f"This is {value.why}.")
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    if isinstance(value, str) and ISO_DAY.fullmatch(text):
        return _existing(text, text)
    if isinstance(value, str) and ISO_MOMENT.fullmatch(text):
        return _day_in_london(text)
    uk = UK_DAY.fullmatch(text)
    if uk and not typed:
        return _existing(f"{uk[3]}-{uk[2]:0>2}-{uk[1]:0>2}", text)
    wanted = "2021-12-03" if typed else "2021-12-03 or 03/12/2021"
    raise Wrong(f"“{text[:40]}” is not a date. Write it as {wanted}.")


def months_of(value: object, *, typed: bool) -> str:
    """A number of months, as text without needless noughts. Raises Wrong."""
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    text = str(value) if number else text_of(value, typed=typed).strip()
    if not MONTHS.fullmatch(text):
        raise Wrong(f"“{text[:40]}” is not a number of months.")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _exact_pence(amount: Decimal) -> int:
    if amount < 0:
        raise Wrong("The amount is negative.")
    # the size first: 1e999999 is valid JSON and would fill the memory as a whole number
    if amount > MOST_PENCE // 100:
        raise Wrong(f"The amount is more than {pounds(MOST_PENCE)}.")
    pence = amount * 100
    if pence != int(pence):
        raise Wrong("The amount has more than two decimals.")
    return int(pence)


def _pence_in(text: str) -> int:
    try:
        return parse_pounds(text)
    except ValueError:
        pass
    if MANY_DECIMALS.fullmatch(text):
        raise Wrong("The amount has more than two decimals.")
    if NEGATIVE.fullmatch(text):
        raise Wrong("The amount is negative.")
    if HUGE.fullmatch(text):
        raise Wrong(f"The amount is more than {pounds(MOST_PENCE)}.")
    raise Wrong(f"“{text[:40]}” is not an amount of money.")


def _existing(iso: str, as_given: str) -> date:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        raise Wrong(f"“{as_given}” is not a date that exists.") from None


def _day_in_london(text: str) -> date:
    try:
        return datetime.fromisoformat(text.upper().replace(" ", "T")).astimezone(LONDON).date()
    except (ValueError, OverflowError):
        raise Wrong(f"“{text[:40]}” is not a date that exists.") from None
