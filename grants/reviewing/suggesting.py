"""Conflicts of interest that data suggests: whom people are tied to, against who is in the bids."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

PUBLIC_DOMAINS = frozenset((
    "aol.com", "btinternet.com", "btopenworld.com", "duck.com", "fastmail.com", "fastmail.fm",
    "gmail.com", "gmx.co.uk", "gmx.com", "gmx.net", "googlemail.com", "hey.com", "hotmail.co.uk",
    "hotmail.com", "icloud.com", "live.co.uk", "live.com", "mac.com", "mail.com", "me.com", "msn.com",
    "ntlworld.com", "outlook.co.uk", "outlook.com", "pm.me", "proton.me", "protonmail.com", "sky.com",
    "talk21.com", "talktalk.net", "tiscali.co.uk", "tutanota.com", "virgin.net", "virginmedia.com",
    "yahoo.co.uk", "yahoo.com", "ymail.com", "zoho.com",
))  # fmt: skip
"""Domains at which anybody may have an address: sharing one says nothing about two people."""

RESERVED = ("example", "invalid", "localhost", "test", "example.com", "example.net", "example.org")
"""Names that belong to nobody (RFC 2606)."""

LEGAL_FORMS = (
    "charitable incorporated organisation",
    "community interest company",
    "company limited by guarantee",
    "limited",
    "ltd",
    "cic",
    "cio",
    "scio",
    "plc",
    "llp",
    "incorporated",
    "inc",
    "trust",
    "charity",
)
"""Endings that tell a legal form and not who somebody is, the longest first."""


@dataclass(frozen=True)
class Party:
    """An organisation in a bid. `emails` are addresses of its people; any of the fields may be empty."""

    name: str
    number: str = ""
    emails: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bid:
    """A bid by its id and reference, with its lead and partners."""

    id: int
    ref: str
    parties: tuple[Party, ...]


@dataclass(frozen=True)
class Tie:
    """What ties a person to an organisation; `how` ends “The person …”. `own`: they apply for it."""

    how: str
    name: str
    number: str = ""
    own: bool = False


@dataclass(frozen=True)
class Judge:
    """Somebody who judges bids, with what they are tied to and their e-mail address."""

    id: int
    email: str = ""
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """A conflict to propose. `grounds` are sentences by a key that stays as long as the ground does."""

    person: int
    bid: int
    grounds: Mapping[str, str] = field(default_factory=dict)


def plain_name(name: str) -> str:
    """A name without accents, case, punctuation, a leading “the” and legal form; what is left of a name that
    is nothing else is the name.
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold()
    words = " ".join(re.sub(r"[^\w]+|_", " ", re.sub(r"['’.]", "", bare)).split())
    found = words.removeprefix("the ")
    while shorter := next(
        (found.removesuffix(f" {form}") for form in LEGAL_FORMS if found.endswith(f" {form}")), ""
    ):
        found = shorter
    return found or words


def plain_number(number: str) -> str:
    """A charity or company number without spaces and hyphens, in capitals."""
    return re.sub(r"[\W_]", "", number).upper()


def aliases_of(groups: Iterable[str]) -> dict[str, str]:
    """Each domain of a group, with spaces between them, as the group's first."""
    split = [group.lower().split() for group in groups]
    return {domain: names[0] for names in split for domain in names}


def domain_of(email: str, aliases: Mapping[str, str] | None = None) -> str:
    """The domain of an address, an alias as what it stands for; '' where it tells nothing of anybody."""
    domain = email.strip().rpartition("@")[2].lower().rstrip(".")
    if "@" not in email or _is_anybodys(domain):
        return ""
    known = (aliases or {}).get(domain, domain)
    return "" if _is_anybodys(known) else known


def _is_anybodys(domain: str) -> bool:
    return domain in PUBLIC_DOMAINS or any(domain == name or domain.endswith(f".{name}") for name in RESERVED)


def suggest(
    bids: Sequence[Bid], judges: Iterable[Judge], *, aliases: Mapping[str, str] | None = None
) -> list[Suggestion]:
    """Every pair of a person and a bid that something ties together, by person and bid, with all grounds.

    By number, then by name; by the domain of e-mail addresses; and bids in which a partner of a bid of the
    person's own takes part. Takes time in step with bids plus suggestions, not bids times people.
    """
    found = _Index(bids, aliases or {})
    return [
        Suggestion(judge.id, bid, grounds)
        for judge in sorted(judges, key=lambda one: one.id)
        for bid, grounds in sorted(found.grounds_of(judge).items())
    ]


class _Index:
    """Bids by the numbers, plain names and domains of who leads or takes part in them."""

    def __init__(self, bids: Sequence[Bid], aliases: Mapping[str, str]) -> None:
        self.aliases = aliases
        self.bids = {bid.id: bid for bid in bids}
        self.numbers: dict[str, dict[int, str]] = {}
        self.names: dict[str, dict[int, str]] = {}
        self.domains: dict[str, dict[int, str]] = {}
        for bid in bids:
            for party in bid.parties:
                self._enter(self.numbers, plain_number(party.number), bid.id, party.name)
                self._enter(self.names, plain_name(party.name), bid.id, party.name)
                for email in party.emails:
                    self._enter(self.domains, domain_of(email, aliases), bid.id, party.name)

    @staticmethod
    def _enter(index: dict[str, dict[int, str]], key: str, bid: int, name: str) -> None:
        if key:
            index.setdefault(key, {}).setdefault(bid, name)

    def grounds_of(self, judge: Judge) -> dict[int, dict[str, str]]:
        """The person's grounds by bid."""
        grounds: dict[int, dict[str, str]] = {}
        own: set[int] = set()
        for tie in judge.ties:
            for bid, key, name in self._tied(tie):
                grounds.setdefault(bid, {})[key] = (
                    f"The person {tie.how}: {name} leads or takes part in the bid."
                )
                if tie.own:
                    own.add(bid)
        domain = domain_of(judge.email, self.aliases)
        for bid, name in self.domains.get(domain, {}).items():
            grounds.setdefault(bid, {})[f"domain:{domain}"] = (
                f"The person’s e-mail address is at {domain}, like one of {name}, which leads or takes part."
            )
        for bid, key, sentence in self._beside(own):
            grounds.setdefault(bid, {}).setdefault(key, sentence)
        return grounds

    def _tied(self, tie: Tie) -> Iterator[tuple[int, str, str]]:
        number, name = plain_number(tie.number), plain_name(tie.name)
        by_number = self.numbers.get(number, {})
        yield from ((bid, f"number:{number}", party) for bid, party in by_number.items())
        for bid, party in self.names.get(name, {}).items():
            if bid not in by_number:
                yield bid, f"name:{name}", party

    def _beside(self, own: Collection[int]) -> Iterator[tuple[int, str, str]]:
        """Other bids in which somebody takes part who does so in one of the person's own."""
        for mine in sorted(own):
            for party in self.bids[mine].parties:
                tie = Tie("", party.name, party.number)
                for bid, _, name in self._tied(tie):
                    if bid not in own:
                        yield (
                            bid,
                            f"beside:{self.bids[mine].ref}:{plain_name(party.name)}",
                            f"{name} leads or takes part in this bid and in {self.bids[mine].ref}, which the "
                            "person’s own organisation leads or takes part in.",
                        )
