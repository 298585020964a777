"""Plain rules: register numbers, paths to return to, how long things last, who may hold which roles."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit

from grants.accounts.states import OrganisationKind
from grants.core.errors import Reason
from grants.core.language import say
from grants.geography.postcodes import postcode
from grants.permissions import ROLE_LABELS, Role

LINK_LIFE = timedelta(minutes=30)
"""How long a sign-in link works: mail can be slow, a link left in a mailbox should not stay a key."""

MOST_LINKS = 5
LINK_WINDOW = timedelta(minutes=15)
"""At most `MOST_LINKS` links to one address in any such window, so that nobody's mailbox can be flooded."""

FRESH_TO_OPEN = timedelta(minutes=10)
FRESH_TO_SEND = timedelta(minutes=30)
"""How long ago somebody may have signed in to open a page about money, and to send it: the time between is
for looking up what it asks.
"""

LINKS_KEPT = timedelta(days=1)

WORDS_KEPT = timedelta(days=1)
"""How long words sent by somebody signed out wait for them: a night's sleep, and no longer."""

MOST_WORDS_KEPT = 20
LONGEST_WORDS_KEPT = 300_000
"""Forms kept for one person, and characters of one form: several times the longest bid's page."""

MOST_INVITATIONS = 20
INVITATION_WINDOW = timedelta(days=1)
"""What one person may send in any such window: the service is not to carry strangers' advertisements."""

INVITE_AGAIN_AFTER = timedelta(hours=1)

APPLICANT_IDLE = timedelta(hours=12)
"""Bids are written over a long day with breaks, often on one's own machine, and see only one's own group."""

STAFF_IDLE = timedelta(hours=2)
"""Staff see everybody's bids on shared office machines; two hours still cover the reading of a long bid."""

APPLICANT_LONGEST = timedelta(days=7)
STAFF_LONGEST = timedelta(hours=12)
"""However busy, staff sign in and give their second factor again each working day."""

TRIES_BEFORE_LOCK = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)

LONGEST_NEXT = 500
LONGEST_NAME = 200
LONGEST_ORGANISATION = 300
LONGEST_POSTCODE = 10

REGISTER_PREFIXES = ("GB-CHC-", "GB-SC-", "GB-NIC-", "GB-COH-")

_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")

CHARITY_SHAPES: tuple[tuple[re.Pattern[str], str, int], ...] = (
    (re.compile(r"0*([1-9]\d{5,6})"), "", 0),
    (re.compile(r"SC(\d{4,6})"), "SC", 6),
    (re.compile(r"SCO(\d{5})"), "SC", 6),
    (re.compile(r"NIC?(1\d{5})"), "NIC", 6),
)
"""Registers of England and Wales, Scotland and Northern Ireland: shape of the number, prefix, digits it is
filled to.

A letter O typed for the first nought of a Scottish number is taken as one. Northern Ireland's numbers
begin at 100000; six digits are otherwise taken for one of England and Wales, so the prefix is needed.
"""

COMPANY_PREFIXES = (
    "AC", "BR", "CE", "CS", "FC", "FE", "GE", "GN", "GS", "IC", "IP", "LP", "NA", "NC", "NF", "NI", "NL",
    "NO", "NP", "NR", "NV", "NZ", "OC", "OE", "PC", "R0", "RC", "RS", "SA", "SC", "SE", "SF", "SG", "SI",
    "SL", "SO", "SP", "SR", "SZ", "ZC",
)  # fmt: skip
"""Companies House's own prefixes of the eight-character company number."""

COMPANY_SHAPES: tuple[tuple[re.Pattern[str], str, int], ...] = (
    (re.compile(r"(\d{5,8})"), "", 8),
    *((re.compile(f"{prefix}(\\d{{3,6}})"), prefix, 6) for prefix in COMPANY_PREFIXES),
    *((re.compile(f"{prefix}(\\d{{3,5}}R)"), prefix, 6) for prefix in ("IP", "SP", "NP", "RS")),
    (re.compile(r"NIO(\d{5})"), "NI", 6),
    (re.compile(r"SCO(\d{5})"), "SC", 6),
)
"""Eight characters: digits alone, or two letters and six digits; an R ends the number of some old
registered societies."""


def charity_number(text: str) -> str | None:
    """`text` as its register writes it ('1234567', 'SC012345', 'NIC100123'), or None if it is not a
    charity number.

    Takes spaces, 'GB-CHC-' and its like, and the '.0' a spreadsheet adds. The number of a linked charity
    ('1234567-1') is that of its main charity, with which it is one for registration and accounts (Charities
    Act 2011, section 12).
    """
    return _fit(re.sub(r"^([1-9]\d{5,6})[-/]\d{1,3}$", r"\1", _bare(text)), CHARITY_SHAPES)


def company_number(text: str) -> str | None:
    """`text` as Companies House writes it, eight characters ('01234567', 'SC123456'), or None if it is no
    company number."""
    return _fit(_bare(text), COMPANY_SHAPES)


def register_id(charity: str | None, company: str | None) -> str | None:
    """The organisation's identifier in open data (org-id.guide), from normalised numbers: the charity's
    first."""
    if charity and charity.startswith("SC"):
        return f"GB-SC-{charity}"
    if charity and charity.startswith("NIC"):
        return f"GB-NIC-{charity.removeprefix('NIC')}"
    if charity:
        return f"GB-CHC-{charity}"
    return f"GB-COH-{company}" if company else None


def _bare(text: str) -> str:
    bare = re.sub(r"[\s.]+", "", re.sub(r"\.0$", "", text.strip())).upper()
    for prefix in REGISTER_PREFIXES:
        if bare.startswith(prefix):
            return bare.removeprefix(prefix) if prefix != "GB-NIC-" else "NIC" + bare.removeprefix(prefix)
    return bare


