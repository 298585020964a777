"""What is typed into an appeal and its answer."""

from wtforms import TextAreaField

from grants.appeals.rules import MOST_CHARACTERS
from grants.appeals.states import GROUND_LABELS
from grants.core.fields import CharacterLimit, ChoiceField, Option, Required, VersionField, YesNoField
from grants.core.forms import BaseForm
from grants.core.language import mark


class AppealForm(BaseForm):
    """What went wrong."""

    ground = ChoiceField(
        mark("What went wrong?"),
        [Required(mark("Select what went wrong"))],
        options=[Option(ground.value, label) for ground, label in GROUND_LABELS.items()],
    )
    text = TextAreaField(
        mark("Tell us about it"),
        [Required(mark("Enter what went wrong")), CharacterLimit(MOST_CHARACTERS, "Your appeal")],
        description=mark("Say what happened, when, and what you think should have happened."),
    )


class AnswerForm(BaseForm):
    """Whether the appeal is upheld, and why."""

    version = VersionField()
    upheld = YesNoField("Do you uphold the appeal?", [Required("Select yes if you uphold the appeal")])
    answer = TextAreaField(
        "Why?",
        [
            Required("Enter the reason, as the applicant should read it"),
            CharacterLimit(MOST_CHARACTERS, "Why"),
        ],
        description="The organisation reads this.",
    )
