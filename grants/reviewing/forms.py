"""What people type about reviewers and conflicts of interest."""

from collections.abc import Mapping

from wtforms import StringField, TextAreaField

from grants.core.fields import (
    CharacterLimit,
    ChoiceField,
    ChoicesField,
    DatePartsField,
    EmailField,
    MoneyField,
    Option,
    Required,
    TickField,
    WholeNumberField,
    YesNoField,
)
from grants.core.forms import BaseForm, VersionedForm
from grants.reviewing.expense_rules import LONGEST_NOTE, Entry
from grants.reviewing.states import (
    EXPENSE_LABELS,
    KIND_LABELS,
    LEVELS,
    SETTLING_LABELS,
    TIE_LABELS,
    ExpenseKind,
)

LONGEST_REASON = 5000


class ReviewerForm(BaseForm):
    """Who reviews, as what, and how much."""

    email = EmailField("Email address", [Required("Enter the reviewer’s email address")])
    kind = ChoiceField(
        "What kind of reviewer?",
        [Required("Select what kind of reviewer this is")],
        options=[Option(kind.value, label) for kind, label in KIND_LABELS.items()],
    )
    organisation = StringField(
        "Organisation they work for or belong to (optional)",
        [CharacterLimit(300, "The organisation")],
        description="Its name as it stands in bids. They never get a bid it leads or takes part in.",
    )
    most_bids = WholeNumberField(
        "Most bids they will review",
        [Required("Enter the most bids they will review")],
        what="The most bids",
        default=50,
    )


class DeclarationForm(BaseForm):
    """Whether a reviewer has a conflict of interest with one bid."""

    conflict = YesNoField(
        "Do you have a conflict of interest with this bid?",
        [Required("Select yes if you have a conflict of interest with this bid")],
    )
    reason = TextAreaField(
        "If you have one, what is it?",
        [CharacterLimit(LONGEST_REASON, "The reason")],
        description="The programme team reads this.",
    )


class RecordForm(BaseForm):
    """A conflict of interest that somebody else puts on record."""

    email = EmailField("Email address of the person", [Required("Enter the person’s email address")])
    ref = StringField(
        "Reference of the bid", [Required("Enter the bid’s reference")], description="For example, LCR1-0042"
    )
    reason = TextAreaField(
        "What is the conflict?",
        [Required("Enter what the conflict of interest is"), CharacterLimit(LONGEST_REASON, "The reason")],
    )


class SettlementForm(BaseForm):
    """What is decided about a conflict. `deed.options` are set to those its state allows."""

    deed = ChoiceField(
        "What do you decide?",
        [Required("Select what you decide")],
        options=[Option(deed, label) for deed, label in SETTLING_LABELS.items()],
    )
    reason = TextAreaField(
        "Reason",
        [Required("Enter the reason"), CharacterLimit(LONGEST_REASON, "The reason")],
        description="Goes on the record and to the person concerned.",
    )


class InterestForm(BaseForm):
    """An organisation that somebody who judges bids is tied to."""

    organisation = StringField(
        "Name of the organisation",
        [Required("Enter the name of the organisation"), CharacterLimit(300, "The organisation")],
    )
    number = StringField(
        "Its charity or company number (optional)",
        [CharacterLimit(20, "The number")],
        description="It is found by its number however its name is spelt.",
    )
    tie = ChoiceField(
        "What ties you to it?",
        [Required("Select what ties you to it")],
        options=[Option(tie.value, label) for tie, label in TIE_LABELS.items()],
    )
    since = DatePartsField("Since when? (optional)", what="The date it began")
    until = DatePartsField("Until when? (optional)", what="The date it ended")
    note = TextAreaField(
        "Anything else to know (optional)",
        [CharacterLimit(LONGEST_REASON, "The note")],
        description="The programme manager, chairs and auditors read this.",
    )


class PinForm(BaseForm):
    """Why the pin of a conflict of interest is lifted."""

    reason = TextAreaField(
        "Reason",
        [Required("Enter the reason"), CharacterLimit(LONGEST_REASON, "The reason")],
        description="Goes on the record and to the person concerned.",
    )


