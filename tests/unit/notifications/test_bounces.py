"""Reports of mail that came back: what they are about and why, and what is no such report."""

import pytest

from grants.notifications.bounces import Bounce, read_bounce

REPORT = b"""From: mailer-daemon@mail.example
To: grants@example.org
Subject: Undelivered mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; a@example.org
Action: %(action)s
Status: %(status)s
Diagnostic-Code: smtp; 550 5.1.1 no such
 user
--b
Content-Type: %(kind)s

Message-ID: <abc@grants.example>
Subject: The decision

%(body)s
--b--
"""


def report(
    action: str = "failed", status: str = "5.1.1", kind: str = "message/rfc822", body: str = ""
) -> bytes:
    told = {"action": action, "status": status, "kind": kind, "body": body}
    return REPORT % {key.encode(): text.encode() for key, text in told.items()}


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_failure_names_its_message_and_its_reason(kind: str) -> None:
    assert read_bounce(report(kind=kind)) == Bounce(
        "<abc@grants.example>", "5.1.1 smtp; 550 5.1.1 no such user"
    )


@pytest.mark.parametrize(
    "content",
    [
        report(action="delayed", status="4.4.1"),
        report(action="delivered", status="2.0.0"),
        report(kind="text/plain"),
        b"Subject: Out of office\n\nI am away.",
        b"\xff\xfe\x00" * 100,
        b"",
        b"Content-Type: message/delivery-status\n\nnot headers at all",
    ],
)
def test_everything_else_is_no_bounce(content: bytes) -> None:
    assert read_bounce(content) is None
