"""What could reach a person is taken out of open data; what could not, stays."""

import time

import pytest

from grants.exports.open_text import looks_like_email, without_contacts


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Write to jo@example.org.", "Write to [e-mail address left out]"),
        ("<jo.bloggs+x@mail.example.co.uk>", "[e-mail address left out]"),
        ("jo＠example.org", "[e-mail address left out]"),
        ("https://example.org/@jo.bloggs", "[e-mail address left out]"),
        ("Ring 01582 546000 or 07700-900-123.", "Ring [phone number left out] or [phone number left out]."),
        ("+44 1582 546000 and +44 (0)7700 900123", "[phone number left out] and [phone number left out]"),
        ("020 7946 0018", "[phone number left out]"),
    ],
)
def test_contacts_are_left_out(text: str, told: str) -> None:
    assert without_contacts(text) == told
    assert not looks_like_email(told)


@pytest.mark.parametrize(
    "text",
    [
        "Meet @ noon",
        "Activ@Home",
        "@jo",
        "a@b",
        "Charity 1123126, company 01234567",
        "2021-06-01 to 2022-05-31",
        "£01234567890",
        "LU1 2AA",
        "Version 0.1234567890",
        "E06000032",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert without_contacts(text) == text


@pytest.mark.parametrize("text", ["a" * 100_000, "@" * 100_000, "a@" * 50_000, "0 " * 50_000, "0" * 100_000])
def test_no_text_takes_long(text: str) -> None:
    started = time.perf_counter()

    without_contacts(text)

    assert time.perf_counter() - started < 1
