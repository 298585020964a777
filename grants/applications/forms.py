"""Forms of a bid. Most are made from the fund file; what they read is kept as typed, right or wrong."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from wtforms import MultipleFileField, StringField, TextAreaField, ValidationError

from grants.accounts.states import KIND_LABELS, OrganisationKind
from grants.applications.budget_sums import in_full
from grants.applications.extension_rules import read_clock
from grants.applications.facts import BudgetLine, PartnerEntry, field_of
from grants.applications.revision_rules import MOST_WORDS
from grants.applications.states import Answer
from grants.core.fields import (
    ChoiceField,
    ChoicesField,
    DatePartsField,
    Option,
    Required,
    TickField,
    VersionField,
    WordLimit,
    YesNoField,
)
from grants.core.forms import BaseForm, RowForm, RowsField
from grants.core.language import mark, say
from grants.core.money import plain_pounds
from grants.programme.definition import (
    DocumentAsked,
    EligibilityQuestion,
    Rubric,
)

MOST_LINES = 60
KINDS = tuple(Option(kind.value, label) for kind, label in KIND_LABELS.items())

FormClass = type[Any]


@lru_cache(maxsize=100)
def start_form(eligibility: tuple[EligibilityQuestion, ...]) -> FormClass:
    """Who leads, and a yes or no for each eligibility question. `lead_id.options` are set per request."""
    fields: dict[str, Any] = {
        "lead_id": ChoiceField(
            "Which organisation leads the bid?", [Required("Select the organisation that leads the bid")]
        )
    }
    for question in eligibility:
        fields[field_of(question.key)] = YesNoField(
            question.text,
            [Required(mark("Answer yes or no: “%(question)s”"), question=question.text)],
            description=question.hint,
        )
    return type("StartForm", (BaseForm,), fields)


class BudgetRow(RowForm):
    """One line of the budget. The categories and the financial years are set per request."""

    item = StringField("What is the money for?")
    category = ChoiceField("Category")
    year = ChoiceField(mark("Financial year"))
    amount = StringField(mark("Amount you ask for"))
    match = StringField(mark("Money for it from elsewhere"))
    secured = ChoiceField(
        mark("Is the money from elsewhere secured?"),
        options=(Option("yes", mark("Yes, it is promised to us")), Option("no", mark("No, not yet"))),
    )


class BudgetForm(BaseForm):
    """The budget's lines."""

    version = VersionField()
    lines = RowsField(BudgetRow, noun=mark("budget line"), least=1, most=MOST_LINES)

    def offer(self, categories: Iterable[str], years: Iterable[str]) -> None:
        """Let each line be of one of `categories` and one of `years`."""
        options = tuple(Option(category, category) for category in categories)
        of_time = tuple(Option(year, in_full(year)) for year in years)
        for entry in self.lines.entries:
            entry.form.category.options, entry.form.year.options = options, of_time

    def typed_lines(self) -> list[BudgetLine]:
        """The lines as typed, blank ones left out."""
        return [
            BudgetLine(
                row["item"] or "",
                row["category"] or "",
                (row["amount"] or "").strip(),
                year=row["year"] or "",
                match=(row["match"] or "").strip(),
                secured=row["secured"] or "",
            )
            for row in self.lines.data
        ]


class NewPartnerForm(BaseForm):
    """The name of a further partner; everything else is asked on its own page."""

    name = StringField(mark("What is the organisation called?"))


