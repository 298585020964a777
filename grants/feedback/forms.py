"""What the chair types: feedback on one bid, theme by theme."""

from typing import Any

from wtforms import TextAreaField

from grants.core.fields import CharacterLimit
from grants.core.forms import VersionedForm
from grants.feedback.rules import MOST_CHARACTERS
from grants.programme.definition import Theme


class FeedbackForm(VersionedForm):
    """Feedback on one bid; `feedback_form` adds two fields for each theme."""

    opening = TextAreaField(
        "The bid as a whole (optional)",
        [CharacterLimit(MOST_CHARACTERS, "The bid as a whole")],
        description="Stands before the themes. Do not name anybody.",
    )

    def texts(self) -> dict[str, str]:
        """What was typed, by place."""
        return {
            field.name: field.data or ""
            for field in self
            if field.name == "opening" or field.name.startswith(("strengths-", "next_steps-"))
        }


def feedback_form(themes: list[Theme]) -> type[FeedbackForm]:
    """The form of feedback on a bid to which these themes count."""
    fields: dict[str, Any] = {}
    for theme in themes:
        for name, label in (("strengths", "Strengths"), ("next_steps", "Next steps")):
            fields[f"{name}-{theme.key}"] = TextAreaField(
                f"{theme.name}: {label.lower()}",
                [CharacterLimit(MOST_CHARACTERS, f"{theme.name}: {label.lower()}")],
                description="One thought a line.",
            )
    return type("RoundFeedbackForm", (FeedbackForm,), fields)
