"""Whether a picture is whole and of a size that a computer can show."""

import struct
from collections.abc import Iterator

from grants.core.language import mark
from grants.documents.faults import Fault

LONGEST_SIDE = 20_000
MOST_PIXELS = 120_000_000
"""A phone's largest photograph; more is a scanner's mistake, or made to fill the memory of who opens it."""

BROKEN = Fault(mark("“%(name)s” is a damaged picture. Take or save it again."))
TOO_MANY_PIXELS = Fault(
    mark("“%(name)s” says that it is %(width)s by %(height)s pixels, which is more than can be shown.")
)

SIZES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
"""JPEG's markers that carry the picture's size (ITU T.81, table B.1)."""

ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""JPEG's markers that nothing belongs to."""


def png_faults(content: bytes) -> list[Fault]:
    """Faults of a PNG: its chunks must follow each other until the end, the header first."""
    names = []
    for name, body in _png_chunks(content):
        names.append(name)
        if name == b"IHDR" and len(body) == 13:
            width, height = struct.unpack(">II", body[:8])
            if found := _size_faults(width, height):
                return found
    whole = names[:1] == [b"IHDR"] and b"IDAT" in names and names[-1:] == [b"IEND"]
    return [] if whole else [BROKEN]


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        name = content[at + 4 : at + 8]
        if at + 12 + length > len(content):
            return
        yield name, content[at + 8 : at + 8 + min(length, 64)]
        if name == b"IEND":
            return
        at += 12 + length


def jpeg_faults(content: bytes) -> list[Fault]:
    """Faults of a JPEG: it must name its size before its picture begins, and have an end."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in ALONE:
            at += 2
            continue
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        if marker in SIZES and length >= 8 and at + 9 <= len(content):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return _size_faults(width, height) or ([] if b"\xff\xd9" in content[at:] else [BROKEN])
        if length < 2:
            break
        at += 2 + length
    return [BROKEN]


def _size_faults(width: int, height: int) -> list[Fault]:
    if not width or not height:
        return [BROKEN]
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        return [Fault(TOO_MANY_PIXELS.sentence, {"width": width, "height": height})]
    return []