def _fit(bare: str, shapes: tuple[tuple[re.Pattern[str], str, int], ...]) -> str | None:
    if not bare.isascii():
        return None
    for shape, prefix, digits in shapes:
        found = shape.fullmatch(bare)
        if found and found[1].strip("0R"):
            return prefix + found[1].zfill(digits)
    return None


NUMBER_WANTED: Mapping[OrganisationKind, str] = {
    OrganisationKind.REGISTERED_CHARITY: "charity_number",
    OrganisationKind.CIO: "charity_number",
    OrganisationKind.CLG: "company_number",
    OrganisationKind.CIC: "company_number",
}
"""The number that an organisation of this kind cannot be without."""


def number_faults(kind: OrganisationKind, charity: str, company: str) -> list[Reason]:
    """What is wrong with the numbers typed for an organisation of `kind`; empty text means none was given."""
    faults = []
    if charity.strip() and charity_number(charity) is None:
        faults.append(Reason("Enter a charity number like 1234567, SC012345 or NIC100123", "charity_number"))
    if company.strip() and company_number(company) is None:
        faults.append(Reason("Enter a company number of 8 characters, like 01234567", "company_number"))
    wanted = NUMBER_WANTED.get(kind)
    if wanted == "charity_number" and not charity.strip():
        faults.append(Reason("Enter the charity number", "charity_number"))
    if wanted == "company_number" and not company.strip():
        faults.append(Reason("Enter the company number", "company_number"))
    return faults


def organisation_faults(name: str, postcode: str) -> list[Reason]:
    """What is wrong with an organisation's name and postcode, wherever they come from."""
    faults = []
    if not 0 < len(on_one_line(name)) <= LONGEST_ORGANISATION:
        faults.append(
            Reason(
                say(
                    "The name must have 1 to %(longest_organisation)s characters",
                    longest_organisation=LONGEST_ORGANISATION,
                ),
                "name",
            )
        )
    if len(plain_postcode(postcode)) > LONGEST_POSTCODE:
        faults.append(
            Reason(
                say(
                    "The postcode must be %(longest_postcode)s characters or fewer",
                    longest_postcode=LONGEST_POSTCODE,
                ),
                "postcode",
            )
        )
    return faults


def postcode_faults(text: str) -> list[Reason]:
    """What is wrong with a postcode that a person typed; files from elsewhere are not held to this."""
    if postcode(text) is None:
        return [Reason(say("Enter a full UK postcode, like LU1 2AB"), "postcode")]
    return []


def plain_postcode(text: str) -> str:
    """A postcode as Royal Mail writes it; what cannot be one in capitals and without spaces around it."""
    return postcode(text) or text.strip().upper()


def plain_name(name: str) -> str:
    """A name as it is compared: letters and digits alone, small, '&' for 'and', without a 'the' before it."""
    words = re.findall(r"[^\W_]+", name.casefold().replace("&", " and ").replace("'", "").replace("’", ""))
    return "".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def on_one_line(name: str) -> str:
    """A name as typed, but on one line and without spaces around it: names stand in subjects and lists."""
    return _BREAKS.sub(" ", name).strip()


def plain_email(text: str) -> str:
    """An e-mail address as it is stored and compared: without spaces around it, in lower case."""
    return text.strip().lower()


def local_path(text: str) -> str:
    """`text` if it is a path on this site, with its query; otherwise ''.

    Browsers take '\\' for '/', drop tabs and line ends, and read '//host' as another site, so all of these
    are refused, also when percent-encoded once or twice.
    """
    plain = unquote(unquote(text))
    if not text.startswith("/") or len(text) > LONGEST_NEXT:
        return ""
    if plain.startswith("//") or "\\" in plain or not plain.isprintable():
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else text


def client_of(address: str) -> str:
    """What requests from `address` are counted under: an IPv4 address, or the /64 that one IPv6 customer
    has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ip_network((parsed, 64), strict=False))


def lock_after(failures: int) -> timedelta | None:
    """How long the second factor is locked after so many failures in a row: none, then 1, 2, 4 … minutes,
    at most an hour.

    At the longest wait a guesser has 24 tries a day at three valid codes in a million: an even chance
    after 26 years.
    """
    if failures < TRIES_BEFORE_LOCK:
        return None
    return min(FIRST_LOCK * (1 << min(failures - TRIES_BEFORE_LOCK, 20)), LONGEST_LOCK)


def is_alive(*, signed_in_at: datetime, seen_at: datetime, staff: bool, now: datetime) -> bool:
    """Whether a session begun and last seen at these times is still good at `now`."""
    return now < alive_until(signed_in_at=signed_in_at, seen_at=seen_at, staff=staff)


def alive_until(*, signed_in_at: datetime, seen_at: datetime, staff: bool) -> datetime:
    """When a session begun and last seen at these times ends if nobody comes."""
    idle, longest = (STAFF_IDLE, STAFF_LONGEST) if staff else (APPLICANT_IDLE, APPLICANT_LONGEST)
    return min(seen_at + idle, signed_in_at + longest)


def roles_clash(held: Collection[Role], wanted: Role) -> str:
    """Why `wanted` may not be held beside `held`, or ''. An auditor who does anything else would audit
    themselves.

    Other combinations stand: that who scored a bid cannot release its money is decided bid by bid.
    """
    others = [role for role in held if role is not wanted]
    if not others:
        return ""
    if wanted is Role.AUDITOR:
        labels = " and ".join(sorted(ROLE_LABELS[role].lower() for role in others))
        return say("An auditor may hold no other role. This person already has: %(labels)s.", labels=labels)
    if Role.AUDITOR in others:
        return say("This person is an auditor, who may hold no other role.")
    return ""
