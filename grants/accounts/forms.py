"""What people type about themselves, their organisation and the roles they give."""

from wtforms import HiddenField, StringField, TextAreaField

from grants.accounts import profiles
from grants.accounts.rules import LONGEST_NAME, LONGEST_ORGANISATION, LONGEST_POSTCODE
from grants.accounts.states import KIND_LABELS
from grants.core.fields import (
    CharacterLimit,
    ChoiceField,
    EmailField,
    MoneyField,
    Option,
    Required,
    WholeNumberField,
    WordLimit,
)
from grants.core.forms import BaseForm, VersionedForm
from grants.core.language import mark
from grants.permissions import ROLE_LABELS, MemberRole

MEMBER_OPTIONS = (
    Option(MemberRole.VIEWER, "Viewer", mark("Can read the organisation’s bids")),
    Option(MemberRole.EDITOR, "Editor", mark("Can also write bids")),
    Option(
        MemberRole.SIGNATORY, "Signatory", mark("Can also submit bids, accept offers and decide who belongs")
    ),
)


class SignInForm(BaseForm):
    """Where to send a sign-in link, and the page wanted afterwards."""

    email = EmailField("Email address", [Required("Enter your email address")])
    next_path = HiddenField()


class NameForm(BaseForm):
    """What a person wants to be called."""

    name = StringField("Your name", [Required("Enter your name"), CharacterLimit(LONGEST_NAME, "Your name")])
    next_path = HiddenField()


class MemberForm(BaseForm):
    """What somebody may do for the organisation."""

    role = ChoiceField(
        mark("What may they do?"), [Required(mark("Select what they may do"))], options=MEMBER_OPTIONS
    )


class CodeForm(BaseForm):
    """Six digits from an authenticator app, or a recovery code."""

    code = StringField("Code", [Required("Enter the code"), CharacterLimit(40, "The code")])
    next_path = HiddenField()


class OrganisationForm(BaseForm):
    """The organisation a person acts for. Which number it needs is for the rules."""

    name = StringField(
        "Name of your organisation",
        [Required("Enter the name of your organisation"), CharacterLimit(LONGEST_ORGANISATION, "The name")],
    )
    kind = ChoiceField(
        "What is it?",
        [Required("Select what your organisation is")],
        options=[Option(kind.value, label) for kind, label in KIND_LABELS.items()],
    )
    charity_number = StringField(
        "Charity number",
        description=mark(
            "Charities and CIOs have one: 6 or 7 digits, or like SC012345 or NIC100123."
            " Leave it empty if you have none."
        ),
    )
    company_number = StringField(
        "Company number",
        description=mark(
            "Companies and CICs have one: 8 characters, like 01234567. Leave it empty if you have none."
        ),
    )
    postcode = StringField(
        "Postcode", [Required("Enter the postcode"), CharacterLimit(LONGEST_POSTCODE, "The postcode")]
    )
    same_as = ChoiceField(
        mark("Is it one of these?"),
        description=mark(
            "They have the same name and postcode. If one is yours, we ask its people to let you in."
        ),
    )
    next_path = HiddenField()


class ProfileForm(VersionedForm):
    """What an organisation says about itself for all its bids. What is wrong with it is for the rules."""

    name = StringField(
        mark("Legal name"),
        [Required(mark("Enter the name of your organisation"))],
        description=mark("As it stands in your governing document"),
    )
    kind = ChoiceField(
        mark("What is it?"),
        [Required(mark("Select what your organisation is"))],
        options=[Option(kind.value, label) for kind, label in KIND_LABELS.items()],
    )
    charity_number = StringField(
        mark("Charity number"), description=mark("6 or 7 digits, or like SC012345 or NIC100123")
    )
    company_number = StringField(mark("Company number"), description=mark("8 characters, like 01234567"))
    address = TextAreaField(mark("Address"), description=mark("Without the postcode"))
    postcode = StringField(mark("Postcode"), [Required(mark("Enter the postcode"))])
    phone = StringField(mark("Phone number of the organisation"))
    website = StringField(mark("Website or page"), description=mark("Like www.example.org"))
    email = StringField(
        mark("Public email address"),
        description=mark("An address of the organisation, not of one person"),
    )
    description = TextAreaField(
        mark("What your organisation does"), [WordLimit(profiles.MOST_WORDS, "The description")]
    )
    founded = WholeNumberField(mark("Year it was founded"), what="The year")
    trustees = WholeNumberField(
        mark("Trustees or committee members who are not related to each other"),
        what="The number of trustees",
        description=mark("Related means family, or living at the same address"),
    )
    year_end = StringField(mark("Last day of your accounts’ year"), description=mark("Like 31 March"))
    income = MoneyField(mark("Income in your last full year"), what="The income")


class InviteForm(BaseForm):
    """Whom to invite into an organisation, and as what."""

    email = EmailField("Email address", [Required("Enter the email address of the person to invite")])
    role = ChoiceField("What may they do?", [Required("Select what they may do")], options=MEMBER_OPTIONS)


class AnswerForm(BaseForm):
    """Yes or no to a request or an invitation, by the button that was pressed."""

    answer = ChoiceField(
        "Answer", [Required("Select yes or no")], options=[Option("yes", "Yes"), Option("no", "No")]
    )


class RoleForm(BaseForm):
    """A role to give to somebody."""

    email = EmailField("Email address", [Required("Enter the email address of the person")])
    name = StringField("Name", [CharacterLimit(LONGEST_NAME, "The name")])
    role = ChoiceField(
        "Role",
        [Required("Select a role")],
        options=[Option(role.value, label) for role, label in ROLE_LABELS.items()],
    )
