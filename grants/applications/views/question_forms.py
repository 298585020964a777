"""Forms of the pages of questions, made from the fund file; what is typed is kept, right or wrong."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from wtforms import Field, StringField, TextAreaField
from wtforms.utils import unset_value

from grants.applications.answers import COLUMNS, ROW_NAMES, Given, choices_of, kept, picked, rows_of
from grants.applications.facts import field_of, read_date
from grants.applications.forms import FormClass
from grants.core.fields import (
    ChoiceField,
    ChoicesField,
    DatePartsField,
    Option,
    VersionField,
    WordLimit,
    YesNoField,
)
from grants.core.forms import BaseForm, RowForm, RowsField
from grants.core.language import mark
from grants.programme.definition import AnswerKind, FundDefinition, Question, Rubric, Section, Strand
from grants.programme.fund_checks import MOST_ROWS


@dataclass(frozen=True)
class Together:
    """Options that one button ticks at once, and what the button says."""

    label: str
    values: Sequence[str]


NONE = "none"
"""What the button sends that unticks every box."""


class GroupedChoicesField(ChoicesField):
    """Checkboxes of which a button, `name-tick`, ticks several at once; it works without JavaScript.

    What may be ticked, alone and together, comes with each request by `offer`, before `data` is read.
    """

    together: Sequence[Together] = ()
    pressed = ""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the boxes, and which button was pressed if any."""
        super().process(formdata, data, extra_filters)
        self.pressed = formdata.get(f"{self.name}-tick", "") if formdata else ""

    def offer(self, options: Iterable[Option], together: Sequence[Together] = ()) -> None:
        """Let there be these options, and do what the pressed button asks. What was ticked stays ticked."""
        self.options, self.together = tuple(options), together
        number = int(self.pressed) if self.pressed in map(str, range(len(together))) else None
        added = together[number].values if number is not None else ()
        self.process_formdata([] if self.pressed == NONE else [*(self.data or ()), *added])


@lru_cache(maxsize=1000)
def section_form(section: Section) -> FormClass:
    """One page of the fund's questions. A save keeps all; the rules say what is wrong."""
    fields: dict[str, Any] = {field_of(question.key): _field_for(question) for question in section.questions}
    return type("QuestionsForm", (SectionForm,), fields)


class SectionForm(BaseForm):
    """A page of questions. What can be picked from is the fund's and is offered with each request."""

    version = VersionField()

    def offer(self, section: Section, definition: FundDefinition) -> None:
        """Let places and priorities of the fund be picked, places also by area."""
        for question in section.questions:
            field = self[field_of(question.key)]
            if isinstance(field, GroupedChoicesField):
                words = choices_of(definition, question)
                field.offer(
                    [Option(value, label) for value, label in words.items()],
                    _ticked_together(definition) if question.kind is AnswerKind.PLACES else (),
                )

    def ticked_together(self) -> str:
        """The question whose button for several boxes was pressed; its boxes are ticked. '' for none."""
        return next((field.name for field in self if getattr(field, "pressed", "")), "")

    def rows(self) -> Iterator[RowsField]:
        """The questions that are answered in rows."""
        return (field for field in self if isinstance(field, RowsField))

    def show_one_more(self, name: str) -> None:
        """Show an empty row more of the question whose field is `name`."""
        for field in self.rows():
            if field.name == name:
                field.one_more()


def _ticked_together(definition: FundDefinition) -> list[Together]:
    """The fund's areas; before them, where there are any, all places at once."""
    if not definition.areas:
        return []
    everywhere = Together(definition.area.name, [place.code for place in definition.places])
    return [everywhere, *(Together(area.name, area.places) for area in definition.areas)]


@lru_cache(maxsize=100)
def theme_form(strands: tuple[Strand, ...]) -> FormClass:
    """One long answer a strand."""
    fields: dict[str, Any] = {
        field_of(strand.key): TextAreaField(
            strand.question,
            [WordLimit(strand.word_limit)] if strand.word_limit else [],
            description=strand.hint,
        )
        for strand in strands
    }
    return type("ThemeForm", (BaseForm,), {"version": VersionField(), **fields})


