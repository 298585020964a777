"""What goes with an answer to an offer, or with ending an award."""

from wtforms import TextAreaField

from grants.core.fields import Required
from grants.core.forms import BaseForm


class OfferForm(BaseForm):
    """Turning an offer down needs a reason; taking it up needs none."""

    reason = TextAreaField("Why do you turn the offer down?", [Required("Enter why you turn the offer down")])


class EndingForm(BaseForm):
    """Why an award should end early."""

    reason = TextAreaField(
        "Why should this award end early?",
        [Required("Enter why the award should end early")],
        description="The chair reads this before approving, and so does the organisation afterwards.",
    )
