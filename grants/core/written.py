"""What is written in a form's fields, item by item: to be kept, compared, and put back into the boxes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grants.core.fields import ChoiceField, ChoicesField, DatePartsField, TickField, YesNoField
from grants.core.forms import RowsField
from grants.core.language import translated

UNTYPED = frozenset({"csrf_token", "version"})


@dataclass(frozen=True)
class Written:
    """One answer of a form: its label, how it reads, and the pairs that a browser would send for it.

    All rows of a repeated form are one answer. `text` is '' for what nobody sees, such as a row's number.
    """

    name: str
    label: str
    text: str
    pairs: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, Any]:
        """For a database column."""
        return {"name": self.name, "label": self.label, "text": self.text, "pairs": self.pairs}


def from_json(kept: Mapping[str, Any]) -> Written:
    """What `as_json` gave."""
    pairs = tuple((name, text) for name, text in kept["pairs"])
    return Written(kept["name"], kept["label"], kept["text"], pairs)


def written(form: Any) -> list[Written]:
    """Every answer of the form as it stands, empty ones too, in page order."""
    return [_written(field) for field in form if field.name not in UNTYPED]


def _written(field: Any) -> Written:
    if isinstance(field, RowsField):
        return _rows(field)
    pairs = tuple(_pairs(field))
    return Written(field.name, translated(str(field.label.text)), _text(field), pairs)


def _rows(field: RowsField) -> Written:
    noun, lines = translated(field.noun).capitalize(), []
    pairs: list[tuple[str, str]] = []
    for number, entry in enumerate(field.filled, start=1):
        cells = [_written(cell) for cell in entry.form if cell.short_name not in UNTYPED]
        shown = [cell.text for cell in cells if cell.text]
        lines.append(f"{noun} {number}: {'; '.join(shown)}")
        pairs += [pair for cell in cells for pair in cell.pairs]
    return Written(field.name, noun, "\n".join(lines), tuple(pairs))


def _pairs(field: Any) -> Iterator[tuple[str, str]]:
    if isinstance(field, DatePartsField):
        yield from ((f"{field.name}-{part}", field.typed[part]) for part in field.PARTS)
    elif isinstance(field, YesNoField):
        yield from _one(field.name, {True: "yes", False: "no"}.get(field.data, ""))
    elif isinstance(field, ChoicesField):
        yield from ((field.name, str(value)) for value in field.data or ())
    elif isinstance(field, TickField):
        yield from _one(field.name, "y" if field.data else "")
    elif isinstance(field, ChoiceField):
        yield from _one(field.name, str(field.data or ""))
    else:
        yield field.name, str(field._value())


def _one(name: str, value: str) -> Iterator[tuple[str, str]]:
    if value:
        yield name, value


def _text(field: Any) -> str:
    if field.type == "HiddenField":
        return ""
    if isinstance(field, DatePartsField):
        return " ".join(text for part in field.PARTS if (text := field.typed[part].strip()))
    if isinstance(field, TickField):
        return translated(str(field.label.text)) if field.data else ""
    if isinstance(field, ChoiceField):
        return "\n".join(_labels(field))
    return str(field._value())


def _labels(field: ChoiceField) -> Sequence[str]:
    chosen = [translated(option.label) for option in field.options if field.is_chosen(option)]
    given = field.data if isinstance(field.data, list) else [field.data]
    return chosen or [str(value) for value in given if value not in (None, "")]
