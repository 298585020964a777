"""What reviewers and the chair type: scores with their justification, a comment, an agreed score."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from wtforms import StringField, TextAreaField, ValidationError

from grants.core.fields import CharacterLimit, ChoiceField, MoneyField, Option, Required, TickField
from grants.core.forms import BaseForm, VersionedForm
from grants.programme.definition import Rubric
from grants.scoring.rules import MOST_CHARACTERS, Overall
from grants.scoring.states import RECOMMENDATIONS, Recommendation

_DECIMAL = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)


def cell_field(strand: str) -> str:
    """The name of the field that scores a strand."""
    return f"score-{strand}"


class ThemeForm(VersionedForm):
    """One theme of a score sheet; `theme_form` adds a scale for each strand."""

    justification = TextAreaField(
        "Why did you give these scores?",
        [CharacterLimit(MOST_CHARACTERS, "The justification")],
        description="Write about the bid, not about people.",
    )
    shareable = TickField("It may be quoted in feedback to the applicant")

    def scores(self, rubric: Rubric) -> dict[str, int]:
        """The scores that were chosen, by strand."""
        chosen = {strand: self[cell_field(strand)].data for strand in rubric.strand_keys}
        return {strand: int(score) for strand, score in chosen.items() if score is not None}


def theme_form(rubric: Rubric) -> type[ThemeForm]:
    """The form of one theme: for each strand the rubric's scale with the sentence that anchors each level."""
    options = [
        Option(str(level.score), f"{level.score}: {level.name}", level.anchor) for level in rubric.levels
    ]
    fields: dict[str, Any] = {
        cell_field(strand.key): ChoiceField(
            f"Score: {strand.name}", options=options, message="Select one of the scores"
        )
        for strand in rubric.strands
    }
    return type("RubricThemeForm", (ThemeForm,), fields)


class OverallForm(VersionedForm):
    """What the reviewer says of the bid as a whole."""

    comment = TextAreaField(
        "Your comment on the bid as a whole (optional)", [CharacterLimit(MOST_CHARACTERS, "The comment")]
    )
    recommendation = ChoiceField(
        "What do you recommend? (optional)",
        options=[
            Option("", "No recommendation"),
            *(Option(value.value, label) for value, label in RECOMMENDATIONS.items()),
        ],
        message="Select what you recommend",
    )
    amount = MoneyField("How much should it get? (optional)")
    reason = TextAreaField("Why this amount?", [CharacterLimit(MOST_CHARACTERS, "The reason")])

    def overall(self) -> Overall:
        """What was typed."""
        chosen = self.recommendation.data
        return Overall(
            (self.comment.data or "").strip(),
            Recommendation(chosen) if chosen else None,
            self.amount.data,
            (self.reason.data or "").strip(),
        )


class AgreedForm(BaseForm):
    """The chair's agreed score for a cell or a theme. `about.options` are set to those that count."""

    about = ChoiceField("What is the score for?", [Required("Select what the score is for")])
    score = StringField(
        "Agreed score",
        [Required("Enter the agreed score")],
        description="A whole number for a cell, up to two decimals for a theme.",
    )
    reason = TextAreaField(
        "Reason",
        [Required("Enter the reason for the agreed score"), CharacterLimit(MOST_CHARACTERS, "The reason")],
    )

    def validate_score(self, field: StringField) -> None:
        """Refuse what is no number with up to two decimals."""
        if not _DECIMAL.fullmatch((field.data or "").strip()):
            raise ValidationError("The score must be a number with up to two decimals, like 3 or 3.25")

    def agreed(self) -> tuple[str, str, Decimal]:
        """Theme, strand ('' for the whole theme) and score."""
        theme, _, strand = self.about.data.partition(":")
        return theme, strand, Decimal((self.score.data or "").strip())


class ReaffirmForm(BaseForm):
    """Why a suspended agreed score still holds."""

    reason = TextAreaField(
        "Why does it still hold?",
        [Required("Enter why it still holds"), CharacterLimit(MOST_CHARACTERS, "The reason")],
    )


def agreed_options(rubric: Rubric, counting: Sequence[str]) -> list[Option]:
    """Each theme that counts, and each of its cells."""
    return [
        Option(f"{key}:{strand}", f"{rubric.theme(key).name}: {name}")
        for key in counting
        for strand, name in [("", "the whole theme"), *((s.key, s.name) for s in rubric.strands)]
    ]


class SavedViewForm(BaseForm):
    """A name for the view of the ranking that the page shows."""

    name = StringField(
        "Name for this view", [Required("Enter a name for this view"), CharacterLimit(80, "The name")]
    )


class ReopeningForm(BaseForm):
    """Why a locked score sheet should be opened again."""

    reason = TextAreaField(
        "Why should the score sheet be opened again?",
        [Required("Enter the reason"), CharacterLimit(MOST_CHARACTERS, "The reason")],
        description="Kept with the record of the bid. Do not write about people.",
    )


class SettleReopeningForm(VersionedForm):
    """The chair's answer. The button says which."""

    reason = TextAreaField("Your reason (needed to refuse)", [CharacterLimit(MOST_CHARACTERS, "The reason")])
