"""Looking at files in a process of its own: the same verdict, and an end to what goes on too long."""

import pytest

from grants.documents import apart
from grants.documents.apart import look_apart
from grants.documents.checks import look
from grants.documents.states import Kind
from tests.unit.documents import files as f

LIMIT = 1024 * 1024


@pytest.mark.parametrize(
    ("name", "content"),
    [("a, b 📄.pdf", f.pdf()), ("x.docx", f.with_parts({"word/vbaProject.bin": b"\0"})), ("x.png", f.pdf())],
)
def test_the_verdict_is_that_of_the_checks(name: str, content: bytes) -> None:
    there = look_apart(name, content, kinds=list(Kind), largest=LIMIT)
    here = look(name, content, kinds=list(Kind), largest=LIMIT)

    assert there == here


def test_a_file_that_needs_more_memory_than_there_is_is_refused() -> None:
    ends = look_apart("x.pdf", f.pdf().ljust(50 * LIMIT), kinds=[Kind.PDF], largest=60 * LIMIT, memory=LIMIT)

    assert (ends.kind, [fault.said() for fault in ends.faults]) == (
        None,
        ["“x.pdf” could not be looked through safely, so it was not kept. Save it as a new PDF."],
    )


def test_the_limits_are_what_the_text_says() -> None:
    assert (apart.MEMORY, apart.SECONDS) == (1024**3, 20)
