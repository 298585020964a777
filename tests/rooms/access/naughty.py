"""Text that breaks careless software, and what is kept of it."""

import json
from collections.abc import Iterator

from tests.paths import SHARED_DATA

LIST = SHARED_DATA / "9_adversarial" / "naughty_strings.json"
NAUGHTY: list[str] = json.loads(LIST.read_text()) if LIST.is_file() else []
OURS = [
    "a line\r\nand another\rand a third",
    "a nul\0in the middle",
    "</textarea><script>window.ran=1</script>",
]
"""Line ends, a NUL, and the end of a text box, which the list has not."""


def kept(text: str) -> str:
    """What a box keeps of what was typed into it."""
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def trimmed(text: str) -> str:
    """What is kept where spaces around a text say nothing."""
    return kept(text).strip()


def strings() -> list[str]:
    """All of them that are not blank: a blank one is an answer not given."""
    return [text for text in dict.fromkeys([*NAUGHTY, *OURS]) if text.strip()]


def in_one(longest: int) -> Iterator[str]:
    """All of them that fit, as lines of texts of at most `longest` characters: for boxes of several lines."""
    lines: list[str] = []
    for text in (text for text in strings() if len(text) <= longest):
        if lines and sum(map(len, lines)) + len(lines) + len(text) > longest:
            yield "\n".join(lines)
            lines = []
        lines.append(text)
    yield "\n".join(lines)


def in_batches(size: int) -> Iterator[list[str]]:
    """All of them, so many at a time, the last batch filled up from the start."""
    every = strings()
    for start in range(0, len(every), size):
        yield (every[start : start + size] + every)[:size]
