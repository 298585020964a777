"""Everything that writes to the outbox."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import CursorResult, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from grants import config
from grants.audit import actions as audit
from grants.audit.queries import subject_of
from grants.core import dispatch
from grants.core.errors import RuleBroken, Stale
from grants.core.words import is_email
from grants.notifications import letters, queries
from grants.notifications.models import Message
from grants.notifications.rules import LEASE, WAITS, File, Notice, next_try, server_words
from grants.notifications.states import MESSAGE, MessageState
from grants.permissions import Actor

__all__ = [
    "Attachments",
    "Claimed",
    "Notice",
    "attachments",
    "claim",
    "hand_over",
    "note_bounced",
    "note_failed",
    "note_put_off",
    "note_sent",
    "note_unsure",
    "queue",
    "recover_expired",
    "resend",
]

DELIVER = "notifications.deliver"
"""The job that delivers one message."""


@dataclass(frozen=True)
class Attachments:
    """How a later room gives its files to messages.

    `make(row_id, now)` makes the file, or fetches the one it made before, in transactions of its own: every
    delivery of one row gives the same bytes. `kept(session, row_id)` only reads: None until it was made.
    """

    make: Callable[[int, datetime], File]
    kept: Callable[[Session, int], File | None]


attachments: dict[str, Attachments] = {}
"""By kind of attachment. A later room enters its own when the application is made."""


def queue(session: Session, notice: Notice, *, now: datetime) -> Message:
    """Write `notice` out and put it in the outbox; a worker is told once the session has committed.

    A notice whose key is there already is not queued again: the message of the first time is given back. One
    whose address cannot be written to is kept as failed, for a person to see, rather than spoiling the deed
    it tells of.
    """
    settings = config.current()
    letter = letters.write(notice.kind, notice.facts, public_url=settings.public_url)
    about_type, about_id = subject_of(notice.about)
    sendable = is_email(notice.to)
    values = {
        "kind": notice.kind,
        "to_address": notice.to[:320],
        "person_id": notice.person_id,
        "about_type": about_type,
        "about_id": about_id,
        "key": notice.key,
        "subject": letter.subject,
        "body": letter.body,
        "sensitive": notice.sensitive,
        "attachment_kind": notice.attachment[0] if notice.attachment else "",
        "attachment_id": notice.attachment[1] if notice.attachment else None,
        "message_id_header": f"<{uuid4().hex}@{urlsplit(settings.public_url).hostname}>",
        "state": MESSAGE.initial if sendable else MESSAGE.next(MESSAGE.initial, "fail"),
        "last_error": "" if sendable else "This is not an e-mail address.",
        "created_at": now,
        "due_at": now,
    }
    message = _insert_unless_there(session, values)
    if message is None:
        return queries.by_key(session, notice.key)
    if sendable:
        dispatch.after_commit(session, DELIVER, message.id)
    return message


def _insert_unless_there(session: Session, values: Mapping[str, object]) -> Message | None:
    """Insert, or None if the key is taken. The database decides, so two at the same moment cannot both
    win.
    """
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = (
        insert(Message).values(values).on_conflict_do_nothing(index_elements=["key"]).returning(Message)
    )
    return session.scalars(statement).one_or_none()


@dataclass(frozen=True)
class Claimed:
    """A message that one worker holds, with all it needs to send it. `claim` is the holder's proof."""

    id: int
    claim: str
    to_address: str
    subject: str
    body: str
    message_id_header: str
    attempts: int
    attachment_kind: str = ""
    attachment_id: int | None = None


