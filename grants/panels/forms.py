"""What the panel types: a decision, a request to go past the pot."""

from wtforms import TextAreaField

from grants.core.fields import ChoiceField, MoneyField, Option, Required, WholeNumberField
from grants.core.forms import BaseForm, VersionedForm
from grants.panels.states import OUTCOME_LABELS


class DecisionForm(VersionedForm):
    """The panel's outcome for one bid. Whether the amount fits is for the rules."""

    outcome = ChoiceField(
        "What does the panel decide?",
        [Required("Select what the panel decides")],
        options=[Option(outcome.value, label) for outcome, label in OUTCOME_LABELS.items()],
    )
    amount = MoneyField(
        "Amount awarded", what="The amount", description="For “fund” and “fund in part” only."
    )
    reserve_order = WholeNumberField(
        "Place on the reserve list",
        what="The place",
        description="For the reserve list only: 1 is first in line.",
    )
    reason = TextAreaField(
        "Reason",
        [Required("Enter the reason for the decision")],
        description="Goes on the record and, word for word, into the applicant’s letter.",
    )


class OverrideForm(BaseForm):
    """How far past the pot, and why."""

    extra = MoneyField("How much more than the pot", [Required("Enter how much more than the pot is needed")])
    reason = TextAreaField("Reason", [Required("Enter the reason for going past the pot")])
