"""The shape of a fund file: its tables are the frozen records, their keys the records' fields."""

import re
import types
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from grants.core.money import MOST_PENCE, pounds
from grants.programme.agreeing import USUAL_AGREEMENT, GrantAgreement
from grants.programme.definition import (
    Amounts,
    Area,
    DocumentAsked,
    EligibilityQuestion,
    EqualityQuestion,
    Feedback,
    FundDefinition,
    Level,
    Question,
    Retention,
    Review,
    Rules,
    Section,
    Strand,
    Uploads,
)
from grants.programme.fund_calendar import NoSuchTime, utc_from_uk
from grants.programme.fund_faults import Faults
from grants.programme.limits import Allocation, PublishedLimit
from grants.programme.paying import AS_ONE, DueBy, Payer, Paying, PlannedInstalment
from grants.programme.practice import NO_PRACTICE, PracticeAnswer, PracticeBid
from grants.programme.reporting import NO_REPORTS, Monitoring, ReportAsked, ReportQuestion

Slot = tuple[type, str]
"""A record and the name of one of its fields."""

MAY_BE_LEFT_OUT: dict[Slot, Any] = {
    (Strand, "hint"): "",
    (Section, "intro"): "",
    (Question, "hint"): "",
    (Question, "word_limit"): 0,
    (Question, "choices"): (),
    (Question, "least"): None,
    (Question, "most"): None,
    (EligibilityQuestion, "hint"): "",
    (Amounts, "minimum_ask"): None,
    (Amounts, "maximum_ask"): None,
    (Amounts, "second_signature_above"): None,
    (FundDefinition, "origin_note"): "",
    (FundDefinition, "places"): (),
    (FundDefinition, "priorities"): (),
    (FundDefinition, "eligibility"): (),
    (FundDefinition, "sections"): (),
    (FundDefinition, "areas"): (),
    (FundDefinition, "map_rows"): (),
    (FundDefinition, "equality"): (),
    (FundDefinition, "documents"): (),
    (FundDefinition, "uploads"): Uploads(),
    (DocumentAsked, "kinds"): (),
    (DocumentAsked, "dated"): "",
    (DocumentAsked, "not_older_than"): None,
    (DocumentAsked, "accepts"): (),
    (DocumentAsked, "several"): False,
    (DocumentAsked, "reviewers_see"): False,
    **{(Uploads, name): most for name, most in asdict(Uploads()).items()},
    (FundDefinition, "retention"): Retention(),
    (EqualityQuestion, "hint"): "",
    (Rules, "lead_in_area"): False,
    (Rules, "appeal_days"): 0,
    **{(Retention, name): months for name, months in asdict(Retention()).items()},
    (FundDefinition, "practice"): NO_PRACTICE,
    **{(PracticeBid, field.name): field.default for field in fields(PracticeBid)},
    (FundDefinition, "review"): Review(),
    **{(Review, name): default for name, default in asdict(Review()).items()},
    (FundDefinition, "feedback"): Feedback(),
    **{(Feedback, name): default for name, default in asdict(Feedback()).items()},
    (FundDefinition, "allocation"): Allocation(),
    **{(Allocation, name): default for name, default in asdict(Allocation()).items()},
    (PublishedLimit, "least"): None,
    (PublishedLimit, "most"): None,
    (FundDefinition, "agreement"): USUAL_AGREEMENT,
    **{(GrantAgreement, field.name): field.default for field in fields(GrantAgreement)},
    (FundDefinition, "paying"): AS_ONE,
    **{(Paying, field.name): field.default for field in fields(Paying)},
    **{(Payer, field.name): field.default for field in fields(Payer)},
    (PlannedInstalment, "due_by"): DueBy.DAY,
    (PlannedInstalment, "after_days"): 0,
    (FundDefinition, "monitoring"): NO_REPORTS,
    **{(Monitoring, field.name): field.default for field in fields(Monitoring)},
    **{(ReportAsked, field.name): field.default for field in fields(ReportAsked)[3:]},
    **{(ReportQuestion, field.name): field.default for field in fields(ReportQuestion)[2:]},
}
"""Everything else must be there. What stands here is what the file means by leaving it out."""

