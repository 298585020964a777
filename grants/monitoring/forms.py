"""The boxes of a report's pages, files, and the manager's review."""

from typing import Any

from wtforms import MultipleFileField, StringField, TextAreaField

from grants.core.fields import CharacterLimit, ChoiceField, DatePartsField, Option, Required, WordLimit
from grants.core.forms import BaseForm, VersionedForm
from grants.core.language import mark
from grants.monitoring.promise import Promise
from grants.monitoring.rules import LONGEST_REASON
from grants.monitoring.states import USE_LABELS, Use
from grants.programme.reporting import Part, ReportAsked


class PageForm(VersionedForm):
    """One page of a report. A save keeps everything; the rules say what is wrong."""

    def typed(self) -> dict[str, str]:
        """What stands in each box."""
        return {field.name: field.data or "" for field in self if field.name not in ("csrf_token", "version")}


def page_form(asked: ReportAsked, promise: Promise, page: str) -> type[PageForm]:
    """The form of one page."""
    fields: dict[str, Any] = {}
    match page:
        case Part.OUTCOMES:
            for theme in promise.themes:
                fields[f"people-{theme.key}"] = StringField(mark("People reached"))
                fields[f"done-{theme.key}"] = TextAreaField(mark("What changed for them"))
        case Part.PLACES:
            fields = {f"people-{place.key}": StringField(place.name) for place in promise.places}
        case Part.SPENDING:
            for line in promise.budget:
                fields[f"spent-{line.key}"] = StringField(mark("Spent"))
                fields[f"why-{line.key}"] = StringField(mark("Why more than planned"))
        case Part.PARTNERS:
            fields = {f"spent-{line.key}": StringField(line.name) for line in promise.shares}
        case _:
            fields = {
                f"q-{one.key}": TextAreaField(
                    one.text, [WordLimit(one.word_limit)] if one.word_limit else [], description=one.hint
                )
                for one in asked.questions
            }
    return type("ReportPageForm", (PageForm,), fields)


class FilesForm(BaseForm):
    """Receipts and photos."""

    use = ChoiceField(
        mark("What do they show?"),
        [Required(mark("Select what the files show"))],
        options=tuple(Option(use.value, label) for use, label in USE_LABELS.items()),
    )
    files = MultipleFileField(mark("Choose the files"))

    def shows(self) -> Use:
        """What was chosen."""
        return Use(self.use.data)


class AcceptForm(VersionedForm):
    """Accepting a report."""

    message = TextAreaField("A word to the organisation (optional)", [CharacterLimit(LONGEST_REASON)])
    note = TextAreaField("Note for the council (optional)", [CharacterLimit(LONGEST_REASON)])


class AskMoreForm(VersionedForm):
    """Asking for more."""

    reason = TextAreaField(
        "What do you need to know?", [Required("Enter what you need to know"), CharacterLimit(LONGEST_REASON)]
    )
    answer_by = DatePartsField(
        "By the end of which day?", [Required("Enter the day by which you need it")], what="The day"
    )
    more_note = TextAreaField("Note for the council (optional)", [CharacterLimit(LONGEST_REASON)])


class TimeForm(VersionedForm):
    """Giving more time."""

    until = DatePartsField(
        "Until the end of which day?", [Required("Enter the day until which they have time")], what="The day"
    )
    why = TextAreaField(
        "Why do they get more time?",
        [Required("Enter why they get more time"), CharacterLimit(LONGEST_REASON)],
        description="The organisation reads it.",
    )
