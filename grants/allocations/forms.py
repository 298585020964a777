"""The reasons that go with deciding a whole ranking."""

from wtforms import TextAreaField

from grants.core.fields import Required
from grants.core.forms import BaseForm


class LineForm(BaseForm):
    """One reason for everything above the line, one for everything below."""

    reason_above = TextAreaField(
        "Reason for bids above the line",
        [Required("Enter the reason for bids above the line")],
        description="Goes into the letter of every bid that is funded.",
    )
    reason_below = TextAreaField(
        "Reason for bids below the line",
        [Required("Enter the reason for bids below the line")],
        description="Goes into the letter of every bid that is declined.",
    )
