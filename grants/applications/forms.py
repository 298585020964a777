"""Forms of a bid. Most are made from the fund file; what they read is kept as typed, right or wrong."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from wtforms import Field, HiddenField, StringField, TextAreaField

from grants.accounts.states import KIND_LABELS, OrganisationKind
from grants.applications.facts import BudgetLine, PartnerEntry, field_of, read_date
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
from grants.core.money import plain_pounds
from grants.programme.definition import AnswerKind, EligibilityQuestion, Question, Section, Strand

MOST_LINES = 60
MOST_PARTNERS = 20
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
            question.text, [Required(f"Answer yes or no: “{question.text}”")], description=question.hint
        )
    return type("StartForm", (BaseForm,), fields)


@lru_cache(maxsize=1000)
def section_form(section: Section) -> FormClass:
    """One page of the fund's questions. A save keeps all; the rules say what is wrong."""
    fields: dict[str, Any] = {field_of(question.key): _field_for(question) for question in section.questions}
    return type("SectionForm", (BaseForm,), {"version": VersionField(), **fields})


@lru_cache(maxsize=100)
def theme_form(strands: tuple[Strand, ...]) -> FormClass:
    """One long answer a strand."""
    fields: dict[str, Any] = {
        field_of(strand.key): TextAreaField(
            strand.question,
            [WordLimit(strand.word_limit)] if strand.word_limit else [],
            description=strand.hint,
        )
        for strand in strands
    }
    return type("ThemeForm", (BaseForm,), {"version": VersionField(), **fields})


def _field_for(question: Question) -> Any:
    label, hint = question.text, question.hint
    limits = [WordLimit(question.word_limit)] if question.word_limit else []
    match question.kind:
        case AnswerKind.LONG_TEXT:
            return TextAreaField(label, limits, description=hint)
        case AnswerKind.YES_NO:
            return YesNoField(label, description=hint)
        case AnswerKind.DATE:
            return DatePartsField(label, description=hint)
        case AnswerKind.CHOICES:
            options = [Option(choice, choice) for choice in question.choices]
            return ChoicesField(label, options=options, description=hint)
        case _:
            return StringField(label, limits, description=hint)


def fill(form: Any, answers: Mapping[str, str]) -> None:
    """Put saved answers into a page's fields, also those that are wrong."""
    for field in form:
        typed = answers.get(field.name.removeprefix("q-"), "") if field.name.startswith("q-") else ""
        if isinstance(field, DatePartsField):
            _fill_date(field, typed)
        elif isinstance(field, YesNoField):
            field.data = {"yes": True, "no": False}.get(typed)
        elif isinstance(field, ChoicesField):
            field.data = typed.split("\n") if typed else []
        elif field.name.startswith("q-"):
            field.data = typed


def typed_in(form: Any) -> dict[str, str]:
    """What was typed into a page's fields, by question key, as the rules read it."""
    return {field.name.removeprefix("q-"): _as_text(field) for field in form if field.name.startswith("q-")}


def _fill_date(field: DatePartsField, typed: str) -> None:
    field.data = read_date(typed)
    if field.data is not None:
        field.typed = {part: str(getattr(field.data, part)) for part in field.PARTS}
    elif typed:
        field.typed = dict(zip(field.PARTS, [*typed.split("/", 2), "", ""], strict=False))


def _as_text(field: Field) -> str:
    if isinstance(field, DatePartsField):
        parts = [field.typed[part].strip() for part in field.PARTS]
        return field.data.isoformat() if field.data else "/".join(parts) if any(parts) else ""
    if isinstance(field, YesNoField):
        return {True: "yes", False: "no"}.get(field.data, "")
    if isinstance(field, ChoicesField):
        return "\n".join(field.data or ())
    return str(field.data or "")


class BudgetRow(RowForm):
    """One line of the budget. The categories are set per request."""

    item = StringField("What is the money for?")
    category = ChoiceField("Category")
    amount = StringField("Amount")


