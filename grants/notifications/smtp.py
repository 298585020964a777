"""One conversation with a mail server (RFC 5321), with a stop just before the byte that makes it the
server's.
"""

import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

from grants.notifications.rules import File, one_line

PATIENCE = 30
"""Seconds to wait for a connection and for each answer."""
ANSWER_PATIENCE = 120
"""Seconds to wait for the answer to the message itself: servers look for spam before they give it."""
REUSE_WITHIN = 5
"""Seconds for which an idle connection is kept for the next message."""
SILENCE = 20
"""Seconds after which a conversation that came to nothing is put down to a dead server."""
REST_AFTER_SILENCE = 60
"""Seconds for which a dead server is left alone, so that not every worker waits out every message."""

_SCHEMES = {"smtp": (25, False), "smtps": (465, False), "smtp+starttls": (587, True)}
_LEADING_DOT = re.compile(rb"(?m)^\.")


class NotTaken(Exception):
    """What a conversation that did not end in "250 OK" ended in. The message is the server's own words."""


class PutOff(NotTaken):
    """The server was away or said "not now". It does not have the message."""


class Refused(NotTaken):
    """The server said "never". It does not have the message."""


class NoAnswer(NotTaken):
    """The whole message was sent and the answer did not come. The server may have it or not."""


class Withdrawn(NotTaken):
    """The sender thought better of it before the last byte."""


