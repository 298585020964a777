"""What a later room tells applicants of a decision, without this room knowing of decisions."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Released:
    """What an applicant may know of a decision: words that stand for the bid’s stage, and its own page."""

    label: str
    text: str
    href: str
    words: str = ""
    """The outcome in one line, whatever has become of the bid since."""
    letter: str = ""
    """The page of the letter that went out."""
    answer_by: datetime | None = None
    """Until when an offer can be taken up, UTC; None where there is nothing to answer (any more)."""
