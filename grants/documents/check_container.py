"""Whether a document in a zip container (DOCX, XLSX, ODT) is what it says and holds no trap."""

import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from grants.core.language import mark
from grants.documents.check_xml import Broken, Found, Hostile, inside
from grants.documents.faults import Fault
from grants.documents.states import FORMATS, Kind

MOST_ENTRIES = 3_000
MOST_UNPACKED = 80 * 1024 * 1024
"""Bytes in all parts together. A long report has a few megabytes."""

STEEPEST = 200
"""How many times its packed size a container may unpack to. Real ones stay under 40; a bomb is at 1,000."""

SMALL = 1024 * 1024
"""Under this many bytes unpacked the steepness does not matter."""

BROKEN = Fault(mark("“%(name)s” is damaged and cannot be opened. Save it again."))
LOCKED = Fault(mark("“%(name)s” is protected by a password. Save it without one."))
BOMB = Fault(mark("“%(name)s” unpacks to far more than a document needs, so it was not opened."))
PATHS = Fault(mark("“%(name)s” holds parts with names that no document has. Save it again."))
MACROS = Fault(
    mark("“%(name)s” contains macros, which are small programs. Save it without macros, or as a PDF.")
)
HOSTILE = Fault(
    mark("“%(name)s” contains declarations that no document needs (a DTD or entities). Save it again.")
)
OUTSIDE = Fault(
    mark("“%(name)s” loads something from outside when it is opened: %(what)s. Save it as a PDF.")
)
HOLDS_FILES = Fault(
    mark("“%(name)s” has other files inside. Send them one by one, or save this one as a PDF.")
)
VIRUS = Fault(mark("“%(name)s” contains the test virus EICAR, so it was not kept."))

MAIN_PART = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": Kind.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": Kind.XLSX,
}
TYPES = "[Content_Types].xml"
MACRO_PART = re.compile(
    r"(^|/)vbaproject[^/]*$|(^|/)vbadata\.xml$|macrosheets/|activex|^basic/|^scripts/", re.IGNORECASE
)
PROGRAM = re.compile(
    rb"macroenabled|vnd\.ms-office\.(vba|activex)|intlmacrosheet|ms-excel\.macrosheet", re.IGNORECASE
)
NOT_A_PATH = re.compile(r"[\x00-\x1f\x7f\\]|^/|^[A-Za-z]:|(^|/)\.\.(/|$)")
PICTURE_OF_A_SHEET = re.compile(r"^(word|xl|ppt)/embeddings/[^/]+\.xlsx$")
"""The workbook that Word keeps beside a chart."""

FILES_INSIDE = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"MZ",
    b"\x7fELF",
    b"%PDF-",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)


class _Refused(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def kind_of_container(content: bytes) -> Kind | None:
    """The kind of document that a zip says it is, by its own list of parts; None for any other zip.

    One that cannot be read, and one with macros, is called by what it would be, so that the reason is told.
    """
    try:
        with ZipFile(BytesIO(content)) as container:
            names = container.namelist()
            if TYPES in names:
                types = _start_of(container, TYPES)
                for main, kind in MAIN_PART.items():
                    if main.encode() in types:
                        return kind
                if PROGRAM.search(types):
                    return Kind.XLSX if any(name.startswith("xl/") for name in names) else Kind.DOCX
            elif "mimetype" in names:
                media_type = _start_of(container, "mimetype").decode("ascii", "replace").strip()
                return Kind.ODT if media_type == FORMATS[Kind.ODT].media_type else None
    except (BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, ValueError, struct.error):
        return None
    return None


def _start_of(container: ZipFile, name: str) -> bytes:
    with container.open(name) as part:
        return part.read(SMALL)


def container_faults(content: bytes, kind: Kind, *, forbidden: bytes) -> list[Fault]:
    """Faults of a document in a container. `forbidden` are bytes that no part may hold."""
    try:
        with ZipFile(BytesIO(content)) as container:
            _check(container, kind, forbidden, len(content), depth=0)
    except _Refused as refused:
        return [refused.fault]
    except Hostile:
        return [HOSTILE]
    except (
        Broken,
        BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
        struct.error,
    ):
        return [BROKEN]
    return []


def _check(container: ZipFile, kind: Kind, forbidden: bytes, packed: int, *, depth: int) -> None:
    parts = container.infolist()
    for fault in _faults_of_listing(parts, packed):
        raise _Refused(fault)
    for part in parts:
        if part.is_dir():
            continue
        content = container.read(part)
        if forbidden in content:
            raise _Refused(VIRUS)
        if content.startswith(FILES_INSIDE):
            _check_file_inside(part.filename, content, forbidden, depth)
        elif _is_xml(part.filename):
            _check_part(part.filename, content, kind)


def _faults_of_listing(parts: list[ZipInfo], packed: int) -> Iterator[Fault]:
    """What the container's own table of contents gives away, before anything is unpacked."""
    unpacked = sum(part.file_size for part in parts)
    steep = unpacked > SMALL and unpacked > packed * STEEPEST
    if len(parts) > MOST_ENTRIES or unpacked > MOST_UNPACKED or steep:
        yield BOMB
    names = [part.orig_filename for part in parts]
    if any(NOT_A_PATH.search(name) for name in names):
        yield PATHS
    if max(Counter(name.casefold() for name in names).values(), default=0) > 1:
        yield PATHS
    if any(part.flag_bits & 1 for part in parts):
        yield LOCKED
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        yield BROKEN
    if any(MACRO_PART.search(name) for name in names):
        yield MACROS


def _check_file_inside(name: str, content: bytes, forbidden: bytes, depth: int) -> None:
    """A workbook behind a chart is looked at as the whole is; any other file has no place in a document."""
    if depth or not PICTURE_OF_A_SHEET.search(name) or kind_of_container(content) is not Kind.XLSX:
        raise _Refused(HOLDS_FILES)
    with ZipFile(BytesIO(content)) as inner:
        _check(inner, Kind.XLSX, forbidden, len(content), depth=depth + 1)


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml", ".rdf"))


def _check_part(name: str, content: bytes, kind: Kind) -> None:
    if name == TYPES and PROGRAM.search(content):
        raise _Refused(MACROS)
    for found in inside(content, kind):
        match found:
            case Found.LOCKED:
                raise _Refused(LOCKED)
            case Found.MACROS:
                raise _Refused(MACROS)
            case _:
                raise _Refused(Fault(OUTSIDE.sentence, {"what": found.value}))