@dataclass(frozen=True)
class Server:
    """A mail server as GRANTS_SMTP_URL names it."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Envelope:
    """A message ready to go: the two addresses and the bytes with CRLF line ends."""

    sender: str
    recipient: str
    content: bytes


def server_at(url: str) -> Server:
    """The server of `smtp://`, `smtps://` or `smtp+starttls://user:password@host:port`. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname or not _port_of(parts):
        raise ValueError(
            "GRANTS_SMTP_URL is written smtp://, smtps:// or smtp+starttls://user:password@host:port"
        )
    return Server(
        scheme=parts.scheme,
        host=parts.hostname,
        port=_port_of(parts),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _port_of(parts: SplitResult) -> int:
    """The port an address names or its scheme usually has; 0 if it names something else."""
    try:
        return parts.port or _SCHEMES[parts.scheme][0]
    except ValueError:
        return 0


def sender_at(mail_from: str) -> str:
    """The address in GRANTS_MAIL_FROM, which may carry a name. Raises ValueError if there is not exactly
    one.
    """
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = one_line(mail_from)
    addresses = message["From"].addresses
    if len(addresses) != 1 or not addresses[0].domain or not addresses[0].addr_spec.isascii():
        raise ValueError("GRANTS_MAIL_FROM is written Partnership grants <grants@example.org>")
    return str(addresses[0].addr_spec)


def envelope(
    *,
    sender: str,
    to: str,
    subject: str,
    body: str,
    message_id: str,
    written_at: datetime,
    attached: File | None = None,
) -> Envelope:
    """A plain text message as it goes over the wire, with one file or none. `sender` may carry a name:
    'Grants <grants@example.org>'.
    """
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = sender
    message["To"] = _ascii_domain(to)
    message["Subject"] = one_line(subject)
    message["Date"] = written_at
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    if attached is not None:
        maintype, _, subtype = attached.media_type.partition("/")
        message.add_attachment(
            attached.content, maintype=maintype, subtype=subtype, filename=one_line(attached.name)
        )
    return Envelope(sender_at(sender), _ascii_domain(to), message.as_bytes())


def post(server: Server, letter: Envelope, *, before_last_byte: Callable[[], bool]) -> None:
    """Give `letter` to `server`; returns once the server has said that it takes it.

    `before_last_byte` is called when all but the final dot has been sent, and may still say no. Up to then
    the server cannot have taken the message. Raises PutOff, Refused, NoAnswer or Withdrawn.
    """
    began = time.monotonic()
    try:
        smtp = _take_kept(server) or _open(server)
        try:
            _send_all_but_dot(smtp, letter)
            if not before_last_byte():
                raise Withdrawn("The message was withdrawn before its last byte.")
            _send_dot(smtp)
        except BaseException:
            smtp.close()
            raise
    except PutOff as error:
        if time.monotonic() - began >= SILENCE:
            _resting[server] = (time.monotonic() + REST_AFTER_SILENCE, str(error))
        raise
    _thread.kept = (server, smtp, time.monotonic())


def _send_all_but_dot(smtp: smtplib.SMTP, letter: Envelope) -> None:
    try:
        _expect(smtp.mail(letter.sender), 250)
        _expect(smtp.rcpt(letter.recipient), 250, 251)
        _expect(smtp.docmd("DATA"), 354)
        smtp.send(_LEADING_DOT.sub(b"..", letter.content))
    except (OSError, smtplib.SMTPException) as error:
        raise PutOff(f"The connection to the mail server broke: {error}") from error


def _send_dot(smtp: smtplib.SMTP) -> None:
    _patience(smtp, ANSWER_PATIENCE)
    try:
        smtp.send(b".\r\n")
        answer = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise NoAnswer(f"The mail server did not answer: {error}") from error
    _patience(smtp, PATIENCE)
    _expect(answer, 250)


def _expect(answer: tuple[int, bytes], *codes: int) -> None:
    code, text = answer
    if code in codes:
        return
    words = f"{code} {text.decode(errors='replace')}"
    raise (Refused if 500 <= code < 600 else PutOff)(words)


def _open(server: Server) -> smtplib.SMTP:
    """A connection that is greeted, secured and signed in. What goes wrong so far is not the message's
    fault.
    """
    rests_until, words = _resting.get(server, (0.0, ""))
    if time.monotonic() < rests_until:
        raise PutOff(words)
    try:
        smtp = _connect(server)
        try:
            _introduce(smtp, server)
        except BaseException:
            smtp.close()
            raise
    except smtplib.SMTPResponseException as error:
        raise PutOff(f"{error.smtp_code} {_text(error.smtp_error)}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise PutOff(f"The mail server {server.host} cannot be reached: {error}") from error
    return smtp


def _connect(server: Server) -> smtplib.SMTP:
    place = (server.host, server.port, _own_name())
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(*place, timeout=PATIENCE, context=ssl.create_default_context())
    return smtplib.SMTP(*place, timeout=PATIENCE)


def _introduce(smtp: smtplib.SMTP, server: Server) -> None:
    assert smtp.sock is not None  # noqa: S101 - it has just been connected
    # The final dot is sent by itself: it must not wait until the server has acknowledged the rest (RFC 896).
    smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    smtp.ehlo_or_helo_if_needed()
    if _SCHEMES[server.scheme][1]:
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()
    if server.user:
        smtp.login(server.user, server.password)


@lru_cache(maxsize=1)
def _own_name() -> str:
    """What this machine calls itself to servers. Asked for once: looking it up can take seconds."""
    name = socket.getfqdn()
    return name if "." in name else "[127.0.0.1]"


def _patience(smtp: smtplib.SMTP, seconds: int) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


# A connection that has just delivered a message is kept for the next one, one for each thread. A server may
# hang up on it at any time; that is found out by asking, before it is trusted with a message.

_thread = threading.local()
_resting: dict[Server, tuple[float, str]] = {}


def _take_kept(server: Server) -> smtplib.SMTP | None:
    kept: tuple[Server, smtplib.SMTP, float] | None = getattr(_thread, "kept", None)
    _thread.kept = None
    if kept is None:
        return None
    kept_server, smtp, since = kept
    try:
        if kept_server == server and time.monotonic() - since < REUSE_WITHIN and smtp.noop()[0] == 250:
            return smtp
    except (OSError, smtplib.SMTPException):
        pass
    smtp.close()
    return None


def start_afresh() -> None:
    """Close the connection this thread has kept and forget which servers were silent."""
    kept: tuple[Server, smtplib.SMTP, float] | None = getattr(_thread, "kept", None)
    _thread.kept = None
    _resting.clear()
    if kept is not None:
        kept[1].close()


def _ascii_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words