WHOLE_NUMBERS: dict[Slot, tuple[int, int]] = {
    (Level, "score"): (0, 100),
    (Strand, "word_limit"): (0, 10_000),
    (Question, "word_limit"): (0, 10_000),
    (Question, "least"): (0, 10_000_000),
    (Question, "most"): (1, 10_000_000),
    (Rules, "minimum_organisations"): (1, 50),
    (Rules, "minimum_themes"): (0, 100),
    (Rules, "reviews_per_bid"): (1, 50),
    (Rules, "citizen_reviews_per_bid"): (0, 50),
    (Rules, "minimum_reviews_to_rank"): (1, 50),
    (Rules, "offer_days"): (1, 366),
    (Rules, "appeal_days"): (0, 366),
    (DocumentAsked, "not_older_than"): (1, 120),
    (Uploads, "largest_mb"): (1, 25),
    (Uploads, "most_files"): (1, 100),
    (Uploads, "most_mb"): (1, 500),
    **{(Retention, name): (1, 600) for name in asdict(Retention())},
    (PracticeAnswer, "level"): (0, 100),
    (Review, "spread"): (1, 100),
    (Review, "reminder_days"): (1, 60),
    (Review, "escalate_after_days"): (1, 60),
    (Feedback, "strengths_from"): (0, 100),
    (Allocation, "fewest"): (0, 10_000),
    (Allocation, "most"): (1, 10_000),
    (Paying, "receivable_days"): (1, 366),
    (PlannedInstalment, "share"): (1, 100),
    (PlannedInstalment, "after_days"): (0, 3660),
    (Monitoring, "reminder_days"): (1, 180),
    (Monitoring, "overdue_days"): (1, 180),
    (Monitoring, "escalate_after_days"): (1, 180),
    (ReportAsked, "months"): (0, 120),
    (ReportQuestion, "word_limit"): (0, 10_000),
}
"""The least and the most each whole number may be."""

MONEY: frozenset[Slot] = frozenset(
    {
        *((Amounts, name) for name in ("pot", "minimum_ask", "maximum_ask", "second_signature_above")),
        (Allocation, "each_lead"),
        (Allocation, "each_organisation"),
        (PublishedLimit, "least"),
        (PublishedLimit, "most"),
    }
)
"""Pounds in the file, whole pence here."""

LONGEST: dict[Slot, int] = {
    (FundDefinition, "name"): 140,
    (FundDefinition, "round_name"): 140,
    (Rules, "budget_categories"): 100,
    (DocumentAsked, "title"): 100,
    (Area, "name"): 100,
    (PlannedInstalment, "name"): 80,
    (ReportAsked, "title"): 80,
}
"""The most characters of names that stand in headings, lists and columns of their own."""

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
SLUG = re.compile(r"(?!.{41})[a-z0-9]+(?:-[a-z0-9]+)*")
_KEY_TEXT = "must start with a small letter and use only small letters, digits and _ (at most 40)."
_SLUG_TEXT = "must use only small letters and digits, joined by single hyphens (at most 40)."
_PATTERNS: dict[Slot, tuple[re.Pattern[str], str]] = {
    (FundDefinition, "slug"): (SLUG, _SLUG_TEXT),
    (FundDefinition, "round_key"): (SLUG, _SLUG_TEXT),
}
_SHARE = re.compile(r"(\d{1,4})/([1-9]\d?)")
MOST_WEIGHT = 1000


@cache
def shape(record: type) -> dict[str, Any]:
    """The fields of a frozen record with their types, in order."""
    hints = get_type_hints(record)
    return {field.name: hints[field.name] for field in fields(record)}


