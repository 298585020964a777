"""What an organisation says about itself once, for all its bids: read, checked and told."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from grants.accounts import rules
from grants.accounts.states import OrganisationKind
from grants.core.errors import Reason
from grants.core.language import say
from grants.core.money import MOST_PENCE
from grants.core.words import count_words, is_email

MOST_WORDS = 100
LONGEST_ADDRESS = 500
LONGEST_LINK = 200
FIRST_YEAR = 1100
"""Luton had a hospital then; some charities are nearly as old."""

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_PHONE = re.compile(r"\+?[0-9() .-]{7,30}(?:(?:ext|x)\.? ?\d{1,6})?", re.IGNORECASE)
_YEAR_END = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ /.-]*([A-Za-z]{3,9}|\d{1,2})\.?")
LEAP = 2000


@dataclass(frozen=True)
class Profile:
    """An organisation as it describes itself. Text is as typed; income is pence, None where not given."""

    name: str
    kind: OrganisationKind
    charity_number: str = ""
    company_number: str = ""
    postcode: str = ""
    address: str = ""
    phone: str = ""
    website: str = ""
    email: str = ""
    description: str = ""
    founded: int | None = None
    trustees: int | None = None
    """How many of its trustees or committee are not related to each other."""
    year_end: str = ""
    """The last day of its accounts' year, as typed; '' where it is not given."""
    income: int | None = None


def faults(profile: Profile, *, today: date) -> list[Reason]:
    """Everything that is wrong with what was typed, each with the name of its field."""
    return [
        *rules.organisation_faults(profile.name, profile.postcode),
        *rules.number_faults(profile.kind, profile.charity_number, profile.company_number),
        *rules.postcode_faults(profile.postcode),
        *_contact_faults(profile),
        *_figure_faults(profile, today),
    ]


def _contact_faults(profile: Profile) -> Iterator[Reason]:
    if len(profile.address) > LONGEST_ADDRESS:
        yield Reason(say("The address must be %(most)s characters or fewer", most=LONGEST_ADDRESS), "address")
    if profile.phone.strip() and not _PHONE.fullmatch(profile.phone.strip()):
        yield Reason(say("Enter a phone number, like 01582 546000"), "phone")
    if profile.website.strip() and not web_address(profile.website):
        yield Reason(say("Enter a web address, like www.example.org"), "website")
    if profile.email.strip() and not is_email(profile.email.strip()):
        yield Reason(say("Enter an email address in the correct format, like name@example.com"), "email")
    over = count_words(profile.description) - MOST_WORDS
    if over > 0:
        yield Reason(say("The description must be %(most)s words or fewer", most=MOST_WORDS), "description")


def _figure_faults(profile: Profile, today: date) -> Iterator[Reason]:
    if profile.founded is not None and not FIRST_YEAR <= profile.founded <= today.year:
        yield Reason(say("Enter the year it was founded, like 1998"), "founded")
    if profile.trustees is not None and not 0 <= profile.trustees <= 1000:
        yield Reason(say("Enter how many trustees there are, like 5"), "trustees")
    if profile.year_end.strip() and not year_end(profile.year_end):
        yield Reason(say("Enter a day and a month, like 31 March"), "year_end")
    if profile.income is not None and not 0 <= profile.income <= MOST_PENCE:
        yield Reason(say("Enter the income of the last full year in pounds"), "income")


def web_address(text: str) -> str:
    """`text` as an address that a browser opens (https where none is typed), or '' if it cannot be one."""
    plain = text.strip()
    try:
        parts = urlsplit(plain if "://" in plain else f"https://{plain}")
        host = parts.hostname or ""
    except ValueError:
        return ""
    right = parts.scheme in ("http", "https") and re.fullmatch(r"(?:[\w-]+\.)+[\w-]{2,}", host)
    sound = plain.isprintable() and " " not in plain and len(plain) <= LONGEST_LINK and not parts.username
    return parts.geturl() if right and sound else ""


def year_end(text: str) -> str:
    """A day of the year as '31 March', from '31/3', '31 mar' and the like; '' if it cannot be one."""
    found = _YEAR_END.fullmatch(text.strip())
    if found is None:
        return ""
    named = [n for n, name in enumerate(MONTHS, 1) if name.lower().startswith(found[2].lower())]
    month = int(found[2]) if found[2].isdecimal() else (named[0] if len(named) == 1 else 0)
    try:
        day = date(LEAP, month, int(found[1]))
    except ValueError:
        return ""
    return f"{day.day} {MONTHS[day.month - 1]}"