class BudgetForm(BaseForm):
    """The budget's lines."""

    version = VersionField()
    lines = RowsField(BudgetRow, noun="budget line", least=1, most=MOST_LINES)

    def offer(self, categories: Iterable[str]) -> None:
        """Let each line be of one of `categories`."""
        options = tuple(Option(category, category) for category in categories)
        for entry in self.lines.entries:
            entry.form.category.options = options

    def typed_lines(self) -> list[BudgetLine]:
        """The lines as typed, blank ones left out."""
        return [
            BudgetLine(row["item"] or "", row["category"] or "", (row["amount"] or "").strip())
            for row in self.lines.data
        ]


class PartnerRow(RowForm):
    """One partner."""

    partner_id = HiddenField()
    name = StringField("Name of the organisation")
    kind = ChoiceField("What kind of organisation is it?", options=KINDS)
    number = StringField(
        "Charity or company number",
        description="Needed for a registered charity, a CIO, a company limited by guarantee and a CIC.",
    )
    role = TextAreaField("What will it do in the project?")
    share = StringField(
        "Its share of the amount you ask for", description="In pounds. Enter 0 if it takes no money."
    )
    contact_name = StringField("Who can confirm for it?", description="First and last name.")
    contact_email = StringField(
        "Their email address", description="We only use it to ask whether the organisation takes part."
    )

    def is_blank(self) -> bool:
        """Whether nothing was typed. A saved partner whose boxes were all emptied is blank too."""
        return not any(str(field.data or "").strip() for field in self if field is not self.partner_id)


class PartnersForm(BaseForm):
    """The partners and the lead's own share."""

    version = VersionField()
    partners = RowsField(PartnerRow, noun="partner", least=1, most=MOST_PARTNERS)
    lead_share = StringField(
        "Share of the lead organisation", description="In pounds. Enter 0 if it takes no money."
    )

    def typed_partners(self) -> list[PartnerEntry]:
        """The partners as typed, blank ones left out."""
        return [_partner_entry(row) for row in self.partners.data]


def _partner_entry(row: Mapping[str, Any]) -> PartnerEntry:
    number = row["partner_id"] or ""
    known = {kind.value for kind in OrganisationKind}
    return PartnerEntry(
        partner_id=int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None,
        name=row["name"] or "",
        kind=OrganisationKind(row["kind"]) if row["kind"] in known else None,
        number=row["number"] or "",
        role=row["role"] or "",
        share=(row["share"] or "").strip(),
        contact_name=row["contact_name"] or "",
        contact_email=(row["contact_email"] or "").strip(),
    )


def budget_rows(lines: Sequence[BudgetLine]) -> list[dict[str, Any]]:
    """Saved lines for the form."""
    return [{"item": line.item, "category": line.category, "amount": shown(line.amount)} for line in lines]


def partner_rows(partners: Sequence[PartnerEntry]) -> list[dict[str, Any]]:
    """Saved partners for the form."""
    return [
        {
            "partner_id": str(partner.partner_id or ""),
            "name": partner.name,
            "kind": partner.kind.value if partner.kind else None,
            "number": partner.number,
            "role": partner.role,
            "share": shown(partner.share),
            "contact_name": partner.contact_name,
            "contact_email": partner.contact_email,
        }
        for partner in partners
    ]


def shown(amount: int | str) -> str:
    """Pence as a box shows them ('1250' or '1250.50'); text that is no amount as it was typed."""
    return amount if isinstance(amount, str) else plain_pounds(amount).removesuffix(".00")


class ConsentForm(BaseForm):
    """A partner's answer."""

    answer = ChoiceField(
        "Does your organisation take part?",
        [Required("Select whether your organisation takes part")],
        options=(Option("yes", "Yes, we take part as shown above"), Option("no", "No, we do not take part")),
    )
    name = StringField("Your name")
    reason = TextAreaField("If no, why not?", description="The lead organisation will read this.")


class SendForm(BaseForm):
    """The declaration."""

    declared = TickField("I make this declaration for the lead organisation")


class ReasonForm(BaseForm):
    """Why something is done. The label is set per page."""

    reason = TextAreaField("Reason", [Required("Enter the reason")])