class PartnerForm(BaseForm):
    """One partner, without its share. A save keeps all; the rules say what is wrong."""

    version = VersionField()
    name = StringField(mark("Name of the organisation"))
    kind = ChoiceField(mark("What kind of organisation is it?"), options=KINDS)
    number = StringField(
        mark("Charity or company number"),
        description=mark("Needed for a registered charity, a CIO, a company limited by guarantee and a CIC."),
    )
    role = TextAreaField(mark("What will it do in the project?"))
    themes = ChoicesField(
        mark("Which themes does it lead on?"), description=mark("Tick none if it leads none.")
    )
    strands = ChoicesField(
        mark("Which strands does it lead on?"), description=mark("Tick none if it leads none.")
    )
    contact_name = StringField(
        mark("Who can confirm for it?"),
        description=mark("First and last name of somebody of the partner, not of your own organisation."),
    )
    contact_email = StringField(
        mark("Their email address"),
        description=mark("We only use it to ask whether the organisation takes part."),
    )

    def offer(self, rubric: Rubric) -> None:
        """Let the partner lead on the fund's themes and strands."""
        self.themes.options = tuple(Option(theme.key, theme.name) for theme in rubric.themes)
        self.strands.options = tuple(Option(strand.key, strand.name) for strand in rubric.strands)

    def typed_partner(self) -> PartnerEntry:
        """The partner as typed, without a share."""
        known = {kind.value for kind in OrganisationKind}
        return PartnerEntry(
            name=self.name.data or "",
            kind=OrganisationKind(self.kind.data) if self.kind.data in known else None,
            number=self.number.data or "",
            role=self.role.data or "",
            themes=_offered(self.themes),
            strands=_offered(self.strands),
            contact_name=self.contact_name.data or "",
            contact_email=(self.contact_email.data or "").strip(),
            share="",
        )


def _offered(field: Any) -> tuple[str, ...]:
    """What was ticked of what was offered."""
    offered = {option.value for option in field.options}
    return tuple(value for value in field.data or () if value in offered)


def partner_data(partner: PartnerEntry) -> dict[str, Any]:
    """A saved partner for its form."""
    return {
        "name": partner.name,
        "kind": partner.kind.value if partner.kind else None,
        "number": partner.number,
        "role": partner.role,
        "themes": list(partner.themes),
        "strands": list(partner.strands),
        "contact_name": partner.contact_name,
        "contact_email": partner.contact_email,
    }


def share_field(partner_id: int) -> str:
    """The name and id of the box for one partner's share."""
    return f"share-{partner_id}"


def shares_form(lead: str, partners: Sequence[PartnerEntry]) -> FormClass:
    """The lead's share and each saved partner's, beside each other."""
    fields: dict[str, Any] = {"version": VersionField(), "lead_share": StringField(lead)}
    for number, partner in enumerate(partners, 1):
        name = partner.name.strip() or say("Partner %(number)s", number=number)
        fields[share_field(partner.partner_id or 0)] = StringField(name)
    return type("SharesForm", (BaseForm,), fields)


def typed_shares(form: Any) -> dict[int, str]:
    """The partners' shares as typed, by partner."""
    return {
        int(field.name.removeprefix("share-")): (field.data or "").strip()
        for field in form
        if field.name.startswith("share-")
    }


class LeavingForm(BaseForm):
    """Why a partner leaves, and the new partner that comes instead, if one does. Shares are asked beside."""

    reason = TextAreaField(
        mark("Why does it leave?"),
        description=mark("The partner, the programme team and the chair of the panel read this."),
    )
    new_name = StringField(mark("Name of the organisation"))
    new_kind = ChoiceField(mark("What kind of organisation is it?"), options=KINDS)
    new_number = PartnerForm.number
    new_role = TextAreaField(mark("What will it do in the project?"))
    new_share = StringField(mark("Its share"))
    new_contact_name = StringField(mark("Who can confirm for it?"))
    new_contact_email = StringField(mark("Their email address"))

    def newcomer(self) -> PartnerEntry | None:
        """The new partner as typed; None if nothing was."""
        typed = {
            field.name.removeprefix("new_"): (field.data or "").strip()
            for field in self
            if field.name.startswith("new_")
        }
        if not any(typed.values()):
            return None
        known = {kind.value for kind in OrganisationKind}
        kind = OrganisationKind(typed["kind"]) if typed["kind"] in known else None
        return PartnerEntry(
            name=typed["name"],
            kind=kind,
            number=typed["number"],
            role=typed["role"],
            share=typed["share"],
            contact_name=typed["contact_name"],
            contact_email=typed["contact_email"],
        )


def leaving_form(lead: str, staying: Sequence[PartnerEntry]) -> FormClass:
    """`LeavingForm` with the shares of the lead and of those who stay."""
    shares = {name: field for name, field in vars(shares_form(lead, staying)).items() if "share" in name}
    return type("LeavingSharesForm", (LeavingForm,), shares)


