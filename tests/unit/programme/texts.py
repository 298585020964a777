"""The fund files that the tests of this room read, small edits of them, and the faults found in them."""

import pytest

from grants.programme.fund_file import FundFileFaulty, read_fund_file
from tests.paths import PROJECT

LUTON = (PROJECT / "funds" / "luton-covid-recovery.toml").read_text(encoding="utf-8")
REPLAY = (PROJECT / "funds" / "replay.toml").read_text(encoding="utf-8")
OTHER_SHAPE = (PROJECT / "tests" / "funds" / "other-shape.toml").read_text(encoding="utf-8")


def part(start: str, end: str) -> str:
    """The fund of another shape from where `start` first stands to where `end` next stands."""
    at = OTHER_SHAPE.index(start)
    return OTHER_SHAPE[at : OTHER_SHAPE.index(end, at)]


def edited(*edits: tuple[str, str]) -> str:
    """The fund of another shape with each `old` text, which must stand there once, replaced by `new`."""
    text = OTHER_SHAPE
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the file"
        text = text.replace(old, new)
    return text


def faults(text: str) -> list[tuple[str, str]]:
    """Place and text of every fault that reading `text` tells."""
    with pytest.raises(FundFileFaulty) as caught:
        read_fund_file(text)
    return [(fault.place, fault.text) for fault in caught.value.faults]
