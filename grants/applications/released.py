"""What a later room tells applicants of a decision, without this room knowing of decisions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Released:
    """What an applicant may know of a decision: words that stand for the bid’s stage, and its own page."""

    label: str
    text: str
    href: str
