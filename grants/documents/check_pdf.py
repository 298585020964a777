"""Whether a PDF opens without a password and holds only pages: no program, no other files."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from grants.core.language import mark
from grants.documents.faults import Fault

LOCKED = Fault(mark("“%(name)s” is protected by a password. Save it without one."))
BROKEN = Fault(mark("“%(name)s” is a damaged PDF. Save or scan it again."))
NO_PAGES = Fault(mark("“%(name)s” is a PDF without pages."))
TOO_COMPLEX = Fault(mark("“%(name)s” is too complex to look through. Print it to a new PDF and send that."))
RUNS = Fault(
    mark("“%(name)s” contains a program (JavaScript) or starts one. Print it to a new PDF and send that.")
)
HOLDS_FILES = Fault(
    mark("“%(name)s” has other files inside. Send them one by one, and print this one to a new PDF.")
)
FORM = Fault(
    mark("“%(name)s” is a form that only some programs can show. Print it to a new PDF and send that.")
)

MOST_OBJECTS = 200_000
DEEPEST = 20

ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/Rendition", "/Movie", "/Sound", "/GoToE"})
"""Actions (ISO 32000-1, 12.6.4) that run something or open something else than a page or a web address."""

FILES = frozenset({"/EmbeddedFiles", "/EF", "/RichMediaContent"})
SCRIPTS = frozenset({"/JS", "/JavaScript"})


def pdf_faults(content: bytes) -> list[Fault]:
    """Faults of a PDF. One that only forbids printing or changing opens without a password, and is taken."""
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if len(pdf.pages) == 0:
                return [NO_PAGES]
            if len(pdf.objects) > MOST_OBJECTS:
                return [TOO_COMPLEX]
            found = {fault for thing in pdf.objects for fault in _in(thing, 0)}
    except pikepdf.PasswordError:
        return [LOCKED]
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError):
        return [BROKEN]
    return [fault for fault in (RUNS, HOLDS_FILES, FORM, TOO_COMPLEX) if fault.sentence in found]


def _in(thing: Any, depth: int) -> Iterator[str]:
    """The sentences of what is wrong in one object and in what is written inside it."""
    if depth > DEEPEST:
        yield TOO_COMPLEX.sentence
        return
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        yield from _in_dictionary(thing, depth)
    elif isinstance(thing, pikepdf.Array):
        yield from _in_array(thing, depth)


def _in_array(thing: Any, depth: int) -> Iterator[str]:
    for member in thing:
        if isinstance(member, pikepdf.Object) and not member.is_indirect:
            yield from _in(member, depth + 1)


def _in_dictionary(thing: Any, depth: int) -> Iterator[str]:
    for key, value in thing.items():
        if key in SCRIPTS or (key == "/S" and str(value) in ACTIONS):
            yield RUNS.sentence
        elif key in FILES:
            yield HOLDS_FILES.sentence
        elif key == "/XFA":
            yield FORM.sentence
        elif isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _in(value, depth + 1)