def claim(session: Session, *, message_id: int, now: datetime) -> Claimed | None:
    """Take a waiting message for sending, or None if it is not due or somebody else has it or had it."""
    word = secrets.token_hex(16)
    row = session.execute(
        update(Message)
        .where(Message.id == message_id, Message.due_at <= now, *_may("claim"))
        .values(state=_after("claim"), claim=word, claimed_at=now, attempts=Message.attempts + 1)
        .returning(
            Message.to_address,
            Message.subject,
            Message.body,
            Message.message_id_header,
            Message.attempts,
            Message.attachment_kind,
            Message.attachment_id,
        ),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    return None if row is None else Claimed(message_id, word, *row)


def hand_over(session: Session, *, held: Claimed, now: datetime) -> bool:
    """Write down that the last byte is about to be sent. False if the lease was lost: then it must not be."""
    return _move(session, "hand_over", held, claimed_at=now)


def note_sent(session: Session, *, held: Claimed, by: str, keep_body: bool, now: datetime) -> bool:
    """The server took the message. A sensitive body is emptied unless the mailbox page is its only copy."""
    if not _move(session, "deliver", held, sent_at=now, sent_by=by[:200], last_error=""):
        return False
    if not keep_body:
        session.execute(
            update(Message).where(Message.id == held.id, Message.sensitive).values(body=""),
            execution_options={"synchronize_session": False},
        )
    return True


def note_put_off(session: Session, *, held: Claimed, words: str, now: datetime) -> bool:
    """The server was away or said "not now": wait, longer each time, then give up."""
    again = next_try(held.attempts, now=now)
    if again is None:
        return note_failed(session, held=held, words=words)
    return _move(session, "put_back", held, due_at=again, last_error=server_words(words))


def note_failed(session: Session, *, held: Claimed, words: str) -> bool:
    """The server refused the message for good."""
    return _move(session, "fail", held, last_error=server_words(words))


def note_unsure(session: Session, *, held: Claimed, words: str) -> bool:
    """The message was handed over, but the answer never came: a person must decide."""
    return _move(session, "lose_sight", held, last_error=server_words(words))


def note_bounced(session: Session, *, message: Message, words: str, actor: Actor, now: datetime) -> Message:
    """A message that a server had taken came back. Raises RuleBroken in any other state."""
    before = message.state
    MESSAGE.next(before, "bounce")
    told = server_words(words) or "It came back undelivered."
    values = {"sent_at": None, "bounced_at": now, "last_error": told}
    if not _update(session, "bounce", [Message.id == message.id], values):
        raise Stale("Somebody else has dealt with this message since you opened the page.")
    session.refresh(message)
    audit.record(session, actor, "message.bounced", message, now=now, kind=message.kind, was=before)
    return message


def recover_expired(session: Session, *, message_id: int, now: datetime) -> bool:
    """Take the message from a worker that has died, if its lease has run out. True if it waits again.

    What was not yet handed over waits again; what may have been handed over becomes unsure. A message that
    was claimed as often as `WAITS` allows is failed: it may be what kills the workers.
    """
    died = "The worker stopped before the message was handed over."
    lost = "The worker stopped while it waited for the mail server’s answer."
    expired = [Message.id == message_id, Message.claimed_at < now - LEASE]
    sending = Message.state == MessageState.SENDING
    _update(session, "lose_sight", expired, {"last_error": lost})
    _update(session, "fail", [*expired, sending, Message.attempts > len(WAITS)], {"last_error": died})
    return _update(session, "put_back", [*expired, sending], {"last_error": died, "due_at": now}) == 1


def resend(
    session: Session, *, message: Message, actor: Actor, now: datetime, to_address: str = ""
) -> Message:
    """Send a failed, returned or doubtful message again, from its first attempt, perhaps to another address
    of the same person. Raises RuleBroken in any other state.
    """
    before = message.state
    MESSAGE.next(before, "resend")
    if not message.body:
        raise RuleBroken("The text of this message is no longer kept, so it cannot be sent again.")
    fresh: dict[str, object] = {
        "due_at": now,
        "attempts": 0,
        "claim": "",
        "claimed_at": None,
        "bounced_at": None,
        "last_error": "",
    }
    if to_address:
        fresh["to_address"] = to_address[:320]
    if not _update(session, "resend", [Message.id == message.id], fresh):
        raise Stale("Somebody else has dealt with this message since you opened the page.")
    session.refresh(message)
    audit.record(session, actor, "message.resent", message, now=now, kind=message.kind, was=before)
    dispatch.after_commit(session, DELIVER, message.id)
    return message


def _may(deed: str) -> list[ColumnElement[bool]]:
    return [Message.state.in_(MESSAGE.steps[deed].sources)]


def _after(deed: str) -> MessageState:
    return MESSAGE.steps[deed].target


def _move(session: Session, deed: str, held: Claimed, **values: object) -> bool:
    """Do `deed` to the message if the claim still holds. The condition is in the update, so nobody comes
    between.
    """
    return _update(session, deed, [Message.id == held.id, Message.claim == held.claim], values) == 1


def _update(
    session: Session, deed: str, where: list[ColumnElement[bool]], values: Mapping[str, object]
) -> int:
    result = session.execute(
        update(Message).where(*where, *_may(deed)).values(state=_after(deed), **values),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(result, CursorResult)  # noqa: S101 - tells the type checker what an update returns
    return result.rowcount