def _field_for(question: Question) -> Any:
    label, hint = question.text, question.hint
    limits = [WordLimit(question.word_limit)] if question.word_limit else []
    match question.kind:
        case AnswerKind.LONG_TEXT:
            return TextAreaField(label, limits, description=hint)
        case AnswerKind.YES_NO:
            return YesNoField(label, description=hint)
        case AnswerKind.DATE:
            return DatePartsField(label, description=hint)
        case AnswerKind.CHOICES:
            options = [Option(choice, choice) for choice in question.choices]
            return ChoicesField(label, options=options, description=hint)
        case AnswerKind.PLACES | AnswerKind.PRIORITIES:
            return GroupedChoicesField(label, description=hint)
        case AnswerKind.MILESTONES | AnswerKind.RISKS:
            return RowsField(
                _row_form(question.kind, question.word_limit),
                label,
                description=hint,
                noun=ROW_NAMES[question.kind],
                most=question.most or MOST_ROWS,
            )
        case _:
            return StringField(label, limits, description=hint)


def _row_form(kind: AnswerKind, word_limit: int) -> type[RowForm]:
    """A box for each column of the rows of this kind."""
    limits = [WordLimit(word_limit)] if word_limit else []
    fields: dict[str, Any] = {}
    for column in COLUMNS[kind]:
        if column.kind is AnswerKind.DATE:
            fields[column.name] = DatePartsField(column.label)
        elif column.choices:
            options = [Option(value, label) for value, label in column.choices.items()]
            fields[column.name] = ChoiceField(column.label, options=options)
        else:
            fields[column.name] = TextAreaField(column.label, limits)
    return type("QuestionRow", (RowForm,), fields)


def fill(form: Any, answers: Mapping[str, Any]) -> None:
    """Put saved answers into a page's fields, also those that are wrong."""
    for field in form:
        if field.name.startswith("q-"):
            _fill_field(field, answers.get(field.name.removeprefix("q-"), ""))


def _fill_field(field: Any, given: Any) -> None:
    if isinstance(field, RowsField):
        while field.entries:
            field.pop_entry()
        for row in rows_of(given)[: field.max_entries]:
            for inner in field.append_entry().form:
                _fill_field(inner, row.get(inner.short_name, ""))
        while len(field.entries) < field.min_entries:
            field.append_entry()
    elif isinstance(field, DatePartsField):
        _fill_date(field, given)
    elif isinstance(field, YesNoField):
        field.data = {"yes": True, "no": False}.get(given)
    elif isinstance(field, ChoicesField):
        field.data = picked(given)
    else:
        field.data = given


def typed_in(form: Any) -> dict[str, Given]:
    """What was typed into a page's fields, by question key, as the rules read it."""
    return {field.name.removeprefix("q-"): _answer_in(field) for field in form if field.name.startswith("q-")}


def _answer_in(field: Any) -> Given:
    if isinstance(field, RowsField):
        return [{inner.short_name: _as_text(inner) for inner in entry.form} for entry in field.filled]
    return _as_text(field)


def _fill_date(field: DatePartsField, typed: str) -> None:
    field.data = read_date(typed)
    if field.data is not None:
        field.typed = {part: str(getattr(field.data, part)) for part in field.PARTS}
    elif typed:
        field.typed = dict(zip(field.PARTS, [*typed.split("/", 2), "", ""], strict=False))


def _as_text(field: Field) -> str:
    if isinstance(field, DatePartsField):
        parts = [field.typed[part].strip() for part in field.PARTS]
        return field.data.isoformat() if field.data else "/".join(parts) if any(parts) else ""
    if isinstance(field, YesNoField):
        return {True: "yes", False: "no"}.get(field.data, "")
    if isinstance(field, ChoicesField):
        return kept(field.data or ())
    return str(field.data or "")


class ClaimsForm(BaseForm):
    """Which themes the bid addresses, where the fund counts only those."""

    version = VersionField()
    themes = ChoicesField(mark("Which themes does your bid address?"))

    def offer(self, rubric: Rubric) -> None:
        """Let any of the fund's themes be claimed."""
        self.themes.options = tuple(Option(theme.key, theme.name, theme.statement) for theme in rubric.themes)
