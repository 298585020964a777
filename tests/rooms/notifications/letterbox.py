"""What tests of the outbox share: a notice to queue, and the state of the only message."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants import config
from grants.audit.heads import Head
from grants.core.db import unit_of_work
from grants.notifications import actions
from grants.notifications.models import Message
from grants.notifications.rules import Notice

NOON = datetime(2021, 12, 3, 12, tzinfo=UTC)
HEAD = Head(seq=7, hash="ab" * 32, at="2021-12-03T12:00:00.000000Z", count=7, signature="cd" * 64)


def notice(key: str = "k", *, to: str = "a@example.org", sensitive: bool = False) -> Notice:
    """A notice made from a template of the room's own."""
    facts = {"head": HEAD}
    return Notice(
        kind="trail_head", to=to, facts=facts, about=("trail_head", 7), key=key, sensitive=sensitive
    )


def queued(
    key: str = "k", *, to: str = "a@example.org", sensitive: bool = False, now: datetime = NOON
) -> int:
    """Queue a notice and give the message's number."""
    with unit_of_work() as session:
        return actions.queue(session, notice(key, to=to, sensitive=sensitive), now=now).id


def message(session: Session, message_id: int) -> Message:
    """The message as the database has it now."""
    session.rollback()
    return session.scalars(
        select(Message).where(Message.id == message_id), execution_options={"populate_existing": True}
    ).one()


def use_server(url: str) -> None:
    """Have mail go to the server at `url`."""
    config.use(replace(config.current(), smtp_url=url))
