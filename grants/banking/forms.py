"""What an organisation types about its account, and what finance records of checking it."""

from wtforms import FileField, StringField, TextAreaField

from grants.banking.states import FINDING_LABELS, PAYEE_LABELS
from grants.core.fields import ChoiceField, Option, Required
from grants.core.forms import BaseForm, VersionedForm
from grants.core.language import mark

SECRET = ("sort_code", "account_number", "roll_number")


class SecretForm(BaseForm):
    """A form whose numbers are never shown again, not even beside an error."""

    def forget_numbers(self) -> None:
        """Empty the boxes before the page is shown again."""
        for field in self:
            if field.short_name in SECRET:
                field.data, field.raw_data = "", None


def _sort_code() -> StringField:
    return StringField(mark("Sort code"), description=mark("6 digits, for example 12 34 56"))


def _account_number() -> StringField:
    return StringField(mark("Account number"), description=mark("Between 6 and 10 digits, most have 8"))


class NumbersForm(SecretForm):
    """A sort code and an account number, typed by a second person."""

    sort_code = _sort_code()
    account_number = _account_number()


class AccountForm(SecretForm):
    """A whole account, with a letter of the bank where there is no second person."""

    account_name = StringField(
        mark("Name on the account"),
        description=mark("As the bank writes it, on a statement of the account"),
    )
    sort_code = _sort_code()
    account_number = _account_number()
    roll_number = StringField(
        mark("Building society roll number (optional)"),
        description=mark("Letters and digits on your passbook or statement, if your account has them"),
    )
    letter = FileField(mark("Letter or statement of the bank (optional)"))


class PayeeForm(VersionedForm):
    """What Confirmation of Payee answered."""

    outcome = ChoiceField(
        "What does the bank’s check of the name say?",
        [Required("Select what the check of the name says")],
        options=[Option(value, label) for value, label in PAYEE_LABELS.items()],
    )
    note = TextAreaField(
        "Note", description="Needed unless the answer is a match: why the account can be taken."
    )


class ApprovalForm(VersionedForm):
    """How the officer made sure that a change is real."""

    call_back = TextAreaField(
        "How did you make sure?",
        description="For a change: whom you asked, by a contact that you had before it. No numbers.",
    )


class BankRefusalForm(VersionedForm):
    """Why bank details are not approved."""

    reason = TextAreaField(
        "Why are they not approved?",
        [Required("Enter why the bank details are not approved")],
        description="The organisation reads this. No numbers.",
    )


class SupplierForm(BaseForm):
    """What the ledger calls the organisation."""

    number = StringField("Supplier number", description="As the council’s ledger has it")


class CostCodeForm(BaseForm):
    """Where the ledger books the award."""

    code = StringField("Cost code", description="As the council’s ledger has it")


class CheckForm(VersionedForm):
    """What came of one check of an award."""

    finding = ChoiceField(
        "What did you find?",
        [Required("Select what you found")],
        options=[Option(value, label) for value, label in FINDING_LABELS.items()],
    )
    note = TextAreaField("Note", [Required("Enter what you looked at and what you found")])
