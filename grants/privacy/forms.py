"""What people type when they ask for deletion, and what administrators answer."""

from wtforms import TextAreaField

from grants.core.fields import CharacterLimit, ChoiceField, Option, Required, TickField
from grants.core.forms import BaseForm
from grants.core.language import mark

MOST = 2_000


class AskForm(BaseForm):
    """The wish to be deleted, understood."""

    words = TextAreaField(
        mark("Is there anything we should know? (optional)"), [CharacterLimit(MOST, "What you write")]
    )
    understood = TickField(
        mark("I have read what will be kept, and I ask for the rest to be deleted"),
        [Required(mark("Tick the box to say that you have read what will be kept"))],
    )


class DecideForm(BaseForm):
    """The answer, with the reason that the person reads."""

    answer = ChoiceField(
        "Your answer",
        [Required("Select your answer")],
        options=[Option("grant", "Grant: delete it now"), Option("refuse", "Refuse")],
    )
    reason = TextAreaField(
        "Reason",
        [Required("Enter the reason: the person reads it"), CharacterLimit(MOST, "The reason")],
        description=mark("The person reads these words. They are kept, so do not name anybody in them."),
    )
