"""Form fields that read money, dates, choices and addresses, and keep what was typed when it is wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import Field, HiddenField, StringField, ValidationError
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from grants.core.clock import long_date
from grants.core.language import mark, say, say_count, translated
from grants.core.money import parse_pounds, plain_pounds, pounds
from grants.core.words import count_words, is_email

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


PART_LABELS = (mark("Day"), mark("Month"), mark("Year"), mark("day"), mark("month"), mark("year"))
"""What the boxes of a date are called, on their page and in the list of what was typed."""

INCLUDE = {
    ("day",): mark("%(what)s must include a day"),
    ("month",): mark("%(what)s must include a month"),
    ("year",): mark("%(what)s must include a year"),
    ("day", "month"): mark("%(what)s must include a day and month"),
    ("day", "year"): mark("%(what)s must include a day and year"),
    ("month", "year"): mark("%(what)s must include a month and year"),
}


class Required:
    """Validator: something must be given. `message` says what to do: 'Enter …' or 'Select …'.

    `facts` fill its %(names)s.
    """

    def __init__(self, message: str, **facts: object) -> None:
        self.message = message
        self.facts = facts

    def __call__(self, form: Any, field: Any) -> None:
        """Stop at an empty field, unless it already has an error that says more."""
        if field.errors:
            raise StopValidation()
        text = field.data.strip() if isinstance(field.data, str) else field.data
        unticked = isinstance(field, TickField) and not field.data
        if unticked or text in (None, "", [], ()):
            raise StopValidation(say(self.message, **self.facts))


class WordLimit:
    """Validator: at most `limit` words, counted as the page's own counter does (runs between white space)."""

    def __init__(self, limit: int, what: str = "Your answer") -> None:
        self.limit = limit
        self.what = what

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse text that is too long, saying by how much."""
        words = count_words(field.data or "")
        if words > self.limit:
            raise ValidationError(
                say_count(
                    "%(what)s must be %(limit)s words or fewer. It is %(count)s word too long.",
                    "%(what)s must be %(limit)s words or fewer. It is %(count)s words too long.",
                    words - self.limit,
                    what=translated(self.what),
                    limit=f"{self.limit:,}",
                )
            )


class CharacterLimit:
    """Validator: at most `limit` characters."""

    def __init__(self, limit: int, what: str = "Your answer") -> None:
        self.limit = limit
        self.what = what

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse text that is too long."""
        if len(field.data or "") > self.limit:
            raise ValidationError(
                say(
                    "%(what)s must be %(limit)s characters or fewer",
                    what=translated(self.what),
                    limit=f"{self.limit:,}",
                )
            )


class EmailField(StringField):
    """An e-mail address without the spaces around it. Case is kept as typed."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the spaces off."""
        if valuelist:
            self.data = valuelist[0].strip()

    def pre_validate(self, form: Any) -> None:
        """Refuse what cannot be an address; an empty field is left to `Required`."""
        if self.data and not is_email(self.data):
            raise ValidationError("Enter an email address in the correct format, like name@example.com")


class MoneyField(Field):
    """Pounds typed; `data` is whole pence or None. `what` starts messages, as in 'The cost must be …'."""

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] = (),
        *,
        what: str = "The amount",
        minimum: int | None = None,
        maximum: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.what, self.minimum, self.maximum = what, minimum, maximum

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else plain_pounds(self.data).removesuffix(".00")

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the pounds; what cannot be read stays in the box with an error beside it."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = parse_pounds(valuelist[0])
        except ValueError as error:
            told = mark("%(what)s must be an amount of money, like 1,250 or 1250.50")
            raise ValueError(say(told, what=translated(self.what))) from error

    def pre_validate(self, form: Any) -> None:
        """Hold the amount to its bounds."""
        if self.data is not None and self.minimum is not None and self.data < self.minimum:
            raise ValidationError(
                say(
                    "%(what)s must be %(minimum)s or more",
                    what=translated(self.what),
                    minimum=pounds(self.minimum),
                )
            )
        if self.data is not None and self.maximum is not None and self.data > self.maximum:
            raise ValidationError(
                say(
                    "%(what)s must be %(maximum)s or less",
                    what=translated(self.what),
                    maximum=pounds(self.maximum),
                )
            )


