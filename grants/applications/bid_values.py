"""Single values of a row from elsewhere, read exactly or refused with a plain reason."""

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime
from decimal import Decimal

from grants.applications.bid_fields import Field, RawBid, Unusable
from grants.core.clock import LONDON
from grants.core.money import MOST_PENCE, parse_pounds, pounds

ISO_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
"""RFC 3339, as the standard's dates with a time must be."""

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
PART_OF_A_DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")
UK_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
MANY_DECIMALS = re.compile(r"-?£?[\d,]*\.\d{3,}")

NO_DAY = "“{}” is not a date that exists."
DAY_WANTED = "“{}” is not a date. Write it as {}."


class Values:
    """The values of one row, with what was wrong (`faults`) or odd (`remarks`) about those asked for."""

    def __init__(self, raw: RawBid) -> None:
        self._raw = raw
        self.row = raw.row
        self.typed = raw.typed
        self.faults: list[tuple[str, str]] = list(raw.broken)
        self.remarks: list[str] = []

    def has(self, field: Field) -> bool:
        """Whether anything is given for `field`."""
        return field in self._raw.values

    def refuse(self, field: Field, reason: str, *, unless_faulty: bool = False) -> None:
        """Note what keeps the row out, or not if the field has a fault already and `unless_faulty` is set."""
        name = self._raw.names[field]
        if not (unless_faulty and any(name == faulty for faulty, _ in self.faults)):
            self.faults.append((name, reason))

    def remark(self, text: str) -> None:
        """Note something that does not keep the row out."""
        self.remarks.append(text)

    def places(self) -> Iterator["Values"]:
        """Each beneficiary place, as values that report to this row."""
        for place in self._raw.places:
            inner = Values(RawBid(self.row, place, (), self.typed, self._raw.names))
            inner.faults = self.faults
            yield inner

    def line(self, field: Field, *, required: bool = False, longest: int = 0) -> str:
        """Text of one line, without spaces around it."""
        text = self.text(field, required=required, longest=longest)
        if len(str(self._raw.values.get(field, "")).splitlines()) > 1 or "\n" in text:
            self.refuse(field, "This must not hold a line break.")
        return text

    def text(self, field: Field, *, required: bool = False, longest: int = 0) -> str:
        """Text without spaces around it; '' where nothing is given."""
        value = self._raw.values.get(field)
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                self.refuse(field, "This is missing.")
            return ""
        text = self._as_text(field, value).strip()
        if any(_cannot_be_kept(letter) for letter in text):
            self.refuse(field, "This holds a character that cannot be kept.")
        if longest and len(text) > longest:
            self.refuse(field, f"This has {len(text):,} characters. At most {longest:,} can be kept.")
        return text

    def one_of(self, field: Field, allowed: Collection[str], wanted: str) -> None:
        """Refuse a code that is not on its list."""
        text = self.line(field)
        if text and text not in allowed:
            self.refuse(field, f"“{text[:40]}” is not known here. It must be {wanted}.")

    def pence(self, field: Field) -> int | None:
        """An amount of pounds as whole pence; None where nothing (right) is given."""
        value = self._raw.values.get(field)
        if value is None:
            return None
        try:
            return self._pence(field, value)
        except _Wrong as wrong:
            self.refuse(field, str(wrong))
            return None

    def number(self, field: Field) -> str:
        """A number that is not negative, as text; '' where none is given."""
        value = self._raw.values.get(field)
        if value is None:
            return ""
        text = self._as_text(field, value).strip() if isinstance(value, str | Unusable) else str(value)
        wrong_type = isinstance(value, bool) or (self.typed and isinstance(value, str))
        if wrong_type or not re.fullmatch(r"\d{1,4}(\.\d{1,4})?", text):
            self.refuse(field, f"“{text[:40]}” is not a number of months.", unless_faulty=True)
            return ""
        return text.rstrip("0").rstrip(".") if "." in text else text

    def date(self, field: Field) -> date | None:
        """A day; a moment is taken to its day in London. None where nothing (right) is given."""
        value = self._raw.values.get(field)
        if value is None:
            return None
        try:
            return self._day(field, value)
        except _Wrong as wrong:
            self.refuse(field, str(wrong))
            return None

    def partial_date(self, field: Field) -> str:
        """A day, or a year or month alone, in ISO form; '' where none (right) is given."""
        value = self._raw.values.get(field)
        if isinstance(value, str) and PART_OF_A_DAY.fullmatch(value.strip()):
            return value.strip()
        day = self.date(field)
        return day.isoformat() if day else ""

    def _as_text(self, field: Field, value: object) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, Unusable):
            self.refuse(field, f"This is {value.why}.")
            return ""
        if self.typed or isinstance(value, bool):
            self.refuse(field, "This must be text in quotes." if self.typed else "This must be text.")
            return ""
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return str(value)

    def _pence(self, field: Field, value: object) -> int:
        if isinstance(value, str) and not self.typed:
            return _pence_typed(value.strip())
        if isinstance(value, Unusable):
            raise _Wrong(f"This is {value.why}.")
        if isinstance(value, float):
            value = Decimal(format(value, ".15g"))  # Excel itself keeps no more than fifteen digits
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise _Wrong("This must be a number, without quotes." if self.typed else _NO_AMOUNT)
        return _exact_pence(Decimal(value))

    def _day(self, field: Field, value: object) -> date:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        if isinstance(value, Unusable):
            raise _Wrong(f"This is {value.why}.")
        text = str(value).strip()
        if isinstance(value, str) and ISO_DAY.fullmatch(text):
            return _existing(text, text)
        if isinstance(value, str) and ISO_MOMENT.fullmatch(text):
            return _day_in_london(text)
        uk = UK_DAY.fullmatch(text)
        if uk and not self.typed:
            return _existing(f"{uk[3]}-{uk[2]:0>2}-{uk[1]:0>2}", text)
        raise _Wrong(DAY_WANTED.format(text[:40], "2021-12-03" if self.typed else "2021-12-03 or 03/12/2021"))


