"""The press: a process of its own that turns one job from its input into a PDF on its output.

It runs apart because a typesetter that is asked for very much takes very much memory, and keeps it. Here it
ends with its job, and may be ended before. It is started by file name and imports nothing of ours.
"""

import json
import re
import resource
import sys
import unicodedata
from collections.abc import Iterator
from functools import partial
from typing import Any

import typst

MOST_MEMORY = 3 * 2**30
MOST_SECONDS = 60
MOST_TRIES = 8

LONG = re.compile(r"\S{30,}")
REFUSED = re.compile(r'the text(?: contains the disallowed codepoint)? `"((?:[^"\\]|\\.)*)"`')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")

MARKS = ("Mn", "Me", "Mc", "Cf")
"""Unicode categories of what is set on or between other characters."""

PICTURES = ("So", "Sk")

BREAK = "\u200b"


def main() -> None:
    """Read a job, print it. Whatever goes wrong is told on the error output with a status that is not 0."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    job = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(
        printed(job["template"], job["root"], job["data"], job["timestamp"], job["installed_fonts"])
    )


def printed(template: str, root: str, data: Any, timestamp: int, installed_fonts: bool) -> bytes:
    """The PDF of `template` with `data`. What no font can show is spelt out, and `data["spelt_out"]` set.

    PDF/UA forbids a character without a picture, and the typesetter names them all: so it is asked again with
    those replaced, until it is content. Raises typst.TypstError for any other fault.
    """
    fonts = typst.Fonts(include_system_fonts=installed_fonts)
    data = reshaped(data, tidy)
    unknown: set[str] = set()
    for _ in range(MOST_TRIES):
        told = reshaped(data, partial(spelt_out, unknown=unknown)) if unknown else data
        told["spelt_out"] = bool(unknown)
        try:
            return bytes(
                typst.compile(
                    template,
                    root=root,
                    format="pdf",
                    font_paths=fonts,
                    sys_inputs={"data": json.dumps(told)},
                    pdf_standards=["ua-1"],
                    timestamp=timestamp,
                )
            )
        except typst.TypstError as error:
            refused = refused_by(error.diagnostic) - unknown
            if not refused:
                raise
            unknown |= refused
    raise RuntimeError("There are always more characters that no font can show.")


def refused_by(diagnostic: str) -> set[str]:
    """The characters, some of them made of several, that the typesetter says it cannot show."""
    return {ESCAPED.sub(_unescaped, text) for text in REFUSED.findall(diagnostic)}


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2]


def reshaped(data: Any, shape: Any) -> Any:
    """`data` with `shape` applied to every text in it, keys left alone."""
    if isinstance(data, str):
        return shape(data)
    if isinstance(data, dict):
        return {key: reshaped(value, shape) for key, value in data.items()}
    if isinstance(data, list):
        return [reshaped(value, shape) for value in data]
    return data


def tidy(text: str) -> str:
    """`text` without what is no character, and with a place to break in what is too long for a line."""
    kept = "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Cn", "Co")
    )
    return LONG.sub(lambda found: BREAK.join(_pieces(found[0], 15)), kept.replace("\ufeff", ""))


def _pieces(text: str, length: int) -> list[str]:
    return [text[start : start + length] for start in range(0, len(text), length)]


def spelt_out(text: str, *, unknown: set[str]) -> str:
    """`text` with each run of `unknown` characters as '[grinning face]' or '[U+4E2D U+6587]'."""
    longest_first = sorted(unknown, key=lambda char: (-len(char), char))
    found = re.compile("(?:" + "|".join(map(re.escape, longest_first)) + ")+")
    return found.sub(lambda run: "".join(_named(run[0])), text)


def _named(run: str) -> Iterator[str]:
    """A digit in a picture stays a digit, pictures have names, marks on others go, letters have numbers."""
    numbers: list[str] = []
    for char in run:
        category = unicodedata.category(char)
        if category in MARKS:
            continue
        if char.isascii() or category in PICTURES:
            yield from _numbered(numbers)
            yield char if char.isascii() else f"[{unicodedata.name(char, f'U+{ord(char):04X}').lower()}]"
        else:
            numbers.append(f"U+{ord(char):04X}")
    yield from _numbered(numbers)


def _numbered(numbers: list[str]) -> Iterator[str]:
    if numbers:
        yield f"[{' '.join(numbers)}]"
        numbers.clear()


if __name__ == "__main__":
    main()
