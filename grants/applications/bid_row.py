"""The values of one row from elsewhere, asked for by field; what is wrong is collected on the way."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import TypeVar

from grants.applications.bid_fields import Field, RawBid
from grants.applications.bid_values import PART_OF_A_DAY, Wrong, day_of, months_of, pence_of, text_of

T = TypeVar("T")


class BidRow:
    """One row, with what keeps it out (`faults`: field and reason) and what is odd about it (`remarks`)."""

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

    def places(self) -> Iterator["BidRow"]:
        """Each beneficiary place, as a row whose faults are this one's."""
        for place in self._raw.places:
            inner = BidRow(RawBid(self.row, place, (), self.typed, self._raw.names))
            inner.faults = self.faults
            yield inner

    def text(self, field: Field, *, required: bool = False, longest: int = 0) -> str:
        """Text without spaces around it; '' where nothing (right) is given."""
        text = self._read(field, text_of, "").strip()
        if required and not text:
            self.refuse(field, "This is missing.", unless_faulty=True)
        if any(_cannot_be_kept(letter) for letter in text):
            self.refuse(field, "This holds a character that cannot be kept.")
        if longest and len(text) > longest:
            self.refuse(field, f"This has {len(text):,} characters. At most {longest:,} can be kept.")
        return text

    def line(self, field: Field, *, required: bool = False, longest: int = 0) -> str:
        """Text of one line. A line break is refused, also at its end."""
        if set(str(self._raw.values.get(field, ""))) & {"\n", "\r"}:
            self.refuse(field, "This must not hold a line break.")
        return self.text(field, required=required, longest=longest)

    def code(self, field: Field, allowed: Collection[str], wanted: str) -> None:
        """Refuse a code that is not on its list."""
        text = self.line(field)
        if text and text not in allowed:
            self.refuse(field, f"“{text[:40]}” is not known here. It must be {wanted}.")

    def pence(self, field: Field) -> int | None:
        """An amount of pounds as whole pence; None where nothing (right) is given."""
        return self._read(field, pence_of, None)

    def months(self, field: Field) -> str:
        """A number of months, as text; '' where none (right) is given."""
        return self._read(field, months_of, "")

    def day(self, field: Field) -> date | None:
        """A day; None where none (right) is given."""
        return self._read(field, day_of, None)

    def part_of_a_day(self, field: Field) -> str:
        """A day, or a year or a month alone, in ISO form; '' where none (right) is given."""
        value = self._raw.values.get(field)
        if isinstance(value, str) and PART_OF_A_DAY.fullmatch(value.strip()):
            return value.strip()
        day = self.day(field)
        return day.isoformat() if day else ""

    def _read(self, field: Field, read: Callable[..., T], missing: T) -> T:
        value = self._raw.values.get(field)
        if value is None or (isinstance(value, str) and not value.strip()):
            return missing
        try:
            return read(value, typed=self.typed)
        except Wrong as wrong:
            self.refuse(field, str(wrong))
            return missing


def _cannot_be_kept(letter: str) -> bool:
    """Control characters but tab and line ends, and halves of surrogate pairs: databases refuse them."""
    return (letter < " " and letter not in "\t\n\r") or "\ud800" <= letter <= "\udfff"
