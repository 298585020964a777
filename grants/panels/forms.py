"""What the panel types: a decision, a request to go past the pot."""

from wtforms import TextAreaField

from grants.core.fields import (
    ChoiceField,
    DatePartsField,
    MoneyField,
    Option,
    Required,
    WholeNumberField,
)
from grants.core.forms import BaseForm, RowForm, RowsField, VersionedForm
from grants.panels.rules import MOST_CONDITIONS, Condition
from grants.panels.states import CONDITION_LABELS, OUTCOME_LABELS, ConditionKind


class ConditionRow(RowForm):
    """One condition of an award."""

    text = TextAreaField("What has to be done?", [Required("Enter what has to be done")])
    kind = ChoiceField(
        "When?",
        [Required("Select when it has to be done")],
        options=[Option(kind.value, label) for kind, label in CONDITION_LABELS.items()],
    )
    due_on = DatePartsField(
        "Last day for it",
        what="The last day",
        description="Leave it empty if it only has to be done before anything is paid.",
    )


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
    conditions = RowsField(ConditionRow, noun="condition", least=1, most=MOST_CONDITIONS)

    def typed_conditions(self) -> list[Condition]:
        """The conditions that were typed, in their order. To be asked once the form is valid."""
        return [
            Condition(ConditionKind(row["kind"]), row["text"], row["due_on"]) for row in self.conditions.data
        ]


class OverrideForm(BaseForm):
    """How far past the pot, and why."""

    extra = MoneyField("How much more than the pot", [Required("Enter how much more than the pot is needed")])
    reason = TextAreaField("Reason", [Required("Enter the reason for going past the pot")])


class OverrideRefusalForm(BaseForm):
    """Why an award past the pot is refused."""

    refusal = TextAreaField(
        "Why is it refused?",
        [Required("Enter why this is refused")],
        description="Who asked for it reads this.",
    )


class ReopeningForm(VersionedForm):
    """Why the panel should decide again on what was released."""

    reason = TextAreaField(
        "Why should the panel decide again?",
        [Required("Enter why the panel should decide again")],
        description="Goes on the record. If an offer is open, the lead organisation reads it.",
    )