class DatePartsField(Field):
    """A date in three boxes (`name-day`, `name-month`, `name-year`); `data` is a date or None.

    Months may be typed as words. `what` starts the messages: 'The start date must include a day'. `typed`
    keeps the three texts, `wrong` names the boxes at fault.
    """

    PARTS = ("day", "month", "year")

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] = (),
        *,
        what: str = "The date",
        earliest: date | None = None,
        latest: date | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.what, self.earliest, self.latest = what, earliest, latest
        self.typed: dict[str, str] = dict.fromkeys(self.PARTS, "")
        self.wrong: frozenset[str] = frozenset()

    @property
    def focus_id(self) -> str:
        """Where the error summary leads: the first box at fault."""
        first = next((part for part in self.PARTS if part in self.wrong), "day")
        return f"{self.id}-{first}"

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the three boxes. Boxes that were not sent at all count as empty."""
        self.process_errors, self.wrong = [], frozenset()
        given = self.default if data is unset_value else data
        self.object_data = self.data = given
        if given is not None:
            self.typed = {part: str(getattr(given, part)) for part in self.PARTS}
        if formdata:
            self.typed = {part: formdata.get(f"{self.name}-{part}", "") for part in self.PARTS}
            self.data, fault = self._read({part: text.strip() for part, text in self.typed.items()})
            if fault:
                self.process_errors = [fault]

    def pre_validate(self, form: Any) -> None:
        """Hold the date to its bounds."""
        if self.data is None:
            return
        if self.earliest is not None and self.data < self.earliest:
            fault = say(
                "%(what)s must be on or after %(day)s",
                what=translated(self.what),
                day=long_date(self.earliest),
            )
        elif self.latest is not None and self.data > self.latest:
            fault = say(
                "%(what)s must be on or before %(day)s",
                what=translated(self.what),
                day=long_date(self.latest),
            )
        else:
            return
        self.wrong = frozenset(self.PARTS)
        raise ValidationError(fault)

    def _read(self, parts: dict[str, str]) -> tuple[date | None, str]:
        missing = [part for part in self.PARTS if not parts[part]]
        if len(missing) == len(self.PARTS):
            self.wrong = frozenset(self.PARTS)
            return None, ""
        if missing:
            self.wrong = frozenset(missing)
            told = INCLUDE[tuple(missing)]
            return None, say(told, what=translated(self.what))
        if not (parts["year"].isdecimal() and len(parts["year"]) == 4):
            self.wrong = frozenset({"year"})
            return None, say("%(what)s must have a year of 4 numbers, like 2024", what=translated(self.what))
        self.wrong = frozenset(self.PARTS)
        try:
            found = date(int(parts["year"]), _month(parts["month"]), _small_number(parts["day"]))
        except ValueError:
            return None, say("%(what)s must be a real date, like 27 3 2024", what=translated(self.what))
        self.wrong = frozenset()
        return found, ""


def _small_number(text: str) -> int:
    if not (text.isdecimal() and len(text) <= 2):
        raise ValueError(text)
    return int(text)


def _month(text: str) -> int:
    matches = [
        n for n, name in enumerate(MONTHS, start=1) if len(text) >= 3 and name.startswith(text.lower())
    ]
    return matches[0] if matches else _small_number(text)


@dataclass(frozen=True)
class Option:
    """One thing to choose: the value sent, its label and a hint under it."""

    value: str
    label: str
    hint: str = ""


class ChoiceField(Field):
    """One of several options, as radios or a select; `data` is the chosen value or None.

    `options` may be set per request, before `validate`.
    """

    data: Any

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Any] = (),
        *,
        options: Iterable[Option] = (),
        message: str = "Select one of the options",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.options = tuple(options)
        self.message = message

    def is_chosen(self, option: Option) -> bool:
        """Whether the page shows `option` as chosen."""
        return self.data is not None and str(self.data) == option.value

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the value sent; nothing or an empty one is None."""
        self.data = (valuelist[0] or None) if valuelist else None

    def pre_validate(self, form: Any) -> None:
        """Refuse a value that is not among the options."""
        if self.data is not None and str(self.data) not in {option.value for option in self.options}:
            raise ValidationError(self.message)


class ChoicesField(ChoiceField):
    """Any of several options, as checkboxes; `data` is a list of values in the order of the options."""

    def is_chosen(self, option: Option) -> bool:
        """Whether the page shows `option` as ticked."""
        return option.value in (self.data or ())

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the values sent."""
        order = {option.value: n for n, option in enumerate(self.options)}
        self.data = sorted(set(valuelist), key=lambda value: (order.get(value, len(order)), value))

    def pre_validate(self, form: Any) -> None:
        """Refuse values that are not among the options."""
        if not set(self.data or ()) <= {option.value for option in self.options}:
            raise ValidationError(self.message)


class YesNoField(ChoiceField):
    """Yes or no; `data` is True, False or None."""

    ANSWERS = (Option("yes", "Yes"), Option("no", "No"))

    def __init__(self, label: str = "", validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(
            label, validators, **{"options": self.ANSWERS, "message": "Select yes or no", **kwargs}
        )

    def is_chosen(self, option: Option) -> bool:
        """Whether the page shows `option` as chosen."""
        return self.data is (option.value == "yes") if self.data is not None else False

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read yes or no; anything else is refused."""
        typed = valuelist[0] if valuelist else ""
        self.data = {"yes": True, "no": False}.get(typed)
        if typed and self.data is None:
            raise ValueError(self.message)

    def pre_validate(self, form: Any) -> None:
        """Nothing is left to refuse."""


class TickField(Field):
    """One box to tick, such as a declaration; `data` is True or False."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Ticked if the box was sent."""
        self.data = bool(valuelist)


class VersionField(HiddenField):
    """The version of the record that the page was made from; `data` is a whole number or None."""

    def __init__(self, **kwargs: Any) -> None:
        # Without autocomplete="off" Firefox puts the old number back when the page is loaded again.
        super().__init__(render_kw={"autocomplete": "off"}, **kwargs)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the number; anything else counts as none."""
        typed = valuelist[0] if valuelist else ""
        self.data = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 15 else None


class WholeNumberField(Field):
    """A whole number typed by a person; `data` is an int or None. `what` starts the message: 'The place must
    be …'.
    """

    def __init__(
        self, label: str = "", validators: Sequence[Any] = (), *, what: str = "The number", **kwargs: Any
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.what = what

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the number; what cannot be read stays in the box with an error beside it."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        if not (typed.isascii() and typed.isdecimal() and len(typed) <= 9):
            raise ValueError(f"{self.what} must be a whole number, like 3")
        self.data = int(typed)
