"""The awards of a round as an Atom feed (RFC 4287), newest first."""

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from grants.core.cells import visible
from grants.core.money import pounds
from grants.exports.allocation_row import AllocationRow, Programme
from grants.exports.open_text import without_contacts

MOST = 100
"""Entries; who wants them all takes the open data."""


def to_atom(
    rows: Sequence[AllocationRow], programme: Programme, *, address: str, award_address: str
) -> bytes:
    """The feed in UTF-8. `award_address` is what stands before an award's reference in its page's address."""
    newest = sorted(rows, key=lambda row: (row.modified_at, row.ref), reverse=True)
    changed = newest[0].modified_at if newest else datetime(2000, 1, 1, tzinfo=UTC)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{_text(address)}</id>",
        f"<title>{_text(f'{programme.fund}, {programme.round}: awards')}</title>",
        f"<updated>{_moment(changed)}</updated>",
        f"<author><name>{_text(programme.funder)}</name></author>",
        f'<link rel="self" href={quoteattr(address)}/>',
        *(_entry(row, f"{award_address}{row.ref}/") for row in newest[:MOST]),
        "</feed>\n",
    ]
    return "\n".join(parts).encode("utf-8", "replace")


def _entry(row: AllocationRow, address: str) -> str:
    title = " ".join(without_contacts(row.title).split()) or row.ref
    words = f"{pounds(row.award)} to {row.lead.name}. {without_contacts(row.summary)}".strip()
    return (
        f"<entry><id>{_text(address)}</id><title>{_text(title)}</title>"
        f"<updated>{_moment(row.modified_at)}</updated><link href={quoteattr(address)}/>"
        f"<summary>{_text(words)}</summary></entry>"
    )


def _text(text: str) -> str:
    return escape(visible(text))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
