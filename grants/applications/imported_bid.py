"""A bid as read from a file, every value checked, and what was wrong with those that are refused."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256

from grants.accounts.states import OrganisationKind


@dataclass(frozen=True)
class ImportedOrganisation:
    """The organisation that asks. Numbers are normalised, None where there is none that can be read.

    `external_id` is its identifier in the file where that is no number of the charity or company registers.
    """

    name: str
    kind: OrganisationKind
    charity_number: str | None
    company_number: str | None
    external_id: str | None
    postcode: str


@dataclass(frozen=True)
class PlannedDates:
    """When the work is to happen, as published: ISO dates, also of a year or month alone; '' where unknown.

    `months` is the stated duration, a number in text.
    """

    start: str = ""
    end: str = ""
    months: str = ""

    @property
    def run_backwards(self) -> bool:
        """Whether the work would end before it starts."""
        return bool(self.start and self.end and self.end < self.start[: len(self.end)])


@dataclass(frozen=True)
class BeneficiaryPlace:
    """Where the work happens; '' where unknown."""

    name: str = ""
    code: str = ""
    code_type: str = ""
    country: str = ""


@dataclass(frozen=True)
class ImportedBid:
    """One bid that can be taken in. `ask` is pence. `remarks` say what was left out or read otherwise."""

    row: int
    source_id: str
    title: str
    description: str
    ask: int
    organisation: ImportedOrganisation
    planned: PlannedDates
    places: tuple[BeneficiaryPlace, ...]
    award_date: date | None
    remarks: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of all that was read but the row: the same bid in another file has the same."""
        told = {name: value for name, value in asdict(self).items() if name not in ("row", "remarks")}
        return sha256(json.dumps(told, sort_keys=True, default=str, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class RowFault:
    """One thing that keeps a row out. `field` is what the file calls it."""

    row: int
    source_id: str
    field: str
    reason: str


@dataclass(frozen=True)
class ReadFile:
    """What a file holds. `faults` are of single rows; with `file_faults` nothing of it could be read."""

    name: str
    kind: str
    count: int
    bids: Sequence[ImportedBid] = ()
    faults: Sequence[RowFault] = ()
    file_faults: Sequence[str] = ()
