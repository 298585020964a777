"""Waits, headers and bodies: what is decided without a database or a mail server."""

from datetime import UTC, datetime, timedelta

import pytest

from grants.notifications import rules
from grants.notifications.states import MESSAGE, MessageState

NOON = datetime(2021, 12, 3, 12, tzinfo=UTC)


def test_waits_grow_and_come_to_an_end() -> None:
    waits = [rules.next_try(attempts, now=NOON) for attempts in range(1, 10)]
    minutes = [(when - NOON) / timedelta(minutes=1) for when in waits if when is not None]
    assert minutes == [1, 5, 15, 60, 120, 240, 480, 960]
    assert waits[8] is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("two\nlines", "two lines"),
        ("Hello\r\nBcc: everybody@example.org", "Hello Bcc: everybody@example.org"),
        ("a\x00b\x85c\u2028d", "a b c d"),
        ("  spaces \t everywhere ", "spaces everywhere"),
        ("Zoë’s café – 🎉", "Zoë’s café – 🎉"),
        ("half \ud800 a pair", "half ? a pair"),
    ],
)
def test_a_header_is_one_line(text: str, line: str) -> None:
    assert rules.one_line(text) == line


def test_a_body_keeps_its_lines_and_loses_what_no_database_takes() -> None:
    assert rules.plain_text("a\r\nb\rc\td\x00\x1b\ud800") == "a\nb\nc\td?"


def test_a_servers_words_are_cut() -> None:
    assert rules.server_words("550 no\r\n" * 1000) == ("550 no " * 1000)[: rules.LONGEST_ERROR]


@pytest.mark.parametrize("state", sorted(set(MessageState) - {MessageState.FAILED, MessageState.UNSURE}))
def test_only_what_failed_or_is_in_doubt_may_be_sent_again(state: MessageState) -> None:
    assert not MESSAGE.allows(state, "resend")


def test_out_of_sent_leads_only_what_came_back() -> None:
    assert [deed for deed in MESSAGE.steps if MESSAGE.allows(MessageState.SENT, deed)] == ["bounce"]


def test_what_may_have_been_handed_over_waits_only_for_a_person() -> None:
    out = {
        deed: MESSAGE.steps[deed].target
        for deed in MESSAGE.steps
        if MESSAGE.allows(MessageState.UNSURE, deed)
    }
    assert out == {
        "deliver": MessageState.SENT,
        "bounce": MessageState.FAILED,
        "resend": MessageState.QUEUED,
    }
