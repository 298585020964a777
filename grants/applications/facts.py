"""What is known of a draft when its rules are asked: plain records of what was typed, and how typed text is
read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from grants.accounts.states import OrganisationKind
from grants.applications.states import Consent
from grants.core.money import parse_pounds
from grants.programme.definition import Coverage, FundDefinition
from grants.programme.fund_calendar import financial_years

ADDRESSED = "addressed"
"""Where a theme page keeps 'yes' or 'no'; its other keys are strands."""

CLAIMS = "claims"
"""The key of the page that says which themes the bid addresses, where the fund counts only those."""

CLAIMED = "themes"
"""Where that page keeps them, one a line."""

Amount = int | str
"""Whole pence, or the text as typed where it is no amount of money ('' where nothing was typed)."""


@dataclass(frozen=True)
class BudgetLine:
    """One line of the budget as typed. `amount` is what the fund is asked for, in the financial `year`.

    `match` is what comes from elsewhere, `secured` 'yes' or 'no'. Lines saved before these were asked lack
    them.
    """

    item: str
    category: str
    amount: Amount
    year: str = ""
    match: Amount = ""
    secured: str = ""


@dataclass(frozen=True)
class PartnerEntry:
    """One partner as typed. `partner_id` is None for a row that was not saved before."""

    name: str
    kind: OrganisationKind | None
    contact_name: str
    contact_email: str
    role: str
    share: Amount
    number: str = ""
    partner_id: int | None = None
    consent: Consent = Consent.NOT_ASKED
    themes: tuple[str, ...] = ()
    strands: tuple[str, ...] = ()


@dataclass(frozen=True)
class DocumentEntry:
    """One file of the bid, for one of the documents that the fund asks for. `size` is bytes.

    `usable` is False for one that nobody can open: a virus was found in it, or it could not be scanned.
    """

    requirement: str
    name: str
    file_id: int = 0
    sha256: str = ""
    size: int = 0
    dated: date | None = None
    usable: bool = True


@dataclass(frozen=True)
class Facts:
    """A bid as it stands, for the rules. `pages` maps the key of every saved page to its answers as typed.

    `ask` is pence: the sum of the budget's readable amounts, or what an imported bid says.
    """

    definition: FundDefinition
    lead_name: str
    lead_kind: OrganisationKind
    ask: int
    pages: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    budget: tuple[BudgetLine, ...] = ()
    lead_share: Amount = ""
    partners: tuple[PartnerEntry, ...] = ()
    lead_emails: frozenset[str] = frozenset()
    """Addresses of the lead's own people, in lower case: none of them can confirm for a partner."""
    documents: tuple[DocumentEntry, ...] = ()
    lead_outside: str = ""
    """Where the lead's postcode is known to lie, if that is not in the fund's area and the fund minds."""

    def answer(self, section: str, question: str) -> str:
        """What was typed for a question, '' where nothing was."""
        given = self.given(section, question)
        return given if isinstance(given, str) else ""

    def given(self, section: str, question: str) -> Any:
        """The answer to a question in the shape in which it is kept (`answers`), '' where there is none."""
        return self.pages.get(section, {}).get(question, "")

    def known_answer(self, question: str) -> str:
        """What was typed for a question that the service itself uses, wherever the fund asks it."""
        given = self.known(question)
        return given if isinstance(given, str) else ""

    def known(self, question: str) -> Any:
        """The answer to a question that the service itself uses, in the shape in which it is kept."""
        return next(
            (given for section in self.definition.sections if (given := self.given(section.key, question))),
            "",
        )

    def years(self) -> tuple[str, ...]:
        """The financial years in which the fund's money can be spent, such as '2022-23'."""
        return financial_years(self.definition.calendar)

    def asks_for_claims(self) -> bool:
        """Whether a page of its own says which themes the bid addresses."""
        return self.definition.rubric.coverage is Coverage.CLAIMED

    def claimed(self) -> list[str]:
        """The themes whose pages belong to the bid: all of them, or those it claims, in the fund's order.

        A draft from before claims had a page of their own claims what its theme pages address.
        """
        themes = self.definition.rubric.theme_keys
        return [theme for theme in themes if not self.asks_for_claims() or self.addressed(theme)]

    def addressed(self, theme: str) -> bool | None:
        """Whether the bid addresses the theme; None while it is undecided."""
        if self.asks_for_claims() and CLAIMS in self.pages:
            return theme in self.answer(CLAIMS, CLAIMED).split("\n")
        return {"yes": True, "no": False}.get(self.answer(theme_page(theme), ADDRESSED))

    def undecided(self) -> list[str]:
        """The themes of which nothing has been said yet."""
        return [theme for theme in self.definition.rubric.theme_keys if self.addressed(theme) is None]


def field_of(key: str) -> str:
    """The name and id of a question's field on its page; so a fund's keys never meet a form's own names."""
    return f"q-{key}"


def theme_page(theme: str) -> str:
    """The key of a theme's page, such as 'theme:youth'."""
    return f"theme:{theme}"


def partner_page(partner_id: int) -> str:
    """The key of one partner's page, such as 'partner:12'."""
    return f"partner:{partner_id}"


def read_amount(typed: Amount) -> int | None:
    """Pence, or None for what is no amount of money."""
    if isinstance(typed, int):
        return typed
    try:
        return parse_pounds(typed)
    except ValueError:
        return None


def as_amount(typed: Amount) -> Amount:
    """`typed` as pence where it can be read, else the text without spaces around it."""
    read = read_amount(typed)
    return str(typed).strip() if read is None else read


def read_date(typed: str) -> date | None:
    """A date kept as '2022-04-01', or None for anything else that was typed."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def total_of(amounts: Iterable[Amount]) -> int:
    """The sum of those amounts that can be read, pence."""
    return sum(read_amount(amount) or 0 for amount in amounts)
