"""Words are counted and e-mail addresses judged as promised."""

import json

import pytest

from grants.core.words import count_words, is_email
from tests.paths import SHARED_DATA, needs_shared_data


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \n\t ", 0),
        ("one", 1),
        ("  one  two\nthree\r\nfour ", 4),
        ("hyphen-ated isn't two", 3),
        ("no\u00a0break", 2),
        ("zero\ufeffwidth no-break", 3),
        ("unit\x1fseparator", 1),
        ("next\x85line", 1),
        ("ideographic\u3000space", 2),
        ("👩‍👧 family", 2),
    ],
)
def test_words_are_counted_as_a_browser_counts_them(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("name@example.com", True),
        ("o'brien+grants@example.co.uk", True),
        ("name@bücher.example", True),
        ("", False),
        ("@example.com", False),
        ("name@", False),
        ("name@example", False),
        (".name@example.com", False),
        ("name.@example.com", False),
        ("na..me@example.com", False),
        ("name@-example.com", False),
        ("name@example.com\n", False),
        (f"{'a' * 65}@example.com", False),
        (f"name@{'a' * 64}.com", False),
    ],
)
def test_addresses(text: str, accepted: bool) -> None:
    assert is_email(text) is accepted


@needs_shared_data
def test_addresses_that_others_accept_and_refuse() -> None:
    cases = json.loads((SHARED_DATA / "8_notify_payments" / "notify_email_cases.json").read_text())

    assert [text for text in cases["valid_email_addresses"] if not is_email(text)] == []
    assert [text for text in cases["invalid_email_addresses"] if is_email(text)] == []
