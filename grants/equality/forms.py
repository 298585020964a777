"""The fund's questions of equality monitoring as one form, none of them required."""

from grants.core.fields import ChoiceField, Option
from grants.core.forms import BaseForm
from grants.equality.queries import choices_of
from grants.programme.definition import FundDefinition


class EqualityForm(BaseForm):
    """The fields are the fund's: see `form_for`."""


def form_for(definition: FundDefinition) -> EqualityForm:
    """An empty or sent form with the fund's questions."""
    fields = {
        f"q-{question.key}": ChoiceField(
            question.text,
            description=question.hint,
            options=[Option(choice, choice) for choice in choices_of(question)],
        )
        for question in definition.equality
    }
    form: EqualityForm = type("FundsEqualityForm", (EqualityForm,), fields)()
    return form


def answers_in(form: EqualityForm) -> dict[str, str]:
    """What was chosen, by the question's key."""
    return {
        field.name.removeprefix("q-"): field.data
        for field in form
        if field.name.startswith("q-") and field.data
    }
