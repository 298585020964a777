"""What each person may never read, on any page, whatever they do. Written by hand, as the table is."""

from collections.abc import Iterator, Mapping

from tests.rooms.access.records import REASON
from tests.rooms.access.table import Row
from tests.rooms.access.town import message_of, title_of, verdict_of, words_of

DRAFTS = ("draft", "asking")
IN_REVIEW = ("reviewed", "withdrawn")
UNRELEASED = ("scored", "decided", "held", "costly")
RELEASED = ("offered", "active", "ending", "declined", "reserved", "cut")
ASSIGNED = IN_REVIEW + UNRELEASED + RELEASED
SENT = ("sent", "changing", "ineligible", *ASSIGNED)
ASSISTED = ("assisted", "paper")
EVERY = DRAFTS + SENT + ASSISTED

OF_A_PARTNER = ("applications.partner_in_bid", "applications.answer_partner_in")
"""Where a partner reads what it is to be part of; nobody else gets there."""

TOTAL = "70.00"
"""The score of every bid that has one."""

STAFF = ("chair", "manager", "auditor")
"""Who reads whatever was sent, scored and decided."""

APPLICANTS = ("viewer", "editor", "signatory", "chair of A")

MAY_READ_ANSWERS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(APPLICANTS, DRAFTS + SENT),
    **dict.fromkeys(STAFF, SENT),
    "manager": SENT + ASSISTED,
    "chair": (*SENT, "paper"),
    "chair in conflict": ("paper",),
    "chair of A": (*DRAFTS, *SENT, "paper"),
    "reviewer": ASSIGNED,
}
"""Bids that a person may read, by person; nobody else reads any."""

MAY_READ_TITLES: Mapping[str, tuple[str, ...]] = {
    **MAY_READ_ANSWERS,
    "finance officer": ASSIGNED,
    "finance approver": ASSIGNED,
    "lone": ("asking",),  # the partner's contact, who sees its bids when signed in
}

MAY_READ_VERDICTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(STAFF, SENT),
    "reviewer": UNRELEASED + RELEASED,
}
"""Bids of which a person may read what the reviewers wrote: reviewers once their own sheet is locked."""

MAY_READ_REASONS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(STAFF, EVERY),
    **dict.fromkeys(APPLICANTS, RELEASED),
}
"""Bids of which a person may read the panel's reason: applicants once the decision is released."""

MAY_READ_TOTALS = (
    *STAFF,
    "reviewer",
    "finance officer",
    "finance approver",
)
"""Who may read a score of record: nobody with a conflict of interest with every bid that has one."""

OF_THE_MEETING = ("meetings.meeting", "meetings.following", "meetings.minutes")
MEMBERS = ("unassigned",)
"""Reviewers who follow the meeting, with the bids on its agenda: none of their own sheets is open."""

MAY_READ_MESSAGES = (*APPLICANTS, "manager", "auditor")
"""Who may read what an applicant and the programme team write to each other: nobody who judges or pays."""


def leaks(row: Row, person: str, text: str) -> list[str]:
    """Every word in `text`, the page that this person got, that they may not read."""
    return [word for word in _forbidden(row, person) if word in text]


def _forbidden(row: Row, person: str) -> Iterator[str]:
    may_read = {"signing": "assisted", "public": "active", "consent": "asking"}.get(row.record)
    may_read = "asking" if row.endpoint in OF_A_PARTNER else may_read
    yield from (words_of(bid) for bid in _others(EVERY, MAY_READ_ANSWERS, person) if bid != may_read)
    shown = _shown_besides(row, person)
    yield from (title_of(bid) for bid in _others(EVERY, MAY_READ_TITLES, person) if bid not in shown)
    for bid in EVERY:
        if bid not in MAY_READ_VERDICTS.get(person, ()):
            mine = "colleague" if person == "reviewer" and bid in IN_REVIEW else ""
            yield f"{verdict_of(bid)}by{mine}"
    yield from (
        f"{REASON}{bid}"
        for bid in _others(EVERY, MAY_READ_REASONS, person)
        if bid not in _shown_besides(row, person)
    )
    if person not in MAY_READ_TOTALS and not (row.endpoint in OF_THE_MEETING and person in MEMBERS):
        yield TOTAL
    if person not in MAY_READ_MESSAGES:
        yield from map(message_of, EVERY)


def _others(bids: tuple[str, ...], may: Mapping[str, tuple[str, ...]], person: str) -> Iterator[str]:
    return (bid for bid in bids if bid not in may.get(person, ()))


def _shown_besides(row: Row, person: str) -> tuple[str, ...]:
    """Bids of which this page shows title and reason to anybody who gets it."""
    if row.record == "consent":
        return ("asking",)
    if row.record == "signing":
        return ("assisted",)
    if row.record == "public":
        return ("active",)
    if row.endpoint == "panels.waiting" and person == "unassigned":
        return ("costly",)
    if row.endpoint in OF_THE_MEETING and person in MEMBERS:
        return ("scored",)
    return ()
