"""What goes with an answer to an offer, or with ending an award."""

from wtforms import TextAreaField

from grants.core.fields import Required
from grants.core.forms import BaseForm


class OfferForm(BaseForm):
    """Turning an offer down needs a reason; taking it up needs none."""

    reason = TextAreaField("Why do you turn the offer down?", [Required("Enter why you turn the offer down")])


class ForwardForm(BaseForm):
    """What the manager says to the chair about a change of a partnership."""

    note = TextAreaField("What should the chair know? (optional)")


class RefusalForm(BaseForm):
    """Why a change of a partnership is refused."""

    reason = TextAreaField(
        "Why is the change refused?",
        [Required("Enter why the change is refused")],
        description="The organisation reads this.",
    )


class EndingForm(BaseForm):
    """Why an award should end early."""

    reason = TextAreaField(
        "Why should this award end early?",
        [Required("Enter why the award should end early")],
        description="The chair reads this before approving, and so does the organisation afterwards.",
    )
