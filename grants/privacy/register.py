"""What the register of holdings says of a table: whose a record is, what they are shown, what goes when."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Period(StrEnum):
    """Which of the fund's retention periods a record follows."""

    BID = "bid"
    DOCUMENTS = "documents"
    REVIEWS = "reviews"
    CONVERSATIONS = "conversations"
    EMAILS = "emails"
    EQUALITY = "equality"
    ACCOUNT = "account"
    OWN = "own"
    """The room's own chore deletes it within days."""


class Emptied(StrEnum):
    """What is put in the place of a value that is taken out."""

    NOTED = "noted"
    """'Removed on 3 May 2030': words that a page shows."""
    BLANK = "blank"
    NOTHING = "nothing"
    """No value at all (NULL)."""
    WORDS = "words"
    """JSON whose words go and whose numbers, keys and answers of yes and no stay."""


@dataclass(frozen=True)
class Link:
    """A column by which a record belongs to a person, what such records are called, what is shown of them.

    The column holds the person's id, or their address where `email` is set. `through` names a table and its
    column of people where this table only leads to one that has it: then `column` leads there.
    """

    column: str
    title: str
    shows: tuple[str, ...] = ()
    email: bool = False
    through: tuple[str, str] | None = None


@dataclass(frozen=True)
class Holding:
    """One table. Every column stands in exactly one of `plain`, `people` and `emptied`.

    `plain` is what is kept for good: it says nothing about a person by itself. `people` are ids of people,
    which lead to nobody once the account is anonymous. Where `row_goes`, the whole row is deleted. The first
    link is the person whom a record is about.
    """

    plain: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    emptied: Mapping[str, Emptied] | None = None
    period: Period | None = None
    row_goes: bool = False
    links: tuple[Link, ...] = ()
    why: str = ""
    """Why nothing is taken out of a table that knows people, in words for the privacy page's readers."""

    def columns(self) -> list[str]:
        """Every column that is spoken of, in order, so that a test finds what is missing or doubled."""
        return [*self.plain, *self.people, *(self.emptied or {})]


RECORD = "Who decided what, and when, is the council's record of how public money was given."
