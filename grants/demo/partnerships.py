"""The invented groups and partnerships as they stand in the files of `story/`, and the words they share."""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from grants.accounts.states import OrganisationKind

_FOLDER = Path(__file__).parent / "story"

ROUNDS = (1, 2, 3)

CATEGORIES = {
    "staff": "Staff and freelance workers",
    "volunteers": "Volunteers' expenses",
    "citizens": "Payments to citizens for their time",
    "venues": "Rooms and venues",
    "equipment": "Equipment and materials",
    "travel": "Travel",
    "training": "Training",
    "access": "Access: interpreters, childcare and transport for people taking part",
    "learning": "Listening, learning and evaluation",
    "running": "Running costs of the organisations",
    "other": "Other",
}
"""Short names of the fund file's kinds of cost."""


class Fate(StrEnum):
    """What has become of a bid by today."""

    ACTIVE = "active"
    CLOSED = "closed"
    TERMINATED = "terminated"
    OFFERED = "offered"
    OFFER_LAPSED = "offer_lapsed"
    OFFER_DECLINED = "offer_declined"
    DECLINED = "declined"
    RESERVE = "reserve"
    DEFERRED = "deferred"
    INELIGIBLE = "ineligible"
    WITHDRAWN = "withdrawn"
    DRAFT_LAPSED = "draft_lapsed"
    DECIDED_FUND = "decided_fund"
    DECIDED_WAITING = "decided_waiting"
    DECIDED_DECLINE = "decided_decline"
    SCORED = "scored"
    SCORED_AGREED = "scored_agreed"
    LATE_CONFLICT = "late_conflict"
    REVIEW_TWO = "review_two"
    REVIEW_ONE = "review_one"
    REVIEW_CONFLICT = "review_conflict"
    REVIEW_NONE = "review_none"
    SUBMITTED = "submitted"
    SENT = "sent"
    READY = "ready"
    WAITING_PARTNER = "waiting_partner"
    PARTNER_DECLINED = "partner_declined"
    HALF_DONE = "half_done"
    BEGUN = "begun"


UNFINISHED = frozenset({Fate.HALF_DONE, Fate.BEGUN, Fate.DRAFT_LAPSED})
"""Drafts with pages missing: their partners have not been asked."""

NEVER_SENT = UNFINISHED | {Fate.READY, Fate.WAITING_PARTNER, Fate.PARTNER_DECLINED}


@dataclass(frozen=True)
class Group:
    """An organisation and the person who answers for it. `number` is '' where its kind has none."""

    key: str
    name: str
    kind: OrganisationKind
    number: str
    person: str

    @property
    def email(self) -> str:
        """The person's address: first name at the group's key."""
        return f"{self.person.split()[0].lower()}@{self.key}.example"

    @property
    def charity_number(self) -> str:
        """`number` if it is a charity's."""
        return self.number if self.kind in (OrganisationKind.REGISTERED_CHARITY, OrganisationKind.CIO) else ""

    @property
    def company_number(self) -> str:
        """`number` if it is a company's."""
        return self.number if self.kind in (OrganisationKind.CLG, OrganisationKind.CIC) else ""


@dataclass(frozen=True)
class Part:
    """A partner's part in a bid; `percent` of the money is its share."""

    group: Group
    percent: int
    role: str


@dataclass(frozen=True)
class Cost:
    """One line of a budget. Pence."""

    pence: int
    category: str
    item: str


@dataclass(frozen=True)
class Partnership:
    """One bid of the story. `number` counts through all rounds; pence; weeks count from the first day of
    spending; `themes` holds what it says about a theme's three strands, '' where nothing is written yet.
    """

    number: int
    key: str
    lead: Group
    title: str
    place: str
    area: str
    people: str
    reach: int
    begins: int
    weeks: int
    fate: Fate
    strength: float
    summary: str
    benefit: str
    together: str
    dropped: str
    least: int
    funded: int
    reason: str
    note: str
    parts: tuple[Part, ...]
    costs: tuple[Cost, ...]
    themes: dict[str, tuple[str, str, str]]
    conditions: tuple[tuple[str, int], ...] = ()
    """What the panel demands, and how many days after its decision; 0 days is before anything is paid."""

    @property
    def ask(self) -> int:
        """What the bid asks for, pence."""
        return sum(cost.pence for cost in self.costs)


@cache
def groups() -> dict[str, Group]:
    """Every invented organisation by its key."""
    return {
        key: Group(key, name, OrganisationKind(kind), number, person)
        for key, (name, kind, number, person) in _read("groups")["groups"].items()
    }


@cache
def partnerships(round_number: int) -> tuple[Partnership, ...]:
    """The partnerships of one of the three rounds, in the order in which they begin their bids."""
    before = sum(len(partnerships(earlier)) for earlier in ROUNDS if earlier < round_number)
    rows = _read(f"round_{round_number}")["bid"]
    return tuple(_partnership(before + place, row) for place, row in enumerate(rows, start=1))


@cache
def phrases() -> dict[str, Any]:
    """The sentences that bids and reviews are completed with."""
    return _read("phrases")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"), parse_float=Decimal)


def _partnership(number: int, row: dict[str, Any]) -> Partnership:
    known = groups()
    return Partnership(
        number=number,
        key=row["key"],
        lead=known[row["lead"]],
        title=row["title"],
        place=row["place"],
        area=row.get("area", row["place"]),
        people=row["people"],
        reach=row["reach"],
        begins=row["runs"][0],
        weeks=row["runs"][1],
        fate=Fate(row["fate"]),
        strength=float(row["strength"]),
        summary=row["summary"],
        benefit=row["benefit"],
        together=row["together"],
        dropped=row["dropped"],
        least=_pence(row["least"]),
        funded=_pence(row.get("funded", 0)),
        conditions=tuple((text, days) for text, days in row.get("conditions", ())),
        reason=row.get("reason", ""),
        note=row.get("note", ""),
        parts=tuple(Part(known[group], percent, role) for group, percent, role in row["partners"]),
        costs=tuple(Cost(_pence(pounds), CATEGORIES[kind], item) for pounds, kind, item in row["budget"]),
        themes={theme: tuple(texts) for theme, texts in row["themes"].items()},
    )


def _pence(pounds: int | Decimal) -> int:
    return int(pounds * 100)
