"""What a file really is, and every reason not to take it: from its bytes alone."""

from collections.abc import Collection
from dataclasses import dataclass

import filetype

from grants.core.language import mark
from grants.documents.check_container import container_faults, kind_of_container
from grants.documents.check_image import jpeg_faults, png_faults
from grants.documents.check_pdf import pdf_faults
from grants.documents.faults import Fault
from grants.documents.states import FORMATS, Kind

EICAR = b"X5O!P%@AP[4" + b"\\" + b"PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" + b"!$H+H*"
"""The industry's harmless test virus, put together here so that this file is not taken for it."""

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of Office before 2007 begin, and those of today that a password protects."""

DOCUMENTS = frozenset({"docx", "xlsx", "odt"})

NOT_FOUND = mark(
    "“%(name)s” is not a file of a kind we can take, whatever its name says: it looks like %(found)s."
)


@dataclass(frozen=True)
class Looked:
    """What was found in a file: its kind if it is one we know, and what is wrong with it."""

    kind: Kind | None
    faults: tuple[Fault, ...] = ()


def look(name: str, content: bytes, *, kinds: Collection[Kind], largest: int) -> Looked:
    """Decide by its content what a file is and whether it can be taken. `largest` is bytes.

    `name` only has to agree. Nothing in the file is run, and no more of it is unpacked than the limits say.
    """
    if not content:
        return _refused(mark("“%(name)s” is empty. Check that you chose the right file."), name)
    if len(content) > largest:
        return _refused(
            mark(
                "“%(name)s” is larger than %(most)s MB. Make it smaller, for example by saving it as a PDF."
            ),
            name,
            most=largest // (1024 * 1024),
        )
    if EICAR in content:
        return _refused(mark("“%(name)s” contains the test virus EICAR, so it was not kept."), name)
    kind = kind_of(content)
    if kind is None:
        return Looked(None, (_unknown(name, content),))
    return Looked(kind, tuple(_faults(name, content, kind, kinds)))


def kind_of(content: bytes) -> Kind | None:
    """The kind of a file by how it begins and, for documents in containers, by what is in them."""
    if content.startswith(b"%PDF-"):
        return Kind.PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    return kind_of_container(content) if content.startswith(b"PK\x03\x04") else None


def _faults(name: str, content: bytes, kind: Kind, kinds: Collection[Kind]) -> list[Fault]:
    if kind not in kinds:
        return [
            Fault(
                mark("“%(name)s” is a file of the kind “%(kind)s”. Choose one of a kind that is taken here."),
                {"name": name, "kind": FORMATS[kind].label},
            )
        ]
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in FORMATS[kind].extensions:
        return [
            Fault(
                mark(
                    "By its content “%(name)s” is of the kind “%(kind)s”, so its name should end in "
                    ".%(ending)s. Rename it, or save it again."
                ),
                {"name": name, "kind": FORMATS[kind].label, "ending": FORMATS[kind].extensions[0]},
            )
        ]
    match kind:
        case Kind.PDF:
            found = pdf_faults(content)
        case Kind.PNG:
            found = png_faults(content)
        case Kind.JPEG:
            found = jpeg_faults(content)
        case _:
            found = container_faults(content, kind, forbidden=EICAR)
    return [fault.about(name) for fault in found]


def _unknown(name: str, content: bytes) -> Fault:
    if content.startswith(OLD_OFFICE):
        return Fault(
            mark(
                "“%(name)s” is from an old version of Office, or protected by a password. Save it as .docx, "
                ".xlsx or PDF without a password."
            ),
            {"name": name},
        )
    guessed = filetype.guess(content[:8192])
    if guessed is not None and guessed.extension in DOCUMENTS:
        sentence = mark("“%(name)s” is damaged or protected by a password. Save it again, without one.")
        return Fault(sentence, {"name": name})
    if guessed is not None:
        return Fault(NOT_FOUND, {"name": name, "found": f".{guessed.extension}"})
    return Fault(
        mark(
            "“%(name)s” is not a file of a kind we can take, or it is damaged. "
            "Save it again, as a PDF if you can."
        ),
        {"name": name},
    )


def _refused(sentence: str, name: str, **facts: str | int) -> Looked:
    return Looked(None, (Fault(sentence, {"name": name, **facts}),))
