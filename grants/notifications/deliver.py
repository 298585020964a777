"""Delivering one message: short transactions before, between and after, none while a mail server thinks."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from grants import config
from grants.core.db import unit_of_work
from grants.notifications import actions, smtp
from grants.notifications.actions import Claimed
from grants.notifications.rules import File

DEMO_MAILBOX = "demo mailbox"

log = structlog.get_logger(__name__)


def deliver_one(message_id: int, now: datetime) -> None:
    """Deliver the message if it is due and nobody else holds it; else do nothing.

    Whatever happens is written on the row; nothing a mail server does is raised. If this process dies on the
    way, the row says how far it came, and the sweep goes on from there.
    """
    later = _clock_from(now)
    with unit_of_work() as session:
        held = actions.claim(session, message_id=message_id, now=now)
        if held is None and actions.recover_expired(session, message_id=message_id, now=now):
            held = actions.claim(session, message_id=message_id, now=now)
    if held is None:
        return
    settings = config.current()
    try:
        attached = _attached(held, now=now)
    except Exception as error:
        # Whatever it is, the message waits and the others go on; the row says what happened.
        log.exception("attachment not made", message=held.id, error=type(error).__name__)
        words = f"What is attached could not be made ({type(error).__name__})."
        with unit_of_work() as session:
            actions.note_put_off(session, held=held, words=words, now=later())
        return
    if uses_demo_mailbox(settings):
        _put_in_demo_mailbox(held, now=now)
    else:
        _send(held, attached, settings, later)


def _attached(held: Claimed, *, now: datetime) -> File | None:
    """The file that goes with the message: made before any mail server is spoken to."""
    if not held.attachment_kind or held.attachment_id is None:
        return None
    return actions.attachments[held.attachment_kind].make(held.attachment_id, now)


def uses_demo_mailbox(settings: config.Settings) -> bool:
    """Whether mail goes to the mailbox page: only where the demo runs without a mail server."""
    return settings.demo and not settings.smtp_url


def _put_in_demo_mailbox(held: Claimed, *, now: datetime) -> None:
    with unit_of_work() as session:
        actions.hand_over(session, held=held, now=now)
        actions.note_sent(session, held=held, by=DEMO_MAILBOX, keep_body=True, now=now)


def _send(
    held: Claimed, attached: File | None, settings: config.Settings, later: Callable[[], datetime]
) -> None:
    server = smtp.server_at(settings.smtp_url)

    def hand_over() -> bool:
        with unit_of_work() as session:
            return actions.hand_over(session, held=held, now=later())

    letter = smtp.envelope(
        sender=settings.mail_from,
        to=held.to_address,
        subject=held.subject,
        body=held.body,
        message_id=held.message_id_header,
        written_at=later(),
        attached=attached,
    )
    try:
        smtp.post(server, letter, before_last_byte=hand_over)
    except smtp.NotTaken as outcome:
        log.info("message not taken", message=held.id, outcome=type(outcome).__name__)
        _note_not_taken(held, outcome, now=later())
    else:
        with unit_of_work() as session:
            actions.note_sent(
                session, held=held, by=f"{server.host}:{server.port}", keep_body=False, now=later()
            )


def _note_not_taken(held: Claimed, outcome: smtp.NotTaken, *, now: datetime) -> None:
    words = str(outcome)
    with unit_of_work() as session:
        if isinstance(outcome, smtp.PutOff):
            actions.note_put_off(session, held=held, words=words, now=now)
        elif isinstance(outcome, smtp.Refused):
            actions.note_failed(session, held=held, words=words)
        elif isinstance(outcome, smtp.NoAnswer):
            actions.note_unsure(session, held=held, words=words)


def _clock_from(start: datetime) -> Callable[[], datetime]:
    """A clock that shows `start` now and runs on from there."""
    started = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - started)
