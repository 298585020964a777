"""Reads the table of this folder: what each person should get at every address."""

from dataclasses import dataclass
from pathlib import Path

PEOPLE = (
    "",
    "lone",
    "stranger",
    "viewer",
    "editor",
    "signatory",
    "reviewer",
    "undeclared",
    "conflicted",
    "unassigned",
    "chair",
    "chair in conflict",
    "chair of A",
    "manager",
    "finance officer",
    "finance approver",
    "administrator",
    "auditor",
    "half signed in",
)
"""The columns of the table, in its order; '' is nobody."""

NO_RECORD = "-"

DOWNLOADS = (
    "allocations.awards_csv",
    "awards.agreement",
    "awards.partner_agreement",
    "awards.preview_agreement",
    "applications.own_file",
    "applications.sent_file",
    "privacy.as_json",
    "privacy.as_page",
    "reviewing.expenses_csv",
    "scoring.ranking_csv",
    "scoring.ranking_xlsx",
    "scoring.sent_file",
    "applications.own_pdf",
    "applications.read_pdf",
    "exports.file",
    "health.health",
    "panels.letter_pdf",
    "panels.own_letter_pdf",
    "monitoring.own_file",
    "monitoring.sent_file",
    "meetings.lots_file",
    "meetings.mark",
    "meetings.minutes",
    "public.awards_csv",
    "public.awards_feed",
    "public.awards_json",
    "payments.invoice",
    "public.questions_pdf",
    "public.questions_text",
    "public.transparency_csv",
    "record.bid_json",
    "record.bid_pdf",
    "record.round_json",
    "record.round_pdf",
    "scoring.bid_pdf",
    "scoring.pack_pdf",
)
"""Addresses that give no page."""


@dataclass(frozen=True)
class Row:
    """One address of one record, and the sign that each person should get."""

    method: str
    endpoint: str
    record: str
    expected: str

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint} {self.record}"

    def sign_of(self, person: str) -> str:
        """What this person should get."""
        return self.expected[PEOPLE.index(person)]


def _rows() -> tuple[Row, ...]:
    lines = (Path(__file__).parent / "table.txt").read_text().splitlines()
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            method, endpoint, record, *signs = line.split()
            found.append(Row(method, endpoint, record, "".join(signs)))
    return tuple(found)


ROWS = _rows()
"""The table."""
