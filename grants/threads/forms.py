"""What is typed into a thread."""

from wtforms import TextAreaField

from grants.core.fields import CharacterLimit, Required
from grants.core.forms import BaseForm
from grants.core.language import mark
from grants.threads.rules import MOST_CHARACTERS


class MessageForm(BaseForm):
    """One message."""

    text = TextAreaField(
        mark("Your message"),
        [Required(mark("Enter your message")), CharacterLimit(MOST_CHARACTERS, "Your message")],
    )
