"""Addresses of mail servers, and messages as they go over the wire."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default as email_policy
from typing import Any

import pytest

from grants.notifications import smtp
from grants.notifications.smtp import Server

NOON = datetime(2021, 12, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", Server("smtp", "mail.example.org", 25)),
        ("smtp://127.0.0.1:1025", Server("smtp", "127.0.0.1", 1025)),
        ("smtps://u:p@mail.example.org", Server("smtps", "mail.example.org", 465, "u", "p")),
        ("smtp+starttls://a%40b:p%3Aq@mail", Server("smtp+starttls", "mail", 587, "a@b", "p:q")),
    ],
)
def test_addresses_of_servers(url: str, server: Server) -> None:
    assert smtp.server_at(url) == server


@pytest.mark.parametrize(
    "url", ["", "mail.example.org", "http://mail.example.org", "smtp://", "smtp:mail", "smtp://mail:x"]
)
def test_what_is_no_address_of_a_server(url: str) -> None:
    with pytest.raises(ValueError, match="GRANTS_SMTP_URL is written"):
        smtp.server_at(url)


def test_a_password_is_not_shown_in_errors() -> None:
    assert "secret" not in repr(smtp.server_at("smtp://u:secret@mail.example.org"))


@pytest.mark.parametrize("text", ["grants@example.org", "Partnership grants <grants@example.org>"])
def test_addresses_of_senders(text: str) -> None:
    assert smtp.sender_at(text) == "grants@example.org"


@pytest.mark.parametrize("text", ["", "nobody", "a@example.org, b@example.org", "Grants <grants>"])
def test_what_is_no_address_of_a_sender(text: str) -> None:
    with pytest.raises(ValueError, match="GRANTS_MAIL_FROM is written"):
        smtp.sender_at(text)


def envelope(**changes: str) -> smtp.Envelope:
    """A message, with changes."""
    usual = {
        "sender": "Grants <grants@example.org>",
        "to": "a@example.org",
        "subject": "Hello",
        "body": "Text\n",
    }
    given: dict[str, Any] = {**usual, **changes}
    return smtp.envelope(**given, message_id="<1@example.org>", written_at=NOON)


def test_a_message_has_the_headers_it_needs_and_no_others() -> None:
    letter = envelope()
    message = message_from_bytes(letter.content, policy=email_policy)
    assert (letter.sender, letter.recipient) == ("grants@example.org", "a@example.org")
    assert {
        name: message[name] for name in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted")
    } == {
        "From": "Grants <grants@example.org>",
        "To": "a@example.org",
        "Subject": "Hello",
        "Date": "Fri, 03 Dec 2021 12:00:00 +0000",
        "Message-ID": "<1@example.org>",
        "Auto-Submitted": "auto-generated",
    }
    assert message.keys() == [
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "Zoë’s café – 🎉\n",
        ".\n..\n.leading dots\n",
        pytest.param("x" * 1100 + "\n", id="long line"),
        "a line\n\nFrom here\n",
        "=3D =20 %\n",
        pytest.param("👩‍👩‍👧 " * 60 + "\n", id="emoji"),
    ],
)
def test_a_body_arrives_as_it_was_written(body: str) -> None:
    letter = envelope(body=body)
    message = message_from_bytes(letter.content, policy=email_policy)
    assert message.get_content().replace("\r\n", "\n") == body
    assert all(line.endswith(b"\r") for line in letter.content.split(b"\n")[:-1])
    assert max(map(len, letter.content.split(b"\r\n"))) <= 998


def test_a_subject_cannot_begin_another_header() -> None:
    message = message_from_bytes(
        envelope(subject="Hello\r\nBcc: everybody@example.org").content, policy=email_policy
    )
    assert (message["Subject"], message["Bcc"]) == ("Hello Bcc: everybody@example.org", None)


def test_a_domain_in_any_script_is_written_in_ascii() -> None:
    assert envelope(to="a@bücher.example").recipient == "a@xn--bcher-kva.example"
