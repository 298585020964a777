"""Forms: what every page that takes answers shares. Field types are in `fields`."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from flask import g
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import FieldList, Form, FormField, HiddenField

from grants.core.errors import Reason, Stale
from grants.core.fields import VersionField


class Fault(NamedTuple):
    """One line of the error summary. `field_id` is empty when it belongs to no field."""

    field_id: str
    message: str


class RowForm(Form):
    """One repeated row, such as a budget line. A row with nothing in it is left out, not refused."""

    def is_blank(self) -> bool:
        """Whether nothing was typed or chosen in the row."""
        return not any(_holds_something(field) for field in self if not isinstance(field, HiddenField))


class RowsField(FieldList):
    """Rows of the same small form with buttons to add and remove one, which work without JavaScript.

    `least` empty rows are always shown, `most` is the limit, `noun` names a row on buttons and in messages.
    `data` is a list of dicts, blank rows left out.
    """

    def __init__(
        self,
        row_form: type[RowForm],
        label: str = "",
        validators: Sequence[Any] = (),
        *,
        noun: str,
        least: int = 1,
        most: int = 30,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            FormField(row_form), label, list(validators), min_entries=least, max_entries=most, **kwargs
        )
        self.noun = noun

    @property
    def is_full(self) -> bool:
        """Whether no further row may be added."""
        return bool(len(self.entries) >= self.max_entries)

    @property
    def data(self) -> list[dict[str, Any]]:
        """What the filled rows hold."""
        return [entry.form.data for entry in self.filled]

    @property
    def filled(self) -> list[Any]:
        """The rows that hold something, in page order."""
        return [entry for entry in self.entries if not entry.form.is_blank()]

    def one_more(self) -> None:
        """Show an empty row after the others, if there may be one more."""
        if not self.is_full:
            self.append_entry()

    def press(self, formdata: Any) -> bool:
        """Do what an add or remove button asks and say whether one was pressed. What was typed stays."""
        if f"{self.name}-add" in formdata:
            self.one_more()
            return True
        number = formdata.get(f"{self.name}-remove", "")
        if not number:
            return False
        if number.isascii() and number.isdecimal() and len(number) < 5 and int(number) < len(self.entries):
            self.pop_entry(int(number))
            while len(self.entries) < self.min_entries:
                self.append_entry()
        return True

    def validate(self, form: Any, extra_validators: Sequence[Any] = ()) -> bool:
        """Validate the rows that hold something, then the rows together."""
        self.errors: list[str] = []
        faulty = [entry for entry in self.filled if not entry.validate(form)]
        self._run_validation_chain(form, [*self.validators, *extra_validators])
        return not faulty and not self.errors

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """Row numbers found in the names sent; names that merely look like one are passed over."""
        for name in formdata:
            number = name.removeprefix(f"{prefix}-").split("-", 1)[0] if name.startswith(f"{prefix}-") else ""
            if number.isascii() and number.isdecimal() and len(number) < 5:
                yield int(number)


class BaseForm(FlaskForm):
    """A form with GOV.UK's error summary. Text is kept as typed but for NULs and line ends."""

    class Meta(FlaskForm.Meta):
        """Cleans everything that was sent before any field reads it."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Drop NULs, which no database takes, and make every line end a plain newline."""
            found = super().wrap_formdata(form, formdata)
            if found is None:
                return None
            return MultiDict((name, _clean(value)) for name, value in found.items(multi=True))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_submitted():
            g.submitted_form = self

    @property
    def errors(self) -> dict[str | None, Any]:
        """What is wrong, by field. Rows are wrong when anything in them is."""
        in_rows = {
            field.short_name: messages
            for field in self
            if isinstance(field, RowsField) and (messages := [fault.message for fault in _faults(field)])
        }
        return {**super().errors, **in_rows}

    def error_summary(self) -> list[Fault]:
        """What is wrong, in page order; what belongs to no field comes first."""
        top = [Fault("", message) for message in self.form_errors]
        return top + [fault for field in self for fault in _faults(field)]

    def take_reasons(self, reasons: Sequence[Reason]) -> None:
        """Put each reason of a RuleBroken beside the field its `place` names, the others at the top."""
        for reason in reasons:
            field = _find(self, reason.place) if reason.place else None
            if field is None:
                self.form_errors.append(reason.text)
            else:
                field.errors = [*field.errors, reason.text]

    def rows_pressed(self) -> bool:
        """Whether an add or remove button was pressed; if so it has been done and nothing is to be saved."""
        if self._sent is None:
            return False
        return any(field.press(self._sent) for field in self if isinstance(field, RowsField))

    def post_process(self, formdata: Any = None) -> None:
        """Remember what was sent, for the rows' buttons."""
        self._sent = formdata
        super().post_process(formdata)


class VersionedForm(BaseForm):
    """A form about a record that two people may change. `form.hidden_tag()` carries its version."""

    version = VersionField()

    def expected_version(self) -> int:
        """The version the page was made from. Raises Stale when the page did not say."""
        if self.version.data is None:
            raise Stale("This page is too old to be saved.")
        return int(self.version.data)


def _holds_something(field: Any) -> bool:
    typed = getattr(field, "typed", None)
    if typed is not None:
        return any(text.strip() for text in typed.values())
    if field.raw_data is not None:
        return any(str(text).strip() for text in field.raw_data)
    return field.data not in (None, "", False, [])


def _faults(field: Any) -> Iterator[Fault]:
    if isinstance(field, RowsField):
        yield from (Fault(field.id, message) for message in field.errors)
        for entry in field.entries:
            yield from (fault for inner in entry.form for fault in _faults(inner))
    else:
        yield from (Fault(getattr(field, "focus_id", field.id), str(message)) for message in field.errors)


def _find(fields: Any, place: str) -> Any:
    """The field called `place`: 'title', or 'lines-0-amount' for the first filled row; None without one."""
    for field in fields:
        if place in (field.name, field.short_name):
            return field
        if isinstance(field, RowsField) and place.startswith(f"{field.name}-"):
            number, _, name = place.removeprefix(f"{field.name}-").partition("-")
            rows = field.filled
            in_range = number.isdecimal() and int(number) < len(rows)
            return _find(rows[int(number)].form, name) if in_range else field
    return None


def _clean(value: str | FileStorage) -> str | FileStorage:
    if isinstance(value, str):
        return value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return value
