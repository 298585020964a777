"""Forms of bids that staff enter for somebody: how it came, who leads, who signs."""

from functools import lru_cache
from typing import Any

from wtforms import HiddenField, StringField, TextAreaField

from grants.accounts.states import KIND_LABELS
from grants.applications.facts import field_of
from grants.applications.states import Channel
from grants.applications.views.time_forms import LONGEST_REASON
from grants.core.fields import (
    CharacterLimit,
    ChoiceField,
    DatePartsField,
    EmailField,
    Option,
    Required,
    TickField,
    YesNoField,
)
from grants.core.forms import BaseForm
from grants.core.language import mark
from grants.programme.definition import EligibilityQuestion

CHANNELS = (
    Option(Channel.PAPER.value, "On paper"),
    Option(Channel.TELEPHONE.value, "By telephone"),
)
CHANNEL_WORDS = {Channel.PAPER: "on paper", Channel.TELEPHONE: "by telephone"}


class CameForm(BaseForm):
    """Everything but the eligibility questions, which each fund has of its own."""

    channel = ChoiceField("How did the bid come?", [Required("Select how the bid came")], options=CHANNELS)
    received_on = DatePartsField(
        "On which day did it come?", [Required("Enter the day on which the bid came")]
    )
    received_at = StringField(
        "At what time?", [Required("Enter the time at which the bid came")],
        description="UK time, like 3pm or 15:00.",
    )  # fmt: skip
    name = StringField(
        "Name of the lead organisation",
        [Required("Enter the name of the lead organisation"), CharacterLimit(300)],
    )
    kind = ChoiceField(
        "What kind of organisation is it?",
        [Required("Select what kind of organisation it is")],
        options=[Option(kind.value, label) for kind, label in KIND_LABELS.items()],
    )
    charity_number = StringField(
        "Charity number", description="An organisation that has this number here already is used as it is."
    )
    company_number = StringField("Company number", description="Also the number of a CIC.")
    postcode = StringField("Postcode")
    signatory_name = StringField(
        "Name of who signs for the organisation", [Required("Enter the name of who signs")]
    )
    signatory_email = EmailField(
        "Their email address", description="Leave empty if they have none: then they sign on paper."
    )
    late_reason = TextAreaField(
        "Why is it entered only now?",
        [CharacterLimit(LONGEST_REASON)],
        description="Only after the closing, for a bid that came before it. A chair has to approve.",
    )
    late_on = DatePartsField("Until when should it be finished?")
    late_at = StringField("At what time should it be finished?", description="UK time, like 5pm or 17:00.")


@lru_cache(maxsize=100)
def came_form(eligibility: tuple[EligibilityQuestion, ...]) -> type[Any]:
    """The form with a yes or no for each eligibility question of the fund."""
    fields: dict[str, Any] = {
        field_of(question.key): YesNoField(
            question.text, [Required(f"Answer yes or no: “{question.text}”")], description=question.hint
        )
        for question in eligibility
    }
    return type("CameWithAnswersForm", (CameForm,), fields)


class PaperForm(BaseForm):
    """The signed paper, and where it lies."""

    received_on = DatePartsField(
        "On which day was the signed paper received?", [Required("Enter the day it was received")]
    )
    kept_at = StringField("Where is it kept?", [Required("Enter where the signed paper is kept")])


class SignForm(BaseForm):
    """The signatory's tick. `digest` is of the bid that the page showed."""

    declared = TickField(mark("I make this declaration for the organisation"))
    digest = HiddenField()