class AwardSharesForm(BaseForm):
    """Why a partial award is shared out like this. Shares are asked beside."""

    reason = TextAreaField(
        mark("Why is the award shared out like this?"),
        description=mark("Every partner reads this."),
    )


def award_shares_form(lead: str, partners: Sequence[PartnerEntry]) -> FormClass:
    """`AwardSharesForm` with the shares of the lead and of every partner."""
    shares = {name: field for name, field in vars(shares_form(lead, partners)).items() if "share" in name}
    return type("ProposedSharesForm", (AwardSharesForm,), shares)


def budget_rows(lines: Sequence[BudgetLine]) -> list[dict[str, Any]]:
    """Saved lines for the form."""
    return [
        {
            "item": line.item,
            "category": line.category,
            "year": line.year or None,
            "amount": shown(line.amount),
            "match": shown(line.match),
            "secured": line.secured or None,
        }
        for line in lines
    ]


def shown(amount: int | str) -> str:
    """Pence as a box shows them ('1250' or '1250.50'); text that is no amount as it was typed."""
    return amount if isinstance(amount, str) else plain_pounds(amount).removesuffix(".00")


class AddressForm(BaseForm):
    """Where a partner without an address can be asked. One a partner, told apart by its prefix."""

    email = StringField(mark("Email address of somebody who can answer for this partner"))


class ConsentForm(BaseForm):
    """A partner's answer."""

    answer = ChoiceField(
        mark("Does your organisation take part?"),
        [Required(mark("Select whether your organisation takes part"))],
        options=(
            Option(Answer.YES, mark("Yes, we take part as shown above")),
            Option(Answer.CORRECT, mark("Something is wrong and should be corrected first")),
            Option(Answer.NO, mark("No, we do not take part")),
        ),
    )
    name = StringField(mark("Your name"))
    reason = TextAreaField(
        mark("If not, what is wrong, or why do you not take part?"),
        description=mark("The lead organisation will read this."),
    )


class SendForm(BaseForm):
    """The declaration."""

    declared = TickField("I make this declaration for the lead organisation")


class ReasonForm(BaseForm):
    """Why something is done. The label is set per page."""

    reason = TextAreaField("Reason", [Required("Enter the reason")])


def ask_field(key: str) -> str:
    """The name of the box for what should change on the page `key`."""
    return f"ask-{key}"


@lru_cache(maxsize=100)
def changes_form(titles: tuple[tuple[str, str], ...]) -> FormClass:
    """What should change on which of the pages, given as (key, title); why, and by when (UK time)."""
    fields: dict[str, Any] = {
        ask_field(key): TextAreaField(title, [WordLimit(MOST_WORDS, f"What should change in “{title}”")])
        for key, title in titles
    }
    return type(
        "ChangesForm",
        (BaseForm,),
        {
            **fields,
            "reason": TextAreaField(
                "Why do you ask for changes?",
                [Required("Enter the reason why you ask for changes"), WordLimit(MOST_WORDS, "The reason")],
            ),
            "due": DatePartsField(
                "By when must the changes be sent?",
                [Required("Enter the date by which the changes must be sent")],
                what="The date",
            ),
            "due_time": StringField(
                "Before what time on that day? (UK time)", [Required("Enter a time"), _readable_clock]
            ),
        },
    )


def _readable_clock(form: Any, field: Any) -> None:
    if field.data and read_clock(field.data) is None:
        raise ValidationError("Enter a time of day, like 5pm or 17:00")


class DeclineToSignForm(BaseForm):
    """Why a signatory does not send the bid."""

    reason = TextAreaField(
        mark("Why do you not sign?"), description=mark("The people who write the bid read this.")
    )


@lru_cache(maxsize=100)
def documents_form(asked: DocumentAsked) -> FormClass:
    """The files for one document that the fund asks for, and its date if that is wanted."""
    fields: dict[str, Any] = {"files": MultipleFileField(mark("File"))}
    if asked.dated:
        fields["dated"] = DatePartsField(mark("Date of the document"), what=mark("The date"))
    return type("DocumentsForm", (BaseForm,), fields)