class ReasonForm(BaseForm):
    """Why something is done; which button was pressed travels as `go`."""

    reason = TextAreaField(
        "Reason",
        [Required("Enter the reason"), CharacterLimit(LONGEST_REASON, "The reason")],
        description="Goes on the record.",
    )


class TeamForm(BaseForm):
    """Who leaves a bid's team and who joins it. The options of both are set to people of the panel."""

    off = ChoiceField("Take off (optional)")
    on = ChoiceField("Put on (optional)")
    beyond = TickField("Give them the bid even if they then read more than they said")
    reason = TextAreaField(
        "Reason",
        [Required("Enter the reason"), CharacterLimit(LONGEST_REASON, "The reason")],
        description="Goes on the record. Each of the two gets an email, without the reason.",
    )


SHARE_OUT = "share"
"""Chosen instead of a person: a proposal is worked out."""


class HandOverForm(BaseForm):
    """Which unfinished bids go to whom. The options of `bids` and `on` are set to those that there are."""

    bids = ChoicesField("Which bids?", message="Select bids that they have still to do")
    on = ChoiceField("Who gets them?", [Required("Select who gets them")])
    until = DatePartsField("By when? (optional)", what="The new date")
    beyond = TickField("Give them the bids even if they then read more than they said")
    reason = TextAreaField(
        "Reason",
        [Required("Enter the reason"), CharacterLimit(LONGEST_REASON, "The reason")],
        description="Goes on the record. Both get an email, without the reason.",
    )


class MoreTimeForm(BaseForm):
    """Until when a reviewer has for what they have not finished."""

    until = DatePartsField("Until when?", [Required("Enter the new date")], what="The new date")
    reason = TextAreaField(
        "Reason",
        [Required("Enter the reason"), CharacterLimit(LONGEST_REASON, "The reason")],
        description="Goes on the record. They get an email with the new date, without the reason.",
    )


class KnowledgeForm(BaseForm):
    """How many bids a reviewer takes at most; a field a theme is added by `knowledge_form`."""

    most_bids = WholeNumberField(
        "Most bids they will review", [Required("Enter the most bids")], what="The most bids"
    )


def theme_field(theme: str) -> str:
    """The name of the field for how well a theme is known."""
    return f"theme_{theme}"


def knowledge_form(themes: Mapping[str, str]) -> type[KnowledgeForm]:
    """The form with a choice of levels for each theme (names by key)."""
    fields = {
        theme_field(key): ChoiceField(
            name,
            [Required(f"Select how well they know {name}")],
            options=[Option(str(level), words) for level, words in LEVELS.items()],
        )
        for key, name in themes.items()
    }
    return type("KnowledgeOfThemes", (KnowledgeForm,), fields)


class ExpenseForm(VersionedForm):
    """Time or an expense of one day. `round.options` are the rounds it may be for."""

    round = ChoiceField("Which round was it for?", [Required("Select the round")], message="Select the round")
    day = DatePartsField("Which day?", [Required("Enter the day")], what="The day")
    kind = ChoiceField(
        "What was it for?",
        [Required("Select what it was for")],
        options=[Option(kind.value, label) for kind, label in EXPENSE_LABELS.items()],
        message="Select what it was for",
    )
    minutes = WholeNumberField("Minutes (if you enter time)", what="The minutes")
    pounds = MoneyField("Amount (if you spent money)")
    note = TextAreaField(
        "Note (optional)",
        [CharacterLimit(LONGEST_NOTE, "The note")],
        description="For example where from and to. Keep your receipt: the council may ask for it.",
    )

    def entry(self) -> Entry:
        """What was typed. Asked for only once the form is valid."""
        return Entry(
            self.day.data,
            ExpenseKind(self.kind.data),
            self.minutes.data or 0,
            self.pounds.data or 0,
            (self.note.data or "").strip(),
        )


class AnswerExpenseForm(VersionedForm):
    """The programme manager's answer. The button says which."""

    reason = TextAreaField(
        "What do you want to know? (needed to query)", [CharacterLimit(LONGEST_NOTE, "The question")]
    )
