"""What goes with an answer to an offer, or with ending an award."""

from collections.abc import Sequence

from wtforms import HiddenField, StringField, TextAreaField

from grants.awards.rules import Signature
from grants.awards.varying import Change
from grants.core.fields import (
    ChoiceField,
    ChoicesField,
    DatePartsField,
    MoneyField,
    Option,
    Required,
)
from grants.core.forms import BaseForm, VersionedForm
from grants.core.language import mark


class OfferForm(BaseForm):
    """Turning an offer down needs a reason; taking it up needs none."""

    reason = TextAreaField("Why do you turn the offer down?", [Required("Enter why you turn the offer down")])


class AcceptForm(BaseForm):
    """What the signatory gives under an agreement. The sentences to tick come with each agreement."""

    sha256 = HiddenField()
    accepts = ChoicesField(mark("What you accept"))
    name = StringField(mark("Your full name"), description=mark("Typing your name signs the agreement."))

    def offer(self, sentences: Sequence[str]) -> None:
        """Let these sentences be ticked."""
        self.accepts.options = tuple(
            Option(str(number), sentence) for number, sentence in enumerate(sentences, 1)
        )

    def signature(self) -> Signature:
        """What was given; the rules say what is missing."""
        ticked = frozenset(int(number) for number in self.accepts.data or () if number.isdecimal())
        return Signature(self.name.data or "", self.sha256.data or "", ticked)


class EvidenceForm(BaseForm):
    """What shows that a condition is met."""

    evidence = TextAreaField(
        "What shows that it is met?",
        [Required("Enter what shows that it is met")],
        description="For example which document you saw, and where it is kept.",
    )


class WaiverForm(BaseForm):
    """Why a condition should be waived."""

    reason = TextAreaField(
        "Why should it be waived?",
        [Required("Enter why it should be waived")],
        description="The chair reads this before approving.",
    )


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


class MoveUpForm(BaseForm):
    """How much of what is free the next bid of the reserve list gets."""

    amount = MoneyField("Amount to offer", [Required("Enter the amount to offer")], what="The amount")


class SkipForm(BaseForm):
    """Why the chair passes over a bid of the reserve list."""

    reason = TextAreaField(
        "Why is this bid skipped?",
        [Required("Enter why this bid is skipped")],
        description="Goes on the record.",
    )


class VariationForm(BaseForm):
    """What the lead asks to be changed. Boxes of the budget come with each fund: see `variation_form`."""

    amount = MoneyField(
        mark("The whole award, if it should be another amount"),
        what=mark("The amount"),
        description=mark("Leave it empty if the money stays the same."),
    )
    ends_on = DatePartsField(
        mark("The last day of the work, if it should be another"),
        what=mark("The last day"),
        description=mark("Leave it empty if the end stays the same."),
    )
    delivery = TextAreaField(
        mark("What will be delivered otherwise than your bid says? (optional)"),
    )
    reason = TextAreaField(
        mark("Why should the award change?"), [Required(mark("Enter why the award should change"))]
    )

    def change(self, categories: Sequence[str]) -> Change:
        """What was typed. To be asked once the form is valid."""
        boxes = [self[f"budget_{number}"].data for number in range(len(categories))]
        given = any(pence is not None for pence in boxes)
        return Change(
            amount=self.amount.data,
            ends_on=self.ends_on.data,
            budget={name: pence or 0 for name, pence in zip(categories, boxes, strict=True)} if given else {},
            delivery=self.delivery.data or "",
            reason=self.reason.data or "",
        )


def variation_form(categories: Sequence[str]) -> type[VariationForm]:
    """The form with a box for each category of the fund's budgets, `budget_0` and so on."""
    boxes = {f"budget_{number}": MoneyField(name, what=name) for number, name in enumerate(categories)}
    return type("VariationForm", (VariationForm,), boxes)


class RecommendationForm(VersionedForm):
    """What the programme manager says to the chair about a change of an award."""

    in_favour = ChoiceField(
        "What do you recommend?",
        [Required("Select what you recommend")],
        options=[Option("yes", "Agree to the change"), Option("no", "Refuse it")],
    )
    recommendation = TextAreaField(
        "Why?",
        [Required("Enter what you recommend, and why")],
        description="The chair reads this; the organisation does not.",
    )


class VariationRefusalForm(VersionedForm):
    """Why a change of an award is refused."""

    reason = TextAreaField(
        "Why is the change refused?",
        [Required("Enter why the change is refused")],
        description="The organisation reads this.",
    )
