"""What a notice is, when a message is tried again, and how its address and subject are made safe."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

LEASE = timedelta(minutes=5)
"""How long a worker that holds a message may be silent before it is taken for dead: longer than a
conversation with a slow mail server lasts, and harmless if it should last longer still.
"""

COURIER_TIME = timedelta(seconds=30)
"""How long the courier has to bring a fresh message to a worker before the sweep sends its id again."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480, 960))
"""Waits after the first, second… attempt that a server put off: a little over a day in all (RFC 5321,
4.5.4.1, asks for growing waits and for giving up after some days; a grant notice is of little use later).
"""

LONGEST_SUBJECT = 200
LONGEST_ERROR = 1000

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

_CONTROL_IN_BODY = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Notice:
    """A message to be written: which template, to whom, with what facts.

    `kind` names `emails/<kind>.txt`; `about` is the record it concerns, a mapped instance or a (type, id)
    pair; `key` is unique, so that the same notice is never queued twice. A `sensitive` one (a sign-in link)
    keeps no body once sent. `attachment` names a kind of attachment and the row it is made from; a
    worker makes it, or fetches it, when it delivers the message.
    """

    kind: str
    to: str
    facts: Mapping[str, object]
    about: object
    key: str
    person_id: int | None = None
    sensitive: bool = False
    attachment: tuple[str, int] | None = None


@dataclass(frozen=True)
class File:
    """What is attached to a message. `media_type` such as 'application/pdf'."""

    name: str
    media_type: str
    content: bytes


def next_try(attempts: int, *, now: datetime) -> datetime | None:
    """When to try again after `attempts` attempts, or None when enough were made."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def one_line(text: str) -> str:
    """`text` on one line without control characters: what may stand in a header."""
    return " ".join(_CONTROL.sub(" ", text.encode(errors="replace").decode()).split())


def plain_text(text: str) -> str:
    """`text` as a body may hold it: line ends as \\n, no control characters, nothing that is not Unicode."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").encode(errors="replace").decode()
    return _CONTROL_IN_BODY.sub("", unified)


def server_words(text: str) -> str:
    """What a mail server said, safe to keep and to show."""
    return one_line(text)[:LONGEST_ERROR]