_NO_AMOUNT = "This is not an amount of money."


class _Wrong(Exception):
    """Why a single value is refused."""


def _exact_pence(amount: Decimal) -> int:
    if amount < 0:
        raise _Wrong("The amount is negative.")
    # the size first: 1e999999 is valid JSON and would fill the memory as a whole number
    if amount > MOST_PENCE // 100:
        raise _Wrong(f"The amount is more than {pounds(MOST_PENCE)}.")
    pence = amount * 100
    if pence != int(pence):
        raise _Wrong("The amount has more than two decimals.")
    return int(pence)


def _pence_typed(text: str) -> int:
    try:
        return parse_pounds(text)
    except ValueError:
        pass
    if MANY_DECIMALS.fullmatch(text):
        raise _Wrong("The amount has more than two decimals.")
    if re.fullmatch(r"-£?[\d,]+(\.\d+)?|£-[\d,]+(\.\d+)?", text):
        raise _Wrong("The amount is negative.")
    if re.fullmatch(r"£?\d[\d,]{11,}(\.\d+)?", text):
        raise _Wrong(f"The amount is more than {pounds(MOST_PENCE)}.")
    raise _Wrong(f"“{text[:40]}” is not an amount of money.")


def _existing(iso: str, as_given: str) -> date:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        raise _Wrong(NO_DAY.format(as_given)) from None


def _day_in_london(text: str) -> date:
    try:
        return datetime.fromisoformat(text.upper().replace(" ", "T")).astimezone(LONDON).date()
    except (ValueError, OverflowError):
        raise _Wrong(NO_DAY.format(text[:40])) from None


def _cannot_be_kept(letter: str) -> bool:
    """Control characters but tab and line ends, and halves of surrogate pairs: databases refuse them."""
    return (letter < " " and letter not in "\t\n\r") or "\ud800" <= letter <= "\udfff"
