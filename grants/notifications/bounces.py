"""Reading what a mail server sends back about a message that it could not deliver (RFC 3464)."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, Message

from grants.notifications.rules import one_line

LARGEST = 10 * 1024 * 1024
"""Bytes of a report that are looked at; one with the whole original in it is far smaller."""


@dataclass(frozen=True)
class Bounce:
    """One message that will not arrive: its Message-ID, and why, in the server's words."""

    message_id: str
    words: str


def read_bounce(content: bytes) -> Bounce | None:
    """The failure that a delivery status notification tells of.

    None for anything else: a delay, a success, an answer by a person, or a report that does not say which
    message it is about.
    """
    try:
        report = message_from_bytes(content[:LARGEST], policy=policy.default)
        parts = list(report.walk())
        about = next(_original_ids(parts), "")
        why = next(_failures(parts), "")
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        return None  # what cannot be read tells nothing
    return Bounce(about, why) if about and why else None


def _failures(parts: list[EmailMessage]) -> Iterator[str]:
    """Of each recipient whom the message will never reach, what the server said."""
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in _inside(part):
            status = one_line(str(block.get("Status", "")))
            if str(block.get("Action", "")).strip().lower() == "failed" and not status.startswith(("2", "4")):
                diagnostic = one_line(str(block.get("Diagnostic-Code", "")))
                yield " ".join(filter(None, (status, diagnostic))) or "It came back undelivered."


def _original_ids(parts: list[EmailMessage]) -> Iterator[str]:
    """The Message-ID of the message that came back, from its copy or from its headers alone."""
    for part in parts:
        kind = part.get_content_type()
        original: Message | None = None
        if kind == "message/rfc822":
            original = next(iter(_inside(part)), None)
        elif kind == "text/rfc822-headers":
            held = part.get_payload(decode=True)
            original = message_from_bytes(held) if isinstance(held, bytes) else None
        if original is not None and original.get("Message-ID"):
            yield one_line(str(original["Message-ID"]))


def _inside(part: EmailMessage) -> list[Message]:
    """The messages that a part is made of; none where it is text."""
    held = part.get_payload()
    return [one for one in held if isinstance(one, Message)] if isinstance(held, list) else []
