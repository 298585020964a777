"""Where an export stands, what it tells of, and the forms it comes in."""

from collections.abc import Mapping
from enum import StrEnum

from grants.core.states import Label, Machine, step


class Format(StrEnum):
    """The file formats of the allocations export."""

    CSV = "csv"
    XLSX = "xlsx"
    THREESIXTY_JSON = "360giving"


FORMAT_LABELS: Mapping[Format, str] = {
    Format.CSV: "CSV (for any spreadsheet)",
    Format.XLSX: "Excel workbook",
    Format.THREESIXTY_JSON: "360Giving open data (JSON)",
}

EXTENSIONS: Mapping[Format, str] = {Format.CSV: "csv", Format.XLSX: "xlsx", Format.THREESIXTY_JSON: "json"}

MEDIA_TYPES: Mapping[Format, str] = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.THREESIXTY_JSON: "application/json",
}


class ExportKind(StrEnum):
    """What a file tells of."""

    ALLOCATIONS = "allocations"
    COMMITMENTS = "commitments"
    PAYMENTS = "payments"
    RECEIVABLES = "receivables"
    POSITION = "position"


KIND_LABELS: Mapping[ExportKind, str] = {
    ExportKind.ALLOCATIONS: "Allocations",
    ExportKind.COMMITMENTS: "Commitments, as they stand now",
    ExportKind.PAYMENTS: "Payments",
    ExportKind.RECEIVABLES: "Money owed back",
    ExportKind.POSITION: "Accruals and commitments at a date",
}

OF_FINANCE = tuple(kind for kind in ExportKind if kind is not ExportKind.ALLOCATIONS)
FINANCE_FORMATS = (Format.CSV, Format.XLSX)


class Grouping(StrEnum):
    """By what a file of finance adds up."""

    NONE = "none"
    THEME = "theme"
    PLACE = "place"
    ORGANISATION = "organisation"
    PARTNER = "partner"


GROUPING_LABELS: Mapping[Grouping, str] = {
    Grouping.NONE: "Line by line",
    Grouping.THEME: "By theme",
    Grouping.PLACE: "By group of wards",
    Grouping.ORGANISATION: "By organisation that is paid",
    Grouping.PARTNER: "By partner",
}


class ExportState(StrEnum):
    """A ready export never changes."""

    QUEUED = "queued"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


E = ExportState
EXPORT = Machine(
    name="export",
    initial=E.QUEUED,
    steps={
        "start": step(E.BUILDING, E.QUEUED),
        "finish": step(E.READY, E.BUILDING),
        "fail": step(E.FAILED, E.BUILDING),
        "requeue": step(E.QUEUED, E.BUILDING),
    },
    labels={
        E.QUEUED: Label("Waiting to be built", "Waiting to be built"),
        E.BUILDING: Label("Being built", "Being built"),
        E.READY: Label("Ready", "Ready"),
        E.FAILED: Label("Failed", "Failed"),
    },
)
del E