def read_record(record: type, raw: object, *, place: str, faults: Faults) -> Any:
    """`raw` (a TOML table) as `record`; what is wrong goes to `faults`, with a blank value in its stead."""
    values: dict[str, Any] = {}
    if not isinstance(raw, dict):
        faults.add(place, f"This must be a table, not {_what(raw)}.")
        return _blank(record)
    wanted = shape(record)
    for name in raw:
        if name not in wanted:
            faults.add(
                _inside(place, name), "Nothing is called this here. Check the spelling or take it out."
            )
    for name, expected in wanted.items():
        here = _inside(place, name)
        if name in raw:
            values[name] = _value((record, name), expected, raw[name], here, faults)
        elif (record, name) in MAY_BE_LEFT_OUT:
            values[name] = MAY_BE_LEFT_OUT[record, name]
        else:
            faults.add(here, "This is missing.")
            values[name] = _blank(expected)
    return record(**values)


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _value(slot: Slot, expected: Any, raw: object, place: str, faults: Faults) -> Any:
    """One value of a table: a record, a list of them or of texts, or a scalar."""
    if is_dataclass(expected) and isinstance(expected, type):
        return read_record(expected, raw, place=place, faults=faults)
    if get_origin(expected) is tuple:
        return _list(slot, get_args(expected)[0], raw, place, faults)
    try:
        return _scalar(slot, expected, raw)
    except _Wrong as wrong:
        faults.add(place, str(wrong))
        return raw if expected is str and isinstance(raw, str) else _blank(expected)


def _list(slot: Slot, member: Any, raw: object, place: str, faults: Faults) -> tuple[Any, ...]:
    """A list, each member read in its own place, counted from 1."""
    if not isinstance(raw, list):
        faults.add(place, f"This must be a list, not {_what(raw)}.")
        return ()
    if not raw and slot not in MAY_BE_LEFT_OUT:
        faults.add(place, "This list must not be empty.")
    return tuple(_value(slot, member, one, f"{place}[{i}]", faults) for i, one in enumerate(raw, 1))


class _Wrong(Exception):
    """Why one scalar cannot be read; the text of its fault."""


def _scalar(slot: Slot, expected: Any, raw: object) -> Any:
    """A single value of the file as the record keeps it. Raises _Wrong."""
    if slot in MONEY:
        return _pence(raw)
    if slot in WHOLE_NUMBERS:
        return _whole(raw, *WHOLE_NUMBERS[slot])
    if expected is str:
        return _text(slot, raw)
    if isinstance(expected, type) and issubclass(expected, StrEnum):
        return _one_of(expected, raw)
    return _PLAIN[expected](raw)


def _text(slot: Slot, raw: object) -> str:
    if not isinstance(raw, str):
        raise _Wrong(f"This must be text in quotes, not {_what(raw)}.")
    text = raw.strip()
    if not text and MAY_BE_LEFT_OUT.get(slot) != "":
        raise _Wrong("This must not be empty.")
    if any(unicodedata.category(letter) == "Cc" and letter not in "\n\t" for letter in text):
        raise _Wrong("This holds a control character. Take it out.")
    if len(text) > LONGEST.get(slot, len(text)):
        raise _Wrong(f"This must be at most {LONGEST[slot]} characters long; it has {len(text)}.")
    pattern, why = _PATTERNS.get(slot, (None, ""))
    if slot[1] == "key":
        pattern, why = KEY, _KEY_TEXT
    if pattern is not None and not pattern.fullmatch(text):
        raise _Wrong(f"“{text}” {why}")
    return text


def _one_of(choices: type[StrEnum], raw: object) -> StrEnum:
    allowed = [choice.value for choice in choices]
    if raw not in allowed:
        raise _Wrong(f"This must be one of: {', '.join(allowed)}.")
    return choices(str(raw))


def _whole(raw: object, least: int, most: int) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise _Wrong(f"This must be a whole number, not {_what(raw)}.")
    if not least <= raw <= most:
        raise _Wrong(f"This must be from {least} to {most:,}.")
    return raw


