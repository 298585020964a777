"""A real mail server that takes everything, or misbehaves as it is told, and remembers what it took.

As a process of its own: `python -m tests.smtp_sink --file TOOK.jsonl --port-file PORT`. It writes a line for
every message before it answers, so what it took outlives whoever sent it, and itself.
"""

import argparse
import asyncio
import json
import os
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as email_policy
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Behaviour:
    """What the sink answers at each step ("" for a yes), how long it thinks, and whether it hangs up
    instead.
    """

    mail: str = ""
    rcpt: str = ""
    taken: str = ""
    """The answer to the message itself, after the final dot."""
    think: float = 0.0
    """Seconds before each answer."""
    think_at_rcpt: float = 0.0
    """Seconds before the answer to RCPT TO, on top."""
    think_before_taking: float = 0.0
    """Seconds between the final dot and taking the message, on top."""
    think_after_taking: float = 0.0
    """Seconds between taking the message and saying so."""
    hang_up_after_data: bool = False
    """Take the message, then close the connection without an answer."""


@dataclass
class Handler:
    """aiosmtpd's hooks. Their names are its own."""

    behaviour: Behaviour
    file: Path | None = None
    messages: list[EmailMessage] = field(default_factory=list)
    connections: int = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Greet."""
        self.connections += 1
        session.host_name = hostname
        await asyncio.sleep(self.behaviour.think)
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer MAIL FROM."""
        await asyncio.sleep(self.behaviour.think)
        if self.behaviour.mail:
            return self.behaviour.mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        await asyncio.sleep(self.behaviour.think + self.behaviour.think_at_rcpt)
        if self.behaviour.rcpt:
            return self.behaviour.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the message, or not."""
        await asyncio.sleep(self.behaviour.think + self.behaviour.think_before_taking)
        if self.behaviour.taken:
            return self.behaviour.taken
        self._keep(envelope)
        await asyncio.sleep(self.behaviour.think_after_taking)
        if self.behaviour.hang_up_after_data:
            assert server.transport is not None
            server.transport.close()
        return "250 OK"

    def _keep(self, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        message: Any = message_from_bytes(envelope.content, policy=email_policy)
        self.messages.append(message)
        if self.file is not None:
            line = {"message_id": message["Message-ID"], "to": envelope.rcpt_tos[0], "at": time.time()}
            with self.file.open("a") as took:
                took.write(json.dumps(line) + "\n")


class _OnFreePort(Controller):
    """A controller that may be given port 0, and then finds out which port it got before it tries it."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd's types are not complete


class Sink:
    """A sink on a free port of this machine, in a thread of its own: `with Sink() as sink: ...`.

    `options` go to aiosmtpd: `tls_context` for STARTTLS, `ssl_context` for TLS from the start,
    `authenticator`.
    """

    def __init__(self, *, file: Path | None = None, port: int = 0, **options: Any) -> None:
        self.behaviour = Behaviour()
        self._handler = Handler(self.behaviour, file)
        self._controller = _OnFreePort(self._handler, hostname="127.0.0.1", port=port, **options)

    def __enter__(self) -> "Sink":
        self._controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._controller.port)

    @property
    def url(self) -> str:
        """What GRANTS_SMTP_URL would say."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        """What it took, in order."""
        return self._handler.messages

    @property
    def connections(self) -> int:
        """How many conversations were opened."""
        return self._handler.connections


def taken(file: Path) -> Counter[str]:
    """How many copies of each Message-ID are in a sink's file."""
    if not file.exists():
        return Counter()
    return Counter(json.loads(line)["message_id"] for line in file.read_text().splitlines())


def main() -> None:
    """Run until told to stop, and say on which port."""
    parser = argparse.ArgumentParser(description="A mail server for tests")
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--port-file", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    args = parser.parse_args()
    with Sink(file=args.file, port=args.port) as sink:
        draft = args.port_file.with_suffix(".draft")
        draft.write_text(str(sink.port))
        os.replace(draft, args.port_file)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
