"""File names: kept as typed where that is safe, and handed back so that every browser saves them so."""

import json
from urllib.parse import unquote

import pytest

from grants.documents.rules import LONGEST_NAME, disposition, in_words, kept_name, size_in_words
from grants.documents.states import Kind
from tests.paths import SHARED_DATA, needs_shared_data


@pytest.mark.parametrize(
    "name",
    [
        "Accounts, final (2).pdf",
        "📄 🏳️‍🌈.pdf",
        "قواعد.pdf",
        'He said "yes".docx',
        "100% done; really.pdf",
        "a" * 251 + ".pdf",
        "é" * 251 + ".pdf",
        ".hidden.pdf",
    ],
)
def test_these_names_are_kept_and_come_back(name: str) -> None:
    assert kept_name(name) == name
    header = disposition(name)
    assert header.isascii()
    assert header.startswith('attachment; filename="')
    assert unquote(header.partition("filename*=UTF-8''")[2]) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("C:\\fakepath\\rules.pdf", "rules.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a/b.pdf", "b.pdf"),
        ("rules\r\nSet-Cookie: x.pdf", "rulesSet-Cookie: x.pdf"),
        ("nul\0l.pdf", "null.pdf"),
        ("photo\u202efdp.exe", "photofdp.exe"),
        ("  rules.pdf ", "rules.pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("..", ""),
        ("dir/", ""),
        ("", ""),
        ("\ud800.pdf", ".pdf"),
        ("a" * 300 + ".pdf", "a" * 251 + ".pdf"),
        ("a" * 300, "a" * 255),
    ],
)
def test_what_is_not_safe_is_taken_out(typed: str, kept: str) -> None:
    assert kept_name(typed) == kept


def test_the_plain_name_in_the_header_cannot_break_out_of_its_quotes() -> None:
    assert disposition('a"; x\\y%41é;.pdf') == (
        "attachment; filename=\"a__ x_y_41__.pdf\"; filename*=UTF-8''a%22%3B%20x%5Cy%2541%C3%A9%3B.pdf"
    )


@needs_shared_data
def test_no_naughty_name_breaks_the_header() -> None:
    names = json.loads((SHARED_DATA / "9_adversarial" / "naughty_strings.json").read_text())
    for name in (kept_name(typed) for typed in names if isinstance(typed, str)):
        header = disposition(name)
        assert len(name) <= LONGEST_NAME
        assert header.isascii()
        assert header.isprintable()
        assert unquote(header.partition("filename*=UTF-8''")[2]) == name


def test_kinds_and_sizes_in_words() -> None:
    assert in_words({Kind.PNG, Kind.PDF, Kind.JPEG}) == "PDF, JPEG picture (.jpg, .jpeg), PNG picture (.png)"
    assert [size_in_words(size) for size in (1, 600, 2048, 1024 * 1024, 1_500_000)] == [
        "1 KB",
        "1 KB",
        "2 KB",
        "1 MB",
        "1.4 MB",
    ]