def _pence(raw: object) -> int:
    """Pounds in the file (5000 or 5000.50, read exactly) as whole pence."""
    if not isinstance(raw, int | Decimal) or isinstance(raw, bool):
        raise _Wrong(f"This must be an amount in pounds such as 5000 or 5000.50, not {_what(raw)}.")
    amount = Decimal(raw)
    # the size first: 1e999999 is valid TOML and would fill the memory as a whole number
    if not amount.is_finite() or not 0 < amount <= MOST_PENCE // 100:
        raise _Wrong(f"This must be more than £0 and at most {pounds(MOST_PENCE)}.")
    if amount != amount.quantize(Decimal("0.01")):
        raise _Wrong("This must be whole pence: at most two places after the point.")
    return int(amount * 100)


def _weight(raw: object) -> Fraction:
    """A whole number, a decimal or a fraction in quotes ("1/3"), kept exactly."""
    if isinstance(raw, str) and (share := _SHARE.fullmatch(raw)):
        weight = Fraction(int(share[1]), int(share[2]))
    elif isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        amount = Decimal(raw)
        if not amount.is_finite() or abs(amount) > MOST_WEIGHT:
            raise _Wrong(f"A weight must be more than 0 and at most {MOST_WEIGHT:,}.")
        if amount != amount.quantize(Decimal("0.0001")):
            raise _Wrong('A weight may have at most four places after the point. Write thirds as "1/3".')
        weight = Fraction(amount)
    else:
        raise _Wrong(
            f'A weight must be a number such as 2 or 0.5, or a fraction such as "1/3", not {_what(raw)}.'
        )
    if not 0 < weight <= MOST_WEIGHT:
        raise _Wrong(f"A weight must be more than 0 and at most {MOST_WEIGHT:,}.")
    return weight


def _flag(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise _Wrong(f"This must be true or false, not {_what(raw)}.")
    return raw


def _day(raw: object) -> date:
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise _Wrong(f"This must be a date such as 2021-12-03, not {_what(raw)}.")
    return raw


def _moment(raw: object) -> datetime:
    if not isinstance(raw, datetime):
        raise _Wrong(f"This must be a date and time such as 2021-12-03T11:59:00, not {_what(raw)}.")
    if raw.tzinfo is not None:
        raise _Wrong("Times are what a UK clock shows: take the Z or the offset off the end.")
    if raw.second or raw.microsecond:
        raise _Wrong("Times are whole minutes: the seconds must be 00.")
    try:
        return utc_from_uk(raw)
    except NoSuchTime:
        raise _Wrong("UK clocks skip this time: they go forward one hour that night.") from None


_PLAIN: dict[Any, Callable[[object], Any]] = {Fraction: _weight, bool: _flag, date: _day, datetime: _moment}

_BLANKS: dict[Any, Any] = {
    str: "",
    int: 0,
    bool: False,
    Fraction: Fraction(1),
    date: date.min,
    datetime: datetime(2000, 1, 1, tzinfo=UTC),
}


def _blank(expected: Any) -> Any:
    """Something of the right type to stand in for what is missing, until the faults are told."""
    if is_dataclass(expected) and isinstance(expected, type):
        return expected(**{name: _blank(inner) for name, inner in shape(expected).items()})
    if get_origin(expected) is tuple:
        return ()
    if isinstance(expected, types.UnionType):
        return None
    if isinstance(expected, type) and issubclass(expected, StrEnum):
        return next(iter(expected))
    return _BLANKS[expected]


def _what(raw: object) -> str:
    """What somebody wrote instead, in words."""
    names = {dict: "a table", list: "a list", str: "text", bool: "true or false", datetime: "a date and time"}
    numbers = {int: "a whole number", Decimal: "a number", date: "a date"}
    return (names | numbers).get(type(raw), "a time")
