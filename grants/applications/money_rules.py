"""What is missing or wrong in a bid's budget, its partners and their shares, and their consent."""

from collections.abc import Iterator

from grants.accounts.rules import NUMBER_WANTED, charity_number, company_number
from grants.applications.answer_rules import YES_NO
from grants.applications.facts import BudgetLine, Facts, PartnerEntry, read_amount, total_of
from grants.applications.states import Consent
from grants.core.errors import Reason
from grants.core.language import mark, say, say_count
from grants.core.money import pounds
from grants.core.words import is_email

LONGEST_NAME = 300
LONGEST_NUMBER = 20

NO_MATCH_AMOUNT = mark(
    "Budget line %(number)s: the money from elsewhere must be an amount, like 1,250 or 1250.50"
)


def budget_reasons(facts: Facts) -> list[Reason]:
    """What is missing or wrong in the lines, and whether the ask keeps within the fund's limits."""
    reasons = []
    if facts.definition.rules.answers_required:
        if not facts.budget:
            return [Reason("Add what the money is for to your budget", "budget#lines-0-item")]
        for i, line in enumerate(facts.budget):
            reasons += [
                Reason(text, f"budget#lines-{i}-{name}") for name, text in _line_faults(facts, i, line)
            ]
    return reasons + [Reason(text, "budget#lines-0-amount") for text in _ask_faults(facts)]


def _line_faults(facts: Facts, i: int, line: BudgetLine) -> Iterator[tuple[str, str]]:
    named = say("Budget line %(i)s", i=i + 1)
    amount = read_amount(line.amount)
    if not line.item.strip():
        yield "item", say("%(named)s: enter what the money is for", named=named)
    elif len(line.item) > LONGEST_NAME:
        yield (
            "item",
            say(
                "%(named)s: what the money is for must be %(longest_name)s characters or fewer",
                named=named,
                longest_name=LONGEST_NAME,
            ),
        )
    if line.category not in facts.definition.rules.budget_categories:
        yield "category", say("%(named)s: select a category", named=named)
    if line.amount == "":
        yield "amount", say("%(named)s: enter the amount", named=named)
    elif amount is None:
        yield (
            "amount",
            say("%(named)s: the amount must be an amount of money, like 1,250 or 1250.50", named=named),
        )
    elif amount <= 0 and not read_amount(line.match):
        yield "amount", say("%(named)s: the amount must be more than £0", named=named)
    if len(facts.years()) > 1 and line.year not in facts.years():
        yield "year", say("Budget line %(number)s: select the financial year", number=i + 1)
    yield from _match_faults(i + 1, line)


def _match_faults(number: int, line: BudgetLine) -> Iterator[tuple[str, str]]:
    """What is wrong with the money from elsewhere, which a line may have."""
    match = read_amount(line.match) if line.match != "" else 0
    if match is None:
        yield "match", say(NO_MATCH_AMOUNT, number=number)
    elif match and line.secured not in YES_NO:
        yield (
            "secured",
            say("Budget line %(number)s: select whether the money from elsewhere is secured", number=number),
        )
    elif line.secured and not match:
        yield "match", say("Budget line %(number)s: enter how much comes from elsewhere", number=number)


def _ask_faults(facts: Facts) -> Iterator[str]:
    least, most = facts.definition.amounts.minimum_ask, facts.definition.amounts.maximum_ask
    if facts.ask <= 0:
        yield say("The amount you ask for must be more than £0")
    elif least is not None and facts.ask < least:
        yield say(
            "You ask for %(ask)s. The least a bid can ask for is %(least)s",
            ask=pounds(facts.ask),
            least=pounds(least),
        )
    elif most is not None and facts.ask > most:
        yield say(
            "You ask for %(ask)s. The most a bid can ask for is %(most)s",
            ask=pounds(facts.ask),
            most=pounds(most),
        )


def partner_reasons(facts: Facts) -> list[Reason]:
    """What is missing or wrong about the partners, their number and the shares."""
    least = facts.definition.rules.minimum_organisations
    reasons = []
    if 1 + len(facts.partners) < least:
        told = say_count(
            "Add at least one partner: a bid needs %(least)s organisations or more",
            "Add at least %(count)s partners: a bid needs %(least)s organisations or more",
            least - 1,
            least=least,
        )
        reasons.append(Reason(told, "partners#partners-0-name"))
    for i, partner in enumerate(facts.partners):
        reasons += [
            Reason(text, _place_of(partner, i, name)) for name, text in _partner_faults(facts, i, partner)
        ]
    if facts.partners and facts.definition.rules.answers_required:
        reasons += [Reason(text, "partners#lead_share") for text in share_faults(facts)]
    return reasons


