"""The names of files: what is kept of one, and how it is handed back (RFC 6266); the limits of files."""

import unicodedata
from collections.abc import Collection
from urllib.parse import quote

from grants.core.language import say, translated
from grants.documents.states import FORMATS, Kind

LONGEST_NAME = 255
"""Characters, as most file systems and people take it; an extension is kept when more is cut off."""

MEGABYTE = 1024 * 1024

TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of text around. Right-to-left letters need none of them; a name that does may
show its extension in front, so that a program looks like a picture.
"""


def kept_name(typed: str) -> str:
    """What is kept of a file's name: the last part of a path, without control characters, at most 255
    characters; '' where nothing is left.

    Commas, quotes, emoji and letters of every direction stay as they were.
    """
    last = typed.replace("\\", "/").rpartition("/")[2]
    shown = "".join(one for one in last if one not in TURNING and unicodedata.category(one) not in _HIDDEN)
    shown = unicodedata.normalize("NFC", shown).strip()
    if shown in ("", ".", ".."):
        return ""
    if len(shown) <= LONGEST_NAME:
        return shown
    stem, dot, extension = shown.rpartition(".")
    tail = dot + extension if dot and len(extension) <= 10 else ""
    return (stem if tail else shown)[: LONGEST_NAME - len(tail)] + tail


_HIDDEN = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})


def disposition(name: str) -> str:
    """The Content-Disposition that has a browser save a file as `name`, never open it (RFC 6266).

    The plain `filename` is for clients that do not read `filename*`: letters outside ASCII become '_'.
    """
    plain = "".join(one if " " <= one <= "~" and one not in '"\\%;' else "_" for one in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def in_words(kinds: Collection[Kind]) -> str:
    """'PDF, Word document (.docx), JPEG picture (.jpg, .jpeg)': the kinds as people call them."""
    return ", ".join(_in_words(kind) for kind in Kind if kind in kinds)


def _in_words(kind: Kind) -> str:
    endings = ", ".join(f".{extension}" for extension in FORMATS[kind].extensions)
    label = translated(FORMATS[kind].label)
    return label if kind is Kind.PDF else f"{label} ({endings})"


def size_in_words(size: int) -> str:
    """'1.4 MB', '23 KB': a size in bytes as people read it."""
    if size >= MEGABYTE:
        tenths = (size * 10 + MEGABYTE // 2) // MEGABYTE
        return say("%(number)s MB", number=f"{tenths // 10}.{tenths % 10}" if tenths % 10 else tenths // 10)
    return say("%(number)s KB", number=max(1, (size + 512) // 1024))
