"""Forms of payments."""

from wtforms import FileField, HiddenField, StringField, TextAreaField

from grants.core.fields import ChoiceField, DatePartsField, MoneyField, Option, Required
from grants.core.forms import BaseForm, RowForm, RowsField, VersionedForm
from grants.payments.states import DUE_LABELS, OWING_LABELS

OUTCOMES = (
    Option("pay", "Paid: it arrived"),
    Option("fail", "Failed: the bank did not send it"),
    Option("return", "Returned: it came back"),
)

MOST_PARTS = 24


class InstalmentRow(RowForm):
    """One instalment of a schedule."""

    name = StringField("Name")
    amount = MoneyField("Amount", what="The amount")
    due_by = ChoiceField("Due by", options=[Option(value, label) for value, label in DUE_LABELS.items()])
    due_on = DatePartsField("Day, or when it is expected", what="The day")


class ScheduleForm(BaseForm):
    """The instalments of an award that are still free. `seen` is the highest number on the page."""

    seen = HiddenField()
    parts = RowsField(InstalmentRow, noun="instalment", least=1, most=MOST_PARTS)
    reason = TextAreaField(
        "Why is it changed?",
        [Required("Enter why the schedule is changed")],
        description="Whoever approves the next payment sees this, and what the schedule was before",
    )


class ReleaseForm(BaseForm):
    """What releases an instalment."""

    note = TextAreaField("What was reached?", [Required("Enter what was reached")])


class BuildForm(BaseForm):
    """The day by which instalments are due, on which they are paid."""

    pay_on = DatePartsField(
        "Day of payment", [Required("Enter the day of payment")], what="The day of payment"
    )


class CheckForm(VersionedForm):
    """The totals of a batch, read back."""

    count = StringField("How many payments?", [Required("Enter how many payments there are")])
    total = MoneyField("What do they add up to?", [Required("Enter what they add up to")], what="The total")


class ApproveForm(VersionedForm):
    """What the page said would be approved."""

    count = HiddenField()
    total = HiddenField()


class CancelForm(VersionedForm):
    """Why a batch is cancelled."""

    reason = TextAreaField("Why is it cancelled?", [Required("Enter why the batch is cancelled")])


class OutcomesForm(VersionedForm):
    """The bank's file."""

    file = FileField("The bank’s file")


class LineForm(VersionedForm):
    """What became of one payment."""

    deed = ChoiceField(
        "What became of it?", [Required("Select what became of the payment")], options=OUTCOMES
    )
    note = StringField("What does the bank say?", description="Needed unless it was paid")


class OwingForm(BaseForm):
    """Money that is asked back."""

    owing = ChoiceField(
        "Why is money owed back?",
        [Required("Select why money is owed back")],
        options=[Option(value, label) for value, label in OWING_LABELS.items()],
    )
    amount = MoneyField("How much?", [Required("Enter how much is owed back")], what="The amount")
    reason = TextAreaField("Reason", [Required("Enter why the money is owed back")])


class ReceiptForm(VersionedForm):
    """Money that arrived."""

    amount = MoneyField("How much arrived?", [Required("Enter how much arrived")], what="The amount")
    received_on = DatePartsField("When?", [Required("Enter when it arrived")], what="The day it arrived")
    note = StringField("Reference on the statement (optional)")


class KeepBackForm(VersionedForm):
    """Money that is kept back from an instalment. Its options are set per request."""

    instalment = ChoiceField(
        "From which instalment?", [Required("Select an instalment")], message="Select an instalment"
    )
    amount = MoneyField("How much?", [Required("Enter how much is kept back")], what="The amount")


class WriteOffForm(VersionedForm):
    """Why what is still owed is given up."""

    reason = TextAreaField("Why can it not be had back?", [Required("Enter why it cannot be had back")])
