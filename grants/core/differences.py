"""Where two texts differ, word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_WORDS = 6000
"""Longer texts are compared line by line: the time grows with the square of the number of pieces."""

_WORDS = re.compile(r"\s+|[^\s]+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


class Mark(StrEnum):
    """Whether a stretch stands in both texts, only in the first or only in the second."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Stretch:
    """A run of text with one mark."""

    mark: Mark
    text: str


def differences(before: str, after: str) -> list[Stretch]:
    """`before` and `after` in one run. What is marked SAME or GONE adds up to `before`, what is marked SAME
    or NEW to `after`. A gone stretch stands before the new one that takes its place.
    """
    shape = _WORDS if max(len(_WORDS.findall(text)) for text in (before, after)) <= MOST_WORDS else _LINES
    first, second = shape.findall(before), shape.findall(after)
    found: list[Stretch] = []
    for deed, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if deed == "equal":
            found.append(_stretch(Mark.SAME, first[a:b]))
            continue
        if b > a:
            found.append(_stretch(Mark.GONE, first[a:b]))
        if d > c:
            found.append(_stretch(Mark.NEW, second[c:d]))
    return found


def _stretch(mark: Mark, pieces: Sequence[str]) -> Stretch:
    return Stretch(mark, "".join(pieces))