def _place_of(partner: PartnerEntry, i: int, name: str) -> str:
    """A saved partner has a page of its own; its share stands beside the others'."""
    if partner.partner_id is None:
        return f"partners#partners-{i}-{name}"
    if name == "share":
        return f"partners#share-{partner.partner_id}"
    return f"partners/{partner.partner_id}#{name}"


def share_faults(facts: Facts) -> Iterator[str]:
    """Whether the lead's share can be read, and whether all shares add up to the ask, to the penny."""
    if facts.lead_share == "":
        yield say("Enter the lead organisation’s own share, or 0 if it takes none")
    elif read_amount(facts.lead_share) is None:
        yield say("The lead organisation’s share must be an amount of money, like 1,250 or 1250.50")
    shares = total_of([facts.lead_share, *(partner.share for partner in facts.partners)])
    if shares != facts.ask:
        told = mark("The shares add up to %(shares)s. That is %(gap)s less than the %(ask)s you ask for")
        if shares > facts.ask:
            told = mark("The shares add up to %(shares)s. That is %(gap)s more than the %(ask)s you ask for")
        yield say(told, shares=pounds(shares), gap=pounds(abs(shares - facts.ask)), ask=pounds(facts.ask))


def consent_reasons(facts: Facts) -> list[Reason]:
    """Which partners have not confirmed that they take part."""
    if not facts.definition.rules.answers_required:
        return []
    return [
        Reason(
            say(_WAITING[partner.consent], name=partner.name.strip() or say("Partner %(i)s", i=i)),
            f"confirmations#partner-{i}",
        )
        for i, partner in enumerate(facts.partners, 1)
        if partner.consent is not Consent.GIVEN
    ]


_WAITING = {
    Consent.NOT_ASKED: mark("Ask %(name)s to confirm that it takes part"),
    Consent.ASKED: mark("%(name)s has not confirmed yet that it takes part"),
    Consent.DECLINED: mark("%(name)s has declined to take part"),
    Consent.CORRECTION: mark("%(name)s asks for a correction"),
}


def _partner_faults(facts: Facts, i: int, partner: PartnerEntry) -> Iterator[tuple[str, str]]:
    named = partner.name.strip()[:LONGEST_NAME] or say("Partner %(i)s", i=i + 1)
    for field, text in (
        *(("name", text) for text in _name_faults(facts, i, partner.name)),
        *((("kind", say("select the kind of organisation")),) if partner.kind is None else ()),
        *(("number", text) for text in _number_faults(partner)),
        *((("role", say("enter what it will do")),) if not partner.role.strip() else ()),
        *_contact_faults(facts, partner),
        *(("share", text) for text in _share_text_faults(partner)),
    ):
        yield field, f"{named}: {text}"  # names and faults are both told already


def _name_faults(facts: Facts, i: int, name: str) -> Iterator[str]:
    if not name.strip():
        yield say("enter the organisation’s name")
    elif len(name) > LONGEST_NAME:
        yield say("the name must be %(longest_name)s characters or fewer", longest_name=LONGEST_NAME)
    elif _same(name, facts.lead_name):
        yield say("the lead organisation cannot be its own partner")
    elif any(_same(name, other.name) for other in facts.partners[:i]):
        yield say("this partner is here twice")


def _contact_faults(facts: Facts, partner: PartnerEntry) -> Iterator[tuple[str, str]]:
    if not partner.contact_name.strip():
        yield "contact_name", say("enter the name of the person to ask")
    if not partner.contact_email.strip():
        yield "contact_email", say("enter an email address")
    elif not is_email(partner.contact_email.strip()):
        yield "contact_email", say("enter an email address in the correct format, like name@example.com")
    elif partner.contact_email.strip().lower() in facts.lead_emails:
        yield (
            "contact_email",
            say(
                "this person belongs to %(lead)s. Name somebody else of the partner: "
                "a lead cannot confirm to itself",
                lead=facts.lead_name,
            ),
        )


def _share_text_faults(partner: PartnerEntry) -> Iterator[str]:
    if partner.share == "":
        yield say("enter its share, or 0 if it takes none")
    elif read_amount(partner.share) is None:
        yield say("the share must be an amount of money, like 1,250 or 1250.50")


def _number_faults(partner: PartnerEntry) -> Iterator[str]:
    typed = partner.number.strip()
    wanted = NUMBER_WANTED.get(partner.kind) if partner.kind else None
    if wanted == "charity_number" and not typed:
        yield say("enter the charity number")
    elif wanted == "charity_number" and charity_number(typed) is None:
        yield say("enter a charity number like 1123126, SC012345 or NIC100123")
    elif wanted == "company_number" and not typed:
        yield say("enter the company number")
    elif wanted == "company_number" and company_number(typed) is None:
        yield say("enter a company number of 8 characters, like 01234567")
    elif len(typed) > LONGEST_NUMBER:
        yield say("the number must be %(longest_number)s characters or fewer", longest_number=LONGEST_NUMBER)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold() != ""
