"""What a chair types to decide a whole ranking, and what an allocation is asked to keep."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import StringField, TextAreaField

from grants.allocations.settings import SOUGHT_LABELS, Settings, about_words, subjects
from grants.core.fields import (
    CharacterLimit,
    ChoiceField,
    MoneyField,
    Option,
    Required,
    TickField,
    WholeNumberField,
)
from grants.core.forms import BaseForm
from grants.programme.definition import FundDefinition
from grants.programme.limits import Allocation, PublishedLimit, Sought

A_PENNY = 1
REFERENCES = "References, with spaces or commas between them."


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


class ScenarioForm(BaseForm):
    """A scenario's name and rules. `form_for` adds floors and caps for all that money may be for."""

    name = StringField(
        "Name",
        [Required("Enter a name for the scenario"), CharacterLimit(100, "The name")],
        description="So that the panel can speak of it, such as “A quarter for youth”.",
    )
    sought = ChoiceField(
        "What to seek",
        options=[
            Option(
                Sought.POUNDS.value, SOUGHT_LABELS[Sought.POUNDS], "Each pound counts by its bid’s score."
            ),
            Option(Sought.BIDS.value, SOUGHT_LABELS[Sought.BIDS], "Favours many small bids."),
        ],
        message="Select what to seek",
    )
    partial = TickField("Bids may be given less than they ask for, down to what they say would do")
    fewest = WholeNumberField("At least this many awards", what="The least number of awards")
    most = WholeNumberField("At most this many awards", what="The most awards")
    each_lead = MoneyField(
        "Cap on each lead organisation",
        what="The cap on each lead organisation",
        minimum=A_PENNY,
        description="For all bids that it leads together.",
    )
    each_organisation = MoneyField(
        "Cap on each organisation",
        what="The cap on each organisation",
        minimum=A_PENNY,
        description="For its shares in all partnerships together, as lead or partner.",
    )
    funded = StringField("Bids to fund in any case", description=REFERENCES)
    refused = StringField("Bids not to fund", description=REFERENCES)

    def settings(self, definition: FundDefinition) -> Settings:
        """What was asked for."""
        typed: Mapping[str, Any] = self.data
        limits = (
            PublishedLimit(of, name, typed[f"floor_{n}"], typed[f"cap_{n}"])
            for n, (of, name) in enumerate(subjects(definition))
        )
        allocation = Allocation(
            sought=Sought(self.sought.data),
            partial=self.partial.data,
            fewest=self.fewest.data or 0,
            most=self.most.data,
            each_lead=self.each_lead.data,
            each_organisation=self.each_organisation.data,
            limits=tuple(limit for limit in limits if (limit.least, limit.most) != (None, None)),
        )
        return Settings(allocation, _refs(self.funded.data), _refs(self.refused.data))

    def show(self, settings: Settings, definition: FundDefinition) -> None:
        """Fill the page with these settings."""
        allocation = settings.allocation
        for name in ("partial", "most", "each_lead", "each_organisation"):
            self[name].data = getattr(allocation, name)
        self.sought.data = allocation.sought.value
        self.fewest.data = allocation.fewest or None
        self.funded.data, self.refused.data = " ".join(settings.funded), " ".join(settings.refused)
        limits = {(limit.of, limit.name): limit for limit in allocation.limits}
        for n, subject in enumerate(subjects(definition)):
            if subject in limits:
                self[f"floor_{n}"].data = limits[subject].least
                self[f"cap_{n}"].data = limits[subject].most

    def rows(self, definition: FundDefinition) -> Sequence[tuple[str, Any, Any]]:
        """What each pair of boxes is about, its floor and its cap."""
        return [
            (_about(of, name, definition), self[f"floor_{n}"], self[f"cap_{n}"])
            for n, (of, name) in enumerate(subjects(definition))
        ]


def form_for(definition: FundDefinition) -> ScenarioForm:
    """The form with a floor and a cap for each of the fund's themes, areas and priorities."""
    fields: dict[str, Any] = {}
    for n, (of, name) in enumerate(subjects(definition)):
        about = _about(of, name, definition)
        for kind in ("floor", "cap"):
            words = f"{kind} for the {about}"
            fields[f"{kind}_{n}"] = MoneyField(words.capitalize(), what=f"The {words}", minimum=A_PENNY)
    made: type[ScenarioForm] = type("FundScenarioForm", (ScenarioForm,), fields)
    return made()


def _about(of: Any, name: str, definition: FundDefinition) -> str:
    return about_words(PublishedLimit(of, name), definition).removeprefix("the ")


def _refs(text: str | None) -> tuple[str, ...]:
    """References that somebody typed, each once."""
    return tuple(dict.fromkeys(ref for ref in re.split(r"[\s,;]+", (text or "").upper()) if ref))


class BidForm(BaseForm):
    """The bid of which it is asked what it would take."""

    bid = StringField("Bid", [Required("Enter the reference of a bid")])


class TakeForm(BaseForm):
    """Which of a scenario's allocations goes to the panel, and the reasons in the letters."""

    way = ChoiceField("Which allocation", message="Select which allocation to take to the panel")
    reason_funded = TextAreaField(
        "Reason for bids that are funded in full",
        description="Goes into the letter of every bid that is funded in full.",
    )
    reason_partly = TextAreaField(
        "Reason for bids that are funded in part",
        description="Goes into the letter of every bid that is offered less than it asks for.",
    )
    reason_declined = TextAreaField(
        "Reason for bids that are not funded",
        description="Goes into the letter of every bid without an award. Leave it empty to decline none of "
        "them: they stay undecided.",
    )
