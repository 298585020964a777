"""The kinds of file that are taken, and where the scan of one for viruses stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from grants.core.language import mark
from grants.core.states import Label, Machine, step


class Kind(StrEnum):
    """A kind of file that people may send."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    JPEG = "jpeg"
    PNG = "png"


@dataclass(frozen=True)
class Format:
    """What people call a kind of file, how its names end, and its media type (RFC 6838)."""

    label: str
    extensions: tuple[str, ...]
    media_type: str


_OOXML = "application/vnd.openxmlformats-officedocument."

FORMATS: Mapping[Kind, Format] = {
    Kind.PDF: Format("PDF", ("pdf",), "application/pdf"),
    Kind.DOCX: Format(mark("Word document"), ("docx",), f"{_OOXML}wordprocessingml.document"),
    Kind.XLSX: Format(mark("Excel workbook"), ("xlsx",), f"{_OOXML}spreadsheetml.sheet"),
    Kind.ODT: Format(mark("OpenDocument text"), ("odt",), "application/vnd.oasis.opendocument.text"),
    Kind.JPEG: Format(mark("JPEG picture"), ("jpg", "jpeg"), "image/jpeg"),
    Kind.PNG: Format(mark("PNG picture"), ("png",), "image/png"),
}


class Scan(StrEnum):
    """Where the scan of a file for viruses stands. `unscanned`: no scanner was there to ask."""

    UNSCANNED = "unscanned"
    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"
    FAILED = "failed"


S = Scan
SCAN = Machine(
    name="scan",
    initial=S.UNSCANNED,
    steps={
        "queue": step(S.WAITING, S.UNSCANNED),
        "put_back": step(S.WAITING, S.WAITING),
        "pass": step(S.CLEAN, S.WAITING),
        "find": step(S.INFECTED, S.WAITING),
        "fail": step(S.FAILED, S.WAITING),
    },
    labels={
        S.UNSCANNED: Label(mark("Not scanned for viruses"), mark("Not scanned for viruses")),
        S.WAITING: Label(mark("Being scanned for viruses"), mark("Being scanned for viruses")),
        S.CLEAN: Label(mark("No virus found"), mark("No virus found")),
        S.INFECTED: Label(mark("Removed: a virus was found"), mark("Removed: a virus was found")),
        S.FAILED: Label(mark("Could not be scanned"), mark("Could not be scanned")),
    },
)
SCAN_COLOURS = {S.WAITING: "yellow", S.INFECTED: "red", S.FAILED: "red"}
"""Of the tags that show a state; others are grey."""
del S
