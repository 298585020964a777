"""The columns of the allocation table, the same in CSV and in Excel."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from grants.accounts.states import KIND_LABELS
from grants.applications.states import BID, ORIGIN_LABELS
from grants.core.clock import today
from grants.core.money import plain_pounds
from grants.core.spreadsheet import Cell, Kind
from grants.exports.allocation_row import AllocationRow, Share
from grants.panels.states import OUTCOME_LABELS
from grants.scoring.breakdown import hundredths


@dataclass(frozen=True)
class Column:
    """A heading with what stands under it for one thing listed.

    `width` is in characters; `summed` columns have a total.
    """

    heading: str
    kind: Kind
    cell: Callable[[Any], Cell]
    width: int = 16
    summed: bool = False


def _day(moment: datetime | None) -> date | None:
    return today(moment) if moment else None


def _partners(row: AllocationRow) -> str:
    return "; ".join(f"{share.name}: £{plain_pounds(share.awarded)}" for share in row.partners)


def _of_partners(row: AllocationRow) -> int:
    return sum(share.awarded for share in row.partners)


def _places(row: AllocationRow) -> str:
    return "; ".join(place.name or place.code for place in row.places)


COLUMNS: tuple[Column, ...] = (
    Column("Bid", Kind.TEXT, lambda row: row.ref),
    Column("Project", Kind.TEXT, lambda row: row.title, 40),
    Column("Lead organisation", Kind.TEXT, lambda row: row.lead.name, 36),
    Column("Kind of organisation", Kind.TEXT, lambda row: KIND_LABELS[row.lead.kind], 24),
    Column("Charity number", Kind.TEXT, lambda row: row.lead.charity_number),
    Column("Company number", Kind.TEXT, lambda row: row.lead.company_number),
    Column("Other identifier", Kind.TEXT, lambda row: row.lead.external_id, 24),
    Column("Postcode", Kind.TEXT, lambda row: row.lead.postcode, 10),
    Column("Asked for (£)", Kind.MONEY, lambda row: row.ask, summed=True),
    Column("Awarded (£)", Kind.MONEY, lambda row: row.award, summed=True),
    Column("Lead’s own share (£)", Kind.MONEY, lambda row: row.award - _of_partners(row), summed=True),
    Column("Partners’ shares (£)", Kind.MONEY, _of_partners, summed=True),
    Column("Partners", Kind.TEXT, _partners, 40),
    Column("Stage", Kind.TEXT, lambda row: BID.staff_label(row.stage)),
    Column("Decision", Kind.TEXT, lambda row: OUTCOME_LABELS[row.outcome]),
    Column("Decided on", Kind.DAY, lambda row: _day(row.decided_at), 12),
    Column("Released on", Kind.DAY, lambda row: _day(row.released_at), 12),
    Column("Accepted on", Kind.DAY, lambda row: _day(row.accepted_at), 12),
    Column("Ended on", Kind.DAY, lambda row: _day(row.ended_at), 12),
    Column("Score", Kind.SCORE, lambda row: None if row.score is None else hundredths(row.score), 10),
    Column("Exact score", Kind.TEXT, lambda row: None if row.score is None else str(row.score)),
    Column("Rank", Kind.NUMBER, lambda row: row.rank, 8),
    Column("Planned start", Kind.TEXT, lambda row: row.planned.start, 12),
    Column("Planned end", Kind.TEXT, lambda row: row.planned.end, 12),
    Column("Themes", Kind.TEXT, lambda row: "; ".join(row.themes), 40),
    Column("Where", Kind.TEXT, _places, 24),
    Column("People who benefit", Kind.NUMBER, lambda row: row.beneficiaries, 12),
    Column("Aims", Kind.TEXT, lambda row: "; ".join(row.priorities), 40),
    Column("Origin", Kind.TEXT, lambda row: ORIGIN_LABELS[row.origin], 22),
    Column("Reviews", Kind.TEXT, lambda row: "Simulated" if row.simulated else "By people", 12),
    Column("Last changed (UTC)", Kind.TEXT, lambda row: f"{row.modified_at:%Y-%m-%d %H:%M:%S}", 20),
)
"""Of an `AllocationRow`."""

ShareLine = tuple[str, Share]
"""A bid's reference and one organisation's share in it."""

SHARE_COLUMNS: tuple[Column, ...] = (
    Column("Bid", Kind.TEXT, lambda line: line[0]),
    Column("Organisation", Kind.TEXT, lambda line: line[1].name, 40),
    Column("Part", Kind.TEXT, lambda line: "Lead" if line[1].leads else "Partner", 10),
    Column("Number", Kind.TEXT, lambda line: line[1].number),
    Column("Share of what was asked for (£)", Kind.MONEY, lambda line: line[1].asked, 20, summed=True),
    Column("Share of the award (£)", Kind.MONEY, lambda line: line[1].awarded, 20, summed=True),
)
"""Of a `ShareLine`."""
